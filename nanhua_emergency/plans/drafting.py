"""Writing one edition with others: save, merge, keep what is not saved, and who else is at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans.compare.passages import ITEM, ROW
from nanhua_emergency.plans.lifecycle import Move, Verb, get_move
from nanhua_emergency.plans.limits import LONGEST, check_body_limits, tidy_body
from nanhua_emergency.plans.merge import Clash, Merge, merge, resolve
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.services import add_revision, record
from nanhua_emergency.plans.text_models import KeptText

MERGED_NOTE = "与%s保存的文本合并"

# Somebody who has not been heard of for this long has closed the editor.
PRESENT = timedelta(seconds=90)


class Pick(StrEnum):
    """What a person takes where two clash."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    OWN = "own"


PICK_NAMES = {
    Pick.MINE: "用我的",
    Pick.THEIRS: "用对方的",
    Pick.BOTH: "两份都留，对方的在前",
    Pick.OWN: "另写一份",
}


@dataclass(frozen=True)
class Choice:
    """What a person takes for one clash, and the text where they write a third."""

    pick: str
    own: str = ""


class NotChosen(RuleBroken):
    """A clash is left open."""


class Clashing(RuleBroken):
    """Both changed the same passage: a person has to choose; nothing of either is lost."""

    status = 409

    def __init__(self, merged: Merge, body: str, base: Revision, theirs: Revision) -> None:
        super().__init__(
            "%(name)s 已先保存。有 %(count)s 处两人都改了，请逐处选定。您的修改还没有保存，都在下面",
            name=theirs.author, count=len(merged.clashes),
        )  # fmt: skip
        self.merged = merged
        self.body = body
        self.base = base
        self.theirs = theirs


class StrangeBase(RuleBroken):
    """The text says that it is based on a revision which this edition does not have."""

    status = 409


def save_draft(
    edition: Edition, *, body: str, based_on_id: int | None, note: str, by: Person, now: datetime
) -> Revision:
    """Keep a text as a new revision; what was cleared before is void.

    Where another revision has come since the one this text was based on, the two are merged by
    paragraph; Clashing is raised where both changed the same one. A text without any change makes
    no new revision.
    """
    lock(edition)
    move = get_move(edition.state, Verb.SAVE, by.role)
    check_body_limits(body)
    body, head = tidy_body(body), edition.head
    if head is not None and based_on_id != head.id:
        base = _get_base(edition, based_on_id)
        body = _merge_or_clash(base, body, head)
        note = note or MERGED_NOTE % head.author
    if head is not None and body == head.body:
        forget_kept_text(edition, by=by)
        return head
    return _add(edition, body, head, move, note=note, by=by, now=now)


def _merge_or_clash(base: Revision, body: str, head: Revision) -> str:
    merged = merge(base.body, body, head.body)
    if not merged.is_clean:
        raise Clashing(merged, body, base, head)
    text = tidy_body(merged.text)
    check_body_limits(text)
    return text


def _get_base(edition: Edition, based_on_id: int | None) -> Revision:
    base = db.session.get(Revision, based_on_id) if based_on_id else None
    if base is None or base.edition_id != edition.id:
        raise StrangeBase("不知道这份文本是从哪一稿改起的。请复制您的修改，重新打开编辑页再贴进去")
    return base


def _add(
    edition: Edition, body: str, head: Revision | None, move: Move, *, note: str, by: Person,
    now: datetime,
) -> Revision:  # fmt: skip
    revision = add_revision(edition, body, head, by=by, now=now, note=note)
    edition.void_clearance()
    edition.state = move.next_state
    forget_kept_text(edition, by=by)
    summary = "保存文本" if move.state is move.next_state else "审核后又改了文本，须重新送审"
    record(edition, "edition.saved", by=by, now=now, summary=summary,
           revision=revision.id, sha256=revision.sha256)  # fmt: skip
    return revision


def merge_again(
    edition: Edition, *, body: str, based_on_id: int | None, their_id: int | None
) -> tuple[Merge, Revision]:
    """The merge that a person is settling, computed anew so that nothing can be slipped in."""
    base, theirs = _get_base(edition, based_on_id), _get_base(edition, their_id)
    check_body_limits(body)
    return merge(base.body, tidy_body(body), theirs.body), theirs


