"""Hand over what hangs on an account or on a post to whoever follows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select

from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.queries import is_account
from nanhua_emergency.activity import services as activity
from nanhua_emergency.database import db, lock
from nanhua_emergency.drills import services as drills
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.handover.holdings import BY_SLUG, KINDS, Person, find_held
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.checking import check_alone
from nanhua_emergency.registers.handing import Named, may_hand
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.reminders import record_links

# As many successors as a page can offer.
MOST = 200


@dataclass(frozen=True)
class Endings:
    """What ends of whoever leaves, besides what they hand over."""

    links: bool = False
    feed: bool = False
    sessions: bool = False
    account: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything at all ends."""
        return self.links or self.feed or self.sessions or self.account


@dataclass(frozen=True)
class HandedOver:
    """How many things have passed on, and how many signed links ended."""

    count: int
    links: int = 0


class NoSuccessor(RuleBroken):
    """Nobody was chosen to follow, or somebody who cannot."""


class NoLongerTheirs(RuleBroken):
    """Somebody else has meanwhile changed what was to be handed over."""

    status = 409


def list_successors(account: Account) -> list[Account]:
    """Who may follow: the other active accounts of the same role at the same place."""
    query = select(Account).where(
        Account.place_code == account.place_code, Account.role == account.role,
        Account.is_active, Account.id != account.id,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(Account.name, Account.id).limit(MOST)))


def list_accounts_of(post: Post) -> list[Account]:
    """The accounts of whoever holds a post: the linked one, and those of that name at its place."""
    is_theirs = (Account.place_code == post.place_code) & (Account.name == post.holder)
    query = select(Account).where(Account.is_active, or_(is_account(post.account_id), is_theirs))
    found = db.session.scalars(query.order_by(Account.id).limit(10))
    return [one for one in found if post.place.contains(one.place_code)]


def person_of(account: Account) -> Person:
    """An account as whoever leaves or follows."""
    phone = "".join(one for one in account.phone if one not in " ()")
    # Mails to a post go to its account where the register has no address of its own.
    return Person(Named(account.name, phone, account.place, account_id=account.id), account)


def holder_of(post: Post) -> Person:
    """The holder of a post as whoever leaves."""
    return Person(Named(post.holder, post.phone, post.place, post.email))


def hand_over(
    account: Account, successor: Account, *, what: Collection[str], endings: Endings, by: Account,
    now: datetime,
) -> HandedOver:  # fmt: skip
    """Move what is named in `what` (such as “drill-12”) to the successor, and end the rest.

    All or nothing. What has already passed to the successor is passed over in silence, so that a
    form sent twice does no harm; NoLongerTheirs where somebody else has changed it meanwhile.
    """
    _lock_accounts(account, successor)
    _refuse_successor(account, successor, by)
    if not (what or endings.is_any):
        raise RuleBroken("请至少勾选一件", field="what")
    leaving, following = person_of(account), person_of(successor)
    count = _hand_all(what, leaving, following, by, now)
    links = _end(account, endings, by, now)
    if not (count or replace(endings, links=links > 0).is_any):
        return HandedOver(0)
    activity.record(
        "handover.account", account, place_code=account.place_code, by=by, now=now,
        summary=f"{account.name}交接给{successor.name}：{count} 件", what=sorted(what), links=links,
    )  # fmt: skip
    return HandedOver(count, links)


def _lock_accounts(*people: Account) -> None:
    """Nobody closes or moves either account until the handover is done."""
    keys = sorted({one.id for one in people})
    query = select(Account.id).where(Account.id.in_(keys)).order_by(Account.id).with_for_update()
    db.session.execute(query)
    for one in people:
        db.session.refresh(one)


def _refuse_successor(account: Account, successor: Account, by: Account) -> None:
    if not may_hand(account.place_code, by):
        raise NotFound("没有这个账号")
    refusals = (
        (successor.id == account.id, "接手人不能是本人"),
        (not successor.is_active, "接手人的账号已经停用"),
        (successor.place_code != account.place_code, "接手人不是这个地方的"),
        (successor.role is not account.role, "接手人的身份和原来的不同"),
    )
    for is_so, message in refusals:
        if is_so:
            raise NoSuccessor(message, field="successor_id")


