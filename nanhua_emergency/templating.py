"""Filters and globals that templates may use."""

import hashlib
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask_babel import Babel
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from nanhua_emergency import clock
from nanhua_emergency.access import ROLE_NAMES, current_person, may_open
from nanhua_emergency.languages import (
    CHINESE,
    _,
    current_language,
    current_locale,
    language_links,
    say_day,
    say_month,
    say_weekday,
    translated,
)

# The Chinese text is the key, and languages.py finds the other: Babel's own lookup is not used.
babel = Babel(configure_jinja=False)

# What the top of every page offers, in this order, to those who may open it.
NAVIGATION = (
    ("home.front_page", "首页"),
    ("plans.list_plans", "预案"),
    ("plans.list_work", "编修"),
    ("drills.list_drills", "演练"),
    ("registers.list_registers", "名册"),
    ("findings.list_findings", "整改"),
    ("reminders.list_mails", "提醒"),
    ("audits.list_rounds", "核查"),
    ("reports.show_year", "年报"),
    ("accounts.list_accounts", "账号"),
    ("activity.list_entries", "操作记录"),
)


def day(value: date | datetime | None) -> str:
    """A day as people write it: 2026年5月12日 周二."""
    if value is None:
        return ""
    return say_weekday(clock.day_of(value) if isinstance(value, datetime) else value)


def plain_day(value: date | None) -> str:
    """A day in running text: 2026年5月12日."""
    return say_day(value) if value else ""


def moment(value: datetime | None) -> str:
    """A moment in China: 2026年5月12日 周二 14:05."""
    return f"{day(value)} {value.astimezone(clock.CHINA):%H:%M}" if value else ""


def days_left(count: int | None) -> str:
    """Days ahead or past, in words."""
    if count is None:
        return ""
    if count < 0:
        return _("已逾期 %(days)s 天", days=-count)
    return _("今天到期") if count == 0 else _("还有 %(days)s 天", days=count)


@cache
def _fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def static_url(filename: str) -> str:
    """The address of a file of ours, which changes when the file does."""
    path = Path(str(current_app.static_folder)) / filename
    return url_for("static", filename=filename, v=_fingerprint(path))


def navigation() -> list[tuple[str, str, bool]]:
    """Address, name and whether one is there, of what this person may open."""
    here = (request.endpoint or "").split(".")[0]
    return [
        (url_for(endpoint), _(name), _is_here(endpoint, here))
        for endpoint, name in NAVIGATION
        if may_open(endpoint)
    ]


def _is_here(endpoint: str, here: str) -> bool:
    if endpoint.startswith("plans."):
        is_work = current_person() is not None and request.endpoint not in _READING
        return here == "plans" and (endpoint == "plans.list_work") == is_work
    return endpoint.split(".")[0] == here


_READING = ("plans.list_plans", "plans.read_plan", "plans.list_editions", "plans.read_edition")


_LEVELS = {"红": "level-red", "橙": "level-orange", "黄": "level-yellow", "蓝": "level-blue"}


def level_class(name: str) -> str:
    """The colour of a warning level, for names that begin with one; the word itself stays."""
    return _LEVELS.get(name[:1], "")


def plain_text(value: str) -> str:
    """A cell of a plan without the marks of Markdown and references."""
    without = re.sub(r"\{\{\s*(?:岗位|名录)\s*[:：]\s*([^}|]*)[^}]*\}\}", r"\1", value)
    return re.sub(r"[*_`]", "", without)


def asked_place() -> str | None:
    """The place asked for in the address, to be carried on by links; None for the usual one."""
    return request.args.get("place") or None


def is_demo_site() -> bool:
    """Whether every page must say that all of it is made up."""
    return bool(current_app.extensions.get("is_demo"))


def site_place() -> str:
    """The name of the place whose register this is."""
    return str(current_app.extensions.get("site_place", ""))


def site_name() -> str:
    """The name at the top of every page: the place's, and what this is."""
    return _("%(place)s应急预案与演练登记", place=site_place())


def chinese(value: str | None) -> str:
    """Content, which stays Chinese: marked so on an English page (WCAG 2.2, 3.1.2)."""
    if not value or current_language() == CHINESE:
        return value or ""
    return Markup('<span lang="zh-Hans">{}</span>').format(value)


def init_app(app: Flask) -> None:
    """Give templates their filters and globals."""
    babel.init_app(app, locale_selector=current_locale)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translated, lambda one, many, n: translated(one if n == 1 else many), newstyle=True
    )
    app.jinja_env.filters.update(
        day=day, plain_day=plain_day, moment=moment, days_left=days_left, plain_text=plain_text,
        month=say_month, chinese=chinese, translated=translated,
    )  # fmt: skip
    app.jinja_env.globals.update(
        static_url=static_url,
        navigation=navigation,
        current_person=current_person,
        may_open=may_open,
        role_names=ROLE_NAMES,
        level_class=level_class,
        asked_place=asked_place,
        site_name=site_name,
        site_place=site_place,
        is_demo_site=is_demo_site,
        language=current_language,
        language_links=language_links,
        csrf_token=generate_csrf,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
