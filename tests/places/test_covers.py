"""Tell which places lie within a county, a town or a village."""

import pytest
from flask import Flask
from sqlalchemy import select

from factories import COUNTY, OTHER_VILLAGE, TOWN, VILLAGE, Cast, an_account, keep
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import queries
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.places import services
from nanhua_emergency.places.models import Place, PlaceKind, prefix_of

NEXT_TOWN, NEXT_COUNTY = "620724103000", "620725000000"
NEXT_VILLAGE = "620724103200"

PREFIXES = [
    ("620000000000", "62"), ("620700000000", "6207"), (COUNTY, "620724"), (TOWN, "620724102"),
    (VILLAGE, VILLAGE), ("620724102200", "620724102200"), ("620724100000", "620724100"),
    ("620724110000", "620724110"), ("620724100210", "620724100210"), ("620720000000", "620720"),
    ("620724102010", "620724102010"), ("500000000000", "50"), ("460400100000", "460400100"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "prefix"), PREFIXES)
def test_it_knows_the_digits_of_each_level(code: str, prefix: str) -> None:
    assert prefix_of(code) == prefix


CASES = [
    (COUNTY, COUNTY, True), (COUNTY, TOWN, True), (COUNTY, VILLAGE, True),
    (COUNTY, NEXT_TOWN, True), (COUNTY, NEXT_COUNTY, False), (COUNTY, "620723999999", False),
    (TOWN, TOWN, True), (TOWN, VILLAGE, True), (TOWN, COUNTY, False), (TOWN, NEXT_TOWN, False),
    (TOWN, NEXT_VILLAGE, False), (TOWN, "620724102999", True), (TOWN, "620724101999", False),
    (VILLAGE, VILLAGE, True), (VILLAGE, OTHER_VILLAGE, False), (VILLAGE, TOWN, False),
    (VILLAGE, "620724102213", False), (VILLAGE, "620724102211", False),
]  # fmt: skip


def a_place(code: str) -> Place:
    return Place(code=code, name=code, official_name=code, kind=PlaceKind.TOWN)


@pytest.mark.parametrize(("outer", "inner", "is_within"), CASES)
def test_it_says_whether_one_lies_within_the_other(outer: str, inner: str, is_within: bool) -> None:
    assert a_place(outer).contains(inner) is is_within


@pytest.mark.parametrize(("outer", "inner", "is_within"), CASES)
def test_it_asks_the_database_the_same(outer: str, inner: str, is_within: bool, app: Flask) -> None:
    db.session.merge(a_place(inner))
    db.session.flush()
    query = select(Place.code).where(a_place(outer).covers(Place.code))
    assert (inner in db.session.scalars(query).all()) is is_within


def test_it_lists_a_place_and_what_lies_within(app: Flask) -> None:
    for code in (NEXT_TOWN, NEXT_VILLAGE, NEXT_COUNTY):
        db.session.add(a_place(code))
    town = services.list_places(services.get_place(TOWN))
    assert len(town) == 17
    assert town[0].code == TOWN
    assert all(place.code.startswith("620724102") for place in town)
    assert len(services.list_places(services.get_place(COUNTY))) == 20
    assert [p.code for p in services.list_places(services.get_place(VILLAGE))] == [VILLAGE]


def test_it_lists_sixteen_villages_and_communities(app: Flask) -> None:
    villages = services.list_villages(services.get_place(TOWN))
    assert len(villages) == 16
    assert all(village.is_village for village in villages)
    assert not services.get_place(TOWN).is_village


def test_it_finds_town_and_county_of_a_village(app: Flask) -> None:
    village = services.get_place(VILLAGE)
    assert (village.town_code, village.county_code) == (TOWN, COUNTY)
    town = services.get_place(TOWN)
    assert (town.town_code, town.county_code) == (TOWN, COUNTY)


def test_it_limits_what_a_person_may_see(app: Flask, cast: Cast) -> None:
    db.session.add(a_place(NEXT_TOWN))
    county = an_account("county", Role.ADMIN, place=COUNTY)
    next_door = an_account("nextdoor", Role.ADMIN, place=NEXT_TOWN)
    keep(county, next_door)

    def seen(by: Account) -> set[str]:
        return {account.sign_in for account in queries.list_accounts(by)}

    assert seen(next_door) == {"nextdoor"}
    assert seen(cast.village) == {"mingshui"}
    assert len(seen(cast.admin)) == 8
    assert seen(county) == seen(cast.admin) | {"county", "nextdoor"}
