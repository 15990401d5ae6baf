"""_(): text for people, in their language; Chinese is what the code is written in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from babel.messages.pofile import read_po
from flask import Flask, Response, current_app, has_request_context, redirect, request

CHINESE, ENGLISH = "zh-Hans", "en"
# Each language under its own name, so that who cannot read the page finds the way out of it.
LANGUAGES = {CHINESE: "中文", ENGLISH: "English"}
LOCALES = {CHINESE: "zh_Hans_CN", ENGLISH: "en_GB"}
COOKIE = "language"
YEAR = 365 * 24 * 3600
CATALOGUE = (
    Path(__file__).resolve().parent.parent / "translations" / "en" / "LC_MESSAGES" / "messages.po"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CHINESE_WEEKDAYS = "一二三四五六日"
_is_paper = ContextVar("is_paper", default=False)


def language_of(cookies: str) -> str:
    """The language that a Cookie header asks for; Chinese where it asks for none."""
    if COOKIE in cookies and f"{COOKIE}={ENGLISH}" in cookies.replace(" ", "").split(";"):
        return ENGLISH
    return CHINESE


@contextmanager
def in_chinese() -> Iterator[None]:
    """What is written inside stays Chinese whoever asks for it: papers, books, what is kept."""
    before = _is_paper.set(True)
    try:
        yield
    finally:
        _is_paper.reset(before)


def current_language() -> str:
    """The reader's language; commands, papers and the timetable speak Chinese."""
    if _is_paper.get() or not has_request_context():
        return CHINESE
    return language_of(request.environ.get("HTTP_COOKIE", ""))


def current_locale() -> str:
    """The same by the name Babel knows it under."""
    return LOCALES[current_language()]


@cache
def read_catalogue() -> Mapping[str, str]:
    """The English text of every Chinese message, read from the catalogue as people edit it."""
    with CATALOGUE.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id and one.string}


def translated(message: str) -> str:
    """The message in the reader's language; what the catalogue does not know stays as it is."""
    if not message or current_language() == CHINESE:
        return message
    return read_catalogue().get(message, message)


def _(message: str, **values: object) -> str:
    """The message in the reader's language, with its values put in."""
    text = translated(message)
    return text % values if values else text


def say_day(on: date) -> str:
    """A day in running text: 2026年5月12日, 12 May 2026."""
    if current_language() == ENGLISH:
        return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日"


def say_weekday(on: date) -> str:
    """A day with its weekday: 2026年5月12日 周二, Tue 12 May 2026."""
    if current_language() == ENGLISH:
        return f"{WEEKDAYS[on.weekday()]} {say_day(on)}"
    return f"{say_day(on)} 周{CHINESE_WEEKDAYS[on.weekday()]}"


def say_month(month: int) -> str:
    """A month by its number: 5月, May."""
    return MONTHS[month - 1] if current_language() == ENGLISH else f"{month}月"


def language_links() -> list[tuple[str, str, str, bool]]:
    """Code, name, address and whether it is the present one, of every language of this page.

    An answer to a form has none: following a link would lose what was typed.
    """
    if request.method not in ("GET", "HEAD"):
        return []
    return [
        (code, name, _address(lang=code), code == current_language())
        for code, name in LANGUAGES.items()
    ]


def _address(**more: str) -> str:
    """The page one is on, with its question; never one that begins like another site's."""
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    question = urlencode([*asked, *more.items()])
    path = f"{request.script_root}/{request.path.lstrip('/')}"
    return f"{path}?{question}" if question else path


def _choose_language() -> Response | None:
    """Remember the language that a link asked for, and show the same page in it."""
    asked = request.args.get("lang", "")
    if asked not in LANGUAGES or request.method != "GET" or request.endpoint in (None, "static"):
        return None
    answer = redirect(_address(), 303)
    answer.set_cookie(COOKIE, asked, max_age=YEAR, samesite="Lax", httponly=True,
                      secure=bool(current_app.config["SESSION_COOKIE_SECURE"]))  # fmt: skip
    return answer  # type: ignore[return-value]


def _name_language(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current_language())
        response.vary.add("Cookie")
    return response


def init_app(app: Flask) -> None:
    """Let every page be asked for in another language, and say in which it is."""
    app.before_request(_choose_language)
    app.after_request(_name_language)
