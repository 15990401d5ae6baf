"""What is filled in to find entries."""

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

from nanhua_emergency.forms import BaseForm, choices, plain_text

ACTIONS = (
    ("", "全部"),
    ("plan.", "预案"),
    ("edition.", "版本"),
    ("filing.", "备案"),
    ("review.", "评估"),
    ("drill.", "演练"),
    ("finding.", "整改"),
    ("account.", "账号"),
    ("session.", "登录"),
    ("phone.", "查看电话"),
)


class FindEntriesForm(BaseForm):
    """Narrow the list by kind and by person."""

    class Meta(BaseForm.Meta):
        csrf = False

    action = SelectField("类别", choices=choices(ACTIONS), default="")
    person = StringField("姓名", validators=[Length(max=60), plain_text])
    before = HiddenField()
