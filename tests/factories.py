"""Things that tests need, made with defaults."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Flask
from sqlalchemy import event, func, select

from nanhua_emergency import backup, clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account, SignInAttempt, SignInSession
from nanhua_emergency.accounts.passwords import hash_password
from nanhua_emergency.accounts.tokens import hash_token, make_token
from nanhua_emergency.database import Base, db
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans import drafting, publication, services
from nanhua_emergency.plans.library import read_plan_file, split_front_matter
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.papers import attachment_path
from nanhua_emergency.plans.text_models import Attachment
from nanhua_emergency.plans.words import Category, Trigger

ROOT = Path(__file__).resolve().parent.parent
TOWN = "620724102000"
VILLAGE = "620724102212"
OTHER_VILLAGE = "620724102210"
COUNTY = "620724000000"
PASSWORD = "柳树-河滩-2026-晴"
NOW = datetime(2026, 5, 11, 8, 30, tzinfo=UTC)
TODAY = date(2026, 5, 11)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def an_account(sign_in: str, role: Role, *, place: str = TOWN, **columns: Any) -> Account:
    """A person whose first password is already changed."""
    columns = {
        "name": f"示例{sign_in}", "email": f"{sign_in}@example.com", "must_change_password": False,
        "is_active": True, "created_at": NOW, "password_hash": _hash(),
        "first_signed_in_at": NOW,
    } | columns  # fmt: skip
    account = Account(
        sign_in=sign_in, role=role, place=get_place(place), place_code=place, **columns
    )
    db.session.add(account)
    db.session.flush()
    return account


@dataclass
class Cast:
    """The people of the tests."""

    office: Account
    other_office: Account
    legal: Account
    leader: Account
    other_leader: Account
    village: Account
    other_village: Account
    admin: Account


def a_cast() -> Cast:
    """One of each role, and a second where two people must be kept apart."""
    return Cast(
        office=an_account("office", Role.OFFICE),
        other_office=an_account("office2", Role.OFFICE),
        legal=an_account("legal", Role.LEGAL),
        leader=an_account("leader", Role.LEADER),
        other_leader=an_account("leader2", Role.LEADER),
        village=an_account("mingshui", Role.VILLAGE, place=VILLAGE),
        other_village=an_account("nancha", Role.VILLAGE, place=OTHER_VILLAGE),
        admin=an_account("root", Role.ADMIN),
    )


def a_session(account: Account, *, now: datetime, days: int = 14) -> str:
    """A sign-in on some device; gives the token that the browser keeps."""
    token = make_token()
    db.session.add(SignInSession(
        account_id=account.id, token_hash=hash_token(token), began_at=now,
        expires_at=now + timedelta(days=days), address="127.0.0.1", device="示例手机",
    ))  # fmt: skip
    db.session.flush()
    return token


def a_body(name: str = "01-flood-control") -> str:
    """The text of one of the town's plans."""
    return read_plan_file(ROOT / "plans" / f"{name}.md").body


def a_plan(*, place: str = TOWN, **columns: Any) -> Plan:
    """A registered plan without a text."""
    columns = {
        "number": 1, "slug": "flood-control", "title": "南华镇防汛应急预案", "hazard": "洪涝",
        "category": Category.NATURAL, "lead_department": "水管所", "season": "5月—6月",
        "legal_basis": "《中华人民共和国突发事件应对法》", "review_months": 36, "drill_months": 12,
    } | columns  # fmt: skip
    plan = Plan(place=get_place(place), place_code=place, **columns)
    db.session.add(plan)
    db.session.flush()
    return plan


def a_draft(plan: Plan, *, by: Account, body: str | None = None, **columns: Any) -> Edition:
    """An edition with one saved text."""
    edition = services.begin_edition(
        plan, trigger=Trigger.PRACTICE, reason="演练发现叫应不到位", by=by, now=NOW,
        is_major=columns.pop("is_major", True),
    )  # fmt: skip
    drafting.save_draft(edition, body=body or a_body(), based_on_id=edition.head_id,
                        note="改叫应时限", by=by, now=NOW)  # fmt: skip
    return edition


ALL_MET = {point: (True, "") for point in range(1, 7)}


def a_submitted(plan: Plan, cast: Cast, **columns: Any) -> Edition:
    """An edition before the legal reviewer."""
    edition = a_draft(plan, by=cast.office, **columns)
    services.submit_edition(edition, change_note="缩短叫应时限", by=cast.office, now=NOW)
    return edition


def a_cleared(plan: Plan, cast: Cast, **columns: Any) -> Edition:
    """An edition before the leader."""
    edition = a_submitted(plan, cast, **columns)
    assert edition.head is not None
    services.clear_edition(edition, sha256=edition.head.sha256, points=ALL_MET, by=cast.legal,
                           now=NOW)  # fmt: skip
    return edition


def a_published(plan: Plan, cast: Cast, *, now: datetime = NOW, **columns: Any) -> Edition:
    """The text in force."""
    edition = a_cleared(plan, cast, **columns)
    publication.publish_edition(
        edition, sha256=edition.cleared_sha256, issue_number="南政发〔2026〕5号",
        effective_on=clock.day_of(now), by=cast.leader, now=now,
    )  # fmt: skip
    return edition


