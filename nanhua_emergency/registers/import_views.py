"""Pages of sheets coming in: bring a file, say what its headings mean, look, carry out."""

from typing import Any

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.files import XLSX, download, uploads_folder
from nanhua_emergency.forms import asked_page
from nanhua_emergency.places.services import get_place, list_places
from nanhua_emergency.registers import import_files, import_services, queries
from nanhua_emergency.registers.catalogue import get_register
from nanhua_emergency.registers.dry_run import list_choices
from nanhua_emergency.registers.import_forms import (
    CarryOutForm,
    MatchHeadingsForm,
    make_bring_form,
    make_match_form,
    said_headings,
)
from nanhua_emergency.registers.import_job import Run, start_run
from nanhua_emergency.registers.import_models import Import
from nanhua_emergency.registers.import_progress import find_progress, is_alive
from nanhua_emergency.registers.views import KEEPERS, bp


@bp.route("/registers/<register_slug>/import", methods=["GET", "POST"])
@allow(*KEEPERS)
def begin_import(register_slug: str) -> ResponseReturnValue:
    """Bring a sheet, to see first what it would do."""
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    form = make_bring_form(list_places(person.place), person.place_code)
    if form.submitted():
        with form.refusals():
            one = import_services.begin_import(
                register,
                data=form.file.data.read(),
                filename=form.file.data.filename or "",
                default=get_place(form.place_code.data),
                folder=uploads_folder(),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            return _to_import(one.id)
    return render_template(
        "registers/begin_import.html",
        form=form,
        register=register,
        imports=import_files.list_imports(register.slug, seen_by=person),
    ), form.status


@bp.get("/registers/imports/<int:import_id>")
@allow(*KEEPERS)
def show_import(import_id: int) -> ResponseReturnValue:
    """What an import would do, does, or has done."""
    one = import_files.get_import(import_id, seen_by=current_person())
    return _page(one, _match_form(one), CarryOutForm(digest=one.digest))


@bp.post("/registers/imports/<int:import_id>/match")
@allow(*KEEPERS)
def match_headings(import_id: int) -> ResponseReturnValue:
    """Choose the sheet, and say what its headings mean."""
    person = current_person()
    one = import_files.get_import(import_id, seen_by=person)
    form = _match_form(one)
    if form.submitted():
        with form.refusals():
            import_services.match_headings(
                one,
                sheet=form.sheet.data or "",
                answers=said_headings(form, one.result),
                folder=uploads_folder(),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            return _to_import(import_id)
    return _page(one, form, CarryOutForm(None, digest=one.digest))


@bp.post("/registers/imports/<int:import_id>/carry-out")
@allow(*KEEPERS)
def carry_out_import(import_id: int) -> ResponseReturnValue:
    """Write all rows, in a run of its own."""
    person = current_person()
    one = import_files.get_import(import_id, seen_by=person)
    form, folder = CarryOutForm(), uploads_folder()
    if form.submitted():
        with form.refusals():
            claim = import_services.claim_import(
                one, digest=form.digest.data or "", folder=folder, by=person, now=clock.now()
            )
            run = Run(import_id, claim, person.id, one.result["rows"], folder)
            db.session.commit()
            # From here on nothing is asked of the database, which the run now needs for itself.
            start_run(current_app._get_current_object(), run)  # type: ignore[attr-defined]
            return _to_import(import_id)
    return _page(one, _match_form(one, is_sent=False), form)


@bp.get("/registers/imports/<int:import_id>/marked.xlsx")
@allow(*KEEPERS)
def download_marked(import_id: int) -> ResponseReturnValue:
    """The same sheet with the problems marked in its cells."""
    person = current_person()
    one = import_files.get_import(import_id, seen_by=person)
    data = import_services.mark_import(
        one, folder=uploads_folder(), by=person, now=clock.now()
    )  # fmt: skip
    name = one.file_name.rpartition(".")[0] or one.file_name
    return download(data, f"{name}（有问题的）.xlsx", XLSX, plain=f"import-{one.id}.xlsx")


def _match_form(one: Import, *, is_sent: bool = True) -> MatchHeadingsForm:
    register = get_register(one.register)
    columns = list_choices(register, current_person().place)
    return make_match_form(one.result, one.sheet, columns, is_sent=is_sent)


def _page(one: Import, form: MatchHeadingsForm, carrying: CarryOutForm) -> ResponseReturnValue:
    page, size, folder = asked_page(), queries.PAGE, uploads_folder()
    lines: list[Any] = one.result.get("lines", [])
    is_alone = not is_alive(folder, one, now=clock.now())
    # The page comes again by itself, without a script, while the run goes on.
    headers = {"Refresh": "3"} if one.is_running and not is_alone else {}
    return (
        render_template(
            "registers/show_import.html",
            one=one,
            register=get_register(one.register),
            form=form,
            carrying=carrying,
            progress=find_progress(folder, one) if one.is_running else None,
            is_cut_off=one.is_running and is_alone,
            lines=lines[(page - 1) * size : page * size],
            page=page,
            has_more=len(lines) > page * size,
        ),
        max(form.status, carrying.status),
        headers,
    )


def _to_import(import_id: int) -> ResponseReturnValue:
    return redirect(url_for("registers.show_import", import_id=import_id))
