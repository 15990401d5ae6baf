"""Pages of the year: its figures, the rows they count, the paragraph and the year book."""

from datetime import date, datetime

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person, may_open
from nanhua_emergency.audits.verdicts import VERDICT_NAMES, Verdict
from nanhua_emergency.errors import NotFound
from nanhua_emergency.files import DOCX, XLSX, download
from nanhua_emergency.forms import asked_page
from nanhua_emergency.languages import in_chinese, translated
from nanhua_emergency.places import services as places
from nanhua_emergency.plans.word import write_word
from nanhua_emergency.reports import drill_tables, readiness, services
from nanhua_emergency.reports.figures import Cell, Column, Figure, Link
from nanhua_emergency.reports.paragraph import SECTION, write_paragraph
from nanhua_emergency.reports.readiness import Part
from nanhua_emergency.reports.year import FIRST_YEAR, LAST_YEAR, Year
from nanhua_emergency.reports.year_book import write_year_book
from nanhua_emergency.templating import chinese, day, moment

bp = Blueprint("reports", __name__)

READERS = (Role.OFFICE, Role.LEADER, Role.VILLAGE)


def _asked_year(number: int, *, is_narrowed: bool = False) -> Year:
    """The year of the person's place, or of a place within it that the address asks for."""
    person, today = current_person(), clock.today()
    number = number or today.year
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise NotFound("没有这一年的统计")
    code = request.args.get("place", "")
    place = places.get_place(code) if code else person.place
    if not person.place.contains(place.code):
        raise NotFound("没有这个地方的统计")
    if not is_narrowed:
        return Year(place, number, today)
    month = request.args.get("month", 0, type=int)
    return Year(
        place, number, today,
        month=month if 1 <= month <= 12 else 0,
        hazard=request.args.get("hazard", "").replace("\x00", "")[:20],
        is_own_level=request.args.get("level") == "own",
    )  # fmt: skip


@bp.get("/reports/", defaults={"year": 0})
@bp.get("/reports/<int:year>")
@allow(*READERS)
def show_year(year: int) -> ResponseReturnValue:
    """A year in figures, each leading to the rows it counts; the chart; the paragraph."""
    figures = services.count_year(_asked_year(year))
    return render_template(
        "reports/show_year.html",
        figures=figures,
        year=figures.year,
        years=list(services.list_years(figures.year)),
        groups=figures.groups,
        months=drill_tables.list_by_month(figures),
        lines=drill_tables.list_by_place(figures),
        rounds=readiness.list_readiness(figures.year),
        verdicts=VERDICT_NAMES,
        section=SECTION,
        paragraph=write_paragraph(figures),
    )


@bp.get("/reports/<int:year>/rows/<figure>")
@allow(*READERS)
def list_counted(year: int, figure: str) -> ResponseReturnValue:
    """Exactly the rows that one figure counts, a page at a time."""
    asked, chosen = _asked_year(year, is_narrowed=True), services.get_figure(figure)
    page = asked_page()
    rows = services.list_counted(chosen, asked, page=page)
    shown = rows[: services.PAGE]
    return render_template(
        "reports/list_counted.html",
        year=asked,
        figure=chosen,
        count=services.count_one(chosen, asked),
        rows=[(_address(chosen.link(row)), _read(chosen, row)) for row in shown],
        page=page,
        has_more=len(rows) > services.PAGE,
        narrowing={name: request.args[name] for name in NARROWING if request.args.get(name)},
    )


NARROWING = ("place", "month", "hazard", "level")


def _read(figure: Figure, row: object) -> list[tuple[str, str]]:
    """The cells of a row under their headings, as people write them."""
    return [(column.name, _show(column, column.read(row))) for column in figure.columns]


def _show(column: Column, cell: Cell) -> str:
    if isinstance(cell, datetime):
        return moment(cell)
    if isinstance(cell, date):
        return day(cell)
    text = "—" if cell in (None, "") else str(cell)
    return translated(text) if column.is_word else chinese(text)


