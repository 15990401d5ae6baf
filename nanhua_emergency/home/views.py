"""The front page, and the health of the site for whoever watches it."""

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock, migrating
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.config import VERSION, current_setting
from nanhua_emergency.page_cache import kept_for_visitors
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import queries as plans
from nanhua_emergency.reminders import services as reminders
from nanhua_emergency.reminders import tasks
from nanhua_emergency.reminders.queries import count_undelivered

bp = Blueprint("home", __name__)


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
    today, age = clock.day_of(now), reminders.find_heartbeat_age(now=now)
    is_watcher = person.role in (Role.OFFICE, Role.ADMIN)
    return render_template(
        "home/front_page.html", person=person, lines=lines, today=today,
        tasks=tasks.list_tasks(person, today=today),
        is_scheduler_late=is_watcher and reminders.is_scheduler_late(age),
        undelivered=count_undelivered(person.place, now=now) if is_watcher else 0,
        is_mail_kept=is_watcher and not current_setting("MAIL_URL"),
    )  # fmt: skip


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
