"""Open the front page: what waits for each person."""

from datetime import timedelta

from flask import Flask

from conftest import Browse
from drill_factories import (
    a_confirmed_record,
    a_drill,
    a_finding,
    a_fixed_finding,
    a_record,
    yesterday_at,
)
from factories import OTHER_VILLAGE, Cast, a_plan
from nanhua_emergency import clock
from nanhua_emergency.database import db


def lines(page: object) -> list[tuple[str, str]]:
    """Each task as step and title."""
    return [
        (task.select_one(".task-step").get_text(), task.select_one(".task-title").get_text())
        for task in page.html.select(".task")  # type: ignore[attr-defined]
    ]


def some_drills(cast: Cast) -> None:
    """One of each: coming, held, recorded, confirmed, proposed, cancelled."""
    plan, held = a_plan(), yesterday_at()
    for title, planned_at in (("将来", clock.now() + timedelta(days=9)), ("该记", held)):
        a_drill(plan, by=cast.office, title=title, planned_at=planned_at,
                now=held - timedelta(days=2))  # fmt: skip
    a_drill(plan, by=cast.office, title="别村", planned_at=held, place=OTHER_VILLAGE)
    a_record(a_drill(plan, by=cast.office, title="待确认", planned_at=held), by=cast.village)
    a_record(a_drill(plan, by=cast.office, title="自己记", planned_at=held), by=cast.office)
    a_confirmed_record(a_drill(plan, by=cast.office, title="已确认", planned_at=held), cast)
    a_drill(plan, by=cast.village, title="提议", planned_at=clock.now() + timedelta(days=20))
    db.session.commit()


def test_it_tells_the_village_what_to_record_and_to_prepare(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    some_drills(cast)
    page = browse(cast.village).get("/")
    assert lines(page) == [("记录演练", "该记"), ("准备演练", "将来")]
    assert "record-form" in page.click("该记").text


def test_it_tells_the_office_what_to_confirm_and_to_accept(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    some_drills(cast)
    page = browse(cast.office).get("/")
    assert lines(page) == [("确认演练记录", "待确认"), ("村里提议的演练", "提议")]
    assert "/confirm" in page.click("待确认").text
    assert ("确认演练记录", "自己记") in lines(browse(cast.other_office).get("/"))


def test_it_tells_who_is_to_put_right_and_who_to_close(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_finding(cast, text="喇叭坏了")
    a_finding(cast, text="别村的", place=OTHER_VILLAGE)
    a_fixed_finding(cast, text="手电没电")
    a_fixed_finding(cast, text="我改的", by=cast.office)
    db.session.commit()
    assert lines(browse(cast.village).get("/")) == [("整改问题", "喇叭坏了")]
    assert set(lines(browse(cast.office).get("/"))) == {
        ("整改问题", "喇叭坏了"), ("整改问题", "别村的"), ("核对整改，销号", "手电没电"),
    }  # fmt: skip
    assert ("核对整改，销号", "我改的") in lines(browse(cast.other_office).get("/"))


def test_it_shows_the_village_what_to_put_right_behind_much_that_waits_for_others(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    early = clock.today() - timedelta(days=3)
    for n in range(60):
        a_fixed_finding(cast, text=f"改好{n}", due_on=early)
    a_finding(cast, text="喇叭坏了")
    db.session.commit()
    assert lines(browse(cast.village).get("/")) == [("整改问题", "喇叭坏了")]


def test_it_shows_at_most_ten_lines_the_first_due_first(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    for n in range(14, 0, -1):
        a_finding(cast, text=f"问题{n:02}", due_on=clock.today() + timedelta(days=n))
    db.session.commit()
    assert [title for _, title in lines(browse(cast.village).get("/"))] == [
        f"问题{n:02}" for n in range(1, 11)
    ]


def test_it_has_nothing_of_drills_for_the_others(app: Flask, cast: Cast, browse: Browse) -> None:
    some_drills(cast)
    for person in (cast.legal, cast.leader, cast.admin):
        assert lines(browse(person).get("/")) == []
    assert "该记" not in browse(None).get("/").text
