"""What the holder of a post fills in behind the link of a mail."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from nanhua_emergency.forms import BaseForm, plain_text
from nanhua_emergency.registers.holders import LONGEST_REPORT


def _whole_number(text: object) -> int:
    """The version that was shown; what is no number is no version."""
    digits = str(text or "")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else 0


class ConfirmPostForm(BaseForm):
    """All is right, as it was shown."""

    version = HiddenField("版本", filters=[_whole_number])


class ReportChangeForm(BaseForm):
    """What has changed."""

    text = TextAreaField(
        "什么变了", description="例如：换了电话，新号码是多少；不再担任，由谁接替。",
        validators=[DataRequired("请写明有什么变动"), Length(max=LONGEST_REPORT), plain_text],
        render_kw={"rows": 4},
    )  # fmt: skip
