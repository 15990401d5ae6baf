"""Bring plan files into the register, and write the current texts back to files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.access import SYSTEM
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans import references, services
from nanhua_emergency.plans.library import (
    PlanFile,
    PlanFileWrong,
    format_plan,
    plan_file_of,
    read_plan_file,
)
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan, Review, Revision, hash_body
from nanhua_emergency.plans.queries import find_open, find_published, list_plan_lines
from nanhua_emergency.plans.search import keep_sections
from nanhua_emergency.plans.words import Trigger
from nanhua_emergency.workdays import add_months

NOT_READ = "README.md"
SAVING = ("edition.saved", "edition.imported")


@dataclass(frozen=True)
class Imported:
    """What became of one file: added, drafted (a change to a known plan), or unchanged."""

    filename: str
    result: str


def read_plan_files(folder: Path) -> list[PlanFile]:
    """All plans of a folder by number; PlanFileWrong where one is wrong or a number is doubled."""
    paths = sorted(path for path in folder.glob("*.md") if path.name != NOT_READ)
    if not paths:
        raise PlanFileWrong("%(folder)s 里没有预案文件（*.md）", folder=folder)
    files = [read_plan_file(path) for path in paths]
    for field in ("number", "slug"):
        seen: dict[object, str] = {}
        for path, file in zip(paths, files, strict=True):
            value = getattr(file, field)
            if value in seen:
                raise PlanFileWrong(
                    "%(file)s：%(name)s “%(value)s”已由 %(other)s 占用",
                    file=path.name, name=field, value=value, other=seen[value],
                )  # fmt: skip
            seen[value] = path.name
    return sorted(files, key=lambda file: file.number)


def list_new(files: Sequence[PlanFile], place: Place) -> list[PlanFile]:
    """The files of plans that a place does not have yet."""
    known = set(db.session.scalars(select(Plan.slug).where(Plan.place_code == place.code)))
    return [file for file in files if file.slug not in known]


def import_plans(files: Sequence[PlanFile], place: Place, *, now: datetime) -> Iterator[Imported]:
    """Add the plans that are new; a changed text of a known plan becomes a draft.

    A new plan's text is put in force as the first edition, marked as imported and without an issue
    number, so that it can be read at once; a known plan is never changed without its workflow.
    """
    for file in files:
        query = select(Plan).where(Plan.place_code == place.code, Plan.slug == file.slug)
        plan = db.session.scalar(query)
        if plan is None:
            _add_first_edition(file, place, now=now)
            yield Imported(file.filename, "added")
        else:
            yield Imported(file.filename, _draft_change(plan, file, now=now))


def _add_first_edition(file: PlanFile, place: Place, *, now: datetime) -> None:
    plan = Plan(
        place=place, place_code=place.code, number=file.number, slug=file.slug, title=file.title,
        category=file.category, hazard=file.hazard, lead_department=file.lead_department,
        legal_basis="\n".join(file.legal_basis), season=file.season,
        review_months=file.review_months, drill_months=file.drill_months,
    )  # fmt: skip
    try:
        services.add_plan(plan, by=SYSTEM, now=now)
    except RuleBroken as refusal:
        raise PlanFileWrong(
            "%(file)s：%(problem)s", file=file.filename, problem=refusal
        ) from refusal
    today = clock.day_of(now)
    edition = Edition(
        plan=plan, number=1, state=State.PUBLISHED, trigger=Trigger.IMPORT, began_at=now,
        change_note="随系统导入的首个文本", effective_on=today, published_at=now,
        published_sha256=hash_body(file.body),
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    _add_text(edition, file.body, now=now)
    keep_sections(edition)
    references.freeze(edition, now=now)
    db.session.add(Review(plan_id=plan.id, due_on=add_months(today, plan.review_months)))


def _add_text(edition: Edition, body: str, *, now: datetime) -> None:
    revision = Revision(edition=edition, based_on_id=edition.head_id, body=body,
                        sha256=hash_body(body), saved_at=now, note="随系统导入")  # fmt: skip
    db.session.add(revision)
    db.session.flush()
    edition.head = revision
    db.session.flush()
    services.record(edition, "edition.imported", by=SYSTEM, now=now, summary="导入文本",
                    revision=revision.id, sha256=revision.sha256)  # fmt: skip


def _draft_change(plan: Plan, file: PlanFile, *, now: datetime) -> str:
    published, under_way = find_published(plan), find_open(plan)
    if file.number != plan.number:
        raise PlanFileWrong(
            "%(file)s：登记的编号是 %(known)s，文件里是 %(number)s；编号定后不改",
            file=file.filename, known=plan.number, number=file.number,
        )  # fmt: skip
    if published is not None and published.body == file.body:
        return "unchanged"
    if under_way is not None:
        if under_way.body == file.body:
            return "unchanged"
        raise RuleBroken(
            "%(file)s：《%(title)s》正有一版在编修，请先办结或放弃那一版",
            file=file.filename, title=plan.title,
        )  # fmt: skip
    edition = services.begin_edition(
        plan, trigger=Trigger.IMPORT, reason="导入的文件与现行文本不同", is_major=True, by=SYSTEM,
        now=now,
    )  # fmt: skip
    _add_text(edition, file.body, now=now)
    return "drafted"


def export_plans(place: Place, folder: Path) -> list[Path]:
    """Write the text in force of every plan of a place (or its draft, where none is) to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written, page = [], 1
    while lines := list_plan_lines(place, page=page):
        for line in lines[:50]:
            edition = line.published or line.open
            if line.plan.place_code != place.code or edition is None:
                continue
            file = plan_file_of(line.plan, edition.body)
            path = folder / file.filename
            path.write_text(format_plan(file), encoding="utf-8")
            written.append(path)
        page += 1
    return written


def find_changed_revisions() -> list[int]:
    """Saved texts that no longer match their hash, or the hash that the activity tells of."""
    query = select(Revision.id, Revision.body, Revision.sha256).execution_options(yield_per=100)
    changed = {key for key, body, sha256 in db.session.execute(query) if hash_body(body) != sha256}
    return sorted(changed | set(_find_unlike_recorded()))


def _find_unlike_recorded() -> Iterator[int]:
    """Texts whose hash was changed along with them, or that are gone."""
    query = select(ActivityEntry.details).where(ActivityEntry.action.in_(SAVING))
    found = db.session.scalars(query.order_by(ActivityEntry.id).execution_options(yield_per=500))
    for batch in found.partitions():
        recorded = {one["revision"]: one["sha256"] for one in batch if "revision" in one}
        hashes = select(Revision.id, Revision.sha256).where(Revision.id.in_(recorded))
        stored = {key: sha256 for key, sha256 in db.session.execute(hashes)}
        yield from (key for key, sha256 in recorded.items() if stored.get(key) != sha256)
