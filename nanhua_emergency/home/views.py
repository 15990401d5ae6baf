"""The front page, and the health of the site for whoever watches it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock, migrating
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits.verdicts import VERDICT_NAMES
from nanhua_emergency.config import VERSION, current_setting
from nanhua_emergency.home.queries import count_month, list_late
from nanhua_emergency.home.site_state import SiteState, find_site_state
from nanhua_emergency.page_cache import kept_for_visitors
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import queries as plans
from nanhua_emergency.reminders import services as reminders
from nanhua_emergency.reminders import tasks
from nanhua_emergency.reports import drill_tables, readiness
from nanhua_emergency.reports.services import count_drills
from nanhua_emergency.reports.year import Year

bp = Blueprint("home", __name__)

# Who sees how the site is doing, and who looks over the whole place.
WATCHERS = (Role.OFFICE, Role.ADMIN)
OVERSEERS = (Role.OFFICE, Role.LEADER)


@bp.before_app_request
def name_the_site() -> None:
    """Put the name of the site's own place at the top of every page; it is looked up once."""
    known = current_app.extensions
    if "site_place" not in known and request.endpoint != "home.show_health":
        known["site_place"] = places.get_home(current_setting("PLACE")).name


@bp.get("/")
@allow(*EVERYONE)
@kept_for_visitors
def front_page() -> ResponseReturnValue:
    """For a visitor, the plans and the numbers to call; for the others, what waits for them."""
    person, now = current_person(), clock.now()
    place = places.get_home(current_setting("PLACE"))
    lines = plans.list_published(
        person.place if person and person.role is not Role.VILLAGE else place
    )
    if person is None:
        return render_template("home/visitor.html", place=place, lines=lines)
    today = clock.day_of(now)
    found = tasks.list_tasks(person, today=today, most=tasks.MOST + 1)
    return render_template(
        "home/front_page.html", person=person, lines=lines, today=today,
        tasks=found[: tasks.MOST], has_more=len(found) > tasks.MOST,
        site=_find_site(person, now) if person.role in WATCHERS else None,
        is_mail_kept=not current_setting("MAIL_URL"),
        overview=_look_over(person, now) if person.role in OVERSEERS else None,
    )  # fmt: skip


def _find_site(person: Account, now: datetime) -> SiteState:
    return find_site_state(person.place, Path(current_app.instance_path), now=now)


def _look_over(person: Account, now: datetime) -> dict[str, Any]:
    """What is late within the person's place, and the year so far as charts and tables."""
    year = Year(person.place, clock.day_of(now).year, clock.day_of(now))
    drills = count_drills(year)
    return {
        "year": year, "drills": drills, "months": drill_tables.list_by_month(drills),
        "held": drills.count_drills(month=year.today.month),
        "confirmed": drills.count_drills(month=year.today.month, is_confirmed=True),
        "month": count_month(person.place, now=now),
        "late": list_late(person.place, now=now),
        "rounds": readiness.list_readiness(year), "verdicts": VERDICT_NAMES,
    }  # fmt: skip


@bp.get("/healthz")
@allow(*EVERYONE)
def show_health() -> ResponseReturnValue:
    """Whether the site works, as JSON: status, version, database, migration, heartbeat age."""
    state = migrating.find_state()
    age = reminders.find_heartbeat_age(now=clock.now()) if state and state.is_current else None
    status = "database" if state is None else "ok" if state.is_current else "migration"
    answer = jsonify(
        status=status,
        version=VERSION,
        database=state.database if state else "unreachable",
        migration=state.current if state else None,
        heartbeat_age=age,
    )
    return answer, 200 if status == "ok" else 503
