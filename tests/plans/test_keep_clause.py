"""Say why a clause that was found wanting stays as it is."""

import pytest
from flask import Flask
from test_answer_demands import a_demand, submit

from conftest import Browse
from factories import Cast, form_of, keep, stored
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.database import db
from nanhua_emergency.plans.demand_models import Demand
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition

REASON = "叫应名册已经改了，条款不用改"


def addresses(cast: Cast) -> tuple[int, str]:
    edition = a_demand(cast)
    edition_id = keep(edition)
    return edition_id, f"/work/editions/{edition_id}/demands/{db.session.query(Demand.id).scalar()}"


def test_it_lets_the_edition_be_submitted(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id, address = addresses(cast)
    browser = browse(cast.office)
    page = browser.get(f"/work/editions/{edition_id}").click("写明不改的理由")
    assert "北沟两户没有叫到" in page.text
    form = form_of(page)
    form["reason"] = REASON
    shown = form.submit(status=302).follow()
    assert f"不改的理由：{REASON}" in shown.text
    assert form_of(browser.get(address))["reason"].value == REASON
    demand = db.session.query(Demand).one()
    assert demand.kept_by_id == cast.office.id
    assert [entry.action for entry in list_entries_of(demand)] == ["demand.kept"]
    edition = db.session.get_one(Edition, edition_id)
    submit(edition, cast)
    assert edition.state is State.SUBMITTED


@pytest.mark.parametrize("blank", ["", "   "])
def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse, blank: str) -> None:
    _, address = addresses(cast)
    form = form_of(browse(cast.office).get(address))
    form["reason"] = blank
    assert "请写明原因" in form.submit(status=422).text
    db.session.rollback()
    assert db.session.query(Demand.kept_reason).scalar() == ""


def test_it_is_said_only_of_a_draft(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id, address = addresses(cast)
    form = form_of(browse(cast.office).get(address))
    form["reason"] = REASON
    edition = db.session.get_one(Edition, edition_id)
    edition.state = State.SUBMITTED
    db.session.commit()
    browse(cast.office).get(address, status=409)
    form.submit(status=409)
    assert stored(Demand.kept_reason, 1) == ""


def test_it_is_not_said_by_way_of_the_edition_in_force(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id, address = addresses(cast)
    db.session.rollback()
    published = stored(Demand.edition_id, 1)
    browse(cast.office).get(address.replace(f"/{edition_id}/", f"/{published}/"), status=409)


@pytest.mark.parametrize("who", ["legal", "leader", "village"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    _, address = addresses(cast)
    browse(getattr(cast, who)).get(address, status=403)


def test_it_knows_only_the_demands_of_that_plan(app: Flask, cast: Cast, browse: Browse) -> None:
    _, address = addresses(cast)
    browse(cast.office).get(f"{address}99", status=404)
