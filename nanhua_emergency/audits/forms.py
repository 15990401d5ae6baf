"""What people fill in about audits."""

from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from nanhua_emergency.audits.checklists import Item
from nanhua_emergency.audits.verdicts import JUDGED, VERDICT_NAMES, Verdict
from nanhua_emergency.forms import BaseForm, choices, plain_text

LONGEST_NOTE = 2000


class OpenRoundForm(BaseForm):
    """Which period, which days, which places."""

    period = StringField(
        "哪一期", description="例如 2026年上半年",
        validators=[DataRequired("请写明是哪一期"), Length(max=40), plain_text],
    )  # fmt: skip
    first_on = DateField("从哪天", validators=[InputRequired("请填日期，例如 2026-01-01")])
    last_on = DateField("到哪天", validators=[InputRequired("请填日期，例如 2026-06-30")])
    due_on = DateField("截止日期", validators=[InputRequired("请填日期，例如 2026-06-20")])
    places = SelectMultipleField(
        "地方", choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class CloseRoundForm(BaseForm):
    """Why a round is closed though some have not finished; empty where all have."""

    reason = TextAreaField(
        "没有核实完就结束的原因", validators=[Length(max=LONGEST_NOTE), plain_text],
        render_kw={"rows": 3},
    )  # fmt: skip


class ChooseBundleForm(BaseForm):
    """The year and the place of an evidence bundle."""

    year = IntegerField(
        "年份",
        validators=[InputRequired("请填年份，例如 2026"), NumberRange(2000, 2100, "年份不对")],
    )
    place_code = SelectField("地方", choices=[], validate_choice=True)


def _of(code: str, words: str) -> str:
    """The label of what is asked about one criterion."""
    return f"{code} {words}"


def make_answer_form(item: Item) -> type[BaseForm]:
    """The form of one item: a verdict, a note and files for each of its criteria."""
    fields: dict[str, Any] = {}
    for criterion in item.criteria:
        code = criterion.code
        fields |= {
            f"verdict_{code}": RadioField(
                _of(code, "有没有"), validate_choice=True, default=Verdict.UNCHECKED.value,
                choices=choices((one.value, VERDICT_NAMES[one]) for one in Verdict),
            ),
            f"note_{code}": TextAreaField(
                _of(code, "说明"), description="选“部分”或“无”的，写一句差在哪里。",
                validators=[Length(max=LONGEST_NOTE), plain_text], render_kw={"rows": 2},
            ),
            f"files_{code}": MultipleFileField(
                _of(code, "照片或文件"), description="可以不传。照片、PDF、Word、Excel。",
                render_kw={"accept": "image/*,.pdf,.doc,.docx,.xls,.xlsx"},
            ),
            f"dropped_{code}": SelectMultipleField(
                _of(code, "不要的文件"), choices=[], validate_choice=False,
            ),
            f"based_on_{code}": HiddenField(validators=[Length(max=40)]),
        }  # fmt: skip
    return type("AnswerItemForm", (BaseForm,), fields)


def make_verify_form(item: Item) -> type[BaseForm]:
    """The form of one item for the office: its word and reason for each criterion, and the task."""
    fields: dict[str, Any] = {}
    for criterion in item.criteria:
        code = criterion.code
        fields |= {
            f"verdict_{code}": RadioField(
                _of(code, "核实结果"), validators=[InputRequired("请选有、部分或无")],
                choices=choices((one.value, VERDICT_NAMES[one]) for one in JUDGED),
            ),
            f"reason_{code}": TextAreaField(
                _of(code, "理由"), description="与自评不同的，写明理由。",
                validators=[Length(max=LONGEST_NOTE), plain_text], render_kw={"rows": 2},
            ),
            f"based_on_{code}": IntegerField(
                _of(code, "依据"), validators=[InputRequired()], render_kw={"type": "hidden"}
            ),
        }  # fmt: skip
    fields["owner_id"] = SelectField("整改责任人", coerce=int, choices=[], default=0)
    fields["due_on"] = DateField(
        "整改期限", validators=[Optional()], description="不填的，从今天起 30 天。"
    )
    return type("VerifyItemForm", (BaseForm,), fields)
