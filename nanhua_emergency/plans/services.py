"""What people do with an edition until it is published: begin, submit, clear, return, abandon."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans.checking import check_edition
from nanhua_emergency.plans.checks import Problem, Weight
from nanhua_emergency.plans.demands import check_demands
from nanhua_emergency.plans.lifecycle import Move, Verb, get_move, list_verbs
from nanhua_emergency.plans.models import Edition, Opinion, Plan, Revision, hash_body
from nanhua_emergency.plans.queries import (
    find_latest,
    find_open,
    find_published,
    has_been_published,
    has_edited,
)
from nanhua_emergency.plans.registered import ChangedMeanwhile, print_of
from nanhua_emergency.plans.words import Category, Trigger

# Article 24 of the Measures for the Administration of Emergency Plans (国办发〔2024〕5号).
REVIEW_POINTS = (
    "符合有关法律、法规、规章和标准",
    "符合上级预案要求，并与有关预案有效衔接",
    "框架结构清晰、要素完整",
    "组织指挥体系与责任分工明确，响应级别设计合理，应对措施具体",
    "各方面意见已经一致，或分歧已有处理办法",
    "其他需要审核的内容",
)

DECISIONS = (Verb.CLEAR, Verb.PUBLISH, Verb.PUBLISH_URGENTLY, Verb.APPROVE)


class PartsMissing(RuleBroken):
    """What the text lacks before it may be submitted, problem by problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("还不能送审：文本有 %(count)s 处要补", count=len(problems))
        self.problems = problems


class SameEyes(RuleBroken):
    """Nobody decides on a text of which they wrote a part."""

    status = 403


def give_edition(edition: Edition, *, drafter: Account, by: Person, now: datetime) -> None:
    """Let another person carry an open edition on; who began it stays in the log of activity."""
    lock(edition)
    if not edition.is_open:
        raise RuleBroken("《%(title)s》的这一版已经办结", title=edition.plan.title)
    before, edition.began_by_id = edition.began_by_id, drafter.id
    db.session.flush()
    activity.record(
        "edition.given", edition, place_code=edition.plan.place_code, by=by, now=now,
        summary=f"《{edition.plan.title}》由{drafter.name}接着编修", before=before,
    )  # fmt: skip


def add_plan(plan: Plan, *, by: Person, now: datetime) -> Plan:
    """Register a plan that has no text yet; its number and slug must be free at its place."""
    for column, value in ((Plan.number, plan.number), (Plan.slug, plan.slug)):
        query = select(Plan).where(Plan.place_code == plan.place_code, column == value)
        taken = db.session.scalar(query)
        if taken is not None and taken is not plan:
            raise RuleBroken(
                "“%(value)s”已由《%(title)s》占用", value=value, title=taken.title, field=column.key
            )
    db.session.add(plan)
    db.session.flush()
    _record_plan("plan.added", plan, by=by, now=now, summary=f"登记《{plan.title}》")
    return plan


def change_plan(plan: Plan, *, based_on: str, by: Person, now: datetime, **answers: object) -> None:
    """Change what is registered of a plan; number and slug stay, for others refer to them.

    `based_on` is the print of what the person was shown.
    """
    lock(plan)
    stored = {name: str(getattr(plan, name)) for name in answers}
    before = {name: stored[name] for name in answers if stored[name] != str(answers[name])}
    if not before:
        return
    if based_on != print_of(plan):
        raise ChangedMeanwhile(before)
    for name in before:
        value = answers[name]
        setattr(plan, name, Category(str(value)) if name == "category" else value)
    db.session.flush()
    _record_plan(
        "plan.changed", plan, by=by, now=now, summary=f"修改《{plan.title}》的登记项", before=before
    )


