"""What people do from publication on: publish, approve, withdraw, file, announce, review."""

from datetime import date, datetime, timedelta

from nanhua_emergency import clock
from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import find_place
from nanhua_emergency.plans import references
from nanhua_emergency.plans.demands import settle_demands
from nanhua_emergency.plans.lifecycle import SUPERSEDING, Move, Verb, get_move
from nanhua_emergency.plans.models import Edition, Filing, Plan, Review
from nanhua_emergency.plans.queries import find_published, find_unclosed_review, list_filings
from nanhua_emergency.plans.search import keep_sections, retire_sections
from nanhua_emergency.plans.services import check_other_eyes, check_same_text, record
from nanhua_emergency.plans.words import Outcome
from nanhua_emergency.workdays import add_months, add_workdays

# Articles 26 and 28 of 国办发〔2024〕5号: file, and announce, within 20 working days after issue.
FILING_WORKDAYS = 20
# design.md: a text published urgently is approved by another person within three days.
APPROVAL_DAYS = 3
# A day of effect farther ahead than this is a slip of the pen.
FARTHEST_EFFECT = timedelta(days=366)


def publish_edition(
    edition: Edition, *, sha256: str, issue_number: str, effective_on: date,
    by: Account, now: datetime,
) -> None:  # fmt: skip
    """Sign exactly the text that was cleared; it replaces the one in force."""
    lock(edition)
    move = get_move(edition.state, Verb.PUBLISH, by.role)
    check_same_text(edition, sha256)
    if edition.cleared_sha256 != sha256:
        raise RuleBroken("文本在审核之后有改动，须重新审核才能签发")
    check_other_eyes(edition, by)
    _put_in_force(edition, move, issue_number, effective_on, by=by, now=now)
    record(edition, "edition.published", by=by, now=now, summary=f"签发，文号 {issue_number}",
           sha256=sha256, effective_on=effective_on)  # fmt: skip


def publish_urgently(
    edition: Edition, *, sha256: str, issue_number: str, reason: str, by: Account, now: datetime
) -> None:
    """Sign at once, without clearance, for a stated reason; another person approves in 3 days."""
    lock(edition)
    move = get_move(edition.state, Verb.PUBLISH_URGENTLY, by.role)
    check_same_text(edition, sha256)
    check_other_eyes(edition, by)
    if not reason.strip():
        raise RuleBroken("请写明紧急签发的原因", field="reason")
    today = clock.day_of(now)
    edition.is_urgent, edition.urgent_reason = True, reason.strip()
    edition.approval_due_on = today + timedelta(days=APPROVAL_DAYS)
    _put_in_force(edition, move, issue_number, today, by=by, now=now)
    record(edition, "edition.published_urgently", by=by, now=now, summary="紧急签发",
           reason=edition.urgent_reason, sha256=sha256)  # fmt: skip


def _put_in_force(
    edition: Edition, move: Move, issue_number: str, effective_on: date, *, by: Person,
    now: datetime,
) -> None:  # fmt: skip
    today = clock.day_of(now)
    if not issue_number.strip():
        raise RuleBroken("请填文号，例如 南政发〔2026〕5号", field="issue_number")
    if not today <= effective_on <= today + FARTHEST_EFFECT:
        raise RuleBroken("施行日期应在今天之后的一年以内", field="effective_on")
    _supersede(edition.plan, by=by, now=now)
    edition.issue_number, edition.effective_on = issue_number.strip(), effective_on
    edition.published_sha256 = edition.head.sha256 if edition.head else ""
    edition.published_at, edition.published_by_id = now, by.id
    edition.state = move.next_state
    db.session.flush()
    keep_sections(edition)
    references.freeze(edition, now=now)
    settle_demands(edition)
    if edition.is_major:
        _start_clocks(edition, today)
    _set_review(edition.plan, add_months(effective_on, edition.plan.review_months))


def _supersede(plan: Plan, *, by: Person, now: datetime) -> None:
    previous = find_published(plan)
    if previous is None:
        return
    previous.state, previous.ended_at = SUPERSEDING.next_state, now
    db.session.flush()
    record(previous, "edition.superseded", by=by, now=now, summary="由新版取代")


def _start_clocks(edition: Edition, today: date) -> None:
    """Filing (Article 26) and announcement (Article 28) both count from the day of issue."""
    due = add_workdays(today, FILING_WORKDAYS)
    edition.announcement_due_on = due.on
    for recipient in list_recipients(edition.plan):
        db.session.add(Filing(edition_id=edition.id, recipient=recipient, due_on=due.on,
                              is_due_exact=due.is_exact))  # fmt: skip
    db.session.flush()


def list_recipients(plan: Plan) -> list[str]:
    """With whom a plan must be filed, Article 26 item 6.

    A township's plan goes to the county government, handed to its emergency department; a
    village's goes to the township.
    """
    if plan.place.is_village:
        town = find_place(plan.place.town_code)
        return [f"{town.name if town else ''}人民政府"]
    county = find_place(plan.place.county_code)
    return [f"{county.name if county else ''}人民政府（径送县应急管理局）"]


