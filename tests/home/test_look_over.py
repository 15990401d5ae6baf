"""Look over a place from the front page: what is late, the month's drills, charts with tables."""

from datetime import date, timedelta
from itertools import pairwise

from flask import Flask

from audit_factories import a_submitted_audit, an_audit
from conftest import Browse
from drill_factories import a_confirmed_record, a_drill, a_finding, a_record, yesterday_at
from factories import COUNTY, OTHER_VILLAGE, TOWN, Cast, a_plan, a_published, an_account
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.home.queries import LATE_KINDS, MonthOfDrills, count_month, list_late
from nanhua_emergency.places.services import get_place
from nanhua_emergency.reminders.kinds import Kind
from report_factories import a_locked_audit, at

TODAY = clock.today()
LATE = "[aria-labelledby=late] .task"


def late_in(place: str = TOWN, *, on: date = TODAY) -> list[tuple[Kind, int, int]]:
    """Kind, number and days of everything late within a place, on the noon of a day."""
    now = at(on.year, on.month, on.day)
    return [
        (one.kind, one.count, (on - one.due_on).days)
        for one in list_late(get_place(place), now=now)
    ]


def test_it_counts_what_is_late_by_kind_the_oldest_first(cast: Cast) -> None:
    for days in (3, 5, 0, -4):
        a_finding(cast, text=f"示例{days}", due_on=TODAY - timedelta(days=days))
    a_drill(a_plan(), by=cast.office, planned_at=yesterday_at())
    audit = an_audit(cast)
    audit.round.due_on = TODAY - timedelta(days=9)
    db.session.flush()
    assert late_in() == [
        (Kind.AUDIT_DUE, 1, 9), (Kind.FINDING_DUE, 2, 5), (Kind.DRILL_UNRECORDED, 1, 1),
    ]  # fmt: skip
    assert late_in(OTHER_VILLAGE) == []
    assert late_in(COUNTY) == late_in()


def test_it_counts_filing_announcement_and_review_a_day_after_their_last(cast: Cast) -> None:
    a_published(a_plan(), cast, now=at(2026, 5, 11))
    assert late_in(on=date(2026, 6, 8)) == []
    kinds = {Kind.FILING_DUE, Kind.ANNOUNCEMENT_DUE}
    assert {(kind, days) for kind, _n, days in late_in(on=date(2026, 6, 9))} == {
        (kind, 1) for kind in kinds
    }  # fmt: skip
    assert {kind for kind, _n, _days in late_in(on=date(2029, 12, 1))} == kinds | {Kind.REVIEW_DUE}


