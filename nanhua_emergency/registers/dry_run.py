"""The dry run of a sheet: what would become of each row, told by its cells; nothing is written."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers.declaring import Field, Kind, Register
from nanhua_emergency.registers.exchange import (
    PLACE,
    Incoming,
    PlaceNames,
    columns_of,
    take_in,
)
from nanhua_emergency.registers.importing import (
    Outcome,
    Tell,
    Verdict,
    count_outcomes,
    judge_rows,
    tell_nobody,
)
from nanhua_emergency.registers.privacy import say_value
from nanhua_emergency.registers.sheets.cells import read_rows
from nanhua_emergency.registers.sheets.mapping import HeadingMap, guess_mapping
from nanhua_emergency.registers.sheets.table import Problem, Table, parse_address

HIDDEN_NEW = "这是遮住了一部分的内容，新登记的要填完整"


@dataclass(frozen=True)
class Line:
    """What would become of one row, in words; `changes` are heading, before and after."""

    number: int
    outcome: Outcome
    place: str
    title: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Plan:
    """What an import would do with a sheet, row by row."""

    register: Register
    table: Table
    mapping: HeadingMap
    notes: list[str]
    verdicts: list[Verdict]
    problems: list[Problem]
    rows: int

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows come to what; those whose place cannot be told are refused."""
        counts = count_outcomes(self.verdicts)
        counts[Outcome.REFUSED] += self.rows - len(self.verdicts)
        return {str(name): count for name, count in counts.items()}

    @property
    def may_go_ahead(self) -> bool:
        """Whether all of it could be written."""
        return not self.problems and not self.counts[Outcome.REFUSED] and self.rows > 0

    @cached_property
    def digest(self) -> str:
        """The same for the same plan: another sheet, mapping, rule or entry gives another one."""
        said = [
            (one.row.number, one.outcome, one.row.place.code, one.changed,
             (one.entry.id, one.entry.version) if one.entry else None)
            for one in self.verdicts
        ]  # fmt: skip
        read_as = [self.table.sheet, sorted(self.mapping.keys.items())]
        told = json.dumps([read_as, said, len(self.problems)])
        return hashlib.sha256(told.encode()).hexdigest()

    def lines(self, most: int) -> list[Line]:
        """The first rows that would be added or changed."""
        wanted = (Outcome.ADDED, Outcome.CHANGED)
        chosen = [one for one in self.verdicts if one.outcome in wanted][:most]
        return [_line(self.register, one) for one in chosen]


def map_headings(
    register: Register, table: Table, remembered: Mapping[str, str], place: Place
) -> HeadingMap:
    """Which heading of the sheet is which column; `remembered` is a person's word."""
    return guess_mapping(table, columns_of(register, place), remembered)


def dry_run(
    register: Register, table: Table, mapping: HeadingMap, *, default: Place, by: Account,
    today: date, is_locked: bool = False, tell: Tell = tell_nobody,
) -> Plan:  # fmt: skip
    """Say of each row of a sheet what would become of it; rows without a place go to `default`."""
    read = read_rows(table, mapping, columns_of(register, by.place))
    incoming = take_in(
        read.rows, PlaceNames(by.place), default, has_place=PLACE in mapping.keys.values()
    )
    placed = [one for one in incoming if one.row is not None]
    rows = [one.row for one in placed if one.row is not None]
    verdicts = judge_rows(register, rows, by=by, today=today, is_locked=is_locked, tell=tell)
    told = {id(verdict.row): verdict for verdict in verdicts}
    problems: list[Problem] = []
    for one in incoming:
        problems += one.problems
        if one.row is not None:
            problems += _refuse(register, one, told[id(one.row)])
    problems.sort(key=_address)
    return Plan(register, table, mapping, read.notes, verdicts, problems, len(incoming))


def _refuse(register: Register, incoming: Incoming, verdict: Verdict) -> list[Problem]:
    """The problems of a row beyond those of its cells; whatever has one is refused."""
    line = incoming.line
    found = []
    bad = {problem.cell for problem in incoming.problems}
    for name, refusal in verdict.refusals.items():
        cell = _cell(register, incoming, name)
        # A cell that could not be read is not also missing.
        if cell not in bad:
            found.append(_say(register, name, refusal, cell))
    if verdict.outcome is Outcome.ADDED:
        found += [Problem(line.cells[name], HIDDEN_NEW) for name in sorted(line.hidden)]
    if found or incoming.problems:
        verdict.outcome = Outcome.REFUSED
    return found


def _address(problem: Problem) -> tuple[int, int]:
    return parse_address(problem.cell.rpartition("!")[2]) or (0, 0)


def _cell(register: Register, incoming: Incoming, name: str) -> str:
    """The cell of a field, or where there is none that of the title, or the row's first."""
    cells = incoming.line.cells
    return cells.get(name) or cells.get(register.title_field) or next(iter(cells.values()))


def _say(register: Register, name: str, refusal: RuleBroken, cell: str) -> Problem:
    field = register.by_name.get(name)
    heading = field.heading if field else "地方"
    return Problem(cell, f"{heading}：{refusal}")


def _line(register: Register, verdict: Verdict) -> Line:
    title = verdict.values[register.title_field]
    changes = [
        (field.heading, before, after)
        for name in verdict.changed
        for field in [register.by_name[name]]
        for before, after in [_before_and_after(field, verdict)]
    ]
    return Line(
        verdict.row.number, verdict.outcome, verdict.row.place.name,
        say_value(register.title, title), changes,
    )  # fmt: skip


def _before_and_after(field: Field, verdict: Verdict) -> tuple[str, str]:
    before = say_value(field, getattr(verdict.entry, field.name))
    after: Any = verdict.values[field.name]
    if field.kind in (Kind.ENTRY, Kind.ACCOUNT):
        return before, str(verdict.row.values.get(field.name) or "")
    return before, say_value(field, after)


def list_choices(register: Register, place: Place) -> Sequence[tuple[str, str]]:
    """The columns that a heading may be, by key and heading."""
    return [(column.key, column.heading) for column in columns_of(register, place)]
