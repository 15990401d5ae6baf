"""Count a year of a place: each number against rows that were made for it."""

from datetime import date

import pytest
from flask import Flask

from drill_factories import a_drill, a_finding, a_fixed_finding, a_record, in_china
from factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    Cast,
    a_changed_body,
    a_plan,
    a_published,
    statements,
)
from nanhua_emergency import clock
from nanhua_emergency.audits.matrix import lay_out
from nanhua_emergency.audits.models import Answer
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.record_models import Group
from nanhua_emergency.findings import services as findings
from nanhua_emergency.plans import publication
from nanhua_emergency.plans.words import Category, Trigger
from nanhua_emergency.registers.words import Level, Seat
from nanhua_emergency.reports.readiness import list_readiness
from nanhua_emergency.reports.services import FIGURES, count_one, list_counted
from report_factories import (
    NEIGHBOUR_TOWN,
    NEIGHBOUR_VILLAGE,
    a_held,
    a_locked_audit,
    a_post,
    a_signed,
    a_team,
    a_training,
    a_year,
    at,
    figures_of,
    fill,
    neighbours,
)


def test_it_counts_plans_revised_and_editions_signed(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast, now=at(2026, 3, 1))
    a_published(plan, cast, now=at(2026, 9, 1), body=a_changed_body())
    a_published(a_plan(number=2, slug="drought"), cast, now=at(2025, 12, 31))
    found = figures_of(2026)
    assert (found["plans-revised"], found["editions-signed"]) == (1, 2)
    [row] = list_counted(FIGURES["plans-revised"], a_year(2026))
    assert row.number == 2
    assert figures_of(2025)["plans-revised"] == 1


def test_it_leads_to_no_text_that_was_withdrawn(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast, now=at(2026, 3, 1))
    figure = FIGURES["editions-signed"]
    assert figure.link(edition) is not None
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=at(2026, 9, 1))
    [row] = list_counted(figure, a_year(2026))
    assert figure.link(row) is None


def test_it_does_not_call_an_imported_text_a_revision(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast, now=at(2026, 3, 1))
    edition.trigger = Trigger.IMPORT
    found = figures_of(2026)
    assert (found["plans-revised"], found["special-plans"]) == (0, 1)


def test_it_counts_plans_in_force_at_the_end_of_the_year(app: Flask, cast: Cast) -> None:
    general = a_plan(number=0, slug="general", category=Category.GENERAL)
    a_signed(general, now=at(2026, 6, 1))
    special = a_plan()
    a_published(special, cast, now=at(2025, 6, 1))
    a_published(special, cast, now=at(2026, 6, 1), body=a_changed_body())
    a_signed(a_plan(place=VILLAGE), now=at(2026, 6, 1))
    kinds = ("general-plans", "special-plans", "village-plans")
    assert [figures_of(2026)[kind] for kind in kinds] == [1, 1, 1]
    assert [figures_of(2025)[kind] for kind in kinds] == [0, 1, 0]
    assert [figures_of(2026, today=date(2026, 5, 1))[kind] for kind in kinds] == [0, 1, 0]
    [before] = list_counted(FIGURES["special-plans"], a_year(2025))
    [after] = list_counted(FIGURES["special-plans"], a_year(2026))
    assert (before.number, after.number) == (1, 2)


