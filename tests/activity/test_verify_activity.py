"""Prove that the record of who did what is unbroken: flask verify-activity."""

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from factories import NOW, TOWN, Cast, a_draft, a_plan
from nanhua_emergency.activity import services
from nanhua_emergency.activity.models import ActivityChain, ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.plans.models import Revision, hash_body

GOOD = "操作记录完整，文本与摘要一致"
FORGED = "f" * 64


@pytest.fixture
def keys(cast: Cast) -> list[int]:
    """The keys of five entries of the town, and of one of another."""
    entries = [
        services.record("plan.added", cast.office, place_code=place, by=cast.office, now=NOW,
                        summary=f"示例第 {number} 件事")
        for number, place in enumerate([TOWN] * 5 + ["620724103000"], start=1)
    ]  # fmt: skip
    db.session.commit()
    return [entry.id for entry in entries]


def breaks(app: Flask) -> str:
    """What the command says when it refuses; empty when it finds nothing wrong."""
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["verify-activity"])
    if done.exit_code == 0:
        assert done.stdout.strip() == GOOD
        return ""
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "操作记录不完整" in done.stderr
    return str(done.stderr)


def change(key: int, **values: object) -> None:
    db.session.execute(update(ActivityEntry).where(ActivityEntry.id == key).values(**values))


def test_it_finds_nothing_wrong_with_an_untouched_record(app: Flask, keys: list[int]) -> None:
    assert breaks(app) == ""


def test_it_finds_nothing_wrong_with_an_empty_record(app: Flask) -> None:
    assert breaks(app) == ""


FORGERIES = [
    {"summary": "别的事"}, {"by_name": "示例别人"}, {"by_id": 99}, {"thing_id": 99},
    {"action": "plan.changed"}, {"details": {"a": 1}}, {"place_code": "620724102212"},
    {"at": NOW.replace(minute=31)},
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGERIES, ids=lambda one: next(iter(one)))
def test_it_finds_a_changed_entry(forged: dict[str, object], app: Flask, keys: list[int]) -> None:
    change(keys[2], **forged)
    assert f"共 1 处：记录 {keys[2]}：内容被改动过" in breaks(app)


def test_it_finds_an_entry_that_was_changed_together_with_its_hash(
    app: Flask, keys: list[int]
) -> None:
    entry = db.session.get_one(ActivityEntry, keys[2])
    entry.summary = "别的事"
    entry.hash = services.hash_entry(entry)
    assert f"记录 {keys[3]}：与前一条接不上" in breaks(app)


def test_it_finds_a_last_entry_that_was_changed_together_with_its_hash(
    app: Flask, keys: list[int]
) -> None:
    entry = db.session.get_one(ActivityEntry, keys[4])
    entry.summary = "别的事"
    entry.hash = services.hash_entry(entry)
    assert f"记录 {keys[4]}：末尾" in breaks(app)


def test_it_finds_an_entry_deleted_in_the_middle(app: Flask, keys: list[int]) -> None:
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.id == keys[2]))
    told = breaks(app)
    assert f"记录 {keys[3]}：缺第 3 条" in told
    assert f"记录 {keys[3]}：与前一条接不上" in told


def test_it_finds_a_middle_entry_deleted_and_the_rest_renumbered(
    app: Flask, keys: list[int]
) -> None:
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.id == keys[2]))
    for position, key in enumerate(keys[3:5], start=3):
        change(key, position=position)
    db.session.execute(update(ActivityChain).where(ActivityChain.chain == TOWN).values(position=4))
    told = breaks(app)
    assert f"记录 {keys[3]}：与前一条接不上" in told
    assert f"记录 {keys[3]}：内容被改动过" in told


def test_it_finds_an_entry_deleted_at_the_beginning(app: Flask, keys: list[int]) -> None:
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.id == keys[0]))
    assert f"记录 {keys[1]}：缺第 1 条" in breaks(app)


def test_it_finds_an_entry_deleted_at_the_end(app: Flask, keys: list[int]) -> None:
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.id == keys[4]))
    assert f"记录 {keys[3]}：末尾有记录被删去" in breaks(app)


