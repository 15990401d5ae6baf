"""Supplies in and out, and counted: the only way in which a quantity changes."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import Base, db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.columns import MOST_PIECES
from nanhua_emergency.registers.history import keep_change, keep_many, make_change
from nanhua_emergency.registers.models import EntryChange, StockMovement
from nanhua_emergency.registers.queries import refuse_stranger
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import ChangeKind, MovementKind

SHOWN = 100


class SupplyRetired(RuleBroken):
    """The supply is no longer in use."""

    status = 409


def record_opening(supply: Supply, *, by: Account, now: datetime) -> None:
    """The first line of a supply's ledger: what was there when it was entered."""
    record_openings([supply], by=by, now=now)


def record_openings(supplies: Iterable[Supply], *, by: Account, now: datetime) -> None:
    """The same for many."""
    keep_many([
        _make(one, MovementKind.IN, one.quantity, book=0, reason="登记时的数量", by=by, now=now)
        for one in supplies
        if one.quantity
    ])  # fmt: skip


class StockMoved(RuleBroken):
    """The supply has changed since the page was opened, perhaps by the same form sent twice."""

    status = 409


def record_movement(
    supply: Supply, *, kind: MovementKind, amount: int, reason: str, by: Account, now: datetime,
    based_on: int | None = None,
) -> StockMovement:  # fmt: skip
    """So many in or out, and what for; StockMoved unless it is still at the version that was shown."""
    refuse_stranger(supply.place_code, by)
    _lock(supply)
    _refuse_moved(supply, based_on)
    if not 1 <= amount <= MOST_PIECES:
        raise RuleBroken("数量应为 1 至 %(most)s 的整数", most=MOST_PIECES, field="amount")
    if kind is MovementKind.OUT and amount > supply.quantity:
        raise RuleBroken(
            "库存只有 %(quantity)s %(unit)s，不够出库", field="amount",
            quantity=supply.quantity, unit=supply.unit,
        )  # fmt: skip
    difference = amount if kind is MovementKind.IN else -amount
    if supply.quantity + difference > MOST_PIECES:
        raise RuleBroken("入库后超过 %(most)s，请核对数量", most=MOST_PIECES, field="amount")
    if not reason.strip():
        raise RuleBroken("请写明来源或用途", field="reason")
    return _move(supply, kind, amount, difference=difference, reason=reason, by=by, now=now)


def _refuse_moved(supply: Supply, based_on: int | None) -> None:
    if based_on is not None and supply.version != based_on:
        raise StockMoved(
            "这种物资刚刚有过变动，现有 %(quantity)s %(unit)s。请看看是不是已经登记过，没有再点一次",
            quantity=supply.quantity, unit=supply.unit,
        )  # fmt: skip


def take_stock(
    supply: Supply, *, counted: int, reason: str = "", by: Account, now: datetime,
    based_on: int | None = None,
) -> StockMovement:  # fmt: skip
    """What was counted takes the place of what the book says; a difference needs its reason.

    StockMoved unless the supply is still at the version that was shown.
    """
    refuse_stranger(supply.place_code, by)
    _lock(supply)
    _refuse_moved(supply, based_on)
    if not 0 <= counted <= MOST_PIECES:
        raise RuleBroken("数量应为 0 至 %(most)s 的整数", most=MOST_PIECES, field="counted")
    difference = counted - supply.quantity
    if difference and not reason.strip():
        raise RuleBroken(
            "账面是 %(book)s %(unit)s，和实盘不一样，请写明差异原因", field="reason",
            book=supply.quantity, unit=supply.unit,
        )  # fmt: skip
    return _move(supply, MovementKind.COUNT, counted, difference=difference, reason=reason, by=by,
                 now=now)  # fmt: skip


def take_stocks(
    counts: Iterable[tuple[Supply, int, bool]], *, reason: str, by: Account, now: datetime
) -> None:
    """Many counts at once, of supplies that are held and checked: an import.

    Of each: the supply, what was counted, and whether the day of the count is said elsewhere. The
    one line of activity is the caller's.
    """
    rows: list[Base] = []
    for supply, counted, has_day in counts:
        day = supply.counted_on if has_day else clock.day_of(now)
        rows += _count(supply, MovementKind.COUNT, counted, difference=counted - supply.quantity,
                       reason=reason, day=day, by=by, now=now)  # fmt: skip
    keep_many(rows)


def list_movements(supply: Supply) -> list[StockMovement]:
    """The latest lines of a supply's ledger, newest first."""
    query = select(StockMovement).where(StockMovement.supply_id == supply.id)
    return list(db.session.scalars(query.order_by(StockMovement.id.desc()).limit(SHOWN)))


def _move(
    supply: Supply, kind: MovementKind, amount: int, *, difference: int, reason: str, by: Account,
    now: datetime,
) -> StockMovement:  # fmt: skip
    day = clock.day_of(now) if kind is MovementKind.COUNT else supply.counted_on
    movement, change = _count(supply, kind, amount, difference=difference, reason=reason, day=day,
                              by=by, now=now)  # fmt: skip
    db.session.add(movement)
    keep_change(SUPPLIES, supply, change, by=by, now=now)
    return movement


def _count(
    supply: Supply, kind: MovementKind, amount: int, *, difference: int, reason: str,
    day: date | None, by: Account, now: datetime,
) -> tuple[StockMovement, EntryChange]:  # fmt: skip
    """Change the supply; gives its movement and its line of history, neither stored yet."""
    book, before = supply.quantity, {"quantity": supply.quantity, "counted_on": supply.counted_on}
    supply.quantity, supply.counted_on = book + difference, day
    supply.version += 1
    movement = _make(supply, kind, amount, book=book, reason=reason, by=by, now=now)
    after = {"quantity": supply.quantity, "counted_on": supply.counted_on}
    changed = {name for name in after if after[name] != before[name]}
    return movement, make_change(
        SUPPLIES, supply, ChangeKind.MOVED, note=f"{kind.value} {amount} {supply.unit}",
        before={n: v for n, v in before.items() if n in changed},
        after={n: v for n, v in after.items() if n in changed}, by=by, now=now,
    )  # fmt: skip


def _make(
    supply: Supply, kind: MovementKind, amount: int, *, book: int, reason: str, by: Account,
    now: datetime,
) -> StockMovement:  # fmt: skip
    return StockMovement(
        supply_id=supply.id, place_code=supply.place_code, kind=kind, amount=amount,
        book_quantity=book, difference=supply.quantity - book, quantity_after=supply.quantity,
        reason=reason.strip(), at=now, by_id=by.id,
    )  # fmt: skip


def _lock(supply: Supply) -> None:
    # Two who take out at once would otherwise both see the same stock, and take more than there is.
    lock(supply)
    if supply.is_retired:
        raise SupplyRetired("这种物资已经停用")
