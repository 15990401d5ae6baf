"""What people fill in about plans."""

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from nanhua_emergency.forms import BaseForm, choices, plain_text, storable
from nanhua_emergency.plans.services import REVIEW_POINTS
from nanhua_emergency.plans.words import OUTCOME_NAMES, TRIGGER_NAMES, Category, Trigger

SEASON = r"^(全年|(1[0-2]|[1-9])月—(1[0-2]|[1-9])月)$"
REASONS = [(t.value, TRIGGER_NAMES[t]) for t in Trigger if t not in (Trigger.FIRST, Trigger.IMPORT)]


class FindPlansForm(BaseForm):
    """Narrow the list by words of the title or the hazard."""

    class Meta(BaseForm.Meta):
        csrf = False

    words = StringField("名称或灾种", validators=[Length(max=60), plain_text])


def _join_lines(text: str | None) -> str | None:
    # Browsers end lines with CR LF, which would look like a change.
    return text and "\n".join(text.splitlines())


class PlanForm(BaseForm):
    """What is registered of a plan besides its text."""

    title = StringField("名称", validators=[DataRequired("请填名称"), Length(max=120), plain_text])
    category = SelectField("类别", choices=choices((one.value, one.value) for one in Category))
    hazard = StringField(
        "灾种", description="演练覆盖表按它归类，2 至 8 字，例如 洪涝。",
        validators=[DataRequired("请填灾种"), Length(min=2, max=8, message="灾种写 2 至 8 字"), plain_text],
    )  # fmt: skip
    lead_department = StringField(
        "牵头部门", validators=[DataRequired("请填牵头部门"), Length(max=120), plain_text]
    )
    legal_basis = TextAreaField(
        "编制依据", description="一行一条，写法规全称。",
        validators=[DataRequired("请至少写一条依据"), Length(max=4000), plain_text],
        filters=[_join_lines], render_kw={"rows": 4},
    )  # fmt: skip
    season = StringField(
        "宜演练月份", description="例如 5月—6月、10月—4月，或 全年。", default="全年",
        validators=[DataRequired("请填月份"), Regexp(SEASON, message="写成 5月—6月 或 全年")],
    )  # fmt: skip
    review_months = IntegerField(
        "评估周期（月）", default=36,
        validators=[InputRequired("请填 1 至 36"), NumberRange(1, 36, "请填 1 至 36")],
    )  # fmt: skip
    drill_months = IntegerField(
        "演练周期（月）", default=36,
        validators=[InputRequired("请填 1 至 36"), NumberRange(1, 36, "请填 1 至 36")],
    )  # fmt: skip


class ChangePlanForm(PlanForm):
    """The same of a plan that is there, and what of it the person was shown."""

    based_on = HiddenField()


class AddPlanForm(PlanForm):
    """A new plan: its number and slug too, which stay."""

    number = IntegerField(
        "编号", validators=[InputRequired("请填编号"), NumberRange(0, 99, "编号为 0 至 99 的整数")]
    )
    slug = StringField(
        "代号", description="用作网址，小写字母、数字和连字符；定后不改。",
        validators=[
            DataRequired("请填代号"), Length(max=60),
            Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message="只用小写字母、数字和连字符"),
        ],
    )  # fmt: skip


class BeginEditionForm(BaseForm):
    """Why a new edition is begun (Article 35), and how far it goes (Article 36)."""

    trigger = RadioField(
        "修订原因", choices=choices(REASONS), validators=[DataRequired("请选一个原因")]
    )
    reason = TextAreaField(
        "具体情况", validators=[DataRequired("请写一句具体情况"), Length(max=2000), plain_text],
        render_kw={"rows": 3},
    )  # fmt: skip
    is_major = RadioField(
        "修订程度",
        choices=choices(
            [
                (
                    "yes",
                    "重大修订：涉及指挥体系与职责、处置程序、主要措施或分级标准，重新备案和公布",
                ),
                ("no", "一般修订：不涉及以上内容，从简办理，不重新备案"),
            ]
        ),
        default="yes",
    )

    def offer_first(self) -> None:
        """The plan never had a text in force: there is one reason, and it is filed in any case."""
        self.trigger.choices = choices([(Trigger.FIRST.value, TRIGGER_NAMES[Trigger.FIRST])])
        self.is_major.choices = choices([("yes", "首次编制：签发后备案和公布")])


class SaveDraftForm(BaseForm):
    """The text, and the revision it was based on."""

    body = TextAreaField("正文")
    note = StringField("这次改了什么（可不填）", validators=[Length(max=200), plain_text])
    based_on_id = HiddenField()


class KeepTextForm(BaseForm):
    """A text that is not saved, as the editor's script sends it."""

    body = TextAreaField()
    based_on_id = HiddenField()


