"""What people fill in about findings."""

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from nanhua_emergency.forms import BaseForm, plain_text


class FindFindingsForm(BaseForm):
    """Narrow the list by words, by owner, and to what is closed."""

    class Meta(BaseForm.Meta):
        csrf = False

    words = StringField("问题", validators=[Length(max=60), plain_text])
    is_mine = BooleanField("只看我的")
    is_done = BooleanField("看已办结的")


class AssignFindingForm(BaseForm):
    """Who puts it right by when."""

    owner_id = SelectField("责任人", coerce=int, choices=[])
    due_on = DateField("期限", validators=[InputRequired("请填日期，例如 2026-05-12")])


class FixFindingForm(BaseForm):
    """How it was put right."""

    evidence = TextAreaField(
        "怎么整改的", description="做了什么，在哪里能看到。",
        validators=[DataRequired("请写明怎么整改的"), Length(max=4000), plain_text],
        render_kw={"rows": 4},
    )  # fmt: skip
