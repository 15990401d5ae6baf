"""Forms made from the declaration of a register; what they take is decided by checking.py."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, StopValidation

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.forms import REQUIRED, BaseForm, ReasonForm, choices, plain_text
from nanhua_emergency.languages import _
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers.columns import MOST_PIECES
from nanhua_emergency.registers.declaring import NO, NUMBERS, YES, Field, Kind, Register
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.words import MovementKind

KEYS = (Kind.ENTRY, Kind.ACCOUNT)
# What a browser shows for each kind; all are sent as text, and read by reading.py.
INPUTS = {
    Kind.DAY: {"type": "date"},
    Kind.PHONE: {"type": "tel", "autocomplete": "off"},
    Kind.EMAIL: {"type": "email", "autocomplete": "off"},
    Kind.WHOLE_NUMBER: {"inputmode": "numeric"},
    Kind.DECIMAL: {"inputmode": "decimal"},
}


class EntryForm(BaseForm):
    """What is said of an entry; the fields come from the register."""

    place_code = SelectField("地方", choices=[])
    based_on = HiddenField()

    def reject(self, refusal: RuleBroken) -> None:
        """Show each of the refusals beside its field."""
        refusals: Mapping[str, RuleBroken] = getattr(refusal, "refusals", {})
        if not refusals:
            return super().reject(refusal)
        self.status, self.refusal = refusal.status, refusal
        for name, one in refusals.items():
            self[name].errors = [*self[name].errors, one.text()]
        return None

    def said(self, register: Register) -> dict[str, Any]:
        """What was filled in, field by field, as it was typed; chosen keys as numbers."""
        asked = (field for field in register.fields if field.name in self)
        return {field.name: _sent(field, self[field.name].data) for field in asked}

    def version(self) -> int:
        """The version on which the answers are based."""
        given = str(self.based_on.data or "")
        return int(given) if given.isdecimal() and len(given) < 10 else 0


def _sent(field: Field, data: Any) -> Any:
    if field.kind in KEYS and isinstance(data, str) and data.isdecimal():
        return int(data[:12])
    return data


@cache
def _form_for(register: Register, is_new: bool) -> type[EntryForm]:
    fields = {
        field.name: _input(field) for field in register.fields if is_new or not field.is_set_once
    }
    return type("RegisterEntryForm", (EntryForm,), fields)


def _input(field: Field) -> Any:
    label = field.heading + REQUIRED if field.is_required else field.heading
    if field.kind is Kind.YES_NO or (field.kind is Kind.CHOICE and field.default is None):
        words = (YES, NO) if field.kind is Kind.YES_NO else field.options
        options = choices([("", "未填"), *((word, word) for word in words)])
        return SelectField(label, choices=options, validate_choice=False, description=field.hint)
    if field.kind is Kind.CHOICE:
        options = choices((word, word) for word in field.options)
        return SelectField(
            label, choices=options, default=str(field.default), validate_choice=False,
            description=field.hint,
        )  # fmt: skip
    if field.kind in KEYS:
        return SelectField(label, choices=[], validate_choice=False, description=field.hint)
    if field.kind is Kind.LONG_TEXT:
        return TextAreaField(label, description=field.hint, render_kw={"rows": 3})
    extra: dict[str, Any] = dict(INPUTS.get(field.kind, {}))
    if field.suggests:
        extra["list"] = f"{field.name}-names"
    if field.longest:
        extra["maxlength"] = field.longest
    return StringField(label, description=field.hint, render_kw=extra)


def make_entry_form(
    register: Register, places: Sequence[Place], keys: Mapping[str, Iterable[tuple[str, str]]],
    entry: Entry | None = None,
) -> EntryForm:  # fmt: skip
    """The form of a new entry, or of one that is there; `keys` offers the entries to choose."""
    data = typed_values(register, entry) if entry else {}
    form = _form_for(register, entry is None)(data=data)
    form.place_code.choices = choices((place.code, place.name) for place in places)
    for name, offered in keys.items():
        form[name].choices = choices([("", _("未填")), *offered])
    if entry is not None:
        del form.place_code
    return form


def typed_values(register: Register, entry: Entry) -> dict[str, Any]:
    """What an entry holds, as one would type it into the form."""
    values = {field.name: _typed(field, getattr(entry, field.name)) for field in register.fields}
    return values | {"based_on": str(entry.version)}


def _typed(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.kind is Kind.YES_NO:
        return YES if value else NO
    if field.kind in NUMBERS:
        return f"{value:.12g}"
    return value.isoformat() if isinstance(value, date) else str(value)


class FindEntriesForm(BaseForm):
    """Narrow a list by words, by place, by what the register offers, and to what is retired."""

    class Meta(BaseForm.Meta):
        csrf = False

    words = StringField("查找", validators=[Length(max=60), plain_text])
    place_code = SelectField("地方", choices=[], validate_choice=False)
    include_retired = BooleanField("连停用的")


@cache
def _finding_form(register: Register) -> type[FindEntriesForm]:
    fields = {
        f"by_{field.name}": SelectField(field.heading, choices=[], validate_choice=False)
        for field in register.filters
    }
    return type("FindRegisterEntriesForm", (FindEntriesForm,), fields)


def make_finding_form(
    register: Register, places: Sequence[Place], offered: Mapping[str, Iterable[tuple[str, str]]],
    asked: Any,
) -> FindEntriesForm:  # fmt: skip
    """The filter of a register's list; `offered` are the values of each field."""
    form = _finding_form(register)(asked)
    everything = ("", _("全部"))
    form.place_code.choices = choices([everything, *((p.code, p.name) for p in places)])
    for name, pairs in offered.items():
        form[f"by_{name}"].choices = choices([everything, *pairs])
    return form


NUMBER = {"inputmode": "numeric", "min": "0", "step": "1"}


def a_count(_form: BaseForm, field: Any) -> None:
    """A whole number of pieces that a supply may have."""
    if not isinstance(field.data, int) or not 0 <= field.data <= MOST_PIECES:
        raise StopValidation(_("应为 %(low)s 至 %(high)s 的整数", low=0, high=MOST_PIECES))


class StockForm(BaseForm):
    """What is done to a supply as the person was shown it."""

    based_on = HiddenField()

    def shown_version(self) -> int:
        """The version of the supply that the person was shown; 0 for what is no version."""
        given = str(self.based_on.data or "")
        return int(given) if given.isdecimal() and len(given) < 10 else 0


class RecordMovementForm(StockForm):
    """So many in or out."""

    kind = RadioField(
        "入库还是出库", default=MovementKind.OUT.value,
        choices=choices((kind.value, kind.value) for kind in (MovementKind.IN, MovementKind.OUT)),
    )  # fmt: skip
    amount = IntegerField(
        "数量", validators=[a_count],
        render_kw=NUMBER,
    )  # fmt: skip
    reason = StringField(
        "来源或用途", validators=[InputRequired("请写明来源或用途"), Length(max=200), plain_text],
        description="例如：防汛演练领用；不要写个人电话。",
    )  # fmt: skip


class TakeStockForm(StockForm):
    """What was counted."""

    counted = IntegerField(
        "实盘数量", validators=[a_count],
        render_kw=NUMBER,
    )  # fmt: skip
    reason = StringField("差异原因（和账面一样就不填）", validators=[Length(max=200), plain_text])


class RetireEntryForm(ReasonForm):
    """Why an entry is taken out of use."""

    is_use_known = BooleanField("我知道有预案写着它，预案另行修订或改填新的人")
