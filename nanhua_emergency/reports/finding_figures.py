"""Figures of what had to be put right: raised and closed in a year."""

from typing import Any

from sqlalchemy import Select, select

from nanhua_emergency import clock
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.reports.figures import PLACE, Column, Figure, Link
from nanhua_emergency.reports.year import Year


def _raised(year: Year) -> Select[Any]:
    """What was found in the year; not what fell away with the record it rested on."""
    return select(Finding).where(
        year.covers(Finding.place_code), year.holds(Finding.raised_at),
        Finding.state != FindingState.DROPPED,
    )  # fmt: skip


def _closed(year: Year) -> Select[Any]:
    """What was closed in the year, whenever it was found."""
    return select(Finding).where(
        year.covers(Finding.place_code), Finding.state == FindingState.CLOSED,
        year.holds(Finding.closed_at),  # type: ignore[arg-type]
    )  # fmt: skip


def _link(finding: Finding) -> Link:
    return "findings.show_finding", {"finding_id": finding.id}


_COLUMNS = (
    Column("问题", lambda one: one.text),
    PLACE,
    Column("来源", lambda one: one.source_name, is_word=True),
    Column("发现", lambda one: clock.day_of(one.raised_at)),
    Column("期限", lambda one: one.due_on),
    Column("状态", lambda one: one.state_name, is_word=True),
    Column("销号", lambda one: clock.day_of(one.closed_at) if one.closed_at else None),
)

FINDING_FIGURES = (
    Figure("findings-raised", "发现的问题", "个", _raised, Finding.id,
           (Finding.raised_at, Finding.id), _COLUMNS, _link,
           note="演练、核查和评估中发现的；所依据的记录已更正而作废的不算。"),
    Figure("findings-closed", "销号的问题", "个", _closed, Finding.id,
           (Finding.closed_at, Finding.id), _COLUMNS, _link,
           note="这一年销号的，包括往年发现的。"),
)  # fmt: skip
