"""Record a drill by the signed link of a mail, without signing in."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import Browse
from drill_factories import FILLED, a_drill, a_held_drill, a_record, yesterday_at
from factories import OTHER_VILLAGE, TOWN, Cast, count_rows, stored
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.accounts.models import SignInSession
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import DrillRecord, HalfRecord, RecordState
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders.models import RecordLink
from nanhua_emergency.reminders.record_links import LIFETIME, revoke_links
from reminder_factories import a_token

JSON = {"Accept": "application/json"}


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A flood drill of Mingshui, held yesterday."""
    drill = a_held_drill(cast)
    db.session.commit()
    return drill


def address(drill: Drill, cast: Cast) -> str:
    """Where the mail of the village head leads."""
    token = a_token(drill, cast.village)
    db.session.commit()
    return f"/reminders/record/{token}"


def filled(page: Any, **answers: str) -> Any:
    """The form of the page, filled in."""
    form = page.forms["record-form"]
    for name, value in (FILLED | answers).items():
        form[name] = value
    return form


def ended(browser: Any, at: str) -> str:
    """What a link says that opens nothing any more."""
    page = browser.get(at, status=410)
    assert "record-form" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    return str(page.html.main.get_text())


def test_it_is_recorded_by_the_links_person(drill: Drill, cast: Cast, browse: Browse) -> None:
    visitor, at = browse(None), address(drill, cast)
    page = filled(visitor.get(at)).submit(status=302).follow()
    record = db.session.scalars(select(DrillRecord)).one()
    assert f"回执号 {record.id}" in page.text
    assert "明水村" in page.text
    assert "接下来由应急办核对" in page.text
    assert (record.drill_id, record.recorded_by_id) == (drill.id, cast.village.id)
    assert (record.state, record.head_count) == (RecordState.RECORDED, 45)
    entry = db.session.scalars(select(ActivityEntry).order_by(ActivityEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.by_id) == ("drill.recorded", cast.village.id)


def test_it_gives_no_right_to_anything_else(drill: Drill, cast: Cast, browse: Browse) -> None:
    visitor, at = browse(None), address(drill, cast)
    filled(visitor.get(at)).submit(status=302).follow()
    assert count_rows(SignInSession) == {"sign_in_session": 0}
    for page in ("/drills/", f"/drills/{drill.id}", f"/drills/{drill.id}/record", "/findings/"):
        assert "/sign-in" in visitor.get(page, status=302).location


def test_it_shows_no_navigation_and_no_page_that_needs_signing_in(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    at = address(drill, cast)
    for browser in (browse(None), browse(cast.office)):
        page = browser.get(at)
        assert page.html.select("nav:not(.languages), .me") == []
        assert "示例office" not in page.text
        links = {a["href"].partition("?")[0] for a in page.html.select("a")}
        # The language is changed on the page itself.
        assert links == {"#main", "/", at, "tel:110", "tel:119", "tel:120"}


def test_it_is_recorded_by_the_links_person_whoever_is_signed_in(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    filled(browse(cast.office).get(address(drill, cast))).submit(status=302)
    assert db.session.scalars(select(DrillRecord.recorded_by_id)).one() == cast.village.id


def test_it_is_kept_by_nobody_on_the_way(drill: Drill, cast: Cast, browse: Browse) -> None:
    visitor, at = browse(None), address(drill, cast)
    pages = [visitor.get(at), visitor.get(f"{at}x", status=410)]
    pages += [filled(pages[0]).submit(status=302)]
    pages += [pages[-1].follow(), visitor.get(at, status=410)]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_it_asks_again_for_what_is_missing_and_keeps_what_was_typed(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    page = filled(browse(None).get(address(drill, cast)), no_problem="").submit(status=422)
    assert "没有发现问题的，请写一句怎么看出来的" in page.text
    assert page.forms["record-form"]["count_villagers"].value == "40"
    assert page.html.select("nav") == []
    filled(page).submit(status=302)


def test_it_gives_the_same_receipt_however_often_it_is_sent(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    visitor, at = browse(None), address(drill, cast)
    form = filled(visitor.get(at))
    fields = form.submit_fields()
    answers = [visitor.post(at, fields, headers=JSON).json for _ in range(3)]
    assert [one["is_new"] for one in answers] == [True, False, False]
    assert len({one["record"] for one in answers}) == 1
    page = form.submit(status=302).follow()
    assert f"回执号 {answers[0]['record']}" in page.text
    assert count_rows(DrillRecord) == {"drill_record": 1}


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_it_opens_nothing_with_one_character_changed(
    place: int, drill: Drill, cast: Cast, browse: Browse
) -> None:
    at = address(drill, cast)
    start = len("/reminders/record/")
    place = start + place % (len(at) - start - 1)
    changed = at[:place] + ("A" if at[place] != "A" else "B") + at[place + 1 :]
    assert "这个链接不完整。请从邮件里重新点开，或者登录后填写" in ended(browse(None), changed)
    assert "这个链接不完整" in ended(browse(None), at[:-1])


def test_it_opens_nothing_with_another_drill_in_it(drill: Drill, cast: Cast) -> None:
    from itsdangerous import URLSafeSerializer

    from nanhua_emergency.reminders.record_links import PURPOSE, LinkEnded, make_link, open_link
    from reminder_factories import SECRET

    link = make_link(drill, cast.village, now=clock.now())
    other = a_drill(drill.plan, by=cast.office, planned_at=yesterday_at(14))
    token = str(URLSafeSerializer(SECRET, salt=PURPOSE).dumps([link.id, other.id]))
    with pytest.raises(LinkEnded, match="这个链接不能用"):
        open_link(token, secret=SECRET, now=clock.now())
    for salt, words in (("session", [link.id, drill.id]), (PURPOSE, "x"), (PURPOSE, [1])):
        token = str(URLSafeSerializer(SECRET, salt=salt).dumps(words))
        with pytest.raises(LinkEnded):
            open_link(token, secret=SECRET, now=clock.now())


def test_it_records_only_its_own_drill(drill: Drill, cast: Cast, browse: Browse) -> None:
    other = a_drill(drill.plan, by=cast.office, planned_at=yesterday_at(14))
    filled(browse(None).get(address(drill, cast))).submit(status=302)
    assert "record-form" in browse(None).get(address(other, cast)).text
    assert db.session.scalars(select(DrillRecord.drill_id)).all() == [drill.id]


def test_it_ends_thirty_days_after_the_drill(cast: Cast, browse: Browse) -> None:
    old = a_held_drill(cast, planned_at=clock.now() - LIFETIME - timedelta(minutes=1))
    assert "这个链接已经失效。请登录后填写，或请应急办重发提醒" in ended(
        browse(None), address(old, cast)
    )
    young = a_drill(
        old.plan, by=cast.office, planned_at=clock.now() - LIFETIME + timedelta(hours=1)
    )
    assert "record-form" in browse(None).get(address(young, cast)).text


def test_it_ends_when_it_is_revoked_with_the_form_already_open(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    visitor, at = browse(None), address(drill, cast)
    form = filled(visitor.get(at))
    revoke_links(drill, by=cast.office, now=clock.now())
    assert "这个链接已经失效" in ended(visitor, at)
    form.submit(status=410)
    assert count_rows(DrillRecord) == {"drill_record": 0}


def test_it_ends_with_the_account(drill: Drill, cast: Cast, browse: Browse) -> None:
    at = address(drill, cast)
    accounts.close_account(cast.village, by=cast.admin, now=clock.now())
    assert "这个链接已经失效" in ended(browse(None), at)


def test_it_ends_when_the_person_moves_to_another_village(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    at = address(drill, cast)
    cast.village.place = get_place(OTHER_VILLAGE)
    assert "这个链接已经失效" in ended(browse(None), at)


@pytest.mark.parametrize("role", [Role.LEGAL, Role.LEADER, Role.ADMIN])
def test_it_ends_with_the_role(role: Role, drill: Drill, cast: Cast, browse: Browse) -> None:
    at = address(drill, cast)
    cast.village.role, cast.village.place = role, get_place(TOWN)
    link = db.session.query(RecordLink).one()
    assert link.state_name(clock.now()) == "已换岗，不再记录演练"
    assert "这个链接已经失效" in ended(browse(None), at)


def test_it_ends_with_the_drill(drill: Drill, cast: Cast, browse: Browse) -> None:
    at = address(drill, cast)
    drills.cancel_drill(drill, reason="示例大风", by=cast.office, now=clock.now())
    assert "这项演练已经取消，不用填记录" in ended(browse(None), at)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_it_ends_once_the_drill_is_recorded(
    is_confirmed: bool, drill: Drill, cast: Cast, browse: Browse
) -> None:
    at = address(drill, cast)
    record = a_record(drill, by=cast.village, now=clock.now())
    if is_confirmed:
        recording.confirm_record(record, by=cast.office, now=clock.now())
    page = browse(None).get(at, status=410)
    state = "已确认" if is_confirmed else record.state_name
    assert f"这次演练已经有记录（{state}）。要改请登录后更正" in page.text
    assert f"/sign-in?next=/drills/{drill.id}" in page.click("登录").request.url
    keep = browse(None).post(f"{at}/keep", headers=JSON, status=410)
    assert "已经有记录" in keep.json["message"]


def test_it_loses_nothing_when_somebody_else_was_faster(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    form = filled(browse(None).get(address(drill, cast)), count_villagers="37")
    a_record(drill, by=cast.office, now=clock.now())
    page = form.submit(status=409)
    assert "已经记录了这项演练" in page.text
    assert page.forms["record-form"]["count_villagers"].value == "37"
    assert count_rows(DrillRecord) == {"drill_record": 1}


def test_it_opens_again_for_a_record_that_was_returned(
    drill: Drill, cast: Cast, browse: Browse
) -> None:
    at = address(drill, cast)
    record = a_record(drill, by=cast.village, now=clock.now())
    recording.return_record(record, reason="人数不对", by=cast.office, now=clock.now())
    browse(None).get(f"{at}/receipt", status=410)
    filled(browse(None).get(at)).submit(status=302)
    assert count_rows(DrillRecord) == {"drill_record": 2}


def test_it_keeps_a_half_filled_form_for_the_links_person(
    app: Flask, drill: Drill, cast: Cast, browse: Browse
) -> None:
    visitor, at = browse(None), address(drill, cast)
    form = filled(visitor.get(at), summary="写了一半")
    keep = visitor.get(at).html.find(id="record-form")["data-keep"]
    assert keep == f"{at}/keep"
    visitor.post(keep, form.submit_fields(), headers=JSON, status=200)
    half = db.session.scalars(select(HalfRecord)).one()
    assert (half.account_id, half.answers["summary"]) == (cast.village.id, "写了一半")
    again = browse(cast.village).get(f"/drills/{drill.id}/record").forms["record-form"]
    assert again["summary"].value == "写了一半"


def test_it_does_not_open_before_the_drill_is_held(cast: Cast, browse: Browse) -> None:
    drill = a_held_drill(cast, planned_at=clock.now() + timedelta(days=3))
    page = filled(browse(None).get(address(drill, cast))).submit(status=422)
    assert "演练还没有举行，不能先记录" in page.text
    assert stored(Drill.planned_at, drill.id) > clock.now()
