"""What people fill in about drills."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
)
from wtforms.widgets import CheckboxInput, ListWidget

from nanhua_emergency.drills.models import FORM_NAMES, PURPOSE_NAMES, SCOPE_NAMES
from nanhua_emergency.drills.record_models import (
    CONCLUSION_NAMES,
    EVALUATION_ITEMS,
    GROUP_NAMES,
    SCORE_NAMES,
)
from nanhua_emergency.forms import BaseForm, choices, plain_text
from nanhua_emergency.languages import _
from nanhua_emergency.plans.outline import MOMENT_LABELS

MOST_PEOPLE = 100_000
PROBLEMS = 5
NUMBER = {"inputmode": "numeric", "min": "0", "step": "1"}


class DrillForm(BaseForm):
    """What is said of a drill."""

    plan_id = SelectField("按哪个预案", coerce=int, choices=[])
    second_plan_id = SelectField("同时演练（可不选）", coerce=int, choices=[])
    title = StringField("名称（可不填）", validators=[Length(max=120), plain_text])
    form = RadioField("形式", choices=choices(FORM_NAMES.items()), default="live")
    scope = RadioField("内容", choices=choices(SCOPE_NAMES.items()), default="single")
    purpose = RadioField("目的", choices=choices(PURPOSE_NAMES.items()), default="test")
    is_time_unannounced = BooleanField("不预告时间")
    is_scenario_unannounced = BooleanField("不预告情景")
    is_night = BooleanField("夜间演练")
    location = StringField("地点", validators=[Length(max=120), plain_text])
    organiser = StringField("组织人", validators=[Length(max=60), plain_text])
    scenario = TextAreaField(
        "情景", description="发生什么、在哪里、多严重、影响谁。",
        validators=[Length(max=4000), plain_text], render_kw={"rows": 4},
    )  # fmt: skip
    expected_count = IntegerField(
        "预计人数", default=0, render_kw=NUMBER,
        validators=[InputRequired("请填人数，没有就填 0"), NumberRange(0, MOST_PEOPLE, "人数应为 0 至 100000")],
    )  # fmt: skip


class ScheduleDrillsForm(DrillForm):
    """One drill for each of the villages chosen."""

    villages = SelectMultipleField(
        "哪些村（社区）", choices=[], widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    planned_on = DateField("日期", validators=[InputRequired("请填日期，例如 2026-05-12")])
    planned_time = TimeField("时间", validators=[InputRequired("请填时间，例如 09:30")])


class MoveDrillForm(BaseForm):
    """Another date, and why."""

    planned_on = DateField("新的日期", validators=[InputRequired("请填日期，例如 2026-05-12")])
    planned_time = TimeField("新的时间", validators=[InputRequired("请填时间，例如 09:30")])
    reason = StringField("原因（可不填）", validators=[Length(max=200), plain_text])


class HeadingField(SelectField):  # type: ignore[misc]
    """A heading of the edition that was exercised; it may have gone since the page was opened."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError as gone:
            raise ValidationError(_("预案里没有这一节，请重新选")) from gone


class RecordDrillForm(BaseForm):
    """What happened; made for a phone, most of it filled in already."""

    client_id = HiddenField(
        validators=[Regexp(r"^[0-9a-fA-F-]{32,36}\Z", message="页面标记不对，请重新打开再填")]
    )
    began_on = DateField("日期", validators=[InputRequired("请填日期")])
    began_time = TimeField("几点开始", validators=[InputRequired("请填开始时间")])
    ended_time = TimeField("几点结束", validators=[InputRequired("请填结束时间")])
    conclusion = RadioField(
        "总的评价", choices=choices(CONCLUSION_NAMES.items()),
        validators=[DataRequired("请选优、良、中、差")],
    )  # fmt: skip
    summary = TextAreaField(
        "演练情况", validators=[DataRequired("请写一句"), Length(max=4000), plain_text],
        render_kw={"rows": 3},
    )  # fmt: skip
    no_problem = TextAreaField(
        "没有发现问题，怎么看出来的", validators=[Length(max=2000), plain_text],
        render_kw={"rows": 2},
    )  # fmt: skip
    paper_by = StringField(
        "纸上是谁记的（照着纸录入时填）", validators=[Length(max=60), plain_text]
    )
    photos = MultipleFileField("照片（可不传）", render_kw={"accept": "image/*"})


def _add_numbers(form: type[BaseForm]) -> None:
    for group, name in GROUP_NAMES.items():
        rule = NumberRange(0, MOST_PEOPLE, "人数应为 0 至 100000 的整数")
        field = IntegerField(name, validators=[Optional(), rule], render_kw=NUMBER)
        setattr(form, f"count_{group}", field)
    for moment, name in MOMENT_LABELS.items():
        rule = NumberRange(0, 2880, "分钟数应为 0 至 2880 的整数")
        field = IntegerField(name, validators=[Optional(), rule], render_kw=NUMBER)
        setattr(form, f"minutes_{moment}", field)


def _add_answers(form: type[BaseForm]) -> None:
    scores = choices((str(score), name) for score, name in SCORE_NAMES.items())
    for number, item in enumerate(EVALUATION_ITEMS, start=1):
        field = RadioField(f"{number}. {item}", choices=scores, validators=[DataRequired("请打分")])
        setattr(form, f"score_{number}", field)
    for number in range(1, PROBLEMS + 1):
        text = TextAreaField(
            f"问题 {number}", validators=[Length(max=1000), plain_text], render_kw={"rows": 2}
        )
        setattr(form, f"problem_{number}", text)
        setattr(form, f"heading_{number}", HeadingField("关系到预案的哪一节", choices=[]))


_add_numbers(RecordDrillForm)
_add_answers(RecordDrillForm)


def offer_headings(form: Any, titles: list[str]) -> None:
    """Let each problem be pinned to a heading of the edition that was exercised."""
    # Headings are content and stay as they are written.
    options = [*choices([("", "不涉及预案文本")]), *(SelectChoice(one, one) for one in titles)]
    for number in range(1, PROBLEMS + 1):
        form[f"heading_{number}"].choices = options
