"""Pages on which the activity is read."""

import re

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.activity import services
from nanhua_emergency.activity.forms import FindEntriesForm
from nanhua_emergency.database import GREATEST_KEY

bp = Blueprint("activity", __name__, url_prefix="/activity")


@bp.get("/")
@allow(Role.OFFICE, Role.LEADER, Role.ADMIN)
def list_entries() -> ResponseReturnValue:
    """Who did what within the person's place, newest first."""
    form = FindEntriesForm(request.args)
    form.validate()
    entries = services.list_entries(
        current_person().place,
        action=form.action.data if not form.action.errors else "",
        person=form.person.data if not form.person.errors else "",
        before=_read_key(form.before.data),
    )
    return render_template(
        "activity/list_entries.html",
        form=form,
        entries=entries[: services.PAGE],
        has_more=len(entries) > services.PAGE,
    )


def _read_key(text: str | None) -> int | None:
    # Ten digits hold every key; more would be refused by the database, not found by it.
    return min(int(text), GREATEST_KEY) if text and re.fullmatch("[0-9]{1,10}", text) else None