def _set_review(plan: Plan, due_on: date) -> None:
    review = find_unclosed_review(plan)
    if review is None:
        review = Review(plan_id=plan.id, due_on=due_on)
        db.session.add(review)
    review.due_on = due_on
    db.session.flush()


def approve_edition(edition: Edition, *, by: Account, now: datetime) -> None:
    """Sign, as another person, what was published urgently."""
    lock(edition)
    get_move(edition.state, Verb.APPROVE, by.role)
    if not edition.awaits_approval:
        raise RuleBroken("这一版不需要补签，或者已经补签")
    if edition.published_by_id == by.id:
        raise RuleBroken("紧急签发的人不能给自己补签，请另一位领导来办")
    check_other_eyes(edition, by)
    edition.approved_at, edition.approved_by_id = now, by.id
    record(edition, "edition.approved", by=by, now=now, summary="补签紧急签发的文本",
           sha256=edition.published_sha256)  # fmt: skip


def withdraw_edition(edition: Edition, *, reason: str, by: Account, now: datetime) -> None:
    """Take the text in force away from the public, with a reason."""
    lock(edition)
    move = get_move(edition.state, Verb.WITHDRAW, by.role)
    if not reason.strip():
        raise RuleBroken("请写明撤回的原因", field="reason")
    edition.state, edition.ended_at = move.next_state, now
    edition.return_reason = reason.strip()
    retire_sections(edition)
    references.forget_uses(edition)
    record(edition, "edition.withdrawn", by=by, now=now, summary="撤回", reason=reason.strip())


def add_filing(edition: Edition, *, recipient: str, by: Person, now: datetime) -> Filing:
    """Add a recipient, such as a department that gets a copy (抄送有关部门)."""
    if edition.published_at is None:
        raise RuleBroken("签发以后才能备案")
    if recipient.strip() in [filing.recipient for filing in list_filings(edition)]:
        raise RuleBroken("“%(name)s”已在备案名单里", name=recipient.strip(), field="recipient")
    due = add_workdays(clock.day_of(edition.published_at), FILING_WORKDAYS)
    filing = Filing(edition_id=edition.id, recipient=recipient.strip(), due_on=due.on,
                    is_due_exact=due.is_exact)  # fmt: skip
    db.session.add(filing)
    db.session.flush()
    record(edition, "filing.added", by=by, now=now, summary=f"增加备案单位：{filing.recipient}")
    return filing


def file_edition(
    filing: Filing, *, filed_on: date, receipt_number: str, by: Person, now: datetime
) -> None:
    """Enter the receipt of one recipient; that stops its clock."""
    lock(filing)
    edition = filing.edition
    if filing.filed_on is not None:
        raise RuleBroken("这项备案已登记回执，不用再登记")
    if not receipt_number.strip():
        raise RuleBroken("请填回执编号", field="receipt_number")
    issued_on = clock.day_of(edition.published_at) if edition.published_at else filed_on
    _check_past_day(filed_on, since=issued_on, now=now, field="filed_on")
    filing.filed_on, filing.receipt_number = filed_on, receipt_number.strip()
    record(edition, "filing.filed", by=by, now=now, filed_on=filed_on,
           summary=f"备案：{filing.recipient}，回执 {filing.receipt_number}")  # fmt: skip


def announce_edition(
    edition: Edition, *, announced_on: date, where: str, by: Person, now: datetime
) -> None:
    """Enter when and where the text was announced to the public (Article 28)."""
    lock(edition)
    if edition.announced_on is not None:
        raise RuleBroken("这一版已登记公布，不用再登记")
    if edition.published_at is None:
        raise RuleBroken("签发以后才能公布")
    _check_past_day(announced_on, since=clock.day_of(edition.published_at), now=now,
                    field="announced_on")  # fmt: skip
    edition.announced_on, edition.announced_where = announced_on, where.strip()
    record(edition, "edition.announced", by=by, now=now, summary=f"向社会公布：{where.strip()}")


def _check_past_day(day: date, *, since: date, now: datetime, field: str) -> None:
    if not since <= day <= clock.day_of(now):
        raise RuleBroken("日期应在签发当天至今天之间", field=field)


def close_review(
    review: Review, *, outcome: Outcome, reasons: str, checked: str, by: Person, now: datetime
) -> Review:
    """Close a periodic review with its outcome; the next one is set at once."""
    lock(review)
    if review.closed_on is not None:
        raise RuleBroken("这次评估已经办结")
    if not reasons.strip():
        raise RuleBroken("请写明理由", field="reasons")
    if not checked.strip():
        raise RuleBroken(
            "请写明核对了什么，例如法规、机构、风险、物资、演练发现的问题", field="checked"
        )
    today = clock.day_of(now)
    review.outcome, review.closed_on, review.closed_by_id = outcome, today, by.id
    review.reasons, review.checked = reasons.strip(), checked.strip()
    db.session.flush()
    _set_review(review.plan, add_months(today, review.plan.review_months))
    plan = review.plan
    summary = f"《{plan.title}》定期评估：{review.outcome_name}"
    activity.record("review.closed", review, place_code=plan.place_code, by=by, now=now,
                    summary=summary, reasons=review.reasons, checked=review.checked)  # fmt: skip
    return review
