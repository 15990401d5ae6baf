"""What people fill in about accounts."""

from typing import Any

from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, EqualTo, Length, Optional, Regexp

from nanhua_emergency.access import ROLE_NAMES
from nanhua_emergency.forms import BaseForm, choices, plain_text
from nanhua_emergency.mail_address import AddressWrong, check_address

PHONE = r"^[0-9+\-*（）() ]{3,30}\Z"


def mail_address(_form: Any, field: Any) -> None:
    """Refuse an address to which no mail can go, and say why."""
    try:
        check_address(field.data)
    except AddressWrong as wrong:
        raise ValidationError(wrong.text()) from wrong


class SignInForm(BaseForm):
    """Name and password."""

    sign_in = StringField(
        "登录名", validators=[DataRequired("请填登录名"), Length(max=40), plain_text],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip
    password = PasswordField(
        "密码", validators=[DataRequired("请填密码"), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip
    next = HiddenField()


class ChangePasswordForm(BaseForm):
    """The old password and, twice, the new one."""

    old_password = PasswordField(
        "现用密码", validators=[DataRequired("请填现用密码"), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip
    new_password = PasswordField(
        "新密码", description="至少 10 位，不要含登录名，不要用常见的词和连号数字。",
        validators=[DataRequired("请填新密码"), Length(max=200), plain_text],
        render_kw={"autocomplete": "new-password"},
    )  # fmt: skip
    repeated = PasswordField(
        "再填一次新密码",
        validators=[DataRequired("请再填一次"), EqualTo("new_password", "两次填的不一样")],
        render_kw={"autocomplete": "new-password"},
    )


class AccountForm(BaseForm):
    """Who a person is, and what they do where."""

    name = StringField("姓名", validators=[DataRequired("请填姓名"), Length(max=60), plain_text])
    role = SelectField("角色", choices=choices(ROLE_NAMES.items()))
    place_code = SelectField("所在地", choices=[])
    email = EmailField(
        "邮箱", description="用来收提醒，可以不填。",
        validators=[Optional(strip_whitespace=False), mail_address],
    )  # fmt: skip
    phone = StringField(
        "电话",
        validators=[Optional(), Length(max=30), Regexp(PHONE, message="电话只填数字和连字符")],
    )


class AddAccountForm(AccountForm):
    """A new person: the sign-in too."""

    sign_in = StringField(
        "登录名", description="小写字母、数字、点和连字符，3 至 40 位；定后不改。",
        validators=[
            DataRequired("请填登录名"),
            Regexp(r"^[A-Za-z0-9][A-Za-z0-9.\-]{2,39}\Z", message="登录名只用字母、数字、点和连字符，3 至 40 位"),
        ],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip


class FindAccountsForm(BaseForm):
    """Narrow the list by role and by name."""

    class Meta(BaseForm.Meta):
        csrf = False

    role = SelectField("角色", choices=choices([("", "全部"), *ROLE_NAMES.items()]), default="")
    words = StringField("姓名或登录名", validators=[Length(max=60), plain_text])


class EndSessionForm(BaseForm):
    """Which device to sign out."""

    session_id = HiddenField()
