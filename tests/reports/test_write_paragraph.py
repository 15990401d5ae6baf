"""Write the paragraph for the annual report."""

from datetime import date

from flask import Flask

from conftest import Browse
from drill_factories import a_finding, a_fixed_finding, in_china
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, a_plan
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.findings import services as findings
from nanhua_emergency.places.services import get_place, list_villages
from nanhua_emergency.plans.word import read_word
from nanhua_emergency.plans.words import Category
from nanhua_emergency.reports.paragraph import write_paragraph
from report_factories import (
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


def a_town_like_2023(cast: Cast) -> None:
    """What the town reported of 2023: 17 plans, 18 drills, 12 trainings, 16 grids, 16 observers."""
    villages = [village.code for village in list_villages(get_place(TOWN))]
    plans = [
        a_plan(
            number=n, slug=f"plan-{n}", hazard="地震" if n == 2 else "洪涝",
            category=Category.NATURAL if n else Category.GENERAL,
        )
        for n in range(17)
    ]  # fmt: skip
    for plan in plans:
        a_signed(plan, now=at(2023, 3, 1))
    for n, village in enumerate([*villages, VILLAGE, OTHER_VILLAGE]):
        a_held(plans[2 if n % 3 == 0 else 1], cast, place=village, by=cast.other_office,
               planned_at=in_china(2023, 5, 8 + n), is_confirmed=n < 15)  # fmt: skip
    for n in range(12):
        a_training(date(2023, n + 1, 10), topic=f"示例培训{n + 1}")
    a_team(place=TOWN, added_at=at(2023, 1, 10))
    for village in villages:
        a_team(place=village, added_at=at(2023, 1, 10))
        a_post("网格长", place=village, term_from=date(2023, 1, 1))
        a_post("地震观测员", place=village, term_from=date(2023, 1, 1))
        a_locked_audit(cast.office, place=village, last_on=date(2023, 12, 31),
                 verdicts={"V3.1": Verdict.PARTLY})  # fmt: skip
    a_locked_audit(cast.office, place=TOWN, last_on=date(2023, 12, 31))


def test_it_can_say_what_the_town_reported_of_2023(app: Flask, cast: Cast) -> None:
    a_town_like_2023(cast)
    assert write_paragraph(figures_of(2023)) == (
        "依法预防处置重大突发事件。2023年，南华镇健全应急预案体系，修订印发应急预案17个，"
        "现有总体预案1个、专项预案16个。"
        "组织各村（社区）开展应急演练18场次（已确认15场次、已记录待确认3场次），"
        "其中洪涝12场次、地震6场次，覆盖全部16个村（社区），参加810人次。"
        "举办应急培训12期，培训480人次。"
        "对照标准核查，镇级“七有”7项全部达到，村级“五有”80项中达到64项。"
        "建有镇级应急救援队伍1支、村级应急救援队伍16支，落实网格长16名、地震观测员16名。"
    )


def test_it_leaves_out_what_is_zero(app: Flask, cast: Cast) -> None:
    a_signed(a_plan(), now=at(2025, 3, 1))
    assert write_paragraph(figures_of(2026)) == (
        "依法预防处置重大突发事件。2026年，南华镇健全应急预案体系，现有专项预案1个。"
    )


def test_it_begins_with_drills_where_there_are_no_plans(app: Flask, cast: Cast) -> None:
    a_held(a_plan(), cast, is_confirmed=True)
    assert write_paragraph(figures_of(2026)) == (
        "依法预防处置重大突发事件。2026年，南华镇组织各村（社区）开展应急演练1场次（均已确认），"
        "均为洪涝演练，明水村1场次，参加45人次。"
    )


def test_it_says_that_nothing_is_confirmed_yet(app: Flask, cast: Cast) -> None:
    a_held(a_plan(), cast)
    assert "开展应急演练1场次（均已记录待确认）" in write_paragraph(figures_of(2026))


def test_it_speaks_of_what_was_put_right(app: Flask, cast: Cast) -> None:
    a_finding(cast, now=at(2026, 4, 1))
    closed = a_fixed_finding(cast, now=at(2026, 4, 1))
    findings.close_finding(closed, by=cast.office, now=at(2026, 5, 1))
    assert write_paragraph(figures_of(2026)).endswith(
        "2026年，南华镇演练、核查和评估发现问题2个，全年整改销号1个。"
    )


def test_it_speaks_for_a_village_of_its_own(app: Flask, cast: Cast) -> None:
    fill(cast)
    assert write_paragraph(figures_of(2026, place=VILLAGE)) == (
        "依法预防处置重大突发事件。2026年，明水村健全应急预案体系，修订印发应急预案1个，"
        "现有村级预案1个。开展应急演练2场次（已确认1场次、已记录待确认1场次），均为洪涝演练，"
        "参加90人次。演练、核查和评估发现问题1个，全年整改销号1个。"
        "对照标准核查，村级“五有”5项中达到3项。建有村级应急救援队伍1支，落实网格长1名、地震观测员1名。"
    )


def test_it_speaks_of_towns_for_a_county(app: Flask, cast: Cast) -> None:
    neighbours()
    fill(cast)
    said = write_paragraph(figures_of(2026, place="620724000000"))
    assert "2026年，高台县" in said
    assert "组织各乡镇开展应急演练2场次" in said
    assert "南华镇2场次" in said


def test_it_says_that_it_knows_nothing_of_a_year(app: Flask, cast: Cast) -> None:
    assert write_paragraph(figures_of(2019)) == (
        "2019年，南华镇没有登记预案、演练、培训、整改和队伍等情况，不能据此写出本节。"
    )
    assert a_year(2019).number == 2019


def test_it_is_on_the_page_and_in_both_files(app: Flask, cast: Cast, browse: Browse) -> None:
    a_held(a_plan(), cast)
    said = write_paragraph(figures_of(2026))
    db.session.commit()
    browser = browse(cast.office)
    assert browser.get("/reports/2026").html.find("textarea").get_text().strip() == said
    text = browser.get("/reports/2026/paragraph.txt")
    assert text.body.decode("utf-8-sig") == said + "\n"
    assert text.content_type == "text/plain"
    word = browser.get("/reports/2026/paragraph.docx")
    body = read_word(word.body, "示例.docx").body
    assert said in body
    assert "签署" not in body
    assert "%E5%8D%97%E5%8D%8E%E9%95%872026%E5%B9%B4" in word.headers["Content-Disposition"]
