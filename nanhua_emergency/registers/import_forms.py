"""Forms of imports: the file, and what its headings mean."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField

from nanhua_emergency.forms import BaseForm, choices
from nanhua_emergency.languages import _
from nanhua_emergency.places.models import Place
from nanhua_emergency.templating import chinese

MOST_HEADINGS = 100


class BringSheetForm(BaseForm):
    """A file, and where the rows belong that do not say so."""

    file = FileField(
        "表格文件（.xlsx、.xls 或 .csv）", validators=[FileRequired("请选一个表格文件")]
    )
    place_code = SelectField("表里没有“地方”一列时，登记到", choices=[])


class MatchHeadingsForm(BaseForm):
    """Which sheet, and for each of its headings which column it is."""

    sheet = SelectField("要导入哪一张表", choices=[], validate_choice=False)


class CarryOutForm(BaseForm):
    """The dry run that the person was shown."""

    digest = HiddenField()


def make_bring_form(places: Sequence[Place], here: str) -> BringSheetForm:
    """The form of a file; `here` is the place that is chosen at first."""
    form = BringSheetForm(place_code=here)
    form.place_code.choices = choices((place.code, place.name) for place in places)
    return form


def make_match_form(
    result: dict[str, Any], sheet: str, columns: Sequence[tuple[str, str]], *, is_sent: bool
) -> MatchHeadingsForm:
    """The form of an import; it offers the sheets and headings that the dry run has found.

    Without `is_sent` it shows what is stored, whatever form was sent to the page.
    """
    headings = result.get("headings", [])[:MOST_HEADINGS]
    data = {"sheet": sheet} | {f"heading_{at}": key for at, (_head, key) in enumerate(headings)}
    kind = _match_form(len(headings))
    form = kind(data=data) if is_sent else kind(None, data=data)
    sheets = result.get("sheets", [])
    offered = [(name, name) for name in sheets]
    form.sheet.choices = choices(offered if sheet else [("", _("请选择")), *offered])
    for at, (heading, _key) in enumerate(headings):
        form[f"heading_{at}"].label.text = chinese(heading)
        form[f"heading_{at}"].choices = choices([("", _("不导入")), *columns])
    return form


@cache
def _match_form(count: int) -> type[MatchHeadingsForm]:
    fields = {f"heading_{at}": SelectField("", choices=[]) for at in range(count)}
    return type("MatchSheetHeadingsForm", (MatchHeadingsForm,), fields)


def said_headings(form: MatchHeadingsForm, result: dict[str, Any]) -> dict[str, str]:
    """What the person said of each heading."""
    headings = result.get("headings", [])[:MOST_HEADINGS]
    return {
        heading: form[f"heading_{at}"].data or "" for at, (heading, _key) in enumerate(headings)
    }