class SettleClashForm(BaseForm):
    """One person's text, the base, and the other's revision; the picks stand beside each clash."""

    body = HiddenField("正文")
    note = HiddenField()
    based_on_id = HiddenField()
    their_id = HiddenField()


class CompareEditionsForm(BaseForm):
    """Two editions of a plan, by number."""

    class Meta(BaseForm.Meta):
        csrf = False

    old = IntegerField("从第几版", filters=[storable])
    new = IntegerField("到第几版", filters=[storable])


class CompareRevisionsForm(BaseForm):
    """Two saved texts, by key."""

    class Meta(BaseForm.Meta):
        csrf = False

    old = IntegerField(filters=[storable])
    new = IntegerField(filters=[storable])


class SearchPlansForm(BaseForm):
    """What to look for, and whether texts no longer in force are searched too."""

    class Meta(BaseForm.Meta):
        csrf = False

    words = StringField("找什么", render_kw={"type": "search", "maxlength": "200"})
    is_history = BooleanField("旧版也找")


class ImportWordForm(BaseForm):
    """A Word file."""

    file = FileField("Word 文件（.docx）", validators=[FileRequired("请选一个 .docx 文件")])


class SubmitEditionForm(BaseForm):
    """The change note."""

    change_note = TextAreaField(
        "修订说明", description="改了什么、为什么改、征求了谁的意见。",
        validators=[DataRequired("请写修订说明"), Length(max=4000), plain_text],
        render_kw={"rows": 6},
    )  # fmt: skip


class ClearEditionForm(BaseForm):
    """The six points of Article 24, for the text that was read."""

    sha256 = HiddenField()


for _number, _point in enumerate(REVIEW_POINTS, start=1):
    setattr(ClearEditionForm, f"point_{_number}", RadioField(
        f"{_number}. {_point}", choices=choices([("yes", "符合"), ("no", "不符合")]),
        validators=[DataRequired("请选符合或不符合")],
    ))  # fmt: skip
    setattr(ClearEditionForm, f"note_{_number}", StringField(
        "意见（可不填）", validators=[Length(max=500), plain_text]
    ))  # fmt: skip


class PublishEditionForm(BaseForm):
    """The issue number and the day of effect, for the text that was read."""

    sha256 = HiddenField()
    issue_number = StringField(
        "文号", description="例如 南政发〔2026〕5号。",
        validators=[DataRequired("请填文号"), Length(max=60), plain_text],
    )  # fmt: skip
    effective_on = DateField("施行日期", validators=[InputRequired("请填日期，例如 2026-05-12")])


class PublishUrgentlyForm(BaseForm):
    """The reason for not waiting, and the issue number."""

    sha256 = HiddenField()
    issue_number = StringField(
        "文号", description="例如 南政发〔2026〕5号。",
        validators=[DataRequired("请填文号"), Length(max=60), plain_text],
    )  # fmt: skip
    reason = TextAreaField(
        "紧急签发的原因", validators=[DataRequired("请写明原因"), Length(max=2000), plain_text],
        render_kw={"rows": 4},
    )  # fmt: skip


class AddFilingForm(BaseForm):
    """One more recipient."""

    recipient = StringField(
        "备案或抄送单位", validators=[DataRequired("请填单位名称"), Length(max=120), plain_text]
    )


class FileEditionForm(BaseForm):
    """The receipt."""

    filed_on = DateField("报送日期", validators=[InputRequired("请填日期，例如 2026-05-12")])
    receipt_number = StringField(
        "回执编号", validators=[DataRequired("请填回执编号"), Length(max=60), plain_text]
    )


class AnnounceEditionForm(BaseForm):
    """When and where the text was announced."""

    announced_on = DateField("公布日期", validators=[InputRequired("请填日期，例如 2026-05-12")])
    where = StringField(
        "公布在哪里", description="例如 县政府网站政务公开栏、村务公开栏。",
        validators=[DataRequired("请填公布的地方"), Length(max=200), plain_text],
    )  # fmt: skip


class CloseReviewForm(BaseForm):
    """The outcome of a periodic review, with what it rests on."""

    outcome = RadioField(
        "评估结论", choices=choices(OUTCOME_NAMES.items()), validators=[DataRequired("请选结论")]
    )
    checked = TextAreaField(
        "核对了什么", description="例如法规和上级预案、指挥机构、风险点、队伍物资、演练发现的问题。",
        validators=[DataRequired("请写核对了什么"), Length(max=4000), plain_text],
        render_kw={"rows": 4},
    )  # fmt: skip
    reasons = TextAreaField(
        "理由", validators=[DataRequired("请写理由"), Length(max=4000), plain_text],
        render_kw={"rows": 4},
    )  # fmt: skip
