"""Hand an audit in: everything answered, or each open criterion is named."""

import pytest
from flask import Flask

from audit_factories import a_submitted_audit, an_audit, give_all
from conftest import Browse
from factories import NOW, Cast, keep, stored
from nanhua_emergency.audits.answering import submit_audit
from nanhua_emergency.audits.models import Audit, AuditState
from nanhua_emergency.audits.services import AlreadyDone
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.errors import NotFound, RuleBroken


def submit_on_page(browser: object, audit_id: int, status: int) -> object:
    page = browser.get(f"/audits/{audit_id}")  # type: ignore[attr-defined]
    [form] = [f for f in page.forms.values() if f.action.endswith("/submit")]
    return form.submit(status=status)


def test_it_is_handed_in_once_everything_is_answered(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit = an_audit(cast)
    give_all(audit, by=cast.village, V2_1=Verdict.UNMET)
    audit_id = keep(audit)
    page = submit_on_page(browse(cast.village), audit_id, 302).follow()  # type: ignore[attr-defined]
    assert "已交应急办核实。" in page.text
    assert "待核实" in page.text
    assert stored(Audit.state, audit_id) is AuditState.SUBMITTED
    assert stored(Audit.submitted_by_id, audit_id) == cast.village.id


def test_it_names_what_is_still_open(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = an_audit(cast)
    give_all(audit, by=cast.village, V2_1=Verdict.UNCHECKED, V4_3=Verdict.UNCHECKED)
    audit_id = keep(audit)
    page = submit_on_page(browse(cast.village), audit_id, 422)
    assert "还有 2 条没有核查：V2.1、V4.3" in page.text  # type: ignore[attr-defined]
    assert stored(Audit.state, audit_id) is AuditState.JUDGING


def test_nothing_answered_is_not_handed_in(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="还有 19 条没有核查"):
        submit_audit(an_audit(cast), by=cast.village, now=NOW)


def test_it_is_handed_in_once(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    with pytest.raises(AlreadyDone):
        submit_audit(audit, by=cast.village, now=NOW)


@pytest.mark.parametrize("who", ["other_village", "leader"])
def test_it_is_not_handed_in_by_others(app: Flask, cast: Cast, who: str) -> None:
    audit = an_audit(cast)
    give_all(audit, by=cast.village)
    with pytest.raises(NotFound):
        submit_audit(audit, by=getattr(cast, who), now=NOW)
