"""Return an audit to its place, with the reason."""

import pytest
from flask import Flask

from audit_factories import a_submitted_audit, agree, an_audit, answer_of, give
from conftest import Browse
from factories import NOW, Cast, form_of, keep, stored
from nanhua_emergency.audits.models import Audit, AuditState
from nanhua_emergency.audits.services import AlreadyDone
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.audits.verifying import return_audit
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound


def test_it_goes_back_with_the_reason_and_keeps_what_was_said(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    audit_id = keep(a_submitted_audit(cast))
    form = form_of(browse(cast.office).get(f"/audits/{audit_id}").click("退回"))
    form["reason"] = "  "
    assert "请写明原因" in form.submit(status=422).text
    form["reason"] = "V2 的照片看不清"
    form.submit(status=302)
    page = browse(cast.village).get(f"/audits/{audit_id}")
    assert "退回的原因：V2 的照片看不清" in page.text
    assert "填了 19/19 条" in page.text
    assert stored(Audit.state, audit_id) is AuditState.JUDGING


def test_an_answer_that_changes_is_verified_anew(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    agree(audit, by=cast.office)
    return_audit(audit, reason="示例", by=cast.office, now=NOW)
    give(audit, "V1.1", Verdict.PARTLY, by=cast.village)
    db.session.expire_all()
    assert answer_of(audit, "V1.1").office_verdict is None
    assert answer_of(audit, "V1.2").office_verdict is Verdict.MET


def test_it_is_not_returned_before_it_came(app: Flask, cast: Cast) -> None:
    with pytest.raises(AlreadyDone):
        return_audit(an_audit(cast), reason="示例", by=cast.office, now=NOW)


def test_it_is_not_returned_by_a_village(app: Flask, cast: Cast, browse: Browse) -> None:
    audit = a_submitted_audit(cast)
    with pytest.raises(NotFound):
        return_audit(audit, reason="示例", by=cast.village, now=NOW)
    browse(cast.village).get(f"/audits/{keep(audit)}/return", status=403)