def test_it_finds_a_chain_of_which_all_entries_were_deleted(app: Flask, keys: list[int]) -> None:
    db.session.execute(delete(ActivityEntry).where(ActivityEntry.chain == TOWN))
    assert "末尾有记录被删去" in breaks(app)


def test_it_finds_an_entry_slipped_in(app: Flask, keys: list[int]) -> None:
    before = db.session.get_one(ActivityEntry, keys[1])
    values = {c.name: getattr(before, c.name) for c in ActivityEntry.__table__.columns}
    for position, key in sorted(enumerate(keys[2:5], start=3), reverse=True):
        change(key, position=position + 1)
        db.session.flush()
    slipped = ActivityEntry(**(values | {
        "id": 900, "position": 3, "previous_hash": before.hash, "summary": "没有发生的事",
    }))  # fmt: skip
    slipped.hash = services.hash_entry(slipped)
    db.session.add(slipped)
    told = breaks(app)
    assert f"记录 {keys[2]}：与前一条接不上" in told


def test_it_finds_an_entry_added_at_the_end(app: Flask, keys: list[int]) -> None:
    last = db.session.get_one(ActivityEntry, keys[4])
    values = {c.name: getattr(last, c.name) for c in ActivityEntry.__table__.columns}
    added = ActivityEntry(**(values | {"id": 900, "position": 6, "previous_hash": last.hash}))
    added.hash = services.hash_entry(added)
    db.session.add(added)
    assert "记录 900：末尾" in breaks(app)


@pytest.mark.parametrize("forged", [{"hash": FORGED}, {"position": 4}, {"position": 6}])
def test_it_finds_an_edited_end_of_the_chain(
    forged: dict[str, object], app: Flask, keys: list[int]
) -> None:
    db.session.execute(update(ActivityChain).where(ActivityChain.chain == TOWN).values(**forged))
    assert f"记录 {keys[4]}：末尾" in breaks(app)


def test_it_finds_a_chain_whose_end_was_deleted(app: Flask, keys: list[int]) -> None:
    db.session.execute(delete(ActivityChain).where(ActivityChain.chain == TOWN))
    told = breaks(app)
    assert "共 5 处" in told
    assert f"记录 {keys[0]}：所在的链没有末端记录" in told


def test_it_looks_at_every_chain(app: Flask, keys: list[int]) -> None:
    change(keys[5], summary="别的事")
    change(keys[0], summary="别的事")
    told = breaks(app)
    assert f"记录 {keys[5]}：内容被改动过" in told
    assert f"记录 {keys[0]}：内容被改动过" in told


def test_it_names_no_more_than_twenty_but_counts_all(app: Flask, cast: Cast) -> None:
    for number in range(30):
        services.record("plan.added", cast.office, place_code=TOWN, by=cast.office, now=NOW,
                        summary=f"示例 {number}")  # fmt: skip
    db.session.flush()
    db.session.execute(update(ActivityEntry).values(summary="别的事"))
    told = breaks(app)
    assert "共 30 处" in told
    assert told.count("内容被改动过") == 20


def test_it_finds_a_saved_text_that_was_changed(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    assert breaks(app) == ""
    db.session.execute(
        update(Revision).where(Revision.id == edition.head_id).values(body="换过的文本\n")
    )
    assert f"文本 {edition.head_id}：与保存时的摘要不符" in breaks(app)


def test_it_finds_a_saved_text_that_was_changed_together_with_its_hash(
    app: Flask, cast: Cast
) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    head = edition.head_id
    db.session.execute(
        update(Revision)
        .where(Revision.id == head)
        .values(body="换过的文本\n", sha256=hash_body("换过的文本\n"))
    )
    assert f"文本 {head}：" in breaks(app)


def test_it_changes_nothing(app: Flask, keys: list[int]) -> None:
    change(keys[2], summary="别的事")
    db.session.commit()
    before = db.session.execute(select(ActivityEntry.hash, ActivityEntry.summary)).all()
    breaks(app)
    db.session.rollback()
    assert db.session.execute(select(ActivityEntry.hash, ActivityEntry.summary)).all() == before
