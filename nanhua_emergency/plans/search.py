"""Find words in the plans: sections kept for searching, and the hits in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import contains_eager

from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.rendering import render_once
from nanhua_emergency.plans.section_text import SectionText, list_section_texts
from nanhua_emergency.plans.text_models import PlanSection

LONGEST = 200
MOST_WORDS = 10
PAGE = 30
AROUND = 40
MOST_PLANS = 500

# Full-width letters, digits and signs are found by their half-width forms, and the other way round.
_WIDTHS: Mapping[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20
}
_PHRASE_OR_WORD = re.compile(r"[\"“”]([^\"“”]+)[\"“”]|([^\s\"“”]+)")


@dataclass(frozen=True)
class Stretch:
    """A stretch of text, and whether it is what was looked for."""

    text: str
    is_hit: bool


@dataclass(frozen=True)
class Hit:
    """A section in which the words stand: its heading, its anchor, and the text around them."""

    section: PlanSection
    heading: tuple[Stretch, ...]
    excerpt: tuple[Stretch, ...]


@dataclass(frozen=True)
class PlanHits:
    """The hits in one edition of one plan, in the order of the text."""

    edition: Edition
    hits: tuple[Hit, ...]


def fold(text: str) -> str:
    """The text as searching compares it: small letters, half-width; same length as the text."""
    return "".join(map(_fold_sign, text.translate(_WIDTHS)))


def _fold_sign(sign: str) -> str:
    # One by one: Σ at the end of a word becomes another letter than within, and a few capitals
    # become two letters; those are compared as they are, so that places still match.
    small = sign.lower()
    return small if len(small) == 1 else sign


def read_words(asked: str) -> list[str]:
    """What to look for: each word, or a phrase in quotes, folded; RuleBroken where there is none."""
    if len(asked) > LONGEST:
        raise RuleBroken("要找的内容太长，请不超过 %(most)s 个字", most=LONGEST, field="words")
    asked = asked.replace("\x00", "")
    phrases = [phrase or word for phrase, word in re.findall(_PHRASE_OR_WORD, asked)]
    words = [fold(" ".join(phrase.split())) for phrase in phrases if phrase.strip()]
    if not words and asked.strip():
        words = [fold(asked.strip())]  # nothing but quotation marks: they are what is looked for
    if not words:
        raise RuleBroken("请写要找的字词", field="words")
    return words[:MOST_WORDS]


def keep_sections(edition: Edition) -> None:
    """Make an edition that comes into force searchable, as the current text of its plan."""
    db.session.execute(
        update(PlanSection).where(PlanSection.plan_id == edition.plan_id).values(is_current=False)
    )
    db.session.execute(delete(PlanSection).where(PlanSection.edition_id == edition.id))
    html = str(render_once(edition.body, edition.published_sha256).html)
    for position, section in enumerate(list_section_texts(html)):
        db.session.add(_section_row(edition, position, section))
    db.session.flush()


def keep_missing_sections() -> int:
    """Make searchable what came into force before searching was there; gives how many."""
    known = select(PlanSection.id).where(PlanSection.edition_id == Edition.id).exists()
    query = select(Edition).where(Edition.state == State.PUBLISHED, ~known)
    editions = list(db.session.scalars(query))
    for edition in editions:
        keep_sections(edition)
    return len(editions)


def _section_row(edition: Edition, position: int, section: SectionText) -> PlanSection:
    return PlanSection(
        place_code=edition.plan.place_code,
        plan_id=edition.plan_id,
        edition_id=edition.id,
        is_current=edition.state is State.PUBLISHED,
        position=position,
        heading=section.heading,
        anchor=section.anchor,
        text=section.text,
        folded=fold(f"{section.heading}\n{section.text}"),
    )


def retire_sections(edition: Edition) -> None:
    """A text that is no longer in force is found only where history is asked for."""
    db.session.execute(
        update(PlanSection).where(PlanSection.edition_id == edition.id).values(is_current=False)
    )


def find_in_plans(
    place: Place, words: Sequence[str], *, is_history: bool = False, page: int = 1
) -> tuple[list[PlanHits], bool]:
    """Sections of a place's plans that hold every word, grouped by plan; and whether more follow.

    A word also counts as found when it stands in the plan's title. With `is_history` texts that
    were in force once are searched too.
    """
    query = (
        select(PlanSection)
        .join(PlanSection.plan)
        .join(PlanSection.edition)
        .options(contains_eager(PlanSection.plan), contains_eager(PlanSection.edition))
        .where(PlanSection.place_code == place.code)
    )
    is_wanted = Edition.state != State.WITHDRAWN if is_history else PlanSection.is_current
    query = query.where(is_wanted)
    titles = _fold_titles(place)
    for word in words:
        query = query.where(_holds(word, titles))
    query = query.order_by(Plan.number, Edition.number.desc(), PlanSection.position)
    rows = list(db.session.scalars(query.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return list(_group(rows[:PAGE], words)), len(rows) > PAGE


def _fold_titles(place: Place) -> dict[int, str]:
    """The titles of a place's plans as searching compares them; it has some dozens at most."""
    query = select(Plan.id, Plan.title).where(Plan.place_code == place.code).limit(MOST_PLANS)
    return {plan_id: fold(title) for plan_id, title in db.session.execute(query)}


def _holds(word: str, titles: Mapping[int, str]) -> ColumnElement[bool]:
    """Not LIKE on the title itself: SQLite ignores case there and PostgreSQL does not."""
    is_in_text = PlanSection.folded.contains(word, autoescape=True)
    titled = [plan_id for plan_id, title in titles.items() if word in title]
    return or_(is_in_text, PlanSection.plan_id.in_(titled)) if titled else is_in_text


def _group(rows: Sequence[PlanSection], words: Sequence[str]) -> Iterator[PlanHits]:
    grouped: dict[int, list[Hit]] = {}
    for row in rows:
        hit = Hit(row, mark(row.heading, words), mark(cut(row.text, words), words))
        grouped.setdefault(row.edition_id, []).append(hit)
    for hits in grouped.values():
        yield PlanHits(hits[0].section.edition, tuple(hits))


def cut(text: str, words: Sequence[str]) -> str:
    """The piece of a text around the first word that stands in it."""
    folded = fold(text)
    places = [(folded.find(word), len(word)) for word in words]
    first, length = min((place for place in places if place[0] >= 0), default=(0, 0))
    start, end = max(0, first - AROUND), first + max(3 * AROUND, length + AROUND)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}"


def mark(text: str, words: Sequence[str]) -> tuple[Stretch, ...]:
    """A text in stretches, those that are one of the words marked."""
    folded = fold(text)
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    stretches, end = [], 0
    for found in re.finditer(pattern, folded):
        stretches += [
            Stretch(text[end : found.start()], False),
            Stretch(text[slice(*found.span())], True),
        ]
        end = found.end()
    stretches.append(Stretch(text[end:], False))
    return tuple(stretch for stretch in stretches if stretch.text)