def an_attachment(edition: Edition, instance: Path, *, by: Account) -> Attachment:
    """A picture beside an edition, lying where the site keeps such files."""
    sha256 = hashlib.sha256(PICTURE).hexdigest()
    path = attachment_path(instance / "uploads", sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PICTURE)
    attachment = Attachment(
        edition_id=edition.id, name="示例图.png", content_type="image/png", sha256=sha256,
        size=len(PICTURE), added_at=NOW, added_by_id=by.id,
    )  # fmt: skip
    db.session.add(attachment)
    db.session.flush()
    return attachment


def a_changed_body(words: str = "示例补充：演练后把叫应分为两路。") -> str:
    """The flood plan's text with one more paragraph at its end; it still passes the checks."""
    return f"{a_body()}\n{words}\n"


def keep(*things: Any) -> Any:
    """Commit, so that a browser sees them and may write; gives the key, or the keys."""
    keys = [thing.id for thing in things]
    db.session.commit()
    return keys[0] if len(keys) == 1 else keys


def stored(column: Any, key: int) -> Any:
    """What one column of the row of that key now holds; leaves no transaction behind."""
    db.session.rollback()
    value = db.session.scalar(select(column).where(column.class_.id == key))
    db.session.rollback()
    return value


def count_rows(*models: Any) -> dict[str, int]:
    """How many rows each table holds; leaves no transaction behind."""
    db.session.rollback()
    counts = {m.__tablename__: db.session.scalar(select(func.count()).select_from(m))
              for m in models}  # fmt: skip
    db.session.rollback()
    return counts


def form_of(page: Any) -> Any:
    """The form that a page is about: the last one on it."""
    return page.forms[max(key for key in page.forms if isinstance(key, int))]


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str


def command(app: Any, *arguments: str, typed: str = "") -> Done:
    """Run an operator's command inside this process; what it did not foresee is raised."""
    db.session.commit()
    done = app.test_cli_runner().invoke(args=arguments, input=typed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    db.session.rollback()
    return Done(done.exit_code, done.stdout, done.stderr)


def refusal_of(done: Done) -> str:
    """The one clear line in which a command refused, having ended with 1."""
    assert done.exit_code == 1, done
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("没有办成："), done.stderr
    return done.stderr.strip()


def a_plan_text(**columns: Any) -> str:
    """The text of a plan's file, with its front matter; None leaves a field out."""
    front, body = split_front_matter(
        (ROOT / "plans" / "01-flood-control.md").read_text(encoding="utf-8")
    )
    body = columns.pop("body", body)
    fields = yaml.safe_load(front) | columns
    kept = {name: value for name, value in fields.items() if value is not None}
    return f"---\n{yaml.safe_dump(kept, allow_unicode=True, sort_keys=False)}---\n\n{body}"


PICTURE = bytes(range(256)) * 300
UPLOADS = {"2026/示例照片.jpg": PICTURE, "空.txt": b"", "a b/c.pdf": b"%PDF-"}


def fill_site(site: Flask, cast: Cast) -> Path:
    """Something in every table, and uploads; gives their folder."""
    a_published(a_plan(), cast)
    plan = a_plan(number=2, slug="drought", title="南华镇抗旱应急预案")
    a_draft(plan, by=cast.office, body=a_changed_body("表情🌊，“引号”，\\反斜杠。"))
    a_session(cast.office, now=NOW)
    db.session.add(SignInAttempt(sign_in="office", address="192.0.2.1", at=NOW))
    db.session.commit()
    uploads = Path(site.instance_path, "uploads")
    for name, data in UPLOADS.items():
        (uploads / name).parent.mkdir(parents=True, exist_ok=True)
        (uploads / name).write_bytes(data)
    return uploads


def all_rows(*, without: tuple[str, ...] = backup.LEFT_OUT) -> dict[str, list[Any]]:
    """Every row of every table of the site at hand."""
    db.session.rollback()
    found = {
        table.name: [tuple(row) for row in db.session.execute(
            select(table).order_by(*table.primary_key.columns)
        )]
        for table in Base.metadata.sorted_tables if table.name not in without
    }  # fmt: skip
    db.session.rollback()
    return found


def uploads_of(site: Flask) -> dict[str, bytes]:
    """What lies in the folder of uploads, and whatever was left unfinished beside it."""
    folder = Path(site.instance_path)
    kept = [p for p in folder.rglob("*") if p.is_file() and "uploads" in p.parts]
    assert not list(folder.rglob("*.unfinished"))
    return {p.relative_to(folder / "uploads").as_posix(): p.read_bytes() for p in kept}


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked until the block ends: each statement with its values."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def results_of(page: Any) -> list[tuple[str, list[str]]]:
    """The plans on a page of search results, and the headings under each."""
    groups = page.html.select("section.hits")
    return [(one.h2.a.get_text(), [a.get_text() for a in one.select("li > a")]) for one in groups]