def begin_edition(
    plan: Plan, *, trigger: Trigger, reason: str, is_major: bool, by: Person, now: datetime
) -> Edition:
    """Begin a new edition from the text in force, or from the last one there was.

    `trigger` is one of the six reasons of Article 35; a major revision (Article 36) is filed and
    announced again, a simplified one is not. The first text of a plan is always filed and
    announced.
    """
    if find_open(plan) is not None:
        raise RuleBroken("《%(title)s》已有一版正在编修，请接着改那一版", title=plan.title)
    is_first = not has_been_published(plan)
    if trigger is Trigger.FIRST and not is_first:
        raise RuleBroken(
            "《%(title)s》已有过文本，请选修订的原因", title=plan.title, field="trigger"
        )
    source = find_published(plan) or find_latest(plan)
    edition = Edition(
        plan=plan, number=_next_number(plan), trigger=trigger, trigger_reason=reason,
        is_major=is_major or is_first, began_at=now, began_by_id=by.id,
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    if source is not None and source.head is not None:
        add_revision(edition, source.head.body, source.head, by=None, now=now, note="承接上一版")
    record(edition, "edition.began", by=by, now=now, summary="开始编修", trigger=trigger)
    return edition


def _next_number(plan: Plan) -> int:
    query = select(func.max(Edition.number)).where(Edition.plan_id == plan.id)
    return (db.session.scalar(query) or 0) + 1


def add_revision(
    edition: Edition, body: str, based_on: Revision | None, *, by: Person | None, now: datetime,
    note: str,
) -> Revision:  # fmt: skip
    """Keep a text as the newest of an edition; what it may hold is for the caller to judge."""
    revision = Revision(
        edition=edition, based_on_id=based_on.id if based_on else None, body=body,
        sha256=hash_body(body), note=note, saved_at=now, saved_by_id=by.id if by else None,
    )  # fmt: skip
    db.session.add(revision)
    db.session.flush()
    edition.head = revision
    db.session.flush()
    return revision


def submit_edition(edition: Edition, *, change_note: str, by: Person, now: datetime) -> None:
    """Hand the text to the legal reviewer; PartsMissing lists what it still lacks."""
    move = _begin_move(edition, Verb.SUBMIT, by)
    if not change_note.strip():
        raise RuleBroken("请写修订说明：改了什么、为什么改", field="change_note")
    errors = [one for one in check_edition(edition) if one.weight is Weight.ERROR]
    if errors:
        raise PartsMissing(errors)
    check_demands(edition)
    edition.change_note, edition.return_reason = change_note.strip(), ""
    edition.state = move.next_state
    record(edition, "edition.submitted", by=by, now=now, summary="提交送审",
           change_note=edition.change_note, sha256=hash_body(edition.body))  # fmt: skip


def clear_edition(
    edition: Edition, *, sha256: str, points: Mapping[int, tuple[bool, str]],
    by: Account, now: datetime,
) -> None:  # fmt: skip
    """Clear exactly the text that was read: all six points of Article 24 are met."""
    move = _begin_move(edition, Verb.CLEAR, by)
    check_same_text(edition, sha256)
    check_other_eyes(edition, by)
    unmet = [n for n in range(1, len(REVIEW_POINTS) + 1) if not points.get(n, (False, ""))[0]]
    if unmet:
        raise RuleBroken(
            "第 %(points)s 点不符合，不能通过；请改用“退回”并写明原因",
            points="、".join(str(n) for n in unmet),
        )
    _keep_opinions(edition, points, by=by, now=now)
    edition.cleared_sha256, edition.cleared_at, edition.cleared_by_id = sha256, now, by.id
    edition.state = move.next_state
    record(edition, "edition.cleared", by=by, now=now, summary="合法性审核通过", sha256=sha256)


def _keep_opinions(
    edition: Edition, points: Mapping[int, tuple[bool, str]], *, by: Account, now: datetime
) -> None:
    assert edition.head_id is not None
    for point, (is_met, note) in sorted(points.items()):
        db.session.add(Opinion(
            edition_id=edition.id, revision_id=edition.head_id, point=point, is_met=is_met,
            note=note, given_at=now, given_by_id=by.id,
        ))  # fmt: skip
    db.session.flush()


def return_edition(edition: Edition, *, reason: str, by: Account, now: datetime) -> None:
    """Send the text back to its author, with the reason; what was cleared is void."""
    move = _begin_move(edition, Verb.RETURN, by)
    if not reason.strip():
        raise RuleBroken("请写明退回的原因，让起草的人知道改哪里", field="reason")
    edition.return_reason = reason.strip()
    edition.void_clearance()
    edition.state = move.next_state
    record(edition, "edition.returned", by=by, now=now, summary="退回修改", reason=reason.strip())


def abandon_edition(edition: Edition, *, reason: str, by: Person, now: datetime) -> None:
    """Give up a draft; its texts stay readable, and the text in force is untouched."""
    move = _begin_move(edition, Verb.ABANDON, by)
    if not reason.strip():
        raise RuleBroken("请写明放弃的原因", field="reason")
    edition.state, edition.ended_at = move.next_state, now
    record(edition, "edition.abandoned", by=by, now=now, summary="放弃本稿", reason=reason.strip())


def check_same_text(edition: Edition, sha256: str) -> None:
    """Refuse a decision about a text other than the one that now stands."""
    if edition.head is None or sha256 != edition.head.sha256:
        raise RuleBroken("您打开之后文本又有改动，请重新看过再定")


def check_other_eyes(edition: Edition, person: Account) -> None:
    """Refuse a decision by somebody who saved any text of this edition (四眼原则)."""
    if has_edited(edition, person):
        raise SameEyes("您改过这一版的文本，不能由您审核或签发，请另一位来办")


def list_offered_verbs(edition: Edition, person: Account) -> list[Verb]:
    """What to offer a person as buttons: the table's verbs, less what four eyes forbid."""
    verbs = list_verbs(edition.state, person.role)
    if not edition.awaits_approval or edition.published_by_id == person.id:
        verbs = [verb for verb in verbs if verb is not Verb.APPROVE]
    if has_edited(edition, person):
        verbs = [verb for verb in verbs if verb not in DECISIONS]
    return verbs


def _begin_move(edition: Edition, verb: Verb, by: Person) -> Move:
    lock(edition)
    return get_move(edition.state, verb, by.role)


def record(edition: Edition, action: str, *, by: Person, now: datetime, summary: str,
           **details: object) -> None:  # fmt: skip
    """Enter what was done with an edition."""
    plan = edition.plan
    activity.record(
        action, edition, place_code=plan.place_code, by=by, now=now,
        summary=f"《{plan.title}》第 {edition.number} 版：{summary}", **details,
    )  # fmt: skip


def _record_plan(action: str, plan: Plan, *, by: Person, now: datetime, summary: str,
                 **details: object) -> None:  # fmt: skip
    activity.record(
        action, plan, place_code=plan.place_code, by=by, now=now, summary=summary, **details
    )
