"""Give a drill another date."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conftest import Browse
from drill_factories import PLANNED_AT, a_drill, a_record
from factories import NOW, Cast, a_plan, a_published, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording, services
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.errors import RuleBroken

LATER = PLANNED_AT + timedelta(days=7)


def ahead(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def drill(cast: Cast) -> Drill:
    plan = a_plan()
    a_published(plan, cast)
    return a_drill(plan, by=cast.office)


def move(drill: Drill, cast: Cast, **values: object) -> None:
    values = {"planned_at": LATER, "reason": "", "by": cast.office, "now": NOW} | values
    services.move_drill(drill, **values)  # type: ignore[arg-type]


def test_it_moves_and_counts(drill: Drill, cast: Cast, browse: Browse) -> None:
    key = keep(drill)
    form = form_of(browse(cast.office).get(f"/drills/{key}/move"))
    assert (form["planned_on"].value, form["planned_time"].value) == ("2026-05-21", "09:30")
    form["planned_on"], form["planned_time"], form["reason"] = ahead(40), "15:00", "下雨"
    page = form.submit().follow()
    assert "已改期" in page.text
    assert "日期改过 1 次" in page.text
    at = stored(Drill.planned_at, key).astimezone(clock.CHINA)
    assert (at.date().isoformat(), at.hour) == (ahead(40), 15)
    assert stored(Drill.date_version, key) == 2
    assert stored(Drill.uid, key) == drill.uid
    query = select(ActivityEntry).where(ActivityEntry.action == "drill.moved")
    assert "下雨" in str(db.session.scalars(query).one().details)


def test_it_counts_every_move(drill: Drill, cast: Cast) -> None:
    move(drill, cast)
    move(drill, cast, planned_at=LATER + timedelta(days=1))
    assert drill.date_version == 3


def test_it_refuses_the_same_moment(drill: Drill, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="和原来一样"):
        move(drill, cast, planned_at=drill.planned_at)
    assert drill.date_version == 1


@pytest.mark.parametrize("day", ["2020-05-12", "2027-02-30", "0001-01-01", "2099-01-01", ""])
def test_it_refuses_a_bad_day_and_keeps_what_was_typed(
    day: str, drill: Drill, cast: Cast, browse: Browse
) -> None:
    key = keep(drill)
    form = form_of(browse(cast.office).get(f"/drills/{key}/move"))
    form["planned_on"], form["planned_time"], form["reason"] = day, "00:00", "示例的原因"
    page = form.submit(status=422)
    assert "日期" in page.html.select_one("#refusals").get_text()
    assert form_of(page)["reason"].value == "示例的原因"
    assert stored(Drill.planned_at, key) == PLANNED_AT
    assert stored(Drill.date_version, key) == 1


def test_it_moves_a_proposal_that_is_not_accepted_yet(cast: Cast) -> None:
    proposal = a_drill(a_plan(), by=cast.village)
    move(proposal, cast)
    assert proposal.planned_at == LATER


def test_it_does_not_move_what_has_its_record(drill: Drill, cast: Cast, browse: Browse) -> None:
    a_record(drill, by=cast.village)
    key = keep(drill)
    page = browse(cast.office).get(f"/drills/{key}")
    assert f"/drills/{key}/move" not in page.text
    form = form_of(browse(cast.office).get(f"/drills/{key}/move"))
    form["planned_on"] = ahead(40)
    assert "已经有记录" in form.submit(status=409).text
    assert stored(Drill.date_version, key) == 1


def test_it_moves_again_once_the_record_was_returned(drill: Drill, cast: Cast) -> None:
    record = a_record(drill, by=cast.village)
    now = record.recorded_at + timedelta(hours=1)
    recording.return_record(record, reason="日期不对", by=cast.office, now=now)
    move(drill, cast, now=now)
    assert drill.date_version == 2


def test_it_does_not_move_a_cancelled_one(drill: Drill, cast: Cast) -> None:
    services.cancel_drill(drill, reason="示例", by=cast.office, now=NOW)
    with pytest.raises(services.DrillClosed, match="已经取消"):
        move(drill, cast)
