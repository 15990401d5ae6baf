"""Texts that come from Word files, and editions that go out as files."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.clock import day_of
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.plans import drafting
from nanhua_emergency.plans.checking import known_references
from nanhua_emergency.plans.filled import write_filled
from nanhua_emergency.plans.library import format_plan, plan_file_of
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.queries import list_attachments
from nanhua_emergency.plans.services import record
from nanhua_emergency.plans.text_models import Attachment
from nanhua_emergency.plans.word import Picture, WordDraft, WordRefused, read_word, write_word


class WordFileRefused(RuleBroken):
    """The file cannot be read as a Word file; the message says what to do instead."""


def import_word(
    edition: Edition, *, data: bytes, filename: str, folder: Path, by: Account, now: datetime
) -> WordDraft:
    """Read a .docx as a new revision of a draft; its pictures are kept beside the edition."""
    posts, _registers = known_references()
    try:
        draft = read_word(data, filename, posts=posts)
    except WordRefused as refused:
        raise WordFileRefused(str(refused).replace("%", "%%"), field="file") from refused
    if not draft.body.strip():
        raise WordFileRefused(
            "这个文件里没有读到文字。如果是扫描件，请先转成文字再导入", field="file"
        )
    drafting.save_draft(
        edition,
        body=draft.body,
        based_on_id=edition.head_id,
        note=f"从 Word 文件导入：{filename}"[:200],
        by=by,
        now=now,
    )
    _keep_pictures(edition, draft.pictures, folder, by=by, now=now)
    record(edition, "edition.imported_word", by=by, now=now, summary=f"导入 Word 文件 {filename}")
    return draft


def _keep_pictures(
    edition: Edition, pictures: list[Picture], folder: Path, *, by: Account, now: datetime
) -> None:
    known = {attachment.sha256 for attachment in list_attachments(edition)}
    for picture in pictures:
        sha256 = hashlib.sha256(picture.data).hexdigest()
        if sha256 in known:
            continue
        known.add(sha256)
        path = attachment_path(folder, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture.data)
        db.session.add(
            Attachment(
                edition_id=edition.id,
                name=picture.name[:120],
                content_type=picture.content_type[:60],
                sha256=sha256,
                size=len(picture.data),
                added_at=now,
                added_by_id=by.id,
            )
        )
    db.session.flush()


def attachment_path(folder: Path, sha256: str) -> Path:
    """Where a file of that content lies; the same content is kept once."""
    return folder / "attachments" / sha256[:2] / sha256


def find_attachment_file(folder: Path, attachment: Attachment) -> Path:
    """Where an attachment's file lies; NotFound where it is gone, as after half a restore."""
    path = attachment_path(folder, attachment.sha256)
    if not path.is_file():
        raise NotFound("“%(name)s”的文件不在了，请管理员从备份里找回", name=attachment.name)
    return path


def write_edition(edition: Edition, *, person: Account | None, today: date) -> bytes:
    """An edition as a .docx in the layout of GB/T 9704-2012, with a sign-off sheet and its hash.

    What the references of a text in force stand for is written out, as far as the person may see
    it; a draft keeps them as they are, so that it can be changed in Word and brought back.
    """
    body = edition.body if edition.is_open else write_filled(edition, person=person, today=today)
    sha256 = edition.head.sha256 if edition.head else ""
    return write_word(
        body,
        title=edition.plan.title,
        issuer=f"{edition.plan.place.name}人民政府",
        issue_number=edition.issue_number,
        effective_on=edition.effective_on.isoformat() if edition.effective_on else "",
        sha256=sha256,
        signatures=list_signatures(edition),
    )


def list_signatures(edition: Edition) -> list[tuple[str, str, str]]:
    """Who took which step on which day: drafting, clearance, signature, approval."""
    steps = (
        ("起草", edition.began_by, edition.began_at),
        ("合法性审核", edition.cleared_by, edition.cleared_at),
        ("签发", edition.published_by, edition.published_at),
        ("补签", edition.approved_by, edition.approved_at),
    )
    return [
        (step, person.name, day_of(at).isoformat()) for step, person, at in steps if person and at
    ]


def format_edition(edition: Edition) -> tuple[str, str]:
    """An edition as the text of a plan file, and the file's name."""
    file = plan_file_of(edition.plan, edition.body)
    return format_plan(file), file.filename
