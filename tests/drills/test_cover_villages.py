"""Cover the villages: which has drilled which plan, on which edition, and what is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanhua_emergency.drills.schedule import (
    Cell,
    CellStatus,
    Coming,
    Held,
    PlanRule,
    cover,
    find_due_day,
    list_undrilled,
    read_season,
)

TODAY = date(2026, 11, 24)
FLOOD = PlanRule(
    1, "洪涝", "南华镇防汛应急预案", 12, "5月—6月", edition_id=12, effective_on=date(2026, 3, 1)
)
QUAKE = PlanRule(3, "地震", "南华镇地震应急预案", 12, "4月—5月", 31, date(2024, 3, 1))


def a_held(**changed: object) -> Held:
    values: dict[str, object] = {
        "village": "明水村",
        "plan_id": 1,
        "on": date(2026, 5, 12),
        "edition_id": 12,
        "is_confirmed": True,
        "drill_id": 7,
    }
    return Held(**{**values, **changed})  # type: ignore[arg-type]


def the_cell(held: list[Held], coming: list[Coming] | None = None, today: date = TODAY) -> Cell:
    return cover(["明水村"], [FLOOD], held, coming or [], today).cell("明水村", 1)


def test_it_is_current_when_drilled_in_the_period_on_the_published_edition() -> None:
    cell = the_cell([a_held()])
    assert cell == Cell(
        CellStatus.CURRENT, date(2026, 5, 12), 12, True, date(2027, 5, 12), 7, None, 0
    )


def test_it_says_when_the_edition_drilled_is_an_old_one() -> None:
    cell = the_cell([a_held(edition_id=11)])
    assert (cell.status, cell.edition_id) == (CellStatus.OLD_EDITION, 11)
    assert not cell.is_current_edition


def test_it_counts_a_drill_on_no_known_edition_as_an_old_one() -> None:
    assert the_cell([a_held(edition_id=None)]).status is CellStatus.OLD_EDITION


def test_it_matches_no_edition_where_none_is_published() -> None:
    rule = PlanRule(1, "洪涝", "预案", 12, "全年", edition_id=None, effective_on=None)
    cell = cover(["明水村"], [rule], [a_held(edition_id=None)], [], TODAY).cell("明水村", 1)
    assert not cell.is_current_edition
    assert cell.status is CellStatus.OLD_EDITION


@pytest.mark.parametrize(
    ("today", "status", "days_late"),
    [
        (date(2027, 5, 12), CellStatus.CURRENT, 0),
        (date(2027, 5, 13), CellStatus.OVERDUE, 1),
        (date(2027, 6, 12), CellStatus.OVERDUE, 31),
    ],
)
def test_it_is_late_the_day_after_the_period_ends(
    today: date, status: CellStatus, days_late: int
) -> None:
    cell = the_cell([a_held()], today=today)
    assert (cell.status, cell.days_late) == (status, days_late)


def test_it_counts_a_village_that_never_drilled_from_the_day_the_edition_took_effect() -> None:
    cell = the_cell([], today=date(2027, 3, 11))
    assert (cell.status, cell.last_on, cell.drill_id) == (CellStatus.NEVER, None, None)
    assert (cell.due_on, cell.days_late) == (date(2027, 3, 1), 10)


def test_it_shows_a_record_that_waits_and_counts_it_for_nothing() -> None:
    cell = the_cell([a_held(is_confirmed=False)])
    assert cell.status is CellStatus.NEVER
    assert (cell.waiting_on, cell.waiting_id, cell.drill_id) == (date(2026, 5, 12), 7, None)
    assert cell.is_waiting
    assert cell.link_id == 7


def test_it_forgets_a_waiting_record_older_than_the_confirmed_one() -> None:
    cell = the_cell([a_held(), a_held(on=date(2026, 4, 1), is_confirmed=False, drill_id=6)])
    assert not cell.is_waiting


def test_it_shows_a_missing_drill_as_planned_once_one_is_coming() -> None:
    coming = [
        Coming("明水村", 1, TODAY + timedelta(days=30), 9),
        Coming("明水村", 1, TODAY, 8),
        Coming("明水村", 1, TODAY - timedelta(days=1), 5),
    ]
    cell = the_cell([a_held(on=date(2024, 5, 1))], coming)
    assert (cell.status, cell.coming_on, cell.coming_id) == (CellStatus.PLANNED, TODAY, 8)
    assert cell.days_late > 0
    assert cell.link_id == 8


def test_it_stays_current_while_the_next_one_is_coming() -> None:
    cell = the_cell([a_held()], [Coming("明水村", 1, date(2026, 12, 1), 8)])
    assert (cell.status, cell.coming_on) == (CellStatus.CURRENT, date(2026, 12, 1))


def test_it_leaves_a_planned_day_that_passed_out() -> None:
    cell = the_cell([], [Coming("明水村", 1, TODAY - timedelta(days=1), 8)])
    assert (cell.status, cell.coming_on) == (CellStatus.NEVER, None)


def test_it_takes_the_last_drill_in_whatever_order_they_come() -> None:
    drills = [a_held(on=date(2026, month, 1), drill_id=month) for month in (3, 6, 5)]
    assert the_cell(drills).drill_id == 6
    assert the_cell(drills[::-1]).drill_id == 6


def test_it_shows_a_past_day_as_it_stood_then() -> None:
    assert the_cell([a_held()], today=date(2026, 5, 11)).status is CellStatus.NEVER


def test_it_covers_every_village_with_every_plan_and_nothing_else() -> None:
    others = [a_held(village="临泽村"), a_held(plan_id=99)]
    coverage = cover(["明水村", "义和村"], [FLOOD, QUAKE], [a_held(), *others], [], TODAY)
    assert set(coverage.cells) == {(v, p) for v in ("明水村", "义和村") for p in (1, 3)}
    assert [village for village, _ in coverage.rows()] == ["明水村", "义和村"]
    assert [cell.status_name for _, row in coverage.rows() for cell in row] == [
        "已演练", "从未演练", "从未演练", "从未演练",
    ]  # fmt: skip
    assert coverage.counts()[CellStatus.NEVER] == 3
    assert coverage.counts()[CellStatus.PLANNED] == 0


def test_it_lists_plans_whose_published_edition_nobody_drilled() -> None:
    unpublished = PlanRule(4, "沙尘暴", "预案", 12, "3月—5月", None, None)
    held = [
        a_held(edition_id=11),
        a_held(plan_id=3, edition_id=31),
        a_held(is_confirmed=False),
    ]
    assert list_undrilled([FLOOD, QUAKE, unpublished], held) == [FLOOD]
    assert list_undrilled([FLOOD, QUAKE, unpublished], [*held, a_held()]) == []


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("5月—6月", (5, 6)),
        ("10月—4月", (10, 11, 12, 1, 2, 3, 4)),
        ("全年", tuple(range(1, 13))),
        ("1月—12月", tuple(range(1, 13))),
        ("11月—2月", (11, 12, 1, 2)),
        ("6月", (6,)),
        (" 6月—6月 ", (6,)),
    ],
)
def test_it_reads_the_months_of_a_season_in_order(text: str, months: tuple[int, ...]) -> None:
    assert read_season(text) == months


@pytest.mark.parametrize("text", ["", "0月—3月", "5月—13月", "5月-6月", "五月", "5月—6月—7月"])
def test_it_refuses_a_season_that_names_no_months(text: str) -> None:
    with pytest.raises(ValueError, match="宜演练月份"):
        read_season(text)


DAYS = st.dates(date(2016, 1, 1), date(2027, 12, 31))


@given(
    st.lists(st.builds(a_held, on=DAYS, drill_id=st.integers(1, 99), is_confirmed=st.booleans())),
    DAYS,
    st.integers(1, 36),
)
def test_it_is_never_covered_without_a_confirmed_drill_within_the_period(
    held: list[Held], today: date, months: int
) -> None:
    rule = PlanRule(1, "洪涝", "预案", months, "全年", 12, date(2020, 1, 1))
    cell = cover(["明水村"], [rule], held, [], today).cell("明水村", 1)
    is_covered = any(
        drill.is_confirmed and drill.on <= today <= (find_due_day(rule, drill.on) or drill.on)
        for drill in held
    )
    assert (cell.status is CellStatus.CURRENT) == is_covered
    assert (cell.status is CellStatus.OVERDUE) == (cell.last_on is not None and cell.days_late > 0)
