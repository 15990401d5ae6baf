"""The evidence bundle of an inspection: audits, drills, plans and files in one zip, each with its hash."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from flask import render_template
from sqlalchemy import or_, select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.answer_files import file_path
from nanhua_emergency.audits.bundle_check import MANIFEST, SUMS, entry
from nanhua_emergency.audits.matrix import lay_out
from nanhua_emergency.audits.models import Audit, Round
from nanhua_emergency.audits.phones import mask_phones
from nanhua_emergency.database import db
from nanhua_emergency.drills import papers
from nanhua_emergency.drills import queries as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.papers import Case, Paper
from nanhua_emergency.drills.photos import photo_path
from nanhua_emergency.drills.record_models import DrillRecord
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.languages import in_chinese
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.rendering import render

FORMAT = 1
SHEETS = (Paper.RECORD, Paper.EVALUATION, Paper.SUMMARY)
MOST_AUDITS = 500


@dataclass(frozen=True)
class Scope:
    """What a bundle is about: a title, a place, days, and the one round if there is one."""

    title: str
    place: Place
    first_on: date
    last_on: date
    round: Round | None = None


@dataclass(frozen=True)
class Line:
    """One line of the index."""

    title: str
    path: str


@dataclass(frozen=True)
class Folders:
    """Where the site keeps what goes into a bundle."""

    uploads: Path
    static: Path


def scope_of_round(held: Round, *, seen_by: Account) -> Scope:
    """A round, as far as it lies within the person's place."""
    place = held.place if seen_by.place.contains(held.place_code) else seen_by.place
    return Scope(held.title, place, held.first_on, held.last_on, held)


def scope_of_year(place: Place, year: int) -> Scope:
    """A year of a place."""
    if not 2000 <= year <= 2100:
        raise RuleBroken("年份不对", field="year")
    return Scope(f"{place.name}{year}年", place, date(year, 1, 1), date(year, 12, 31))


