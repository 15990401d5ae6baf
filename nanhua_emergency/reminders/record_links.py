"""Signed links that open one drill's record form without signing in: for one person, for a time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import func, select, update

from nanhua_emergency.access import Person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import find_valid_record
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.reminders.models import RecordLink

PURPOSE = "record-link"
# How long after the drill its link still opens the form.
LIFETIME = timedelta(days=30)


class LinkEnded(RuleBroken):
    """A link that opens nothing, or nothing any more."""

    status = 410


def make_link(drill: Drill, account: Account, *, now: datetime) -> RecordLink:
    """The person's link to a drill, made at the first mail; one that was revoked stays so."""
    return make_links([(drill, account)], now=now)[drill.id, account.id]


def make_links(
    wanted: Collection[tuple[Drill, Account]], *, now: datetime
) -> dict[tuple[int, int], RecordLink]:
    """The links of several people to their drills, by the keys of both."""
    query = select(RecordLink).where(
        RecordLink.drill_id.in_({drill.id for drill, _account in wanted}),
        RecordLink.account_id.in_({account.id for _drill, account in wanted}),
    )
    links = {(link.drill_id, link.account_id): link for link in db.session.scalars(query)}
    for drill, account in wanted:
        link = links.get((drill.id, account.id)) or RecordLink(
            drill=drill, account=account, drill_id=drill.id, account_id=account.id, made_at=now
        )
        links[drill.id, account.id] = link
        link.expires_at = drill.planned_at + LIFETIME
        db.session.add(link)
    db.session.flush()
    return links


def sign_link(link: RecordLink, *, secret: str) -> str:
    """What stands in the address; it says which link it is, and that we wrote it."""
    return str(_sealer(secret).dumps([link.id, link.drill_id]))


@lru_cache(maxsize=1)
def _sealer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=PURPOSE)


def open_link(token: str, *, secret: str, now: datetime) -> RecordLink:
    """The link that an address stands for; LinkEnded, with the way on, when it opens nothing."""
    try:
        link_id, drill_id = _sealer(secret).loads(token)
    except (BadSignature, TypeError, ValueError) as wrong:
        raise LinkEnded("这个链接不完整。请从邮件里重新点开，或者登录后填写") from wrong
    link = db.session.get(RecordLink, link_id)
    if link is None or link.drill_id != drill_id:
        raise LinkEnded("这个链接不能用。请登录后填写")
    is_theirs = link.account.place.contains(link.drill.place_code)
    if not link.is_open(now) or not is_theirs:
        raise LinkEnded("这个链接已经失效。请登录后填写，或请应急办重发提醒", drill_id=drill_id)
    if not link.drill.is_scheduled:
        raise LinkEnded("这项演练已经取消，不用填记录", drill_id=drill_id)
    return link


def check_unrecorded(link: RecordLink) -> None:
    """Refuse a link whose drill has its record; what is recorded is changed after signing in."""
    record = find_valid_record(link.drill)
    if record is not None:
        raise LinkEnded(
            "这次演练已经有记录（%(state)s）。要改请登录后更正",
            state=record.state_name, drill_id=link.drill_id,
        )  # fmt: skip


def list_links(drill: Drill) -> list[RecordLink]:
    """Whoever holds a link to a drill."""
    query = select(RecordLink).where(RecordLink.drill_id == drill.id).order_by(RecordLink.id)
    return list(db.session.scalars(query.limit(100)))


def revoke_links(drill: Drill, *, by: Person, now: datetime) -> int:
    """End every link to a drill; gives how many were open."""
    ended = update(RecordLink).where(
        RecordLink.drill_id == drill.id, RecordLink.revoked_at.is_(None)
    )
    count = int(db.session.execute(ended.values(revoked_at=now)).rowcount)  # type: ignore[attr-defined]
    activity.record("drill.links_revoked", drill, place_code=drill.place_code, by=by, now=now,
                    summary=f"{drill.title}：收回免登录链接 {count} 个")  # fmt: skip
    return count


def count_open_links(account: Account, *, now: datetime) -> int:
    """How many links of a person still open a form."""
    query = select(func.count()).select_from(RecordLink).where(
        RecordLink.account_id == account.id, RecordLink.revoked_at.is_(None),
        RecordLink.expires_at > now,
    )  # fmt: skip
    return db.session.scalar(query) or 0


def revoke_links_of(account: Account, *, now: datetime) -> int:
    """End every link of a person whose post has passed to somebody else."""
    ended = update(RecordLink).where(
        RecordLink.account_id == account.id, RecordLink.revoked_at.is_(None)
    )
    return int(db.session.execute(ended.values(revoked_at=now)).rowcount)  # type: ignore[attr-defined]
