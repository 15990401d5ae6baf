"""Sheets going out: a register as an Excel or CSV file, and the template to fill in."""

from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.files import XLSX, download
from nanhua_emergency.forms import Confirmation
from nanhua_emergency.registers import exporting, queries
from nanhua_emergency.registers.declaring import Register
from nanhua_emergency.registers.views import KEEPERS, READERS, bp, read_filter

CSV = "text/csv; charset=utf-8"


@bp.post("/registers/<register_slug>/export.xlsx")
@allow(*READERS)
def export_excel(register_slug: str) -> ResponseReturnValue:
    """The entries of the list, narrowed as it is, for Excel and WPS; written down."""
    return _export(register_slug, "xlsx")


@bp.post("/registers/<register_slug>/export.csv")
@allow(*READERS)
def export_csv(register_slug: str) -> ResponseReturnValue:
    """The same as plain text."""
    return _export(register_slug, "csv")


@bp.get("/registers/<register_slug>/template.xlsx")
@allow(*KEEPERS)
def download_template(register_slug: str) -> ResponseReturnValue:
    """A sheet to fill in, with an example row."""
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    data = exporting.write_template_of(register, place=person.place, now=clock.now())
    return _send(register, f"{register.name}（模板）", data, "xlsx")


def _export(register_slug: str, ending: str) -> ResponseReturnValue:
    person = current_person()
    register = queries.get_visible_register(register_slug, seen_by=person)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            words, filters = read_filter(register, person, request.args)
            data = exporting.export_entries(
                register, words=words, filters=filters, is_csv=ending == "csv", by=person,
                now=clock.now(),
            )  # fmt: skip
            db.session.commit()
            return _send(register, f"{person.place.name}{register.name}", data, ending)
    return render_template("errors/resend.html", form=form), form.status


def _send(register: Register, name: str, data: bytes, ending: str) -> Response:
    kinds: dict[str, Any] = {"xlsx": XLSX, "csv": CSV}
    return download(data, f"{name}.{ending}", kinds[ending], plain=f"{register.slug}.{ending}")
