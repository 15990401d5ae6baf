"""Whether this register is a demo: the first entry of its record says so, for good."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from nanhua_emergency.access import SYSTEM
from nanhua_emergency.activity import services
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db

MARKED = "demo.filled"


@dataclass(frozen=True)
class _Demo:
    """What the entry is about: the register as a whole, which has no row."""

    id: int = 1
    __tablename__ = "demo"


def mark_demo(place_code: str, *, now: datetime) -> None:
    """Say, before anything else is recorded, that all of this is made up."""
    services.record(MARKED, _Demo(), place_code=place_code, by=SYSTEM, now=now,
                    summary="开始填示例数据：人物、电话、事件都是编的")  # fmt: skip


def is_demo() -> bool:
    """Whether everything in this register is made up.

    Only the first entry counts. It can neither be added to a register that is in use nor taken
    away from a demo without breaking the chain.
    """
    first = select(ActivityEntry.action).order_by(ActivityEntry.id).limit(1)
    return db.session.scalar(first) == MARKED
