"""The text of an edition with what its references stand for, as one person may see it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.languages import _, in_chinese
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import Reference, replace_references
from nanhua_emergency.plans.references import (
    Answer,
    Answers,
    Holder,
    answer_now,
    from_stored,
    has_changed,
)
from nanhua_emergency.plans.rendering import Filling, Rendered, fill_references, render
from nanhua_emergency.plans.word.markdown import as_cell, write_table
from nanhua_emergency.registers.privacy import mask_phone, sees_plainly
from nanhua_emergency.registers.words import Seat


@dataclass(frozen=True)
class Contact:
    """A post of the plan and whom to call, for the card beside the text."""

    title: str
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownList:
    """One register as it stands below the text."""

    anchor: str
    title: str
    on: date
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    is_changed: bool


@dataclass(frozen=True)
class Filled:
    """A text ready to be shown; `tag` changes whenever anything that was filled in does."""

    html: Markup
    contacts: tuple[Contact, ...]
    lists: tuple[ShownList, ...]
    changes: int
    tag: str


@dataclass(frozen=True)
class _Pair:
    """What a reference stood for at publication and stands for now, where either is known."""

    key: str
    then: Answer | None
    now: Answer | None

    @property
    def name(self) -> str:
        """The post or register, with what narrows it."""
        return _name_of(self.key)

    @property
    def is_changed(self) -> bool:
        """Whether the registers have moved on; what was empty at publication has only been filled."""
        if self.then is None or self.now is None or self.then.is_empty:
            return False
        return has_changed(self.then, self.now)

    @property
    def shown(self) -> Answer:
        """What a reader needs: what holds now, or what held when the text was in force."""
        is_now = self.now is not None and not (self.now.is_empty and self.then)
        return (self.now if is_now else self.then) or Answer()


def fill_edition(
    edition: Edition, rendered: Rendered, *, person: Account | None, today: date
) -> Filled:
    """The rendered text of an edition, filled: live while it is written, frozen once it was in force.

    In force it shows who holds a post now, and says where that has changed since publication.
    """
    frozen = from_stored(edition.answers)
    is_live = edition.is_open or edition.state is State.PUBLISHED
    now = answer_now(edition.body, edition.plan.place, on=today) if is_live else None
    return _fill(rendered, frozen, now, is_plain=may_see_phones(edition, person), today=today)


def fill_text(body: str, place: Place) -> Markup:
    """A text that is being written at a place, rendered and filled with what holds now."""
    today = clock.today()
    now = answer_now(body, place, on=today)
    return _fill(render(body), None, now, is_plain=True, today=today).html


def write_filled(edition: Edition, *, person: Account | None, today: date) -> str:
    """The Markdown of an edition with its references said in words, and the lists below it."""
    with in_chinese():
        filled = fill_edition(edition, Rendered(Markup(), ()), person=person, today=today)
    said = {contact.title: _say_people(contact) for contact in filled.contacts}
    seen: set[str] = set()

    def say(reference: Reference) -> str:
        name = _name_of(reference.key)
        is_first = name not in seen
        seen.add(name)
        return name + (said.get(name, "") if is_first else "")

    body = replace_references(edition.body, say).rstrip()
    return "\n\n".join([body, *(_write_list(one) for one in filled.lists)]) + "\n"


def _say_people(contact: Contact) -> str:
    return "（" + "；".join(" ".join(filter(None, one)) for one in contact.people) + "）"


def _write_list(shown: ShownList) -> str:
    table = write_table([[as_cell(cell) for cell in row] for row in (shown.headings, *shown.rows)])
    return f"## 附：{shown.title}\n\n名册所载，{shown.on.isoformat()}，共 {shown.count} 条。\n\n{table}"


def _name_of(key: str) -> str:
    """The post or register of a reference, with what narrows it."""
    name, bar, condition = key.partition(":")[2].partition("｜")
    return f"{name}（{condition.partition('=')[2]}）" if bar else name


def may_see_phones(edition: Edition, person: Account | None) -> bool:
    """Whoever calls by this plan sees whole numbers, leaders too; visitors and strangers do not."""
    if person is None or not (sees_plainly(person) or person.role is Role.LEADER):
        return False
    own, plan = person.place, edition.plan.place
    return own.contains(plan.code) or plan.contains(own.code)


def _fill(
    rendered: Rendered, then: Answers | None, now: Answers | None, *, is_plain: bool, today: date
) -> Filled:
    pairs = list(_list_pairs(then, now))
    fillings = {pair.key: _fill_one(pair, n, is_plain) for n, pair in enumerate(pairs, 1)}
    lists = tuple(
        _show_list(pair, n, is_plain, today, then)
        for n, pair in enumerate(pairs, 1)
        if pair.shown.rows
    )
    contacts = tuple(
        Contact(pair.name, fillings[pair.key].people) for pair in pairs if pair.shown.holders
    )
    said = repr((sorted(fillings.items(), key=lambda one: one[0]), lists))
    return Filled(
        fill_references(rendered.html, fillings), contacts, lists,
        sum(pair.is_changed for pair in pairs), hashlib.sha256(said.encode()).hexdigest()[:12],
    )  # fmt: skip


def _list_pairs(then: Answers | None, now: Answers | None) -> Iterator[_Pair]:
    first, second = (side.by_reference if side else {} for side in (then, now))
    for key in dict.fromkeys(
        [*second, *first]
    ):  # in the order of the text, which what is kept lost
        yield _Pair(key, first.get(key), second.get(key))


def _fill_one(pair: _Pair, number: int, is_plain: bool) -> Filling:
    shown = pair.shown
    if pair.key.startswith("岗位"):
        people = tuple(_say_holder(one, is_plain) for one in shown.holders)
        return Filling(people=people, change=_say_change(pair))
    if shown.is_empty:
        return Filling(note=_("名册里还没有登记"))
    if not shown.rows:
        return Filling(note=_("%(count)s 户，由本村和应急办掌握", count=shown.count))
    return Filling(anchor=f"register-{number}", change=_("已变更") if pair.is_changed else "")


def _say_holder(holder: Holder, is_plain: bool) -> tuple[str, str]:
    is_first = holder.seat == Seat.FIRST.value
    name = holder.name if is_first else _("替补 %(name)s", name=holder.name)
    return name, holder.phone if is_plain or not holder.phone else mask_phone(holder.phone)


def _say_change(pair: _Pair) -> str:
    if not pair.is_changed or pair.then is None or pair.now is None:
        return ""
    if pair.now.is_empty:
        return _("已变更，现在空缺")
    before = {one.name for one in pair.then.holders}
    if before == {one.name for one in pair.now.holders}:
        return _("已变更，电话或顺序有改动")
    return _("已变更，签发时为%(names)s", names="、".join(one.name for one in pair.then.holders))


def _show_list(
    pair: _Pair, number: int, is_plain: bool, today: date, then: Answers | None
) -> ShownList:
    shown = pair.shown
    is_then = shown is pair.then and then is not None
    return ShownList(
        f"register-{number}", pair.name, then.on if is_then and then else today, shown.headings,
        tuple(row.cells if is_plain else row.masked for row in shown.rows), shown.count,
        pair.is_changed,
    )  # fmt: skip
