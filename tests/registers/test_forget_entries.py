"""Forget entries: the timetable removes personal data once its time has passed."""

from datetime import timedelta

from flask import Flask

from factories import Cast
from nanhua_emergency import clock, scheduler
from nanhua_emergency.database import db
from nanhua_emergency.registers import forgetting, services
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.people_models import Post
from register_factories import an_entry


def test_the_timetable_forgets_what_is_old_and_nothing_else(app: Flask, cast: Cast) -> None:
    now = clock.now()
    old, young, used = (an_entry("posts", cast, grid_code=f"G{n}") for n in range(3))
    for post, days in ((old, 366), (young, 364)):
        services.retire_entry(POSTS, post, reason="示例", by=cast.office,
                              now=now - timedelta(days=days))  # fmt: skip
    db.session.commit()
    scheduler.forget()
    found = [(one.holder, one.phone, one.is_forgotten) for one in (old, young, used)]
    kept = ("示例甲", "13900000001", False)
    assert found == [("", "", True), kept, kept]


def test_it_forgets_in_batches_until_none_is_left(app: Flask, cast: Cast) -> None:
    long_ago = clock.now() - timedelta(days=400)
    count = forgetting.BATCH + 2
    db.session.add_all(
        Post(place_code=cast.village.place_code, title=f"示例{number}", holder="示例甲",
             added_at=long_ago, retired_at=long_ago)
        for number in range(count)
    )  # fmt: skip
    db.session.commit()
    scheduler.forget()
    db.session.commit()
    assert db.session.query(Post).filter(Post.is_forgotten).count() == count


def test_the_timetable_forgets_every_day_and_at_every_start(app: Flask) -> None:
    timetable = scheduler.start(app)
    try:
        job = timetable.get_job("forget")
        assert job.trigger.interval == timedelta(days=1)
        assert job.next_run_time <= clock.now() + timedelta(days=1)
    finally:
        timetable.shutdown(wait=True)
