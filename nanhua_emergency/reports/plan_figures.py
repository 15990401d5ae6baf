"""Figures of plans: revised in a year, in force at its end."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from nanhua_emergency import clock
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.words import Category, Trigger
from nanhua_emergency.reports.figures import Column, Figure, Link
from nanhua_emergency.reports.year import Year


def _signed_in(year: Year) -> Select[Any]:
    """Editions signed in the year; what came with the system was not revised by anybody."""
    return (
        select(Edition)
        .join(Edition.plan)
        .where(
            year.covers(Plan.place_code),
            year.holds(Edition.published_at),  # type: ignore[arg-type]
            Edition.trigger != Trigger.IMPORT,
        )
    )


def _revised(year: Year) -> Select[Any]:
    """The last edition of the year of every plan that was revised in it: one row a plan."""
    later, start_end = aliased(Edition), year.moments
    has_later = (
        select(later.id)
        .where(
            later.plan_id == Edition.plan_id,
            later.number > Edition.number,
            later.published_at >= start_end[0],
            later.published_at < start_end[1],
            later.trigger != Trigger.IMPORT,
        )
        .exists()
    )
    return _signed_in(year).where(~has_later)


def _in_force(year: Year, *kinds: ColumnElement[bool]) -> Select[Any]:
    """Editions that were in force when the year ended, or are now where it has not."""
    end = year.reached_at
    return (
        select(Edition)
        .join(Edition.plan)
        .where(
            year.covers(Plan.place_code),
            Edition.published_at < end,
            Edition.ended_at.is_(None) | (Edition.ended_at >= end),
            *kinds,
        )
    )


def _is_of_village() -> ColumnElement[bool]:
    # Only the codes of villages have digits other than 0 behind the nine of their town.
    return func.substr(Plan.place_code, 10) != "000"


def _link(edition: Edition) -> Link | None:
    if not edition.is_public:
        return None  # withdrawn since
    keys = {"slug": edition.plan.slug, "number": edition.number, "place": edition.plan.place_code}
    return "plans.read_edition", keys


_COLUMNS = (
    Column("预案", lambda one: one.plan.title),
    Column("地方", lambda one: one.plan.place.name),
    Column("类别", lambda one: one.plan.category.value, is_word=True),
    Column("版次", lambda one: f"第 {one.number} 版"),
    Column("文号", lambda one: one.issue_number),
    Column("签发", lambda one: clock.day_of(one.published_at) if one.published_at else None),
    Column("状态", lambda one: one.state_name, is_word=True),
)
_ORDER = (Plan.place_code, Plan.number, Edition.number, Edition.id)


def _figure(slug: str, name: str, rows: Any, *, unit: str = "个", **more: Any) -> Figure:
    return Figure(slug, name, unit, rows, Edition.id, _ORDER, _COLUMNS, _link, **more)


PLAN_FIGURES = (
    _figure("plans-revised", "修订印发的预案", _revised,
            note="这一年签发过新版的预案，一个预案只算一次；随系统导入的首个文本不算。"),
    _figure("editions-signed", "签发的版本", _signed_in, unit="版",
            note="这一年签发的每一版；随系统导入的不算。"),
    _figure("general-plans", "现行总体预案", lambda year: _in_force(
        year, ~_is_of_village(), Plan.category == Category.GENERAL), is_of_town=True),
    _figure("special-plans", "现行专项预案", lambda year: _in_force(
        year, ~_is_of_village(), Plan.category != Category.GENERAL), is_of_town=True),
    _figure("village-plans", "现行村级预案", lambda year: _in_force(year, _is_of_village())),
)  # fmt: skip
