"""Roles, and @allow(...): who may open which page."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response


class Role(StrEnum):
    """What a person does here; a visitor has not signed in."""

    OFFICE = "office"
    LEGAL = "legal"
    LEADER = "leader"
    VILLAGE = "village"
    ADMIN = "admin"
    VISITOR = "visitor"


ROLE_NAMES = {
    Role.OFFICE: "应急办",
    Role.LEGAL: "司法所",
    Role.LEADER: "镇领导",
    Role.VILLAGE: "村（社区）",
    Role.ADMIN: "管理员",
}
SIGNED_IN = tuple(ROLE_NAMES)
EVERYONE = tuple(Role)


class Person(Protocol):
    """Whoever acts: an account, or the system itself."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def place_code(self) -> str: ...


class _System:
    """The program acting by itself: first import, timetable, operator's commands."""

    id = None
    name = "系统"
    role = Role.ADMIN
    place_code = "000000000000"


SYSTEM: Person = _System()

View = Callable[..., ResponseReturnValue]


def allow(*roles: Role) -> Callable[[View], View]:
    """Declare who may open a page; everyone else is asked to sign in, or refused."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            refusal = _refusal(roles)
            return refusal if refusal is not None else view(*args, **kwargs)

        guarded.allowed = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return declare


class SignInNeeded(Exception):  # noqa: N818  a request to sign in, not an error
    """A visitor sent a form that only people who signed in may send; nothing of it is lost."""


def _refusal(roles: tuple[Role, ...]) -> Response | None:
    person = current_person()
    if (person.role if person else Role.VISITOR) in roles:
        return None
    if person is None and request.method == "POST":
        raise SignInNeeded
    if person is None:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    return abort(403)


def current_person() -> Any:
    """The account that is signed in, or None for a visitor."""
    return g.get("person")


def may_open(endpoint: str) -> bool:
    """Whether the person at the page may open another one, by its declaration."""
    view = current_app.view_functions[endpoint]
    person = current_person()
    return (person.role if person else Role.VISITOR) in getattr(view, "allowed", ())


def init_app(app: Flask) -> None:
    """Refuse to serve a page on which nobody declared who may open it."""

    @app.before_request
    def refuse_undeclared_pages() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and request.endpoint != "static" and not hasattr(view, "allowed"):
            abort(500, f"{request.endpoint} declares no roles")
