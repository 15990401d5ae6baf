"""Figures of the seven and five haves: items checked and items met, by the last round of a year."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, lazyload

from nanhua_emergency.audits.item_verdicts import FINAL, ITEM, closed_in, count_where
from nanhua_emergency.audits.models import Answer, Audit
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.reports.figures import Column, Figure, Link
from nanhua_emergency.reports.year import Year


def _items(year: Year, *, is_village: bool, is_met: bool = False) -> Select[Any]:
    """One answer for each item of the last audit of the year of every place."""
    later = aliased(Audit)
    has_later = (
        select(later.id)
        .where(
            later.place_code == Audit.place_code,
            later.checklist_slug == Audit.checklist_slug,
            later.id > Audit.id,
            closed_in(later, *year.days),
        )
        .exists()
    )
    of_village = func.substr(Audit.place_code, 10) != "000"
    first = (
        select(func.min(Answer.id))
        .join(Audit, Audit.id == Answer.audit_id)
        .where(
            year.covers(Audit.place_code),
            closed_in(Audit, *year.days),
            of_village if is_village else ~of_village,
            ~has_later,
        )
        .group_by(Answer.audit_id, ITEM)
    )
    if is_met:
        first = first.having(count_where(FINAL != Verdict.MET) == 0)
    rows = select(Answer).join(Audit, Audit.id == Answer.audit_id).where(Answer.id.in_(first))
    return rows.options(joinedload(Answer.audit), lazyload(Answer.files))


def _item_code(answer: Answer) -> str:
    return answer.criterion.partition(".")[0]


def _item_name(answer: Answer) -> str:
    item = answer.audit.round.checklist.get_item(_item_code(answer))
    return f"{item.code} {item.name}" if item else answer.criterion


def _link(answer: Answer) -> Link:
    return "audits.show_audit", {"audit_id": answer.audit_id}


_COLUMNS = (
    Column("项目", _item_name),
    Column("地方", lambda one: one.audit.place.name),
    Column("核查", lambda one: one.audit.round.title),
)
_ORDER = (Audit.place_code, Answer.audit_id, Answer.id)
_NOTE = "按每个地方这一年最后一轮已结束的核查；"


def _figure(slug: str, name: str, note: str, **kind: bool) -> Figure:
    return Figure(slug, name, "项", lambda year: _items(year, **kind), Answer.id, _ORDER,
                  _COLUMNS, _link, note=note, is_of_town=not kind["is_village"])  # fmt: skip


HAVE_FIGURES = (
    _figure("town-items", "镇级核查的项目", _NOTE + "每一项算一次。", is_village=False),
    _figure(
        "town-haves",
        "其中镇级“有”",
        _NOTE + "各条都判为“有”的项目。",
        is_village=False,
        is_met=True,
    ),
    _figure("village-items", "村级核查的项目", _NOTE + "每村每一项算一次。", is_village=True),
    _figure(
        "village-haves",
        "其中村级“有”",
        _NOTE + "各条都判为“有”的项目。",
        is_village=True,
        is_met=True,
    ),
)