def settle_clash(
    edition: Edition, *, merged: Merge, theirs: Revision, choices: Sequence[Choice], note: str,
    by: Person, now: datetime,
) -> Revision:  # fmt: skip
    """Save a text whose clashes a person has decided, in order.

    Where yet another revision has come meanwhile, the settled text is merged with that one in turn.
    """
    pairs = zip(choices, merged.clashes, strict=True)
    settled = resolve(merged, [choose(choice, clash) for choice, clash in pairs])
    return save_draft(edition, body=settled, based_on_id=theirs.id, note=note, by=by, now=now)


def choose(choice: Choice, clash: Clash) -> str:
    """The text that a choice puts in the place of a clash; NotChosen where it says nothing."""
    if choice.pick not in PICK_NAMES:
        raise NotChosen("还有没选定的地方，请逐处选定")
    if choice.pick == Pick.MINE:
        return clash.mine
    if choice.pick == Pick.THEIRS:
        return clash.theirs
    if choice.pick == Pick.BOTH:
        return _join(clash.theirs, clash.mine)
    own = choice.own.replace("\r\n", "\n").strip("\n")
    if not own.strip():
        raise NotChosen("选了“另写一份”的地方还是空的，请写上，或改选别的")
    return own + _end_of(clash.mine or clash.theirs)


def _join(one: str, other: str) -> str:
    """Both texts; a blank line between them, but none inside a table or a list."""
    if not one.strip() or not other.strip():
        return one + other
    before, after = one.rstrip("\n"), other.lstrip("\n")
    last, first = before.rsplit("\n", 1)[-1], after.split("\n", 1)[0]
    is_one = any(kind.match(last) and kind.match(first) for kind in (ROW, ITEM))
    return before + ("\n" if is_one else "\n\n") + after


def _end_of(text: str) -> str:
    return text[len(text.rstrip("\n")) :]


def keep_text(
    edition: Edition, *, body: str, based_on_id: int | None, by: Account, now: datetime
) -> KeptText:
    """Keep what a person has typed and not saved; an empty body only says that they are there."""
    lock(edition)  # two windows of one person must not both make the first row
    get_move(edition.state, Verb.SAVE, by.role)
    if len(body) > LONGEST or "\x00" in body:
        raise RuleBroken("正文太长或有无法识别的字符，没有自动保存")
    kept = find_kept_text(edition, by) or KeptText(edition_id=edition.id, account_id=by.id)
    kept.seen_at = now
    if body:
        kept.body, kept.kept_at = body, now
        kept.based_on_id = _get_base(edition, based_on_id).id if based_on_id else None
    db.session.add(kept)
    db.session.flush()
    return kept


def find_kept_text(edition: Edition, person: Account) -> KeptText | None:
    """What a person left unsaved in an edition, if anything."""
    query = select(KeptText).where(
        KeptText.edition_id == edition.id, KeptText.account_id == person.id
    )
    return db.session.scalar(query)


def find_offer(edition: Edition, person: Account) -> KeptText | None:
    """A text left unsaved that differs from what is saved, to be offered back."""
    kept = find_kept_text(edition, person)
    is_worth = kept is not None and kept.body and tidy_body(kept.body) != edition.body
    return kept if is_worth else None


def forget_kept_text(edition: Edition, *, by: Person) -> None:
    """Nothing is unsaved any more: it was saved, or its author does not want it."""
    kept = db.session.scalar(
        select(KeptText).where(KeptText.edition_id == edition.id, KeptText.account_id == by.id)
    )
    if kept is not None:
        kept.body, kept.kept_at = "", None


def give_kept_text(kept: KeptText, to: Account) -> None:
    """Pass what a person has not saved on to another; refused where that one has a text as well."""
    edition = db.session.get_one(Edition, kept.edition_id)
    theirs = find_kept_text(edition, to)
    if theirs is not None and theirs.body:
        raise RuleBroken(
            "接手人在《%(title)s》里也有没保存的正文，请先保存或放弃其中一份",
            title=edition.plan.title,
        )  # fmt: skip
    if theirs is not None:
        db.session.delete(theirs)
        db.session.flush()
    kept.account_id = to.id
    db.session.flush()


def list_others(edition: Edition, person: Account, *, now: datetime) -> list[str]:
    """Who else has the edition open in the editor just now, by name."""
    query = (
        select(KeptText)
        .where(
            KeptText.edition_id == edition.id, KeptText.account_id != person.id,
            KeptText.seen_at > now - PRESENT,
        )
        .order_by(KeptText.account_id)
        .limit(20)
    )  # fmt: skip
    return [kept.account.name for kept in db.session.scalars(query)]
