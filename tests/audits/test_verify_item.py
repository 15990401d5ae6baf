"""Verify an item: the office agrees or differs with a reason, and what lacks is put right."""

from datetime import timedelta

import pytest
from flask import Flask

from audit_factories import (
    LACKS,
    SEVEN,
    a_submitted_audit,
    agree,
    an_audit,
    answer_of,
    differ,
    give_all,
)
from conftest import Browse
from factories import NOW, TODAY, TOWN, Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.answering import AnsweredMeanwhile, submit_audit
from nanhua_emergency.audits.models import Audit, AuditState
from nanhua_emergency.audits.services import AlreadyDone
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.audits.verifying import Decision, OwnAnswer, Task, verify_answer, verify_item
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import FindingState, Source


def test_the_office_agrees_item_by_item(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(a_submitted_audit(cast))
    page = browse(cast.office).get(f"/audits/{audit_id}").click("逐项核实")
    for code in ("V1", "V2", "V3", "V4", "V5"):
        assert page.html.h1.get_text() == f"核实 {code} " + page.html.h1.get_text().split()[-1]
        page = form_of(page).submit(status=302).follow()
        assert f"{code} 已核实。" in page.text
    assert stored(Audit.state, audit_id) is AuditState.VERIFIED
    assert findings.list_findings_of(Source.AUDIT, audit_id) == []


def test_it_differs_with_a_reason_and_both_are_kept(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(a_submitted_audit(cast))
    form = form_of(browse(cast.office).get(f"/audits/{audit_id}/items/V3/verify"))
    form["verdict_V3.1"] = "partly"
    page = form.submit(status=422)
    assert "V3.1 与自评不同，请写明理由" in page.text
    form = form_of(page)
    assert form["verdict_V3.1"].value == "partly"
    form["reason_V3.1"] = "台账上少两样"
    form.submit(status=302)
    page = browse(cast.village).get(f"/audits/{audit_id}")
    assert "核实，与自评不同" in page.text
    assert "台账上少两样" in page.text
    answer = answer_of(db.session.get(Audit, audit_id), "V3.1")
    assert (answer.verdict, answer.office_verdict) == (Verdict.MET, Verdict.PARTLY)
    assert answer.final is Verdict.PARTLY
    assert stored(Audit.state, audit_id) is AuditState.SUBMITTED


def test_partly_and_none_become_findings_of_the_village(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast, V1_2=Verdict.PARTLY, V2_3=Verdict.UNMET)
    agree(audit, by=cast.office)
    first, second = findings.list_findings_of(Source.AUDIT, audit.id)
    assert first.text.startswith("V1.2 队长由村支书或村主任担任")
    assert first.text.endswith(f"：部分。{LACKS}")
    assert "：无。" in second.text
    assert first.owner_id == cast.village.id
    assert first.due_on == TODAY + timedelta(days=30)
    assert first.place_code == audit.place_code
    agree(audit, by=cast.office)
    assert len(findings.list_findings_of(Source.AUDIT, audit.id)) == 2


def test_the_office_chooses_owner_and_day(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(a_submitted_audit(cast, V1_2=Verdict.UNMET))
    form = form_of(browse(cast.office).get(f"/audits/{audit_id}/items/V1/verify"))
    assert form["owner_id"].value == str(cast.village.id)
    later = clock.today() + timedelta(days=90)
    form["owner_id"], form["due_on"] = str(cast.office.id), later.isoformat()
    form.submit(status=302)
    [finding] = findings.list_findings_of(Source.AUDIT, audit_id)
    assert finding.owner_id == cast.office.id
    assert finding.due_on == later


def test_no_finding_is_due_on_a_day_that_has_passed(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(a_submitted_audit(cast, V1_2=Verdict.UNMET))
    form = form_of(browse(cast.office).get(f"/audits/{audit_id}/items/V1/verify"))
    form["due_on"] = (clock.today() - timedelta(days=1)).isoformat()
    page = form.submit(status=422)
    assert "期限已经过去，请另定一天" in page.text
    assert findings.list_findings_of(Source.AUDIT, audit_id) == []


def test_a_finding_falls_with_the_verdict_it_rests_on(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    differ(audit, "V1.1", Verdict.UNMET, by=cast.office)
    [finding] = findings.list_findings_of(Source.AUDIT, audit.id)
    differ(audit, "V1.1", Verdict.MET, by=cast.office, reason="示例：补了花名册")
    db.session.refresh(finding)
    assert finding.state is FindingState.DROPPED
    differ(audit, "V1.1", Verdict.PARTLY, by=cast.office)
    assert len(findings.list_findings_of(Source.AUDIT, audit.id)) == 2


def test_nobody_verifies_their_own(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = a_submitted_audit(cast, slug=SEVEN, places=[TOWN])
    answer = answer_of(audit, "T1.1")
    with pytest.raises(OwnAnswer, match=r"T1\.1 是您自己填的，请另一位来核实"):
        verify_answer(answer, Decision(Verdict.MET, "", answer.version), audit=audit, task=Task(),
                      by=cast.office, now=NOW)  # fmt: skip
    audit_id = keep(audit)
    page = browse(cast.office).get(f"/audits/{audit_id}/items/T1/verify")
    assert "是您自己填的，请另一位来核实" in page.text
    assert "请另一位来核实" in form_of(page).submit(status=403).text
    form_of(browse(cast.leader).get(f"/audits/{audit_id}/items/T1/verify")).submit(status=302)
    form = form_of(browse(cast.other_office).get(f"/audits/{audit_id}/items/T2/verify"))
    form.submit(status=302)
    audit = db.session.get(Audit, audit_id)
    assert answer_of(audit, "T1.1").verified_by_id == cast.leader.id
    assert answer_of(audit, "T2.1").verified_by_id == cast.other_office.id


def test_it_is_refused_when_the_answer_has_changed_since(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    seen = answer_of(audit, "V1.1").version
    differ(audit, "V1.1", Verdict.PARTLY, by=cast.office)
    with pytest.raises(AnsweredMeanwhile):
        verify_answer(
            answer_of(audit, "V1.1"), Decision(Verdict.MET, "", seen), audit=audit, task=Task(),
            by=cast.other_office, now=NOW,
        )  # fmt: skip


def test_two_of_the_office_at_once_are_told_of_each_other(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    seen = answer_of(audit, "V1.1").version
    differ(audit, "V1.1", Verdict.PARTLY, by=cast.office)
    for verdict, refused in ((Verdict.PARTLY, False), (Verdict.UNMET, True)):
        decision = Decision(verdict, "示例：现场没有看到", seen)
        said = {"V1.1": decision}
        if not refused:  # the same form, sent twice
            verify_item(audit, "V1", said, task=Task(), by=cast.office, now=NOW)
            continue
        with pytest.raises(AnsweredMeanwhile, match=f"{cast.office.name} 改为“部分”（示例：现场"):
            verify_item(audit, "V1", said, task=Task(), by=cast.other_office, now=NOW)
    assert len(findings.list_findings_of(Source.AUDIT, audit.id)) == 1


def test_it_waits_for_the_village_to_hand_in(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    with pytest.raises(AlreadyDone, match="还没有交上来"):
        agree(audit, by=cast.office)
    give_all(audit, by=cast.village)
    submit_audit(audit, by=cast.village, now=NOW)
    agree(audit, by=cast.office)
    assert all(one.office_verdict is Verdict.MET for one in queries.list_answers(audit))


def test_nothing_is_verified_as_unchecked(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    with pytest.raises(RuleBroken, match="请选有、部分或无"):
        differ(audit, "V1.1", Verdict.UNCHECKED, by=cast.office)


def test_it_is_not_verified_by_a_village(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = a_submitted_audit(cast)
    with pytest.raises(NotFound):
        agree(audit, by=cast.other_village)
    audit_id = keep(audit)
    browse(cast.village).get(f"/audits/{audit_id}/items/V1/verify", status=403)
