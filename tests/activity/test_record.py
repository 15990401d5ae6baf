"""Record who did what, each entry chained to the one before it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from factories import NOW, TOWN, VILLAGE, Cast, a_plan
from nanhua_emergency.access import SYSTEM
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services
from nanhua_emergency.activity.models import ActivityChain, ActivityEntry
from nanhua_emergency.database import db

OTHER_TOWN = "620724103000"


def do(thing: Account, number: int = 1, *, place: str = TOWN) -> ActivityEntry:
    """One entry about a thing."""
    return services.record("plan.added", thing, place_code=place, by=thing, now=NOW,
                           summary=f"示例第 {number} 件事", number=number)  # fmt: skip


def test_it_keeps_who_did_what_and_when(cast: Cast) -> None:
    plan = a_plan()
    services.record(
        "plan.added",
        plan,
        place_code=VILLAGE,
        by=cast.office,
        now=NOW,
        summary="登记",
        reason="示例",
    )
    db.session.commit()
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.by_id, entry.by_name, entry.at) == (cast.office.id, "示例office", NOW)
    assert (entry.thing_kind, entry.thing_id) == ("plan", plan.id)
    assert (entry.action, entry.summary, entry.place_code) == ("plan.added", "登记", VILLAGE)
    assert entry.details == {"reason": "示例"}


def test_it_names_the_system_where_nobody_acted(cast: Cast) -> None:
    entry = services.record(
        "plan.added", a_plan(), place_code=TOWN, by=SYSTEM, now=NOW, summary="导入"
    )
    assert (entry.by_id, entry.by_name) == (None, "系统")


def test_it_chains_every_entry_to_the_one_before(cast: Cast) -> None:
    entries = [do(cast.office, number) for number in (1, 2, 3)]
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert entries[0].previous_hash == "0" * 64
    assert entries[1].previous_hash == entries[0].hash
    assert entries[2].previous_hash == entries[1].hash
    end = db.session.scalars(select(ActivityChain)).one()
    assert (end.chain, end.position, end.hash) == (TOWN, 3, entries[2].hash)


def test_it_keeps_a_villages_entries_in_the_chain_of_its_town(cast: Cast) -> None:
    entries = [do(cast.village, place=VILLAGE), do(cast.office, place=TOWN)]
    assert {entry.chain for entry in entries} == {TOWN}
    assert entries[1].previous_hash == entries[0].hash


def test_it_keeps_one_chain_for_each_town(cast: Cast) -> None:
    here = do(cast.office, 1)
    there = do(cast.office, 2, place=OTHER_TOWN)
    here_again = do(cast.office, 3)
    assert (there.chain, there.position, there.previous_hash) == (OTHER_TOWN, 1, "0" * 64)
    assert here_again.previous_hash == here.hash
    db.session.commit()
    assert list(services.find_breaks()) == []


def test_it_hashes_every_part_of_an_entry(cast: Cast) -> None:
    entry = do(cast.office)
    parts = {
        "place_code": VILLAGE, "at": NOW + timedelta(microseconds=1), "by_id": cast.legal.id,
        "by_name": "示例别人", "action": "plan.changed", "thing_kind": "edition", "thing_id": 99,
        "summary": "别的事", "details": {"number": 2}, "position": 2, "chain": OTHER_TOWN,
        "previous_hash": "1" * 64,
    }  # fmt: skip
    for name, value in parts.items():
        true = getattr(entry, name)
        setattr(entry, name, value)
        assert services.hash_entry(entry) != entry.hash, name
        setattr(entry, name, true)
    assert services.hash_entry(entry) == entry.hash


def test_it_holds_for_a_moment_told_in_another_zone(cast: Cast) -> None:
    services.record("plan.added", cast.office, place_code=TOWN, by=cast.office, summary="示例",
                    now=NOW.astimezone(ZoneInfo("Asia/Shanghai")))  # fmt: skip
    db.session.commit()
    assert list(services.find_breaks()) == []


def test_it_holds_for_whatever_a_detail_is(cast: Cast) -> None:
    services.record("plan.added", cast.office, place_code=TOWN, by=cast.office, now=NOW,
                    summary="“引号”\n换行\t制表 <b>&", day=NOW.date(), role=cast.office.role,
                    nothing=None, share=0.1, words=("一", "二"), nested={"b": 1, "a": [True]})  # fmt: skip
    db.session.commit()
    assert list(services.find_breaks()) == []


def test_it_goes_when_the_change_it_tells_of_is_undone(cast: Cast) -> None:
    do(cast.office, 1)
    db.session.commit()
    do(cast.office, 2)
    db.session.rollback()
    do(cast.office, 3)
    db.session.commit()
    assert db.session.scalars(select(ActivityEntry.position)).all() == [1, 2]
    assert list(services.find_breaks()) == []


def test_it_lets_no_two_entries_share_a_position(app: Flask, cast: Cast) -> None:
    entry = do(cast.office)
    values = {c.name: getattr(entry, c.name) for c in ActivityEntry.__table__.columns}
    db.session.add(ActivityEntry(**(values | {"id": entry.id + 1})))
    with pytest.raises(IntegrityError):
        db.session.flush()
