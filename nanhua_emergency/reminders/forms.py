"""What people fill in about reminders."""

import re
from typing import Any

from wtforms import BooleanField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from nanhua_emergency.forms import BaseForm, choices, plain_text
from nanhua_emergency.languages import _
from nanhua_emergency.reminders.kinds import KIND_NAMES, PAUSABLE
from nanhua_emergency.reminders.services import LONGEST_TEXT, SHORT_FIELDS

# Whatever people put between numbers.
_BETWEEN = re.compile(r"[,，、;；\s]+")


class FindMailsForm(BaseForm):
    """Narrow the list of mails by person, address or subject."""

    class Meta(BaseForm.Meta):
        csrf = False

    words = StringField("收件人、邮箱或主题", validators=[Length(max=60), plain_text])
    is_lately = BooleanField("只看最近两周")


def whole_numbers(_form: Any, field: Any) -> None:
    """Refuse what is no list of whole numbers."""
    if not all(part.isascii() and part.isdigit() for part in _parts(field.data)):
        raise ValidationError("请填整数，用逗号隔开，例如 7,3,1,0")


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text.strip()) if part]


class SettingsForm(BaseForm):
    """The days before a drill, and the words for the group chat."""

    days = StringField(
        "演练前几天提醒", description="用逗号隔开，0 是当天早上。提醒在早上七点以后发。",
        validators=[DataRequired("请填提前几天"), Length(max=40), plain_text, whole_numbers],
    )  # fmt: skip
    short_text = TextAreaField(
        "发到群里的短文字",
        validators=[Length(max=LONGEST_TEXT), plain_text], render_kw={"rows": 4},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = "".join(f"“{{{one}}}”" for one in SHORT_FIELDS)
        self.short_text.description = _(
            "可以写%(names)s，系统替换成这次演练的内容。清空就用原来的写法。", names=names
        )

    def chosen_days(self) -> list[int]:
        """The days as numbers."""
        return [int(part) for part in _parts(self.days.data)]


class PauseKindsForm(BaseForm):
    """The kinds of reminders that one does not want."""

    kinds = SelectMultipleField(
        "不收的提醒", choices=choices((kind, KIND_NAMES[kind]) for kind in PAUSABLE),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
