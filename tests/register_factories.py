"""Entries of registers that tests need, made with defaults; all people in them are examples."""

from datetime import datetime
from typing import Any

from factories import NOW, VILLAGE, Cast
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import services
from nanhua_emergency.registers.catalogue import get_register

PHONE = "13900000001"
# What each register asks for at least, and a little more.
SAID: dict[str, dict[str, Any]] = {
    "posts": {"title": "网格长", "grid_code": "G01", "holder": "示例甲", "phone": PHONE},
    "teams": {"name": "示例救援队", "leader": "示例甲", "leader_phone": PHONE, "kind": "综合"},
    "members": {"name": "示例队员", "phone": PHONE, "skill": "会水", "kind": "民兵"},
    "supplies": {"name": "编织袋", "kind": "防汛", "unit": "条", "quantity": "500",
                 "minimum": "300", "location": "示例库房"},
    "shelters": {"name": "示例广场", "kind": "室外", "capacity": "400", "keeper": "示例甲",
                 "keeper_phone": PHONE},
    "risks": {"name": "示例沟口", "kind": "山洪", "level": "黄", "people": "40"},
    "wake-ups": {"household": "示例户", "address": "一组1号", "phone": PHONE, "waker": "示例甲",
                 "waker_phone": "13900000002", "means": "敲门", "vulnerable": "老人1名"},
    "trainings": {"held_on": "2026-05-01", "topic": "防汛叫应", "people": "40"},
}  # fmt: skip


def an_entry(
    slug: str, cast: Cast, *, place: str = VILLAGE, by: Account | None = None,
    now: datetime = NOW, **said: Any,
) -> Any:  # fmt: skip
    """An entry in use; a member comes with a team."""
    if slug == "members" and "team_id" not in said:
        said["team_id"] = an_entry("teams", cast, place=place).id
    return services.add_entry(
        get_register(slug), SAID[slug] | said, place=get_place(place), by=by or cast.office,
        now=now,
    )  # fmt: skip