def test_it_shows_leader_and_office_what_is_late_and_where(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_finding(cast, text="示例喇叭坏了", due_on=TODAY - timedelta(days=3))
    db.session.commit()
    for person in (cast.leader, cast.office):
        page = browse(person).get("/")
        [line] = page.html.select(LATE)
        assert line.select_one(".task-step").get_text() == LATE_KINDS[Kind.FINDING_DUE]
        assert "1 项" in line.get_text()
        assert "已逾期 3 天" in line.get_text()
        assert "示例喇叭坏了" in page.click(LATE_KINDS[Kind.FINDING_DUE]).text
    for other in (cast.village, cast.legal, cast.admin):
        assert browse(other).get("/").html.select("#late, figure") == []


def test_it_leads_to_the_unrecorded_drills_the_oldest_first(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    before = at(TODAY.year - 1, 3, 1)
    a_record(a_drill(plan, by=cast.office, planned_at=before, title="示例记录过"), by=cast.village)
    a_drill(plan, by=cast.office, planned_at=before + timedelta(days=9), title="示例没有记录")
    a_drill(plan, by=cast.office, planned_at=yesterday_at(), title="示例昨天")
    db.session.commit()
    page = browse(cast.office).get("/").click(LATE_KINDS[Kind.DRILL_UNRECORDED])
    first = page.html.select_one("main tbody tr")
    assert "示例没有记录" in first.get_text()
    assert "示例记录过" not in page.text


def test_it_counts_the_drills_of_this_month(cast: Cast) -> None:
    now, plan = at(2026, 7, 15), a_plan()
    for on in ((2026, 6, 30), (2026, 7, 1), (2026, 7, 31), (2026, 8, 3)):
        a_drill(plan, by=cast.office, planned_at=at(*on))
    a_drill(plan, by=cast.village, planned_at=at(2026, 7, 20))  # only proposed
    assert count_month(get_place(TOWN), now=now) == MonthOfDrills(scheduled=2, ahead=1)
    assert count_month(get_place(OTHER_VILLAGE), now=now) == MonthOfDrills(0, 0)


def test_it_shows_the_drills_of_the_year_as_a_chart_with_its_figures(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    held, plan = yesterday_at(), a_plan()
    a_record(a_drill(plan, by=cast.office, planned_at=held), by=cast.village)
    a_confirmed_record(a_drill(plan, by=cast.office, planned_at=held), cast)
    db.session.commit()
    for person in (cast.leader, cast.office):
        browser = browse(person)
        figure = browser.get("/").html.select_one("[aria-labelledby=drills] figure")
        assert "按灾种举行的演练场次" in figure.img["alt"]
        chart = browser.get(figure.img["src"])
        assert chart.content_type == "image/svg+xml"
        assert f"{held.astimezone(clock.CHINA).month}月 2 场次" in chart.text
        rows = {row.th.get_text(): [cell.get_text() for cell in row.select("td")]
                for row in figure.select("tbody tr")}  # fmt: skip
        assert len(rows) == 12
        assert rows[f"{held.astimezone(clock.CHINA).month}月"] == ["2", "1", "2"]


def test_it_shows_how_many_haves_were_met_round_by_round(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_locked_audit(cast.office, last_on=date(TODAY.year - 1, 6, 30), period="示例头一轮",
                   verdicts={"V1": Verdict.UNMET, "V2.1": Verdict.PARTLY})  # fmt: skip
    a_locked_audit(cast.office, last_on=date(TODAY.year - 1, 12, 31), period="示例后一轮",
                   verdicts={"V1": Verdict.UNMET})  # fmt: skip
    db.session.commit()
    browser = browse(cast.leader)
    page = browser.get("/")
    assert "示例后一轮：5 项里“有” 4 项。" in page.text
    figure = page.html.select_one("[aria-labelledby=readiness] figure")
    assert figure.img["alt"]
    assert "示例后一轮 5 项" in browser.get(figure.img["src"]).text
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in figure.select("tbody tr")]
    assert rows == [
        ["示例头一轮", "3", "1", "1", "0", "5"], ["示例后一轮", "4", "0", "1", "0", "5"],
    ]  # fmt: skip


def test_it_says_the_haves_of_the_last_round_item_by_item(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    on = date(TODAY.year - 1, 12, 31)
    a_locked_audit(cast.office, last_on=on, verdicts={"V1": Verdict.UNMET, "V2.1": Verdict.PARTLY})
    a_locked_audit(
        cast.office, last_on=on, place=OTHER_VILLAGE, verdicts={"V3.1": Verdict.UNCHECKED}
    )
    a_locked_audit(cast.office, last_on=on, place=TOWN)
    db.session.commit()
    browser = browse(cast.office)
    page = browser.get("/")
    said = {
        line.dt.get_text().partition(" ")[0]: [one.get_text() for one in line.select("dd a")]
        for line in page.html.select(".haves > div")
    }
    assert said == {f"T{n}": ["有"] for n in range(1, 8)} | {
        "V1": ["有 1", "无 1"], "V2": ["有 1", "部分 1"], "V3": ["有 1", "未核查 1"],
        "V4": ["有 2"], "V5": ["有 2"],
    }  # fmt: skip
    for link in page.html.select(".haves a"):
        number = int(link.get_text().partition(" ")[2] or 1)
        assert len(browser.get(link["href"]).html.select("main tbody tr")) == number


def test_it_says_what_there_is_nothing_of(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.leader).get("/")
    for words in ("没有逾期的。", "今年还没有演练记录。", "还没有已结束的核查。"):
        assert words in page.text
    assert page.html.select("figure") == []


def test_it_shows_the_county_what_lies_within_it(app: Flask, cast: Cast, browse: Browse) -> None:
    county = an_account("county", Role.LEADER, place=COUNTY)
    a_finding(cast, text="示例", due_on=TODAY - timedelta(days=1))
    a_locked_audit(cast.office, last_on=date(TODAY.year, 1, 31))
    db.session.commit()
    page = browse(county).get("/")
    assert len(page.html.select(LATE)) == 1
    assert "5 项里“有” 5 项" in page.text


def test_it_has_headings_in_order_and_every_section_named(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_locked_audit(cast.office, last_on=date(TODAY.year, 1, 31))
    a_record(a_drill(a_plan(), by=cast.office, planned_at=yesterday_at()), by=cast.village)
    a_submitted_audit(cast)
    db.session.commit()
    for person in (cast.office, cast.leader, cast.village, cast.legal, cast.admin, None):
        main = browse(person).get("/").html.select_one("main")
        levels = [int(heading.name[1]) for heading in main.select("h1, h2, h3, h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))
        ids = [section["aria-labelledby"] for section in main.select("section")]
        assert len(ids) == len(set(ids))
        assert all(main.find(id=one).name == "h2" for one in ids)
        assert all(img["alt"] for img in main.select("img"))