def test_it_tells_recorded_and_confirmed_drills_apart(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_held(plan, cast, is_confirmed=True)
    a_held(plan, cast, is_confirmed=True, planned_at=in_china(2026, 6, 3))
    a_held(plan, cast, planned_at=in_china(2026, 6, 4))
    a_drill(plan, by=cast.office, planned_at=in_china(2026, 6, 5))
    found = figures_of(2026)
    slugs = ("drills-held", "drills-confirmed", "drills-unconfirmed", "drill-people")
    assert [found[slug] for slug in slugs] == [3, 2, 1, 135]


def test_it_leaves_out_what_was_returned_and_counts_a_correction_once(
    app: Flask, cast: Cast
) -> None:
    plan = a_plan()
    returned = a_record(a_drill(plan, by=cast.office), by=cast.village)
    recording.return_record(returned, reason="人数不对", by=cast.office, now=at(2026, 5, 22))
    assert figures_of(2026)["drills-held"] == 0
    a_record(returned.drill, by=cast.village, counts={Group.VILLAGERS: 12})
    found = figures_of(2026)
    assert (found["drills-held"], found["drill-people"]) == (1, 12)


@pytest.mark.parametrize(
    ("planned_at", "year"),
    [
        (in_china(2025, 12, 31, 23, 30), 2025),
        (in_china(2026, 1, 1, 0, 0), 2026),
        (in_china(2026, 12, 31, 23, 59), 2026),
    ],
)
def test_it_counts_a_drill_at_midnight_in_the_year_of_china(
    app: Flask, cast: Cast, planned_at: object, year: int
) -> None:
    a_held(a_plan(), cast, planned_at=planned_at)
    counted = {number: figures_of(number)["drills-held"] for number in (2024, 2025, 2026, 2027)}
    assert counted == {2024: 0, 2025: 0, 2026: 0, 2027: 0} | {year: 1}
    [cell] = figures_of(year).cells
    assert cell.month == planned_at.astimezone(clock.CHINA).month  # type: ignore[attr-defined]


def test_it_counts_drills_by_village_hazard_and_month(app: Flask, cast: Cast) -> None:
    flood, quake = a_plan(), a_plan(number=2, slug="earthquake", hazard="地震")
    a_held(flood, cast, is_confirmed=True)
    a_held(quake, cast, planned_at=in_china(2026, 9, 1))
    a_held(flood, cast, place=OTHER_VILLAGE, planned_at=in_china(2026, 9, 2))
    found = figures_of(2026)
    assert found.hazards == [("洪涝", 2), ("地震", 1)]
    assert [(one.code, n) for one, n in found.drilled_places] == [(OTHER_VILLAGE, 1), (VILLAGE, 2)]
    assert found.count_drills(month=9) == 2
    assert found.count_drills(month=9, hazard="洪涝") == 1
    assert found.count_drills(code=VILLAGE, is_confirmed=True) == 1


def test_it_counts_findings_by_the_day_they_were_raised_and_closed(app: Flask, cast: Cast) -> None:
    a_finding(cast, now=at(2025, 12, 30))
    old = a_fixed_finding(cast, now=at(2025, 12, 31))
    findings.close_finding(old, by=cast.office, now=at(2026, 1, 5))
    a_finding(cast, now=at(2026, 1, 6))
    dropped = a_finding(cast, now=at(2026, 1, 7))
    findings.drop_findings([dropped], by=cast.office, now=at(2026, 1, 8))
    this, last = figures_of(2026), figures_of(2025)
    assert (this["findings-raised"], this["findings-closed"]) == (1, 1)
    assert (last["findings-raised"], last["findings-closed"]) == (2, 0)


def test_it_counts_trainings_and_who_came(app: Flask, cast: Cast) -> None:
    a_training(date(2026, 1, 1))
    a_training(date(2026, 12, 31), people=None, place=VILLAGE)
    a_training(date(2025, 12, 31))
    a_training(date(2026, 5, 1), retired_at=at(2026, 5, 2))
    found = figures_of(2026)
    assert (found["trainings"], found["training-people"]) == (2, 40)


def test_it_counts_teams_by_their_level_and_else_by_their_place(app: Flask, cast: Cast) -> None:
    a_team(place=TOWN)
    a_team(place=VILLAGE)
    a_team(place=OTHER_VILLAGE, level=Level.TOWN)
    a_team(place=OTHER_VILLAGE, name="已散", retired_at=at(2026, 6, 1))
    this, last = figures_of(2026), figures_of(2025)
    assert (this["town-teams"], this["village-teams"]) == (2, 1)
    assert (last["town-teams"], last["village-teams"]) == (0, 0)
    assert figures_of(2026, today=date(2026, 5, 31))["village-teams"] == 2


def test_it_counts_posts_that_somebody_holds_as_their_first(app: Flask, cast: Cast) -> None:
    a_post()
    a_post(seat=Seat.SUBSTITUTE)
    a_post(holder="", grid_code="G02")
    a_post("网格长", grid_code="G01")
    a_post("信息员")
    found = figures_of(2026)
    assert (found["observers"], found["grid-posts"]) == (1, 1)


def test_it_counts_posts_by_their_terms(app: Flask, cast: Cast) -> None:
    a_post(term_from=date(2023, 3, 1), term_until=date(2025, 6, 30))
    a_post(term_from=date(2023, 3, 1), grid_code="G02")
    a_post(grid_code="G03", retired_at=at(2026, 8, 1))
    observers = {year: figures_of(year)["observers"] for year in range(2022, 2027)}
    assert observers == {2022: 0, 2023: 2, 2024: 2, 2025: 1, 2026: 1}
    assert figures_of(2026, today=date(2026, 7, 1))["observers"] == 2


@pytest.mark.parametrize("slug", list(FIGURES))
def test_it_counts_exactly_the_rows_it_lists(app: Flask, cast: Cast, slug: str) -> None:
    county = neighbours()
    fill(cast, town=TOWN, village=VILLAGE, number=1)
    fill(cast, town=NEIGHBOUR_TOWN, village=NEIGHBOUR_VILLAGE, number=11, by=county)
    figure, own = FIGURES[slug], a_year(2026)
    rows = list_counted(figure, own)
    number = sum(figure.amount(row) for row in rows) if figure.amount else len(rows)
    assert figures_of(2026)[slug] == count_one(figure, own) == number > 0
    assert figures_of(2026, place=NEIGHBOUR_TOWN)[slug] == number
    assert figures_of(2026, place=COUNTY)[slug] == 2 * number
    assert figures_of(2027, today=date(2026, 2, 28))[slug] == 0


def test_it_counts_a_village_by_itself(app: Flask, cast: Cast) -> None:
    fill(cast, town=TOWN, village=VILLAGE, number=1)
    found, none = figures_of(2026, place=VILLAGE), figures_of(2026, place=OTHER_VILLAGE)
    assert (found["drills-held"], found["village-teams"], found["town-teams"]) == (2, 1, 0)
    assert none.is_empty


def test_it_sums_the_towns_of_a_county(app: Flask, cast: Cast) -> None:
    county = neighbours()
    fill(cast, town=TOWN, village=VILLAGE, number=1)
    fill(cast, town=NEIGHBOUR_TOWN, village=NEIGHBOUR_VILLAGE, number=11, by=county)
    found = figures_of(2026, place=COUNTY)
    assert [(one.code, n) for one, n in found.drilled_places] == [(TOWN, 2), (NEIGHBOUR_TOWN, 2)]


def test_it_asks_the_database_no_more_often_for_more_rows(app: Flask, cast: Cast) -> None:
    fill(cast, town=TOWN, village=VILLAGE, number=1)
    year = a_year(2026)
    db.session.commit()
    db.session.refresh(year.place)
    with statements() as asked:
        figures_of(2026)
    assert len([one for one, _values in asked if one.startswith("SELECT")]) <= 3


def test_it_counts_the_haves_of_the_last_locked_round(app: Flask, cast: Cast) -> None:
    lacking = {"V1": Verdict.UNMET, "V2": Verdict.UNMET, "V3.1": Verdict.PARTLY}
    a_locked_audit(cast.office, verdicts=lacking)
    assert (figures_of(2026)["village-items"], figures_of(2026)["village-haves"]) == (5, 2)
    a_locked_audit(cast.office, last_on=date(2026, 12, 31), verdicts={"V1.1": Verdict.UNCHECKED})
    a_locked_audit(cast.office, place=OTHER_VILLAGE)
    a_locked_audit(cast.office, place=TOWN, last_on=date(2025, 12, 31))
    found = figures_of(2026)
    assert (found["village-items"], found["village-haves"]) == (10, 9)
    assert (found["town-items"], found["town-haves"]) == (0, 0)
    assert figures_of(2025)["town-haves"] == 7


def test_it_does_not_count_the_haves_of_an_open_round(app: Flask, cast: Cast) -> None:
    a_locked_audit(cast.office, is_closed=False)
    assert figures_of(2026)["village-items"] == 0


def test_it_counts_what_the_office_says_where_it_differs(app: Flask, cast: Cast) -> None:
    audit = a_locked_audit(cast.office)
    answer = db.session.query(Answer).filter_by(audit_id=audit.id, criterion="V1.1").one()
    answer.office_verdict, answer.office_reason = Verdict.PARTLY, "示例：名册不全"
    assert figures_of(2026)["village-haves"] == 4


def test_it_shows_the_rounds_of_three_years_and_judges_like_the_audits(
    app: Flask, cast: Cast
) -> None:
    verdicts = {"V1": Verdict.UNMET, "V2.1": Verdict.PARTLY, "V3.1": Verdict.UNCHECKED,
                "V4": Verdict.PARTLY}  # fmt: skip
    first = a_locked_audit(cast.office, period="上", last_on=date(2025, 6, 30), verdicts=verdicts)
    a_locked_audit(cast.office, period="下", last_on=date(2026, 6, 30))
    a_locked_audit(cast.office, period="下", last_on=date(2026, 6, 30), place=OTHER_VILLAGE)
    a_locked_audit(cast.office, period="旧", last_on=date(2023, 12, 31))
    a_locked_audit(cast.office, period="新", last_on=date(2027, 6, 30))
    a_locked_audit(cast.office, period="镇", place=TOWN)
    town, village = list_readiness(a_year(2026))
    assert [(line.period, line.counts) for line in village.lines] == [
        ("上", (1, 2, 1, 1)), ("下", (10, 0, 0, 0)),
    ]  # fmt: skip
    assert (town.title, town.lines[0].total) == ("镇“七有”核查表", 7)
    [row] = lay_out([first])
    assert village.lines[0].counts == tuple(
        sum(cell.verdict is verdict for cell in row.cells) for verdict in Verdict
    )
    assert [one.slug for one in list_readiness(a_year(2026, place=VILLAGE))] == ["village-five"]
