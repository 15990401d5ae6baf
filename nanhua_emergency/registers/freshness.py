"""What in the registers asks for somebody: unconfirmed, expired, too little, without a substitute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import catalogue
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.history import is_open_report
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Member, Post, Team, WakeUp
from nanhua_emergency.registers.queries import PAGE, may_see
from nanhua_emergency.registers.site_models import Shelter, Supply
from nanhua_emergency.registers.words import Seat

# Issue 7: each post is confirmed by its holder every quarter.
CONFIRM_DAYS = 92
# Five haves, items 3 and 4: last inventory and last call test at most 90 days ago.
COUNT_DAYS = 90
TEST_DAYS = 90
# No source says how often; half a year is once before the flood season and once after.
CHECK_DAYS = 182
# So that there is time to buy anew.
EXPIRING_DAYS = 30


@dataclass(frozen=True)
class Reason:
    """Why an entry asks for somebody: a condition on its row, and the day on which it began."""

    slug: str
    name: str
    register: Register
    advice: str
    condition: Callable[[date], ColumnElement[bool]]
    due_on: Callable[[Any], date | None] = lambda _entry: None


@dataclass(frozen=True)
class Attention:
    """One entry that asks for somebody, why, and since when or by when."""

    reason: Reason
    entry: Any
    due_on: date | None

    @property
    def register(self) -> Register:
        """The register in which it stands."""
        return self.reason.register

    @property
    def place(self) -> Place:
        """Where it belongs."""
        place: Place = self.entry.place
        return place


def _later(day: date | None, days: int) -> date | None:
    return day + timedelta(days=days) if day else None


def _is_unconfirmed(today: date) -> ColumnElement[bool]:
    last = today - timedelta(days=CONFIRM_DAYS)
    never = and_(
        Post.confirmed_on.is_(None), Post.added_at < clock.moment_of(last + timedelta(days=1))
    )
    return and_(Post.holder != "", or_(Post.confirmed_on <= last, never))


def _confirm_by(post: Post) -> date | None:
    """By when; None for one that nobody confirmed since its holder or number changed."""
    if post.confirmed_on is None and post.version > 1:
        return None
    return _later(post.confirmed_on or clock.day_of(post.added_at), CONFIRM_DAYS)


def _has_no_substitute(_today: date) -> ColumnElement[bool]:
    other = aliased(Post)
    stands_in = select(other.id).where(
        other.place_code == Post.place_code, other.title == Post.title,
        other.alias == Post.alias, other.grid_code == Post.grid_code,
        other.seat == Seat.SUBSTITUTE, other.holder != "", other.retired_at.is_(None),
    )  # fmt: skip
    return and_(Post.seat == Seat.FIRST, ~stands_in.exists())


def _is_reported(_today: date) -> ColumnElement[bool]:
    reports = select(EntryChange.id).where(is_open_report(catalogue.POSTS, Post.id))
    return reports.correlate(Post).exists()


def _not_since(column: Any, days: int) -> Callable[[date], ColumnElement[bool]]:
    return lambda today: or_(column.is_(None), column <= today - timedelta(days=days))


def _before_today(column: Any) -> Callable[[date], ColumnElement[bool]]:
    return lambda today: column < today


def _is_expiring(today: date) -> ColumnElement[bool]:
    return Supply.expires_on.between(today, today + timedelta(days=EXPIRING_DAYS))


def _is_below(_today: date) -> ColumnElement[bool]:
    return Supply.quantity < Supply.minimum


# The worst first: what is missing when something happens, then what is only old.
REASONS: tuple[Reason, ...] = (
    Reason("vacant", "岗位空缺", catalogue.POSTS, "请登记由谁担任",
           lambda _today: and_(Post.seat == Seat.FIRST, Post.holder == "")),
    Reason("reported", "本人报告有变动", catalogue.POSTS,
           "请看变动记录里写的，改好登记；没有变动的点“核实无误”", _is_reported),
    Reason("below-minimum", "低于最低储备", catalogue.SUPPLIES, "请补充，或核对数量", _is_below),
    Reason("expired", "已过有效期", catalogue.SUPPLIES, "请更换后停用旧的",
           _before_today(Supply.expires_on), lambda supply: supply.expires_on),
    Reason("unanswered", "测试没有应答", catalogue.WAKE_UPS, "请核对电话和叫醒方式，再测一次",
           lambda _today: WakeUp.is_answered.is_(False), lambda one: one.tested_on),
    Reason("team-uninsured", "队伍保险已到期", catalogue.TEAMS, "请续保后登记新的到期日",
           _before_today(Team.insured_until), lambda team: team.insured_until),
    Reason("member-uninsured", "队员保险已到期", catalogue.MEMBERS, "请续保后登记新的到期日",
           _before_today(Member.insured_until), lambda member: member.insured_until),
    Reason("term-ended", "任期已满", catalogue.POSTS, "请登记连任，或换成新的人",
           _before_today(Post.term_until), lambda post: post.term_until),
    Reason("unconfirmed", "待核实（每季度一次）", catalogue.POSTS, "请打一次电话，还是本人就点“核实”",
           _is_unconfirmed, _confirm_by),
    Reason("no-substitute", "没有 B 角", catalogue.POSTS, "请登记 B 角", _has_no_substitute),
    Reason("wake-up-alone", "叫醒人没有替补", catalogue.WAKE_UPS, "请登记替补人",
           lambda _today: WakeUp.substitute == ""),
    Reason("untested", "90 天没有测试叫应", catalogue.WAKE_UPS, "请试叫一次，登记日期和结果",
           _not_since(WakeUp.tested_on, TEST_DAYS),
           lambda one: _later(one.tested_on, TEST_DAYS)),
    Reason("expiring", "30 天内到期", catalogue.SUPPLIES, "请准备更换", _is_expiring,
           lambda supply: supply.expires_on),
    Reason("uncounted", "90 天没有盘点", catalogue.SUPPLIES, "请盘点一次",
           _not_since(Supply.counted_on, COUNT_DAYS),
           lambda supply: _later(supply.counted_on, COUNT_DAYS)),
    Reason("unchecked", "半年没有检查", catalogue.SHELTERS, "请去看一次，登记检查日期",
           _not_since(Shelter.checked_on, CHECK_DAYS),
           lambda shelter: _later(shelter.checked_on, CHECK_DAYS)),
)  # fmt: skip
BY_SLUG = {reason.slug: reason for reason in REASONS}


def list_reasons(person: Account) -> list[Reason]:
    """The reasons that concern registers this person may see, worst first."""
    return [reason for reason in REASONS if may_see(reason.register, person)]


def get_reason(slug: str, *, seen_by: Account) -> Reason:
    """A reason by its name in addresses; NotFound for one this person may not see."""
    reason = BY_SLUG.get(slug)
    if reason is None or not may_see(reason.register, seen_by):
        raise NotFound("没有这一类")
    return reason


def list_attention(
    reason: Reason, place: Place, *, today: date, page: int = 1, size: int = PAGE
) -> list[Attention]:
    """One page, and one more, of the entries within a place that ask for somebody, by place."""
    model = reason.register.model
    query = select(model).where(_asks(reason, place, today))
    query = query.order_by(model.place_code, model.id)
    entries = db.session.scalars(query.offset((page - 1) * size).limit(size + 1))
    return [Attention(reason, entry, reason.due_on(entry)) for entry in entries]


def count_attention(reason: Reason, place: Place, *, today: date) -> int:
    """How many entries within a place ask for somebody for this reason."""
    return db.session.scalar(_counting(reason, place, today)) or 0


def count_all_attention(
    person: Account, *, today: date, place: Place | None = None
) -> dict[Reason, int]:
    """The reasons for which anything within the person's place asks for somebody, worst first."""
    reasons = list_reasons(person)
    columns = [
        _counting(reason, place or person.place, today).scalar_subquery() for reason in reasons
    ]
    counts = db.session.execute(select(*columns)).one()
    return {one: count for one, count in zip(reasons, counts, strict=True) if count}


