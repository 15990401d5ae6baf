"""Pages through which texts come from Word and go to paper."""

from flask import Response, flash, render_template, send_file
from flask.typing import ResponseReturnValue
from werkzeug.utils import secure_filename

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.files import DOCX, download, uploads_folder
from nanhua_emergency.languages import _
from nanhua_emergency.plans import papers, queries
from nanhua_emergency.plans.forms import ImportWordForm
from nanhua_emergency.plans.lifecycle import Verb
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.views import bp, find_place
from nanhua_emergency.plans.work_views import WORKERS, edition_for


@bp.route("/work/editions/<int:edition_id>/import-word", methods=["GET", "POST"])
@allow(Role.OFFICE)
def import_word(edition_id: int) -> ResponseReturnValue:
    """Bring a Word file in as the text of a draft, with a report of what it lost."""
    edition = edition_for(edition_id, Verb.SAVE)
    form = ImportWordForm()
    if form.submitted():
        with form.refusals():
            draft = papers.import_word(
                edition,
                data=form.file.data.read(),
                filename=form.file.data.filename or "",
                folder=uploads_folder(),
                by=current_person(),
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已经读进来，存为新的一稿。请对照原文看一遍。"))
            return render_template(
                "plans/imported_word.html", edition=edition, plan=edition.plan, draft=draft
            )
    return render_template(
        "plans/import_word.html", form=form, edition=edition, plan=edition.plan
    ), form.status


@bp.get("/work/editions/<int:edition_id>/export.docx")
@allow(*WORKERS)
def export_word(edition_id: int) -> ResponseReturnValue:
    """An edition as a Word file in the layout of official documents, with its sign-off sheet."""
    edition = queries.get_edition(edition_id, seen_by=current_person())
    return _word_file(edition)


@bp.get("/work/editions/<int:edition_id>/export.md")
@allow(*WORKERS)
def export_markdown(edition_id: int) -> ResponseReturnValue:
    """An edition as a Markdown file with its front matter."""
    return _markdown_file(queries.get_edition(edition_id, seen_by=current_person()))


@bp.get("/plans/<slug>/editions/<int:number>.docx")
@allow(*EVERYONE)
def download_word(slug: str, number: int) -> ResponseReturnValue:
    """A published edition as a Word file."""
    plan = queries.get_plan(slug, find_place().code)
    return _word_file(queries.get_public_edition(plan, number))


@bp.get("/work/attachments/<int:attachment_id>")
@allow(*WORKERS)
def download_attachment(attachment_id: int) -> ResponseReturnValue:
    """A picture that came with a Word file, always as a download."""
    attachment = queries.get_attachment(attachment_id, seen_by=current_person())
    return send_file(
        papers.find_attachment_file(uploads_folder(), attachment),
        mimetype=attachment.content_type,
        as_attachment=True,
        download_name=attachment.name,
    )


def _word_file(edition: Edition) -> Response:
    name = f"{edition.plan.title}（第{edition.number}版）.docx"
    written = papers.write_edition(edition, person=current_person(), today=clock.today())
    return download(written, name, DOCX, plain=_plain(name))


def _markdown_file(edition: Edition) -> Response:
    text, name = papers.format_edition(edition)
    return download(text.encode(), name, "text/markdown; charset=utf-8", plain=_plain(name))


def _plain(name: str) -> str:
    return secure_filename(name) or "plan"
