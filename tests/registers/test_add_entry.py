"""Add an entry to a register."""

from datetime import date

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, OTHER_VILLAGE, TOWN, VILLAGE, Cast, count_rows, form_of, keep, stored
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import history, services
from nanhua_emergency.registers.catalogue import POSTS, REGISTERS
from nanhua_emergency.registers.people_models import Member, Post, WakeUp
from nanhua_emergency.registers.site_models import Shelter, Supply
from nanhua_emergency.registers.words import ChangeKind, Seat
from register_factories import PHONE, SAID, an_entry


@pytest.mark.parametrize("slug", [slug for slug in SAID if slug != "members"])
@pytest.mark.parametrize("who", ["office", "village"])
def test_it_is_entered_by_the_office_and_the_village(
    app: Flask, cast: Cast, browse: Browse, slug: str, who: str
) -> None:
    form = form_of(browse(getattr(cast, who)).get(f"/registers/{slug}/add"))
    form["place_code"].force_value(VILLAGE)
    for name, value in SAID[slug].items():
        form[name] = value
    page = form.submit(status=302).follow()
    assert "已登记。" in page.text
    assert "明水村" in page.text
    register = next(one for one in REGISTERS if one.slug == slug)
    entry = db.session.query(register.model).one()
    assert entry.place_code == VILLAGE
    assert entry.version == 1
    [change] = history.list_history(register, entry)
    assert (change.kind, change.by_id) == (ChangeKind.ADDED, getattr(cast, who).id)
    [line] = list_entries_of(entry)
    assert line.action == "register.added"


def test_a_member_joins_a_team_by_choice(app: Flask, cast: Cast, browse: Browse) -> None:
    team_id = keep(an_entry("teams", cast))
    form = form_of(browse(cast.village).get("/registers/members/add"))
    form["team_id"] = str(team_id)
    form["name"] = "示例队员"
    page = form.submit(status=302).follow()
    assert "示例救援队" in page.text
    assert db.session.query(Member).one().team_id == team_id


def test_a_member_joins_a_team_by_its_name(app: Flask, cast: Cast) -> None:
    team = an_entry("teams", cast)
    member = an_entry("members", cast, team_id="示例救援队")
    assert member.team is team


@pytest.mark.parametrize("team", ["别的队", "99999999999", "", "\x00"])
def test_a_member_needs_a_team_of_the_same_place(app: Flask, cast: Cast, team: str) -> None:
    an_entry("teams", cast, place=OTHER_VILLAGE, name="别的队")
    with pytest.raises(services.EntryRefused) as refused:
        an_entry("members", cast, team_id=team)
    assert list(refused.value.refusals) == ["team_id"]


def test_it_says_all_that_is_wrong_at_once_and_keeps_what_was_typed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    form = form_of(browse(cast.village).get("/registers/supplies/add"))
    typed = {"name": "编织袋", "quantity": "-3", "minimum": "1e9", "keeper_phone": "打139啊",
             "made_on": "2026-03-01", "expires_on": "2026-02-01"}  # fmt: skip
    for name, value in typed.items():
        form[name] = value
    page = form.submit(status=422)
    for text in ("应为 0 至 999999 的整数", "请填单位", "电话只填一个号码", "有效期早于生产日期"):
        assert text in page.text
    again = form_of(page)
    assert {name: again[name].value for name in typed} == typed
    assert count_rows(Supply) == {"supply": 0}


WRONG = [
    ("posts", "phone", "1390000000a"),
    ("posts", "phone", "139000000011"),
    ("posts", "phone", "13900000001、13900000002"),
    ("posts", "email", "不是邮箱"),
    ("posts", "title", "长" * 61),
    ("posts", "title", "  \n "),
    ("posts", "holder", "坏字符\x00"),
    ("posts", "seat", "C角"),
    ("posts", "term_from", "2026-02-30"),
    ("posts", "trained_on", "2026-05-12"),  # tomorrow
    ("posts", "account_id", "99999999999"),
    ("supplies", "quantity", "-3"),
    ("supplies", "quantity", "1e9"),
    ("supplies", "quantity", "1000000"),
    ("supplies", "quantity", "2.5"),
    ("supplies", "kind", "粮食"),
    ("supplies", "received_on", "昨天"),
    ("supplies", "made_on", "1026-05-01"),
    ("shelters", "latitude", "99.8"),  # the two were swapped
    ("shelters", "has_water", "也许"),
    ("wake-ups", "people", "101"),
    ("teams", "response_minutes", "1441"),
    ("trainings", "held_on", ""),
]


@pytest.mark.parametrize(("slug", "name", "value"), WRONG)
def test_it_takes_no_nonsense(app: Flask, cast: Cast, slug: str, name: str, value: str) -> None:
    said = {"longitude": "99.8"} if name == "latitude" else {}
    with pytest.raises(services.EntryRefused) as refused:
        an_entry(slug, cast, **(said | {name: value}))
    assert list(refused.value.refusals) == [name]


