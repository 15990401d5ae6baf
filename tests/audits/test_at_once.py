"""Answer, verify and close at the same moment: each act is in the seal or refused, never beside it."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from audit_factories import a_submitted_audit, agree, an_audit, answer_of, give
from drill_factories import at_once
from factories import NOW, Cast, keep
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import services
from nanhua_emergency.audits.answering import AnsweredMeanwhile, mark_of
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.audits.sealing import find_changed_audits
from nanhua_emergency.audits.services import AlreadyDone, RoundClosed
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source


def trying(act: Callable[[], Any]) -> Callable[[], str]:
    """Do it and commit; gives what refused it, or nothing."""

    def do() -> str:
        try:
            act()
            db.session.commit()
        except RuleBroken as refusal:
            db.session.rollback()
            return type(refusal).__name__
        return ""

    return do


def person(key: int) -> Account:
    account = db.session.get(Account, key)
    assert account is not None
    return account


def audit_of(key: int) -> Audit:
    audit = db.session.get(Audit, key)
    assert audit is not None
    return audit


def test_a_round_is_closed_while_somebody_answers(app: Flask, cast: Cast) -> None:
    audit_id, office, village = keep(an_audit(cast), cast.office, cast.village)
    results = at_once(
        app,
        trying(lambda: services.close_round(
            audit_of(audit_id).round, reason="示例：到期", by=person(office), now=NOW
        )),
        *[
            trying(lambda code=code: give(audit_of(audit_id), code, Verdict.MET,
                                          by=person(village)))
            for code in ("V1.1", "V2.1", "V3.1")
        ],
    )  # fmt: skip
    assert results[0] == ""
    assert set(results[1:]) <= {"", RoundClosed.__name__}
    assert list(find_changed_audits()) == []
    audit = audit_of(audit_id)
    kept = [answer_of(audit, code).verdict is Verdict.MET for code in ("V1.1", "V2.1", "V3.1")]
    assert kept == [result == "" for result in results[1:]]


def test_two_answers_to_one_criterion_at_once(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    mark = mark_of(answer_of(audit, "V1.1"))
    audit_id, office, village = keep(audit, cast.office, cast.village)
    results = at_once(app, *[
        trying(lambda by=by, note=note: give(
            audit_of(audit_id), "V1.1", Verdict.PARTLY, by=person(by), note=note, based_on=mark
        ))
        for by, note in ((office, "示例一"), (village, "示例二"))
    ])  # fmt: skip
    assert sorted(results) == ["", AnsweredMeanwhile.__name__]


def test_two_verify_at_once_and_one_finding_is_raised(app: Flask, cast: Cast) -> None:
    audit = a_submitted_audit(cast, V1_2=Verdict.UNMET)
    audit_id, one, other = keep(audit, cast.office, cast.other_office)
    results = at_once(app, *[
        trying(lambda by=by: agree(audit_of(audit_id), by=person(by))) for by in (one, other)
    ])  # fmt: skip
    assert "" in results
    assert set(results) <= {"", AnsweredMeanwhile.__name__, AlreadyDone.__name__}
    assert len(findings.list_findings_of(Source.AUDIT, audit_id)) == 1


def test_two_rounds_of_one_list_are_not_opened_at_once(app: Flask, cast: Cast) -> None:
    from sqlalchemy.exc import IntegrityError

    from audit_factories import a_checklist, a_period
    from factories import VILLAGE
    from nanhua_emergency.places.services import get_place

    office = keep(cast.office)

    def open_one() -> str:
        try:
            return trying(lambda: services.open_round(
                a_checklist(), [get_place(VILLAGE)], period=a_period(), by=person(office), now=NOW
            ))()  # fmt: skip
        except IntegrityError:  # the page says that somebody has just done it
            db.session.rollback()
            return "IntegrityError"

    results = at_once(app, open_one, open_one)
    assert results.count("") == 1
    assert db.session.query(Audit).count() == 1
