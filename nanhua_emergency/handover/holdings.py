"""What hangs on a person: drills, findings, editions, texts, audits, and entries that name them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, select

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.audits.queries import UNANSWERED
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import is_open_of
from nanhua_emergency.drills.record_models import HalfRecord
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.languages import _, translated
from nanhua_emergency.plans import drafting
from nanhua_emergency.plans import services as plans
from nanhua_emergency.plans.lifecycle import OPEN_STATES
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.text_models import KeptText
from nanhua_emergency.registers.handing import DUTIES, Duty, Named, hand_entry, is_named
from nanhua_emergency.registers.privacy import sees_plainly, title_of

PAGE = 50


@dataclass(frozen=True)
class Person:
    """Whoever leaves or follows: as the registers name them, and their account if they have one."""

    named: Named
    account: Account | None = None


@dataclass(frozen=True)
class Holding:
    """One thing that hangs on a person, and the page on which it is read.

    Title and place are content; the note is said in the reader's language.
    """

    key: str
    title: str
    place: str = ""
    note: str = ""
    due_on: date | None = None
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


Hand = Callable[..., None]


@dataclass(frozen=True)
class Kind:
    """One kind of thing: which are a person's, how each is called, and how it passes on.

    What belongs to a place passes by itself to whoever follows there, and has no `hand`.
    """

    slug: str
    name: str
    model: type[Any]
    is_theirs: Callable[[Person], ColumnElement[bool]]
    show: Callable[[Any, Account], Holding]
    hand: Hand | None


@dataclass(frozen=True)
class Group:
    """The things of one kind that hang on a person: one page of them, and how many in all."""

    kind: Kind
    holdings: list[Holding]
    count: int
    has_more: bool


def list_groups(person: Person, *, seen_by: Account, page: int = 1) -> list[Group]:
    """All that hangs on a person, kind by kind; kinds with nothing are left out."""
    groups = (_list_group(kind, person, seen_by, page) for kind in KINDS)
    return [group for group in groups if group.count]


def _list_group(kind: Kind, person: Person, seen_by: Account, page: int) -> Group:
    condition = kind.is_theirs(person)
    query = select(kind.model).where(condition).order_by(kind.model.id)
    found = list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    count = len(found)
    if page > 1 or count > PAGE:
        counting = select(func.count()).select_from(kind.model).where(condition)
        count = db.session.scalar(counting) or 0
    shown = [kind.show(thing, seen_by) for thing in found[:PAGE]]
    return Group(kind, shown, count, len(found) > PAGE)


def find_held(kind: Kind, key: int, person: Person) -> Any | None:
    """A thing, locked and as it now stands, if it still hangs on a person."""
    model = kind.model
    locked = select(model.id).where(model.id == key).with_for_update()
    if db.session.scalar(locked) is None:
        return None
    query = select(model).where(model.id == key, kind.is_theirs(person))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _of_account(
    condition: Callable[[Account], ColumnElement[bool]], person: Person
) -> ColumnElement[bool]:
    """Whoever has no account has no drills and texts either."""
    return condition(person.account) if person.account is not None else false()


def _is_owned(account: Account) -> ColumnElement[bool]:
    open_states = (FindingState.RAISED, FindingState.FIXED)
    return (Finding.owner_id == account.id) & Finding.state.in_(open_states)


def _is_begun(account: Account) -> ColumnElement[bool]:
    return (Edition.began_by_id == account.id) & Edition.state.in_(OPEN_STATES)


def _is_unsaved(account: Account) -> ColumnElement[bool]:
    is_theirs = (KeptText.account_id == account.id) & (KeptText.body != "")
    return is_theirs & exists().where(
        Edition.id == KeptText.edition_id, Edition.state.in_(OPEN_STATES)
    )


def _is_to_answer(account: Account) -> ColumnElement[bool]:
    """The audits of exactly the account's place that nobody has handed in yet."""
    if account.role not in (Role.VILLAGE, Role.OFFICE):
        return false()
    return (Audit.place_code == account.place_code) & Audit.state.in_(UNANSWERED)


def _show_drill(drill: Drill, _person: Account) -> Holding:
    return Holding(f"drill-{drill.id}", drill.title, "", translated(drill.state_name), drill.planned_on,
                   "drills.show_drill", {"drill_id": drill.id})  # fmt: skip


