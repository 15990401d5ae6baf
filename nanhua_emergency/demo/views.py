"""The banner of a demo, and its buttons: one click to look around as somebody of each role."""

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.accounts import carrying
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.accounts.views import keep_token
from nanhua_emergency.activity.demo_mark import is_demo
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.demo import services

BUTTON_NAMES = {
    Role.OFFICE: "应急办",
    Role.LEGAL: "司法所",
    Role.LEADER: "镇领导",
    Role.VILLAGE: "村主任（明水村）",
    Role.ADMIN: "管理员",
}

bp = Blueprint("demo", __name__, url_prefix="/demo")


@bp.before_app_request
def find_banner() -> None:
    """Find out once whether every page must say that all of it is made up."""
    known = current_app.extensions
    if "is_demo" not in known and request.endpoint != "home.show_health":
        known["is_demo"] = is_demo()


@bp.app_template_global("demo_buttons")
def list_buttons() -> list[tuple[Role, str]]:
    """The roles in the order in which they are offered, and their names."""
    return list(BUTTON_NAMES.items())


@bp.post("/sign-in/<role>")
@allow(*EVERYONE)
def sign_in(role: str) -> ResponseReturnValue:
    """Sign in as the one of that role, without a password; only a demo has this page.

    Its forms carry no token, for they stand on pages that are kept for all visitors; what another
    site sends is refused all the same.
    """
    account = services.get_stand_in(Role(role) if role in list(Role) else Role.VISITOR)
    if not carrying.is_from_here():
        abort(400)
    now = clock.now()
    if current_person() is not None:
        accounts.end_session(g.sign_in_session, by=current_person(), now=now)
    signed_in = accounts.begin_session(
        account, address=request.remote_addr or "", device=request.user_agent.string, now=now,
        days=current_setting("SESSION_DAYS"),
    )  # fmt: skip
    db.session.commit()
    keep_token(signed_in.token)
    return redirect(url_for("home.front_page"))
