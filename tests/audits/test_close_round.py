"""Close a round: every audit locked with the hash of its content, and nothing changes it again."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from audit_factories import (
    LACKS,
    a_closed_round,
    a_round,
    a_submitted_audit,
    agree,
    answer_of,
    give,
)
from conftest import Browse
from factories import (
    COUNTY,
    NOW,
    OTHER_VILLAGE,
    VILLAGE,
    Cast,
    an_account,
    command,
    form_of,
    keep,
    refusal_of,
    stored,
)
from nanhua_emergency.access import Role
from nanhua_emergency.audits import queries, services
from nanhua_emergency.audits.answering import submit_audit
from nanhua_emergency.audits.models import Answer, Audit, AuditState, Round
from nanhua_emergency.audits.sealing import find_changed_audits
from nanhua_emergency.audits.services import RoundClosed
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.audits.verifying import return_audit
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken


def test_it_locks_every_audit(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = a_submitted_audit(cast, V1_2=Verdict.PARTLY)
    agree(audit, by=cast.office)
    round_id, audit_id = keep(audit.round, audit)
    page = browse(cast.office).get(f"/audits/rounds/{round_id}").click("结束这一轮")
    assert "每个地方都核实完了。" in page.text
    page = form_of(page).submit(status=302).follow()
    assert "锁定摘要：" in page.text
    assert stored(Audit.state, audit_id) is AuditState.CLOSED
    assert len(stored(Audit.content_sha256, audit_id)) == 64
    assert (
        stored(Audit.content_sha256, audit_id)
        in browse(cast.village).get(f"/audits/{audit_id}").text
    )
    assert list(find_changed_audits()) == []


def test_it_names_who_has_not_finished_and_asks_why(app: Flask, cast: Cast, browse: Browse) -> None:
    round_id = keep(a_round(cast, places=[VILLAGE, OTHER_VILLAGE]))
    form = form_of(browse(cast.office).get(f"/audits/rounds/{round_id}/close"))
    page = form.submit(status=422)
    assert "还有 2 个地方没有核实完（南岔村、明水村）" in page.text
    assert stored(Round.closed_at, round_id) is None
    form = form_of(page)
    form["reason"] = "示例：年底到期"
    page = form.submit(status=302).follow()
    assert "没有核实完就结束的原因：示例：年底到期" in page.text


def test_it_is_closed_once(app: Flask, cast: Cast, browse: Browse) -> None:
    held = a_closed_round(cast)
    with pytest.raises(RoundClosed):
        services.close_round(held, reason="", by=cast.office, now=NOW)
    round_id = keep(held)
    form = form_of(browse(cast.office).get(f"/audits/rounds/{round_id}/close"))
    assert "这一轮核查已经结束" in form.submit(status=409).text


def test_it_is_for_the_place_that_opened_it(app: Flask, cast: Cast, browse: Browse) -> None:
    county = an_account("county", Role.OFFICE, place=COUNTY)
    held = a_round(cast, by=county)
    with pytest.raises(NotFound):
        services.close_round(held, reason="示例", by=cast.office, now=NOW)
    round_id = keep(held, county)[0]
    town = browse(cast.office)
    assert "结束这一轮" not in town.get(f"/audits/rounds/{round_id}")
    town.get(f"/audits/rounds/{round_id}/close", status=404)
    assert "结束这一轮" in browse(county).get(f"/audits/rounds/{round_id}")


Act = Callable[[Audit, Cast], None]
VERBS: dict[str, Act] = {
    "answer": lambda audit, cast: give(audit, "V1.1", Verdict.UNMET, by=cast.village),
    "submit": lambda audit, cast: submit_audit(audit, by=cast.village, now=NOW),
    "refresh": lambda audit, cast: services.refresh_evidence(audit, by=cast.office, now=NOW),
    "verify": lambda audit, cast: agree(audit, by=cast.other_office),
    "return": lambda audit, cast: return_audit(audit, reason="示例", by=cast.office, now=NOW),
    "close": lambda audit, cast: services.close_round(
        audit.round, reason="", by=cast.office, now=NOW
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_a_closed_audit(app: Flask, cast: Cast, verb: str) -> None:
    [audit] = queries.list_all_audits(a_closed_round(cast))
    before = audit.content_sha256
    db.session.commit()
    with pytest.raises(RoundClosed):
        VERBS[verb](audit, cast)
    db.session.rollback()
    assert list(find_changed_audits()) == []
    assert audit.content_sha256 == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict", Verdict.MET),
        ("note", "事后改过"),
        ("office_reason", "事后补的"),
        ("evidence", {"text": "事后"}),
        ("version", None),
    ],
)
def test_a_change_behind_its_back_is_found(
    app: Flask, cast: Cast, column: str, value: object
) -> None:
    [audit] = queries.list_all_audits(a_closed_round(cast, V1_2=Verdict.PARTLY))
    answer = answer_of(audit, "V1.2")
    assert answer.note == LACKS
    change = {"office_verdict": Verdict.MET} if column == "verdict" else {}
    if value is not None:
        db.session.execute(
            update(Answer).where(Answer.id == answer.id).values(**{column: value} | change)
        )
    db.session.commit()
    changed = [one.id for one in find_changed_audits()]
    db.session.commit()
    if value is None:
        assert changed == []
        assert command(app, "verify-activity").exit_code == 0
        return
    assert changed == [audit.id]
    refusal = refusal_of(command(app, "verify-activity"))
    assert f"核查 {audit.id}：与锁定时的摘要不符" in refusal


def test_a_wording_changed_behind_its_back_is_found(app: Flask, cast: Cast) -> None:
    held = a_closed_round(cast)
    content = {**held.content, "title": "另一张表"}
    db.session.execute(update(Round).where(Round.id == held.id).values(content=content))
    db.session.commit()
    assert len(list(find_changed_audits())) == 1


@pytest.mark.parametrize("who", ["leader", "village", "legal"])
def test_it_is_closed_by_the_office_alone(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    round_id = keep(a_round(cast))
    browse(getattr(cast, who)).get(f"/audits/rounds/{round_id}/close", status=403)


def test_a_verdict_without_its_reason_cannot_be_stored(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    answer = answer_of(audit, "V1.1")
    answer.office_verdict = Verdict.UNMET
    with pytest.raises(Exception, match="differs_with_reason"):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(RuleBroken):
        services.close_round(a_round(cast), reason="", by=cast.office, now=NOW)