RULES = [
    ("supplies", {"made_on": "2026-03-01", "expires_on": "2026-02-28"}, "有效期早于生产日期"),
    ("supplies", {"received_on": "2026-03-01", "expires_on": "2026-02-28"}, "有效期早于入库日期"),
    ("supplies", {"made_on": "2026-03-02", "received_on": "2026-03-01"}, "入库日期早于生产日期"),
    ("supplies", {"received_on": "2026-03-02", "counted_on": "2026-03-01"}, "盘点日期早于入库日期"),
    ("posts", {"term_from": "2026-03-02", "term_until": "2026-03-01"}, "任期结束早于开始"),
    ("shelters", {"latitude": "39.3"}, "经度、纬度要么都填，要么都不填"),
]


@pytest.mark.parametrize(("slug", "said", "message"), RULES)
def test_it_refuses_days_in_the_wrong_order(
    app: Flask, cast: Cast, slug: str, said: dict[str, str], message: str
) -> None:
    with pytest.raises(RuleBroken, match=message):
        an_entry(slug, cast, **said)


READ = [
    ("posts", "phone", "１３９ 0000 0001", "13900000001"),
    ("posts", "phone", 13900000001.0, "13900000001"),
    ("posts", "phone", "0936—6620000", "0936-6620000"),
    ("posts", "seat", "B", Seat.SUBSTITUTE),
    ("posts", "term_from", "2026年5月1日", date(2026, 5, 1)),
    ("posts", "term_from", "2026/5/1", date(2026, 5, 1)),
    ("posts", "holder", "  示例 \n 甲 ", "示例 甲"),
    ("supplies", "quantity", "500.0", 500),
    ("shelters", "has_water", "没有", False),
    ("shelters", "has_water", "√", True),
    ("shelters", "has_water", "", None),
]


@pytest.mark.parametrize(("slug", "name", "raw", "value"), READ)
def test_it_reads_what_people_write(
    app: Flask, cast: Cast, slug: str, name: str, raw: object, value: object
) -> None:
    entry = an_entry(slug, cast, **{name: raw})
    assert getattr(entry, name) == value


@pytest.mark.parametrize("slug", list(SAID))
def test_the_same_thing_is_entered_once(app: Flask, cast: Cast, slug: str) -> None:
    entry = an_entry(slug, cast)
    again = {"team_id": entry.team_id} if slug == "members" else {}
    with pytest.raises(RuleBroken, match="明水村已经登记过相同的"):
        an_entry(slug, cast, **again)
    if slug != "members":
        an_entry(slug, cast, place=OTHER_VILLAGE)


def test_it_may_be_entered_again_once_the_old_one_is_retired(app: Flask, cast: Cast) -> None:
    entry = an_entry("teams", cast)
    services.retire_entry(
        services.REGISTERS[1], entry, reason="示例：撤并", by=cast.office, now=NOW
    )
    assert an_entry("teams", cast).id != entry.id


def test_a_village_enters_nothing_elsewhere(app: Flask, cast: Cast, browse: Browse) -> None:
    for place in (OTHER_VILLAGE, TOWN):
        form = form_of(browse(cast.village).get("/registers/posts/add"))
        form["title"] = "网格长"
        form["place_code"].force_value(place)
        form.submit(status=422)
        with pytest.raises(RuleBroken, match="不在您的范围内"):
            services.add_entry(
                POSTS, SAID["posts"], place=get_place(place), by=cast.village, now=NOW
            )
    assert count_rows(Post) == {"post": 0}


def test_the_activity_log_holds_no_personal_data(app: Flask, cast: Cast) -> None:
    entry = an_entry("wake-ups", cast)
    [line] = list_entries_of(entry)
    for private in ("示例户", "一组1号", PHONE, "老人"):
        assert private not in line.summary + str(line.details)
    assert line.summary == f"叫应名册（第 {entry.id} 号）：登记"


def test_it_offers_the_names_of_posts_that_plans_use(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = browse(cast.village).get("/registers/posts/add")
    assert [one["value"] for one in page.html.select("datalist option")][:2] == [
        "村主任", "村救援队队长",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["leader", "legal", "admin"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    for slug in SAID:
        browse(getattr(cast, who)).get(f"/registers/{slug}/add", status=403)


def test_there_is_no_other_register(app: Flask, cast: Cast, browse: Browse) -> None:
    for address in ("/registers/cars/", "/registers/cars/add", "/registers/cars/1"):
        browse(cast.office).get(address, status=404)


def test_it_keeps_a_position(app: Flask, cast: Cast) -> None:
    key = keep(an_entry("shelters", cast, latitude="39.3012", longitude="99.8"))
    assert stored(Shelter.latitude, key) == 39.3012


def test_the_database_refuses_a_second_one_too(app: Flask, cast: Cast) -> None:
    from sqlalchemy.exc import IntegrityError

    first = an_entry("wake-ups", cast)
    twin = WakeUp(
        place_code=VILLAGE, household=first.household, address=first.address, added_at=NOW
    )
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