def _end(account: Account, endings: Endings, by: Account, now: datetime) -> int:
    if endings.account and by.role is not Role.ADMIN:
        raise RuleBroken("停用账号要管理员来办", field="is_closing")
    count = record_links.revoke_links_of(account, now=now) if endings.links else 0
    if endings.feed:
        drills.renew_feed(account.place, by=by, now=now)
    if endings.account:
        accounts.close_account(account, by=by, now=now)
    elif endings.sessions:
        accounts.end_all_sessions(account, now=now)
    return count


def hand_over_post(
    post: Post, *, name: str, phone: str, email: str, what: Collection[str], version: int,
    by: Account, now: datetime,
) -> HandedOver:  # fmt: skip
    """Give a post another holder, and with it the entries in `what` that name the old one.

    `version` is what the person was shown of the post. The links of the old holder end by
    themselves, because the post passes to somebody else.
    """
    if not may_hand(post.place_code, by):
        raise NotFound("没有这个岗位")
    lock(post)
    own, leaving = f"post-{post.id}", holder_of(post)
    following = Person(_read_successor(post, name, phone, email, now))
    if post.version != version:
        if following.named == leaving.named:
            return HandedOver(0)  # the same form, sent twice
        raise NoLongerTheirs("这个岗位刚刚被别人改过，什么都还没有移交。请核对后再办一次")
    _refuse_holder(leaving.named, following.named)
    count = _hand_all([own, *(key for key in what if key != own)], leaving, following, by, now)
    # The chain can never forget, so it holds no name.
    activity.record(
        "handover.post", post, place_code=post.place_code, by=by, now=now,
        summary=f"岗位（{post.title}）换人：移交 {count} 件", what=sorted({own, *what}),
    )  # fmt: skip
    return HandedOver(count)


def _refuse_holder(leaving: Named, following: Named) -> None:
    if not leaving.name:
        raise RuleBroken("这个岗位空缺，请直接登记由谁担任")
    is_same_phone = following.phone in ("", leaving.phone)
    if following.name == leaving.name and is_same_phone:
        raise RuleBroken("接手人不能是本人", field="name")


def _read_successor(post: Post, name: str, phone: str, email: str, now: datetime) -> Named:
    """The new holder as the register would write them; refused beside the field that is wrong."""
    said = {"holder": name, "phone": phone, "email": email}
    checked = check_alone(POSTS, said, place=post.place, today=clock.day_of(now), entry=post)
    fields = {"holder": "name", "phone": "phone", "email": "email"}
    for known, shown in fields.items():
        if known in checked.refusals:
            wrong = checked.refusals[known]
            raise RuleBroken(wrong.message, field=shown, **wrong.values)
    if not checked.values["holder"]:
        raise RuleBroken("请填接手人的姓名", field="name")
    return Named(
        checked.values["holder"], checked.values["phone"], post.place, checked.values["email"]
    )


def _hand_all(
    what: Sequence[str] | Collection[str], leaving: Person, following: Person, by: Account,
    now: datetime,
) -> int:  # fmt: skip
    """Hand over each thing, kind by kind, so that two people at once lock in one order."""
    order = {kind.slug: number for number, kind in enumerate(KINDS)}
    keys = sorted({_read_key(key) for key in what}, key=lambda key: (order[key[0]], key[1]))
    return sum(_hand_one(slug, number, leaving, following, by, now) for slug, number in keys)


def _read_key(key: str) -> tuple[str, int]:
    slug, _dash, number = key.rpartition("-")
    is_handed = slug in BY_SLUG and BY_SLUG[slug].hand is not None
    if not is_handed or not (number.isascii() and number.isdecimal()) or len(number) > 9:
        raise RuleBroken("清单里有不认识的一件，请刷新页面再办", field="what")
    return slug, int(number)


def _hand_one(
    slug: str, number: int, leaving: Person, following: Person, by: Account, now: datetime
) -> int:
    kind = BY_SLUG[slug]
    thing = find_held(kind, number, leaving)
    if thing is not None and kind.hand is not None:
        kind.hand(thing, to=following, by=by, now=now)
        db.session.flush()
        return 1
    if find_held(kind, number, following) is None:
        raise NoLongerTheirs(
            "“%(kind)s”里有一件刚刚被别人改过，什么都还没有移交。请核对下面的清单，再办一次",
            kind=kind.name,
        )  # fmt: skip
    return 0
