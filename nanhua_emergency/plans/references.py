"""What the references of a plan stand for: who holds a post, what is in a register, now and then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.checks.problems import REFERENCE_FORMAT, Problem, Weight
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import Reference, list_references
from nanhua_emergency.registers import catalogue, queries
from nanhua_emergency.registers.declaring import NO, YES, Audience, Field, Kind, Register
from nanhua_emergency.registers.models import Use
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.privacy import mask_phone, show_values
from nanhua_emergency.registers.uses import replace_uses

# What plans call a register otherwise than the register calls itself.
OTHER_NAMES = {"通讯录": "posts"}
# As many rows of a register as a plan carries; the rest is read in the register.
MOST_ROWS = 200


@dataclass(frozen=True)
class Holder:
    """Who holds a seat of a post, and how to reach them."""

    seat: str
    name: str
    phone: str


@dataclass(frozen=True)
class Row:
    """One line of a register as a plan carries it, whole and masked."""

    cells: tuple[str, ...]
    masked: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What one reference stands for on one day.

    `count` is how many entries there are; where a plan of a town names a post of its villages, only
    that is known.
    """

    holders: tuple[Holder, ...] = ()
    count: int = 0
    headings: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the registers know nothing of it."""
        return not self.count


@dataclass(frozen=True)
class Answers:
    """The answers to all references of a text, by reference, on one day."""

    on: date
    by_reference: Mapping[str, Answer] = field(default_factory=dict)


def find_register(name: str) -> Register | None:
    """The register that a plan calls by that name."""
    slug = OTHER_NAMES.get(name, "")
    return next((r for r in catalogue.REGISTERS if name == r.name or slug == r.slug), None)


def find_filter(register: Register, heading: str) -> Field | None:
    """The field by which a reference may narrow a register."""
    return next((one for one in register.filters if one.heading == heading), None)


def answer_now(body: str, place: Place, *, on: date) -> Answers:
    """What the references of a text stand for now."""
    wanted = {one.key: one for one in list_references(body)}
    titles = {one.name for one in wanted.values() if one.kind == "岗位"}
    posts = _answer_posts(titles, place)
    return Answers(on, {
        key: posts.get(one.name, Answer()) if one.kind == "岗位" else _answer_register(one, place)
        for key, one in wanted.items()
    })  # fmt: skip


def _answer_posts(titles: Iterable[str], place: Place) -> dict[str, Answer]:
    """Who holds each post at the place itself; how many do so below it."""
    query = select(Post).where(
        Post.place_code == place.code, Post.retired_at.is_(None), Post.title.in_(titles)
    )
    found: dict[str, list[Holder]] = {}
    for post in db.session.scalars(query.order_by(Post.title, Post.seat, Post.id)):
        holder = Holder(post.seat.value, post.holder, post.phone)
        found.setdefault(post.title, []).extend([holder] if post.holder else [])
    below = (
        select(Post.title, func.count())
        .where(place.covers(Post.place_code), Post.retired_at.is_(None), Post.title.in_(titles))
        .where(Post.holder != "")
        .group_by(Post.title)
    )
    counts = {title: count for title, count in db.session.execute(below)}
    return {title: Answer(tuple(found.get(title, ())), counts.get(title, 0)) for title in titles}


def _answer_register(reference: Reference, place: Place) -> Answer:
    register = find_register(reference.name)
    if register is None:
        return Answer()
    filters = _filters(register, reference)
    count = queries.count_entries(register, place, filters=filters)
    if register.audience is Audience.HOUSEHOLDS:
        return Answer(count=count)  # who lives where is nobody's business here
    entries = queries.list_entries(register, place, filters=filters, size=MOST_ROWS)[:MOST_ROWS]
    headings = ("地方", *(one.heading for one in register.list_fields))
    return Answer((), count, headings, tuple(_row(register, one) for one in entries))


def _filters(register: Register, reference: Reference) -> dict[str, str]:
    if reference.filter is None:
        return {}
    narrowed = find_filter(register, reference.filter[0])
    return {narrowed.name: reference.filter[1]} if narrowed else {}


def _row(register: Register, entry: Any) -> Row:
    plain, masked = (
        tuple(shown.text for shown in show_values(register, entry, is_plain=is_so, in_list=True))
        for is_so in (True, False)
    )
    return Row((entry.place.name, *plain), (entry.place.name, *masked))


def freeze(edition: Edition, *, now: datetime) -> None:
    """Keep with an edition that is published what its references say that day; note its uses."""
    answers = answer_now(edition.body, edition.plan.place, on=clock.day_of(now))
    edition.answers, edition.are_phones_kept = to_stored(answers), True
    note_uses(edition)


def to_stored(answers: Answers) -> dict[str, Any]:
    """Answers as JSON keeps them."""
    return {"on": answers.on.isoformat(), "answers": {
        key: {
            "holders": [[one.seat, one.name, one.phone] for one in answer.holders],
            "count": answer.count, "headings": list(answer.headings),
            "rows": [[list(row.cells), list(row.masked)] for row in answer.rows],
        }
        for key, answer in answers.by_reference.items()
    }}  # fmt: skip


def from_stored(stored: Mapping[str, Any] | None) -> Answers | None:
    """Answers as they were kept; None for an edition that has none."""
    if not stored:
        return None
    return Answers(date.fromisoformat(stored["on"]), {
        key: Answer(
            tuple(Holder(*one) for one in answer["holders"]), answer["count"],
            tuple(answer["headings"]),
            tuple(Row(tuple(cells), tuple(masked)) for cells, masked in answer["rows"]),
        )
        for key, answer in stored["answers"].items()
    })  # fmt: skip


def forget_phones(*, days: int, now: datetime) -> int:
    """Mask for good the phones kept with texts that went out of force so many days ago.

    Who held a post stays: that is what the text said. Gives how many texts were changed.
    """
    query = select(Edition).where(
        Edition.ended_at < now - timedelta(days=days), Edition.are_phones_kept
    )
    editions = db.session.scalars(query.order_by(Edition.id).limit(100)).all()
    for edition in editions:
        edition.answers = _without_phones(edition.answers or {"on": "", "answers": {}})
        edition.are_phones_kept = False
    db.session.flush()
    return len(editions)


def _without_phones(stored: Mapping[str, Any]) -> dict[str, Any]:
    answers = {
        key: answer | {
            "holders": [[seat, name, mask_phone(phone)] for seat, name, phone in answer["holders"]],
            "rows": [[masked, masked] for _cells, masked in answer["rows"]],
        }
        for key, answer in stored["answers"].items()
    }  # fmt: skip
    return {"on": stored["on"], "answers": answers}


def note_uses(edition: Edition) -> None:
    """Tell the registers which of their posts and lists the text in force names, and where."""
    plan = edition.plan
    replace_uses(plan.place, plan.id, [
        Use(place_code=plan.place_code, plan_id=plan.id, plan_slug=plan.slug,
            plan_title=plan.title, heading=one.heading[:200], **named)
        for one in list_references(edition.body)
        if (named := _name_use(one))
    ])  # fmt: skip


def note_missing_uses() -> None:
    """Note the uses of texts that came into force before they were noted."""
    noted = select(Use.plan_id)
    query = select(Edition).where(Edition.state == State.PUBLISHED, Edition.plan_id.not_in(noted))
    for edition in db.session.scalars(query).all():
        note_uses(edition)


def _name_use(reference: Reference) -> dict[str, str]:
    if reference.kind == "岗位":
        return {"register": "posts", "name": reference.name}
    register = find_register(reference.name)
    if register is None:
        return {}
    narrowed = find_filter(register, reference.filter[0]) if reference.filter else None
    value = reference.filter[1] if reference.filter else ""
    return {"register": register.slug, "field": narrowed.name if narrowed else "", "value": value}


def forget_uses(edition: Edition) -> None:
    """The text is no longer in force: the registers need not look after it."""
    replace_uses(edition.plan.place, edition.plan_id, [])


def check_filters(body: str) -> list[Problem]:
    """Find references that narrow a register by what it does not have."""
    return [
        Problem(Weight.ERROR, one.line, one.heading, message, REFERENCE_FORMAT)
        for one in list_references(body)
        if one.filter and (message := _filter_problem(one))
    ]


def _filter_problem(reference: Reference) -> str:
    register = find_register(reference.name)
    if reference.filter is None or register is None:
        return ""
    heading, value = reference.filter
    narrowed = find_filter(register, heading)
    if reference.kind == "岗位" or narrowed is None:
        known = "、".join(one.heading for one in register.filters) or "（无）"
        return f"“{reference.name}”不能按“{heading}”挑选；可以按：{known}"
    options = (YES, NO) if narrowed.kind is Kind.YES_NO else narrowed.options
    if options and value not in options:
        return f"“{heading}”没有“{value}”；可以写：{'、'.join(options)}"
    return ""


def has_changed(then: Answer, now: Answer) -> bool:
    """Whether the registers say otherwise now than on the day of publication."""
    return (then.holders, then.rows, then.headings) != (now.holders, now.rows, now.headings)


def list_post_titles(place: Place) -> Sequence[str]:
    """The posts that a place has of its own, besides the usual names."""
    query = select(Post.title).where(place.covers(Post.place_code), Post.retired_at.is_(None))
    return list(db.session.scalars(query.distinct().order_by(Post.title).limit(500)))


def list_offers(names: Iterable[str]) -> list[str]:
    """The registers a plan may name, and each of their parts by choice, as references write them."""
    offers = []
    for name in sorted(names):
        register = find_register(name)
        narrowed = [
            f"{name}|{one.heading}={word}"
            for one in (register.filters if register else ())
            for word in one.options
        ]
        offers += [name, *narrowed]
    return offers
