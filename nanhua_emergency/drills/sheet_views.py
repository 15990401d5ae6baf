"""Pages of a drill on paper: ready to print, and as Word files."""

import io

import segno
from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.drills import papers, queries
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.papers import PAPER_NAMES, Case, Paper
from nanhua_emergency.drills.views import READERS, bp
from nanhua_emergency.errors import NotFound
from nanhua_emergency.files import DOCX, download
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.plans.queries import find_published
from nanhua_emergency.plans.rendering import render
from nanhua_emergency.plans.word import write_word


def _paper(name: str) -> Paper:
    if name not in set(Paper):
        raise NotFound("没有这种表格")
    return Paper(name)


def _case(drill: Drill) -> Case:
    record = queries.find_valid_record(drill)
    edition = record.edition if record and record.edition else find_published(drill.plan)
    found = findings.list_findings_of(Source.DRILL, record.id) if record else []
    return Case(drill, edition, record, found)


@bp.get("/drills/<int:drill_id>/papers/<name>")
@allow(*READERS)
def show_paper(drill_id: int, name: str) -> ResponseReturnValue:
    """One paper of a drill, ready to print on A4."""
    drill, paper = queries.get_drill(drill_id, seen_by=current_person()), _paper(name)
    return render_template(
        "drills/show_paper.html",
        drill=drill,
        paper=paper,
        names=PAPER_NAMES,
        title=papers.title_of(paper, drill),
        rendered=render(papers.write_paper(paper, _case(drill))),
        code_url=url_for("drills.show_code", drill_id=drill.id),
    )


@bp.get("/drills/<int:drill_id>/papers/<name>.docx")
@allow(*READERS)
def download_paper(drill_id: int, name: str) -> ResponseReturnValue:
    """The same as a Word file."""
    drill, paper = queries.get_drill(drill_id, seen_by=current_person()), _paper(name)
    title = papers.title_of(paper, drill)
    data = write_word(
        papers.write_paper(paper, _case(drill)), title=title, issuer=drill.place.name,
        issue_number="", effective_on="", sha256="", signatures=[],
    )  # fmt: skip
    return download(data, f"{title}.docx", DOCX, plain=f"{paper}.docx")


@bp.get("/drills/<int:drill_id>/code.svg")
@allow(Role.OFFICE, Role.VILLAGE, Role.LEADER)
def show_code(drill_id: int) -> ResponseReturnValue:
    """The QR code of the drill's record form, for the papers."""
    drill = queries.get_drill(drill_id, seen_by=current_person())
    address = url_for("drills.record_drill", drill_id=drill.id, _external=True)
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4)
    return Response(out.getvalue(), mimetype="image/svg+xml")
