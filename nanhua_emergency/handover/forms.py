"""What people fill in when a post or an account changes hands."""

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from nanhua_emergency.forms import BaseForm, plain_text


class HandOverAccountForm(BaseForm):
    """To whom, what, and what ends of whoever leaves."""

    successor_id = SelectField("接手人", coerce=int, choices=[])
    what = SelectMultipleField("移交哪些", choices=[], validate_choice=False)
    is_ending_links = BooleanField("收回原来的人手里的免登录链接", default=True)
    is_renewing_feed = BooleanField("换掉本地的日历订阅地址，订阅了的人都要重新订阅")
    is_signing_out = BooleanField("让原来的人在所有设备上退出登录")
    is_closing = BooleanField("停用原来的人的账号")


class HandOverPostForm(BaseForm):
    """Who holds the post from now on, and which other entries pass with it."""

    name = StringField(
        "接手人姓名", validators=[DataRequired("请填接手人的姓名"), Length(max=60), plain_text]
    )
    phone = StringField("电话", validators=[Length(max=30), plain_text])
    email = StringField(
        "邮箱", description="填了就会收到核实岗位的邮件。",
        validators=[Length(max=254), plain_text],
    )  # fmt: skip
    what = SelectMultipleField("一起移交", choices=[], validate_choice=False)
    version = HiddenField("版本")

    def shown_version(self) -> int:
        """The version of the post that the person was shown; 0 for what is no version."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
