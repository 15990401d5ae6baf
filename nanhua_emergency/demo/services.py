"""Fill an empty database with a year of made-up data, and sign in as somebody of it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.queries import find_account, has_accounts
from nanhua_emergency.activity.demo_mark import is_demo, mark_demo
from nanhua_emergency.audits.checklists import Checklist
from nanhua_emergency.config import ROOT
from nanhua_emergency.demo import (
    audit_story,
    drill_story,
    finding_story,
    import_story,
    mail_story,
    people,
    plan_story,
    register_story,
)
from nanhua_emergency.demo.story import SHOWN_VILLAGE, Story
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places import services as places
from nanhua_emergency.plans.importing import read_plan_files

# Who stands on the buttons, by sign-in; the village's is found by its code.
BUTTONS = {
    Role.OFFICE: "office", Role.LEGAL: "legal", Role.LEADER: "leader", Role.ADMIN: "admin",
    Role.VILLAGE: f"village-{SHOWN_VILLAGE[-3:]}",
}  # fmt: skip
BEGAN_DAYS_AGO = 1120


class NotEmpty(RuleBroken):
    """The database belongs to somebody; a demo is filled into an empty one only."""

    status = 409


def check_fillable() -> None:
    """Refuse a database in which anything is that a demo has not put there."""
    if has_accounts():
        raise NotEmpty(
            "这个数据库里已有登记，不能填示例数据。请换一个目录，例如 INSTANCE=demo-instance"
        )


def fill_demo(
    checklists: Mapping[str, Checklist], *, place_code: str, folder: Path, now: datetime
) -> Iterator[date]:
    """Fill an empty database, day by day; gives each month as it is begun.

    Commits, as the delivery of mails does: a demo that stopped half-way is deleted and made anew.
    """
    check_fillable()
    town = places.get_home(place_code)
    began_at = now - timedelta(days=BEGAN_DAYS_AGO)
    mark_demo(town.code, now=began_at)
    villages = places.list_villages(town)
    story = Story(
        now=now, town=town, villages=villages, checklists=dict(checklists), folder=folder,
        cast=people.add_people(town, villages, now=began_at),
        seasons={one.slug: one.season for one in read_plan_files(ROOT / "plans")},
    )  # fmt: skip
    parts = (plan_story, register_story, drill_story, audit_story, finding_story, import_story)
    for part in (*parts, mail_story):
        part.tell(story)
    story.on(-5, lambda at: people.add_newcomers(
        town, story.shown_village, by=story.cast.admin, now=at
    ))  # fmt: skip
    yield from story.play()


def get_stand_in(role: Role) -> Account:
    """The account behind a button of the demo; NotFound wherever people are real."""
    account = find_account(BUTTONS.get(role, "")) if is_demo() else None
    if account is None:
        raise NotFound("没有找到这个页面")
    return account
