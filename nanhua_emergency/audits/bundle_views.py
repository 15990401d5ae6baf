"""Pages on which an evidence bundle is taken: of a round, or of a year and a place."""

import tempfile
from pathlib import Path

from flask import current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.audits import bundle, queries
from nanhua_emergency.audits.bundle import Folders, Scope
from nanhua_emergency.audits.forms import ChooseBundleForm
from nanhua_emergency.audits.views import bp
from nanhua_emergency.database import db
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.forms import Confirmation, choices
from nanhua_emergency.places import services as places

ZIP = "application/zip"


@bp.route("/audits/rounds/<int:round_id>/bundle", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.LEADER)
def make_round_bundle(round_id: int) -> ResponseReturnValue:
    """Everything that proves a round, in one zip."""
    person = current_person()
    held = queries.get_round(round_id, seen_by=person)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            return _send(bundle.scope_of_round(held, seen_by=person))
    return render_template("audits/make_round_bundle.html", held=held, form=form), form.status


@bp.route("/audits/bundle", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.LEADER)
def make_year_bundle() -> ResponseReturnValue:
    """Everything of a year and a place, in one zip."""
    person = current_person()
    known = {one.code: one for one in places.list_places(person.place)}
    asked = request.args.get("place") or person.place_code
    form = ChooseBundleForm(data={"year": clock.today().year, "place_code": asked})
    form.place_code.choices = choices((code, one.name) for code, one in known.items())
    if form.submitted():
        with form.refusals():
            place = known[form.place_code.data]
            scope = bundle.scope_of_year(place, form.year.data)
            return _send(scope)
    return render_template("audits/make_year_bundle.html", form=form), form.status


def _send(scope: Scope) -> ResponseReturnValue:
    # Written to a file that has no name and goes when it has been sent: a year of photos is large.
    out = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    folders = Folders(uploads_folder(), Path(str(current_app.static_folder)))
    try:
        bundle.write_bundle(scope, out, folders=folders, by=current_person(), now=clock.now())
        db.session.commit()
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{scope.title}证据包.zip"
    return send_file(out, mimetype=ZIP, as_attachment=True, download_name=name)
