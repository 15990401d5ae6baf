"""A round as an Excel file: the matrix, and every answer with its evidence."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from nanhua_emergency import clock
from nanhua_emergency.audits import queries
from nanhua_emergency.audits.matrix import Row
from nanhua_emergency.audits.models import Answer, Audit, Round

# What a cell typed by somebody must not become: a formula, a link or a number.
PLAIN = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip
HEADINGS = (
    "地方", "编号", "项目", "标准", "登记里的情况", "记录日期", "自评", "说明", "自评人", "核实",
    "理由", "核实人", "以此为准",
)  # fmt: skip


def write_workbook(held: Round, rows: Sequence[Row]) -> bytes:
    """Both sheets, in code order; every cell is text or a number, never a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, PLAIN) as book:
        head = book.add_format(
            {"bold": True, "text_wrap": True, "bg_color": "#E8F0F7", "border": 1}
        )
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        _write_matrix(book.add_worksheet("一览"), held, rows, head, cell)
        _write_answers(book.add_worksheet("逐条"), rows, head, cell)
    return out.getvalue()


def _write_matrix(sheet: Any, held: Round, rows: Sequence[Row], head: Any, cell: Any) -> None:
    items = held.checklist.items
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, len(items) + 1, 16)
    sheet.write_string(0, 0, f"{held.title}（{held.checklist.version}）")
    names = [f"{item.code} {item.name}" for item in items]
    for column, text in enumerate(("地方", *names, "状态")):
        sheet.write_string(1, column, text, head)
    for line, row in enumerate(rows, start=2):
        texts = (row.audit.place.name, *(one.name for one in row.cells), row.audit.state_name)
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text, cell)
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_answers(sheet: Any, rows: Sequence[Row], head: Any, cell: Any) -> None:
    sheet.set_column(0, len(HEADINGS), 18)
    for column, text in enumerate(HEADINGS):
        sheet.write_string(0, column, text, head)
    line = 1
    for row in rows:
        for answer in queries.list_answers(row.audit):
            for column, text in enumerate(_texts(row.audit, answer)):
                sheet.write_string(line, column, text, cell)
            line += 1
    sheet.freeze_panes(1, 2)


def _texts(audit: Audit, answer: Answer) -> tuple[str, ...]:
    checklist = audit.round.checklist
    item = next(i for i in checklist.items if answer.criterion.startswith(f"{i.code}."))
    criterion = next(one for one in item.criteria if one.code == answer.criterion)
    return (
        audit.place.name, answer.criterion, item.name, criterion.text,
        answer.evidence.get("text", ""), answer.evidence.get("on", ""),
        answer.verdict_name, answer.note, _who(answer.judged_by, answer.judged_at),
        answer.office_verdict_name, answer.office_reason,
        _who(answer.verified_by, answer.verified_at), answer.final_name,
    )  # fmt: skip


def _who(person: Any, at: Any) -> str:
    return f"{person.name} {clock.day_of(at).isoformat()}" if person and at else ""
