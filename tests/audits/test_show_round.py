"""Show a round as a matrix, a place over its rounds, and both as Excel."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from flask import Flask

from audit_factories import (
    a_closed_round,
    a_round,
    a_submitted_audit,
    agree,
    an_audit,
    give,
    give_all,
)
from conftest import Browse
from factories import NOW, OTHER_VILLAGE, VILLAGE, Cast, keep
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.models import AuditState
from nanhua_emergency.audits.verdicts import Verdict


def test_it_shows_words_as_well_as_colour_in_code_order(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    held = a_round(cast, places=[VILLAGE, OTHER_VILLAGE])
    _, audit = queries.list_all_audits(held)
    for code in ("V1.1", "V1.2", "V1.3", "V1.4"):
        give(audit, code, Verdict.MET, by=cast.village)
    for code in ("V2.1", "V2.2", "V2.3"):
        give(audit, code, Verdict.UNMET, by=cast.village)
    give(audit, "V3.1", Verdict.MET, by=cast.village)
    for code, verdict in zip(("V5.1", "V5.2", "V5.3", "V5.4"), 2 * [Verdict.MET, Verdict.PARTLY],
                             strict=True):  # fmt: skip
        give(audit, code, verdict, by=cast.village)
    round_id = keep(held)
    page = browse(cast.leader).get(f"/audits/rounds/{round_id}")
    rows = page.html.select("tbody tr")
    assert [row.th.get_text() for row in rows] == ["南岔村", "明水村"]
    cells = [(td.b.get_text(), td["class"][0]) for td in rows[1].select("td[class]")]
    assert cells == [
        ("有", "verdict-met"), ("无", "verdict-unmet"), ("未核查", "verdict-unchecked"),
        ("未核查", "verdict-unchecked"), ("部分", "verdict-partly"),
    ]  # fmt: skip
    assert "填了 1/4 条" in rows[1].get_text()
    target = page.goto(rows[1].select_one("td a")["href"])
    assert "有综合应急队伍" in target.text
    for word in ("排名", "名次", "第一名", "得分"):
        assert word not in page.text


def test_it_counts_the_whole_round_on_each_of_its_pages(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    held = a_round(cast, places=[VILLAGE, OTHER_VILLAGE])
    give_all(queries.list_all_audits(held)[1], by=cast.village, V1_1=Verdict.UNMET)
    address = f"/audits/rounds/{keep(held)}"
    # 南岔村 has not begun; of the items of 明水村 one is partly there.
    for person, page, said in (
        (cast.office, 1, [4, 1, 0, 5]), (cast.office, 2, [4, 1, 0, 5]),
        (cast.other_village, 1, [0, 0, 0, 5]),
    ):  # fmt: skip
        facts = browse(person).get(f"{address}?page={page}").html.select(".plan-facts")[-1]
        assert [int(number) for number in re.findall(r"\d+", facts.get_text())] == said


def test_it_shows_the_office_s_word_where_they_differ(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit = a_submitted_audit(cast)
    agree(audit, by=cast.office)
    page = browse(cast.office).get(f"/audits/rounds/{keep(audit.round)}")
    assert page.text.count("已核实") >= 5


def test_the_trend_sets_rounds_of_one_place_below_each_other(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_closed_round(cast, V1_1=Verdict.UNMET)
    a_closed_round_again(cast)
    keep(an_audit(cast, name="2027年上半年"))
    page = browse(cast.village).get(f"/audits/places/{VILLAGE}")
    rows = page.html.select("tbody tr")
    assert [row.th.get_text() for row in rows] == ["2026年上半年", "2026年下半年", "2027年上半年"]
    first = [row.td.b.get_text() for row in rows]
    assert first == ["部分", "有", "未核查"]
    assert "还没有核查过。" in browse(cast.office).get(f"/audits/places/{OTHER_VILLAGE}").text
    browse(cast.village).get(f"/audits/places/{OTHER_VILLAGE}", status=404)


def a_closed_round_again(cast: Cast) -> None:
    from audit_factories import give_all
    from nanhua_emergency.audits import services
    from nanhua_emergency.audits.answering import submit_audit

    later = NOW + timedelta(days=9)
    audit = an_audit(cast, name="2026年下半年", now=later)
    give_all(audit, by=cast.village, now=later)
    submit_audit(audit, by=cast.village, now=later)
    agree(audit, by=cast.office, now=later)
    services.close_round(audit.round, reason="", by=cast.office, now=later)


def test_it_downloads_as_excel_without_formulas(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = an_audit(cast)
    give(audit, "V1.1", Verdict.PARTLY, by=cast.village, note="=HYPERLINK(1)")
    answer = browse(cast.office).get(f"/audits/rounds/{keep(audit.round)}.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.body))
    assert book.sheetnames == ["一览", "逐条"]
    assert [cell.value for cell in book["一览"][3]] == ["明水村", *["未核查"] * 5, "正在自评"]
    row = [cell.value for cell in book["逐条"][2]]
    assert row[1:3] == ["V1.1", "有综合应急队伍"]
    assert row[7] == "=HYPERLINK(1)"
    assert book["逐条"][2][7].data_type == "s"
    assert book["逐条"].max_row == 20


@pytest.mark.parametrize("who", ["legal", "admin"])
def test_it_refuses_whoever_has_no_part_in_it(
    app: Flask, cast: Cast, browse: Browse, who: str
) -> None:
    round_id = keep(a_round(cast))
    for address in ("/audits/", f"/audits/rounds/{round_id}", f"/audits/rounds/{round_id}.xlsx"):
        browse(getattr(cast, who)).get(address, status=403)


def test_it_lists_what_is_due_within_a_place(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    due = audit.round.due_on
    states = (AuditState.NOT_STARTED, AuditState.JUDGING)
    assert queries.list_audits_due(cast.village.place, states, until=due) == [audit]
    assert queries.list_audits_due(cast.other_village.place, states, until=due) == []
    day_before = due - timedelta(days=1)
    assert queries.list_audits_due(cast.office.place, states, until=day_before) == []
    assert queries.list_audits_due(cast.office.place, [AuditState.SUBMITTED], until=due) == []