def _counting(reason: Reason, place: Place, today: date) -> Select[int]:
    query = select(func.count()).select_from(reason.register.model)
    return query.where(_asks(reason, place, today))


def list_entry_reasons(register: Register, entry: Any, *, today: date) -> list[Attention]:
    """Why one entry asks for somebody."""
    model = register.model
    reasons = [reason for reason in REASONS if reason.register is register]
    if not reasons or entry.is_retired:
        return []
    columns = [func.coalesce(reason.condition(today), false()) for reason in reasons]
    row = db.session.execute(select(*columns).where(model.id == entry.id)).one()
    return [
        Attention(reason, entry, reason.due_on(entry))
        for reason, is_so in zip(reasons, row, strict=True)
        if is_so
    ]


def _asks(reason: Reason, place: Place, today: date) -> ColumnElement[bool]:
    model = reason.register.model
    return and_(place.covers(model.place_code), model.retired_at.is_(None), reason.condition(today))


def list_below_minimum(place: Place, *, today: date) -> list[Supply]:
    """The supplies within a place of which there is too little."""
    return _all(BY_SLUG["below-minimum"], place, today)


def list_expired(place: Place, *, today: date) -> list[Supply]:
    """The supplies within a place that are past their day."""
    return _all(BY_SLUG["expired"], place, today)


def list_expiring(place: Place, *, until: date) -> list[Supply]:
    """The supplies in use within a place that expire up to a day, expired ones included."""
    query = select(Supply).where(
        place.covers(Supply.place_code), Supply.retired_at.is_(None), Supply.expires_on <= until
    )
    return list(db.session.scalars(query.order_by(Supply.expires_on, Supply.id).limit(1000)))


def list_uncounted(place: Place, *, today: date) -> list[Supply]:
    """The supplies within a place that nobody has counted for 90 days."""
    return _all(BY_SLUG["uncounted"], place, today)


def list_unconfirmed_posts(place: Place, *, today: date) -> list[Post]:
    """The posts within a place whose holder nobody has confirmed for a quarter."""
    return _all(BY_SLUG["unconfirmed"], place, today)


def list_without_substitute(place: Place, *, today: date) -> list[Post]:
    """The posts within a place for which nobody stands in."""
    return _all(BY_SLUG["no-substitute"], place, today)


def _all(reason: Reason, place: Place, today: date) -> list[Any]:
    found = list_attention(reason, place, today=today, size=1000)
    return [attention.entry for attention in found]