def _address(link: Link | None) -> str | None:
    """Where a row is shown, if the person may go there."""
    return url_for(link[0], **link[1]) if link is not None and may_open(link[0]) else None


@bp.get("/reports/<int:year>/drills.svg")
@allow(*READERS)
def show_drill_chart(year: int) -> ResponseReturnValue:
    """The chart of drills by month and hazard."""
    return _send_chart(drill_tables.draw_drills(services.count_drills(_asked_year(year))))


@bp.get("/reports/<int:year>/readiness-<checklist_slug>.svg")
@allow(*READERS)
def show_readiness_chart(year: int, checklist_slug: str) -> ResponseReturnValue:
    """The chart of one checklist over its rounds."""
    asked, known = _asked_year(year), current_app.extensions["checklists"]
    found = {one.slug: one for one in readiness.list_readiness(asked)}
    if checklist_slug not in found and checklist_slug not in known:
        raise NotFound("没有这份核查表")
    none = readiness.Readiness(checklist_slug, checklist_slug, (), ())
    one = found.get(checklist_slug, none)
    return _send_chart(readiness.draw_readiness(one, place=asked.place.name))


@bp.get("/reports/<int:year>/readiness/<checklist_slug>")
@allow(*READERS)
def list_items(year: int, checklist_slug: str) -> ResponseReturnValue:
    """Exactly the items of a round that a number of the table of readiness counts."""
    asked, part, page = _asked_year(year), _asked_part(checklist_slug), asked_page()
    found = readiness.list_items(asked, part, page=page)
    return render_template(
        "reports/list_items.html",
        year=asked,
        part=part,
        names=VERDICT_NAMES,
        count=readiness.count_items(asked, part),
        lines=found[: readiness.PAGE],
        page=page,
        has_more=len(found) > readiness.PAGE,
        narrowing={name: request.args[name] for name in PARTS if request.args.get(name)},
    )


PARTS = ("place", "period", "last_on", "item", "verdict")


def _asked_part(slug: str) -> Part:
    """The items that an address names; NotFound where it names no period or a wrong verdict."""
    last_on = request.args.get("last_on", type=date.fromisoformat)
    verdict = request.args.get("verdict", "")
    if last_on is None or verdict not in ("", *Verdict):
        raise NotFound("没有这一轮核查")
    period, code = (request.args.get(name, "").replace("\x00", "") for name in ("period", "item"))
    return Part(slug, period, last_on, code, Verdict(verdict) if verdict else None)


def _send_chart(drawn: str) -> ResponseReturnValue:
    answer = Response(drawn, mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/reports/<int:year>/paragraph.txt")
@allow(*READERS)
def download_paragraph(year: int) -> ResponseReturnValue:
    """The paragraph as plain text."""
    asked = _asked_year(year)
    text = write_paragraph(services.count_year(asked)) + "\n"
    # Old editors of Windows take text without this mark for another encoding.
    data = b"\xef\xbb\xbf" + text.encode()
    return download(data, f"{_title(asked)}.txt", "text/plain; charset=utf-8", plain="year.txt")


@bp.get("/reports/<int:year>/paragraph.docx")
@allow(*READERS)
def download_paragraph_word(year: int) -> ResponseReturnValue:
    """The paragraph as a Word file."""
    asked = _asked_year(year)
    data = write_word(
        write_paragraph(services.count_year(asked)), title=_title(asked), issuer=asked.place.name,
        issue_number="", effective_on="", sha256="", signatures=[],
    )  # fmt: skip
    return download(data, f"{_title(asked)}.docx", DOCX, plain="year.docx")


@bp.get("/reports/<int:year>/book.xlsx")
@allow(*READERS)
def download_year_book(year: int) -> ResponseReturnValue:
    """The year book as one Excel file."""
    asked = _asked_year(year)
    with in_chinese():
        data = write_year_book(services.count_year(asked))
    name = f"{asked.place.name}{asked.number}年应急工作年册.xlsx"
    return download(data, name, XLSX, plain="year.xlsx")


def _title(year: Year) -> str:
    return f"{year.place.name}{year.number}年{SECTION}情况"
