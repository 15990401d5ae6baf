"""The registers there are; a new one is one more declaration here and its model."""

from collections.abc import Mapping
from typing import Any

from nanhua_emergency.errors import NotFound
from nanhua_emergency.registers.declaring import Audience, Check, Register
from nanhua_emergency.registers.people_models import Member, Post, Team, Training, WakeUp
from nanhua_emergency.registers.site_models import RiskPoint, Shelter, Supply


def not_before(later: str, earlier: str, message: str) -> Check:
    """The rule that one day does not come before another, where both are said."""

    def check(values: Mapping[str, Any]) -> list[tuple[str, str]]:
        first, last = values.get(earlier), values.get(later)
        return [(later, message)] if first and last and last < first else []

    return check


def both_or_neither(one: str, other: str, message: str) -> Check:
    """The rule that of two values neither stands alone."""

    def check(values: Mapping[str, Any]) -> list[tuple[str, str]]:
        first, second = (values.get(name) is not None for name in (one, other))
        return [] if first == second else [(other if first else one, message)]

    return check


POSTS = Register(
    "posts", "岗位", "岗位", Post, "title", is_shown_below=True,
    order=("place_code", "title", "grid_code", "seat"),
    note="谁在哪个岗位，怎么找到他；A 角不在时找 B 角。",
    confirmed_anew=("holder", "phone"), needed=("seat", "holder", "phone"),
    checks=(not_before("term_until", "term_from", "任期结束早于开始"),),
)  # fmt: skip
TEAMS = Register(
    "teams", "救援队伍", "队伍", Team, "name", is_shown_below=True, order=("place_code", "name"),
    note="镇、村救援队，集结点和保险。", needed=("leader", "leader_phone"),
)  # fmt: skip
MEMBERS = Register(
    "members", "队员", "队员", Member, "name", order=("place_code", "team_id", "name"),
    note="救援队里都有谁，会什么。", needed=("phone",),
)  # fmt: skip
SUPPLIES = Register(
    "supplies", "物资", "物资", Supply, "name", order=("place_code", "kind", "name"),
    note="有什么、有多少、在哪里、谁保管、何时到期。",
    needed=("quantity", "minimum", "location"),
    checks=(
        not_before("expires_on", "made_on", "有效期早于生产日期"),
        not_before("expires_on", "received_on", "有效期早于入库日期"),
        not_before("received_on", "made_on", "入库日期早于生产日期"),
        not_before("counted_on", "received_on", "盘点日期早于入库日期"),
    ),
)  # fmt: skip
SHELTERS = Register(
    "shelters", "避难场所", "避难场所", Shelter, "name", Audience.PUBLIC,
    order=("place_code", "name"), note="往哪里转移，能容多少人，谁管护。",
    needed=("keeper", "keeper_phone"),
    checks=(both_or_neither("latitude", "longitude", "经度、纬度要么都填，要么都不填"),),
)  # fmt: skip
RISKS = Register(
    "risks", "风险点", "风险点", RiskPoint, "name", order=("place_code", "name"),
    note="哪里危险，影响多少人，谁盯着，往哪里转移。",
)  # fmt: skip
WAKE_UPS = Register(
    "wake-ups", "叫应名册", "叫应户", WakeUp, "household", Audience.HOUSEHOLDS,
    order=("place_code", "sequence", "household"),
    note="夜里谁去叫醒哪一户，叫不应找谁。只有本村和应急办能看到。",
    needed=("waker", "waker_phone"),
)  # fmt: skip
TRAININGS = Register(
    "trainings", "培训", "培训", Training, "topic", order=("-held_on", "place_code", "topic"),
    note="办过哪些培训，多少人参加。",
)  # fmt: skip

REGISTERS: tuple[Register, ...] = (
    POSTS, TEAMS, MEMBERS, SUPPLIES, SHELTERS, RISKS, WAKE_UPS, TRAININGS,
)  # fmt: skip
BY_SLUG = {register.slug: register for register in REGISTERS}


def get_register(slug: str) -> Register:
    """The register of that name; NotFound where there is none."""
    register = BY_SLUG.get(slug)
    if register is None:
        raise NotFound("没有这本名册")
    return register


def register_of(entry: Any) -> Register:
    """The register to which an entry belongs."""
    return next(register for register in REGISTERS if register.model is type(entry))
