"""The people of the demo who sign in: one of each role, two where two are needed, every village head."""

from collections.abc import Sequence
from datetime import datetime

from nanhua_emergency.access import SYSTEM, Role
from nanhua_emergency.accounts import passwords
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.demo.story import Cast
from nanhua_emergency.places.models import Place


def add_people(town: Place, villages: Sequence[Place], *, now: datetime) -> Cast:
    """Everybody who signs in; nobody knows their passwords, the buttons need none."""

    def add(sign_in: str, name: str, role: Role, place: Place = town) -> Account:
        account = accounts.add_account(
            sign_in=sign_in, name=f"示例·{name}", role=role, place=place, by=SYSTEM, now=now,
            password=passwords.make_password(), email=f"{sign_in}@example.com",
        )  # fmt: skip
        account.must_change_password, account.first_signed_in_at = False, now
        return account

    heads = {
        one.code: add(f"village-{one.code[-3:]}", f"{_title(one)}（{one.name}）", Role.VILLAGE, one)
        for one in villages
    }
    return Cast(
        office=add("office", "应急办", Role.OFFICE),
        other_office=add("office-b", "应急办乙", Role.OFFICE),
        legal=add("legal", "司法所", Role.LEGAL),
        leader=add("leader", "镇领导", Role.LEADER),
        other_leader=add("leader-b", "镇领导乙", Role.LEADER),
        admin=add("admin", "管理员", Role.ADMIN),
        heads=heads,
    )


def _title(village: Place) -> str:
    return "社区主任" if village.name.endswith("社区") else "村主任"


def add_newcomers(town: Place, village: Place, *, by: Account, now: datetime) -> None:
    """Two who have an account and have not used it yet: one of the office, and the next village head."""
    for sign_in, name, role, place in (
        ("office-c", "应急办新来的", Role.OFFICE, town),
        (f"village-{village.code[-3:]}-b", f"新任村主任（{village.name}）", Role.VILLAGE, village),
    ):
        accounts.add_account(
            sign_in=sign_in, name=f"示例·{name}", role=role, place=place, by=by, now=now,
            password=passwords.make_password(), email=f"{sign_in}@example.com",
        )  # fmt: skip
