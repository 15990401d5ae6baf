"""Answer what drills have found: change the clause, or say why it stays."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_drill, a_record
from factories import (
    ALL_MET,
    NOW,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan,
    a_published,
    form_of,
    keep,
    stored,
)
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.recording import Problem
from nanhua_emergency.errors import NotFound
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans import demands, drafting, publication, services
from nanhua_emergency.plans.demand_models import Demand
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan

HEADING = "3.3 村叫户"
OLD, NEW = "门锁着的问邻居人在哪里", "门锁着的问邻居人在哪里，隔 10 分钟再去一次"
assert OLD in a_body()


def a_demand(cast: Cast, **columns: bool) -> Edition:
    """The next edition of a plan of which a drill has found one clause wanting."""
    plan = a_plan()
    a_published(plan, cast)
    a_record(a_drill(plan, by=cast.office), by=cast.village, no_problem="",
             problems=[Problem("北沟两户没有叫到", HEADING)])  # fmt: skip
    return a_draft(plan, by=cast.office, body=a_changed_body(), **columns)


def save(edition: Edition, body: str, cast: Cast) -> None:
    drafting.save_draft(edition, body=body, based_on_id=edition.head_id, note="示例",
                        by=cast.office, now=NOW)  # fmt: skip


def submit(edition: Edition, cast: Cast) -> None:
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)


def publish(edition: Edition, cast: Cast) -> None:
    assert edition.head is not None
    sha256, now = edition.head.sha256, NOW + timedelta(days=20)
    services.clear_edition(edition, sha256=sha256, points=ALL_MET, by=cast.legal, now=now)
    publication.publish_edition(edition, sha256=sha256, issue_number="南政发〔2026〕9号",
                                effective_on=now.date(), by=cast.leader, now=now)  # fmt: skip


@pytest.mark.parametrize("is_major", [True, False])
def test_it_is_not_submitted_until_the_clause_has_changed(
    app: Flask, cast: Cast, is_major: bool
) -> None:
    edition = a_demand(cast, is_major=is_major)
    with pytest.raises(demands.DemandsOpen, match="1 处问题还没有回应") as refusal:
        submit(edition, cast)
    assert [one.heading for one in refusal.value.demands] == [HEADING]
    save(edition, a_changed_body().replace(OLD, NEW), cast)
    submit(edition, cast)
    assert edition.state is State.SUBMITTED


def test_it_is_shown_on_the_pages_of_the_next_edition(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    edition_id = keep(a_demand(cast))
    browser = browse(cast.office)
    for page in ("", "/submit"):
        text = browser.get(f"/work/editions/{edition_id}{page}").text
        assert "北沟两户没有叫到" in text
        assert "还没有改" in text
    form = form_of(browser.get(f"/work/editions/{edition_id}/submit"))
    form["change_note"] = "我的说明"
    page = form.submit(status=422)
    assert "1 处问题还没有回应" in page.text
    assert form_of(page)["change_note"].value == "我的说明"
    assert stored(Edition.state, edition_id) is State.DRAFTED
    edition = db.session.get_one(Edition, edition_id)
    save(edition, a_changed_body().replace(OLD, NEW), cast)
    db.session.commit()
    assert "这一条已改" in browser.get(f"/work/editions/{edition_id}").text
    form["change_note"] = "补上第二次上门"
    assert "已送司法所审核。" in form.submit(status=302).follow().text


def is_changed(edition: Edition, body: str, cast: Cast) -> bool:
    save(edition, body, cast)
    [answer] = demands.list_answers(edition)
    return answer.is_changed


def test_it_finds_the_clause_under_another_number(app: Flask, cast: Cast) -> None:
    edition, body = a_demand(cast), a_changed_body()
    moved = body.replace(f"### {HEADING}", "### 3.2 村叫户").replace(
        "### 3.2 镇叫村", "### 3.3 镇叫村")  # fmt: skip
    assert moved != body
    assert not is_changed(edition, moved, cast)
    assert is_changed(edition, moved.replace(OLD, NEW), cast)


def test_it_takes_a_removed_heading_for_a_change(app: Flask, cast: Cast) -> None:
    edition = a_demand(cast)
    assert is_changed(edition, a_changed_body().replace(f"### {HEADING}", "### 3.3 户户叫到"), cast)


def test_it_takes_no_blank_for_a_change(app: Flask, cast: Cast) -> None:
    edition, body = a_demand(cast), a_changed_body()
    assert not is_changed(edition, body.replace(OLD, f"{OLD[:4]} {OLD[4:]}"), cast)
    assert not is_changed(edition, body.replace(f"### {HEADING}\n", f"### {HEADING}\n\n"), cast)


def test_it_takes_a_change_elsewhere_for_none(app: Flask, cast: Cast) -> None:
    edition = a_demand(cast)
    assert not is_changed(edition, a_changed_body("别处补一句。"), cast)


def test_it_takes_a_change_in_a_subsection_for_one(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    published = a_published(plan, cast)
    demands.make_demand(published, heading="3 预警信息传播", text="示例", now=NOW)
    edition = a_draft(plan, by=cast.office, body=a_changed_body())
    assert not is_changed(edition, a_changed_body("别处。"), cast)
    assert is_changed(edition, a_changed_body().replace(OLD, NEW), cast)


TWINS = "## 1 山洪\n\n### 1.1 做法\n\n甲。\n\n## 2 积水\n\n### 2.1 做法\n\n乙。\n"


def test_it_tells_two_headings_of_one_title_apart() -> None:
    assert demands.list_clauses(TWINS, "2.1 做法") == ["做法\n乙。", "做法\n甲。"]
    assert demands.list_clauses(TWINS, "1.1 做法")[0] == "做法\n甲。"
    assert demands.list_clauses(TWINS, "做法 没有") == []


def test_it_refuses_a_heading_that_the_edition_does_not_have(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    with pytest.raises(NotFound, match=r"预案里没有“9\.9 没有”这一节"):
        demands.make_demand(edition, heading="9.9 没有", text="示例", now=NOW)


def test_it_is_settled_when_the_answer_is_published(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_demand(cast)
    save(edition, a_changed_body().replace(OLD, NEW), cast)
    submit(edition, cast)
    demand = db.session.query(Demand).one()
    assert demand.answered_edition_id is None
    publish(edition, cast)
    assert demand.answered_edition_id == edition.id
    finding_id = db.session.query(Finding.id).scalar()
    plan_id, edition_id, number = edition.plan_id, edition.id, edition.number
    db.session.commit()
    page = browse(cast.village).get(f"/findings/{finding_id}")
    assert f"已由第 {number} 版回应" in page.text
    page.click("看那一版")
    publication.withdraw_edition(db.session.get_one(Edition, edition_id), reason="示例",
                                 by=cast.leader, now=clock.now())  # fmt: skip
    page = browse(cast.village).get(f"/findings/{finding_id}")
    assert "（该版已撤回）" in page.text
    assert "看那一版" not in page.text
    again = a_draft(db.session.get_one(Plan, plan_id), by=cast.office)
    assert demands.list_answers(again) == []


def test_it_stays_open_when_raised_after_the_text_was_submitted(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    published = a_published(plan, cast)
    edition = a_draft(plan, by=cast.office, body=a_changed_body())
    submit(edition, cast)
    demand = demands.make_demand(published, heading=HEADING, text="示例", now=NOW)
    publish(edition, cast)
    assert demand.answered_edition_id is None
    assert [one.demand for one in demands.list_answers(a_draft(plan, by=cast.office))] == [demand]


def test_it_is_withdrawn_with_the_record_that_found_it(app: Flask, cast: Cast) -> None:
    edition = a_demand(cast)
    record = db.session.query(recording.DrillRecord).one()
    recording.return_record(record, reason="示例", by=cast.office, now=record.recorded_at)
    assert demands.list_answers(edition) == []
    submit(edition, cast)
    assert edition.state is State.SUBMITTED


def test_it_asks_nothing_of_another_plan(app: Flask, cast: Cast) -> None:
    a_demand(cast)
    other = a_draft(a_plan(number=2, slug="drought", title="示例"), by=cast.office)
    assert demands.list_answers(other) == []