class _Archive:
    """A zip that is the same for the same content: stored, sorted by the caller, no times."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self.zip = packed
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, path: str, data: bytes, title: str) -> None:
        if path in self.files:
            return
        with self.zip.open(entry(path), "w", force_zip64=False) as file:
            file.write(data)
        self._note(path, hashlib.sha256(data).hexdigest(), len(data), title)

    def copy(self, path: str, source: Path, title: str) -> bool:
        """A file of any size, in pieces; gives whether it was there."""
        if path in self.files:
            return True
        try:
            with source.open("rb") as data, self.zip.open(entry(path), "w") as file:
                shutil.copyfileobj(data, file, 1 << 16)
        except FileNotFoundError:
            return False
        with source.open("rb") as data:
            digest = hashlib.file_digest(data, "sha256").hexdigest()
        self._note(path, digest, source.stat().st_size, title)
        return True

    def _note(self, path: str, sha256: str, size: int, title: str) -> None:
        self.files[path] = {"path": path, "sha256": sha256, "size": size, "title": title}

    def finish(self, said: dict[str, Any]) -> str:
        """Write the manifest and the list of hashes; gives the hash of the manifest."""
        listed = [self.files[path] for path in sorted(self.files)]
        text = json.dumps(said | {"files": listed}, ensure_ascii=False, indent=1, sort_keys=True)
        self.add(MANIFEST, text.encode(), "清单")
        lines = [f"{self.files[path]['sha256']}  {path}\n" for path in sorted(self.files)]
        with self.zip.open(entry(SUMS), "w") as file:
            file.write("".join(lines).encode())
        return str(self.files[MANIFEST]["sha256"])


def write_bundle(
    scope: Scope, out: IO[bytes], *, folders: Folders, by: Account, now: datetime
) -> str:
    """Write the bundle, file by file, and put it on record; gives the hash of its manifest."""
    with zipfile.ZipFile(out, "w") as packed:
        sha256 = _fill(_Archive(packed), scope, folders, by, now)
    activity.record(
        "bundle.made", scope.round or by, place_code=scope.place.code, by=by, now=now,
        summary=f"取证据包：{scope.title}", sha256=sha256,
    )  # fmt: skip
    return sha256


def _fill(archive: _Archive, scope: Scope, folders: Folders, by: Account, now: datetime) -> str:
    audits = list(_add_audits(archive, scope, folders))
    held = list(_add_drills(archive, scope, folders))
    texts = list(_add_plans(archive, scope))
    archive.copy("style.css", folders.static / "style.css", "样式")
    index = _page("index", scope=scope, audits=audits, drills=held, plans=texts, now=now, by=by)
    archive.add("index.html", index, "目录")
    return archive.finish({
        "format": FORMAT, "title": scope.title, "place": scope.place.code,
        "first_on": scope.first_on.isoformat(), "last_on": scope.last_on.isoformat(),
        "made_at": now.isoformat(), "made_by": by.name,
    })  # fmt: skip


def _page(name: str, **values: Any) -> bytes:
    with in_chinese():
        page = render_template(f"audits/bundle/{name}.html", mask=mask_phones, **values)
    return page.encode()


def _add_audits(archive: _Archive, scope: Scope, folders: Folders) -> Iterator[Line]:
    for audit in _list_audits(scope):
        answers = queries.list_answers(audit)
        files: dict[int, str] = {}
        for answer in answers:
            for file in answer.kept_files:
                path = f"files/{file.sha256}.{file.extension}"
                source = file_path(folders.uploads, file.sha256, file.extension)
                if archive.copy(path, source, mask_phones(file.name)):
                    files[file.id] = path
        line = Line(audit.title, f"audits/{audit.place_code}-{audit.id}.html")
        archive.add(line.path, _page(
            "audit", title=line.title, audit=audit, row=lay_out([audit])[0], files=files,
            answers={answer.criterion: answer for answer in answers},
            findings=findings.list_findings_of(Source.AUDIT, audit.id),
        ), line.title)  # fmt: skip
        yield line


def _list_audits(scope: Scope) -> list[Audit]:
    query = select(Audit).join(Audit.round).where(scope.place.covers(Audit.place_code))
    if scope.round is not None:
        query = query.where(Audit.round_id == scope.round.id)
    else:
        query = query.where(Round.first_on <= scope.last_on, Round.last_on >= scope.first_on)
    return list(db.session.scalars(query.order_by(Audit.place_code, Audit.id).limit(MOST_AUDITS)))


def _add_drills(archive: _Archive, scope: Scope, folders: Folders) -> Iterator[Line]:
    held = drills.list_all_drills(scope.place, first=scope.first_on, last=scope.last_on)
    for start in range(0, len(held), 100):
        some = held[start : start + 100]
        records = drills.map_records(some)
        for drill in some:
            if drill.id in records:
                yield _add_drill(archive, drill, records[drill.id], folders)


def _add_drill(archive: _Archive, drill: Drill, record: DrillRecord, folders: Folders) -> Line:
    found = findings.list_findings_of(Source.DRILL, record.id)
    case = Case(drill, record.edition, record, found)
    sheets = [
        (papers.title_of(one, drill), render(mask_phones(papers.write_paper(one, case))).html)
        for one in SHEETS
    ]
    photos = [
        path
        for photo in record.photos
        if archive.copy(
            path := f"photos/{photo.sha256}.jpg", photo_path(folders.uploads, photo.sha256),
            f"{drill.title}照片",
        )
    ]  # fmt: skip
    day = clock.day_of(record.began_at).isoformat()
    line = Line(f"{day} {drill.place.name} {drill.title}", f"drills/{drill.id}.html")
    archive.add(line.path, _page(
        "drill", title=line.title, record=record, sheets=sheets, photos=photos
    ), line.title)  # fmt: skip
    return line


def _add_plans(archive: _Archive, scope: Scope) -> Iterator[Line]:
    query = (
        select(Edition)
        .join(Plan, Plan.id == Edition.plan_id)
        .where(Edition.state == State.PUBLISHED)
        .where(or_(scope.place.covers(Plan.place_code), Plan.place_code == scope.place.town_code))
        .order_by(Plan.place_code, Plan.number, Plan.id)
        .execution_options(yield_per=20)
    )
    for edition in db.session.scalars(query):
        plan = edition.plan
        stem = f"plans/{plan.place_code}-{plan.number:02d}-{plan.slug}"
        body = edition.body
        archive.add(f"{stem}.md", body.encode(), f"{plan.title}（正文）")
        line = Line(plan.title, f"{stem}.html")
        archive.add(line.path, _page(
            "plan", title=plan.title, edition=edition, html=render(body).html
        ), line.title)  # fmt: skip
        yield line