def _show_finding(finding: Finding, _person: Account) -> Holding:
    return Holding(f"finding-{finding.id}", finding.text[:60], finding.place.name,
                   translated(finding.state_name), finding.due_on,
                   "findings.show_finding", {"finding_id": finding.id})  # fmt: skip


def _show_edition(edition: Edition, _person: Account) -> Holding:
    return Holding(f"edition-{edition.id}", edition.plan.title, "", translated(edition.state_name), None,
                   "plans.show_edition", {"edition_id": edition.id})  # fmt: skip


def _show_kept_text(kept: KeptText, _person: Account) -> Holding:
    edition = db.session.get_one(Edition, kept.edition_id)
    note = _("%(count)s 字没有保存", count=len(kept.body))
    return Holding(f"text-{kept.id}", edition.plan.title, "", note, None,
                   "plans.show_edition", {"edition_id": edition.id})  # fmt: skip


def _show_half_record(half: HalfRecord, _person: Account) -> Holding:
    drill = db.session.get_one(Drill, half.drill_id)
    return Holding(f"half-{half.id}", drill.title, "", "", drill.planned_on, "drills.show_drill",
                   {"drill_id": drill.id})  # fmt: skip


def _show_audit(audit: Audit, _person: Account) -> Holding:
    state = translated(audit.state_name)
    return Holding(f"audit-{audit.id}", audit.title, "", state, audit.round.due_on,
                   "audits.show_audit", {"audit_id": audit.id})  # fmt: skip


def _show_entry(duty: Duty, entry: Any, person: Account) -> Holding:
    title = title_of(duty.register, entry, is_plain=sees_plainly(person))
    values = {"register_slug": duty.register.slug, "entry_id": entry.id}
    is_sure = bool(getattr(entry, duty.phone_field))
    note = "" if is_sure else _("没有登记电话，请确认是不是同一个人")
    return Holding(f"{duty.slug}-{entry.id}", title, entry.place.name, note, None,
                   "registers.show_entry", values)  # fmt: skip


def _account_of(to: Person) -> Account:
    if to.account is None:  # only kinds of accounts pass to accounts
        raise TypeError("a successor without an account")
    return to.account


def _give_drill(drill: Drill, *, to: Person, by: Account, now: datetime) -> None:
    drills.give_drill(drill, organiser=_account_of(to), by=by, now=now)


def _give_finding(finding: Finding, *, to: Person, by: Account, now: datetime) -> None:
    findings.assign_finding(finding, owner=_account_of(to), due_on=finding.due_on, by=by, now=now)


def _give_edition(edition: Edition, *, to: Person, by: Account, now: datetime) -> None:
    plans.give_edition(edition, drafter=_account_of(to), by=by, now=now)


def _give_kept_text(kept: KeptText, *, to: Person, by: Account, now: datetime) -> None:
    drafting.give_kept_text(kept, _account_of(to))


def _give_half_record(half: HalfRecord, *, to: Person, by: Account, now: datetime) -> None:
    drills.give_half_record(half, _account_of(to))


def _give_entry(duty: Duty, entry: Any, *, to: Person, by: Account, now: datetime) -> None:
    hand_entry(duty, entry, to=to.named, by=by, now=now)


def _is_entry_theirs(duty: Duty, person: Person) -> ColumnElement[bool]:
    return is_named(duty, person.named)


KINDS: tuple[Kind, ...] = (
    Kind("drill", "要组织的演练", Drill, partial(_of_account, is_open_of), _show_drill, _give_drill),
    Kind("half", "没填完的演练记录", HalfRecord,
         partial(_of_account, lambda account: HalfRecord.account_id == account.id),
         _show_half_record, _give_half_record),
    Kind("finding", "要整改的问题", Finding, partial(_of_account, _is_owned), _show_finding,
         _give_finding),
    Kind("edition", "正在编修的预案", Edition, partial(_of_account, _is_begun), _show_edition,
         _give_edition),
    Kind("text", "没有保存的预案正文", KeptText, partial(_of_account, _is_unsaved),
         _show_kept_text, _give_kept_text),
    Kind("audit", "要自评的核查", Audit, partial(_of_account, _is_to_answer), _show_audit, None),
    *(
        Kind(duty.slug, duty.name, duty.register.model, partial(_is_entry_theirs, duty),
             partial(_show_entry, duty), partial(_give_entry, duty))
        for duty in DUTIES
    ),
)  # fmt: skip
BY_SLUG = {kind.slug: kind for kind in KINDS}
