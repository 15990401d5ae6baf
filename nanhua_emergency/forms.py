"""BaseForm: CSRF, submitted(), answers(), reject()."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from string import printable
from typing import IO, Any
from urllib.parse import parse_qsl, quote

from flask import Request, request
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from wtforms import TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from nanhua_emergency.database import GREATEST_KEY, db
from nanhua_emergency.errors import BUSY, TWICE, RuleBroken
from nanhua_emergency.languages import CHINESE, _, current_language, translated

LAST_PAGE = 100_000
BROKEN_TEXT = "内容里有无法识别的字符。请检查粘贴来的文字，或另存为 UTF-8 编码后再试。"


class _FormParser(FormDataParser):
    """Bytes that are not UTF-8 become U+FFFD, which forms refuse.

    Werkzeug would spell them out as %B7%C0, which would be kept as if somebody had typed it.
    """

    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        text = stream.read().decode(errors="replace")
        items = parse_qsl(text, keep_blank_values=True, errors="replace")
        return stream, self.cls(items), self.cls()


class SiteRequest(Request):
    """A request whose forms and address hold only text."""

    form_data_parser_class = _FormParser

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Old browsers send what is typed behind the “?” as bare GB18030 bytes, which Werkzeug
        # cannot decode; spelled out as %B7%C0 they are a search that finds nothing.
        self.query_string = quote(self.query_string, safe=printable).encode()


class BaseForm(FlaskForm):  # type: ignore[misc]
    """A form that keeps what was typed and says, in the person's words, what is missing."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ["zh"]

        def render_field(self, field: Any, render_kw: dict[str, Any]) -> Any:
            if field.errors:
                render_kw = {"aria-invalid": "true", "aria-describedby": f"{field.id}-error"} | (
                    render_kw or {}
                )
            return super().render_field(field, render_kw)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if current_language() != CHINESE:
            for field in self:
                _translate(field)
        self.status = 200
        self.refusal: RuleBroken | None = None
        self.notices: list[str] = []

    def submitted(self) -> bool:
        """Sent, with its token, and nothing missing; otherwise `status` says why not."""
        if not self.is_submitted():
            return False
        is_whole = bool(self.validate())
        if not is_whole:
            self.status = 422
            self._explain_missing_token()
        return is_whole

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        is_whole = bool(super().validate(*args, **kwargs))
        for field in self if current_language() != CHINESE else ():
            if isinstance(field.errors, list | tuple):
                field.errors = [translated(error) for error in field.errors]
        return is_whole

    def answers(self) -> dict[str, Any]:
        """What was filled in, without the token and the buttons."""
        return {
            field.short_name: field.data
            for field in self
            if field.short_name != "csrf_token" and field.type != "SubmitField"
        }

    def reject(self, refusal: RuleBroken) -> None:
        """Show a refusal beside the answer it concerns, or above the form."""
        self.status = refusal.status
        self.refusal = refusal
        if refusal.field in self._fields:
            field = self._fields[refusal.field]
            field.errors = [*field.errors, refusal.text()]
        else:
            self.notices.append(refusal.text())

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turn a broken rule, a doubled row or a busy database into a message on this form.

        What the block changed is undone, what the person typed stays.
        """
        try:
            yield
        except RuleBroken as refusal:
            db.session.rollback()
            self.reject(refusal)
        except IntegrityError:
            db.session.rollback()
            self.reject(_Doubled(TWICE))
        except OperationalError:
            db.session.rollback()
            self.reject(_Busy(BUSY))

    def _explain_missing_token(self) -> None:
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            self.status = 400
            self.notices.append(_("这一页打开得太久，已经失效。您填的内容都在，请核对后再点一次。"))


# A number or the code of a criterion, the words, a number, and whether it must be filled in.
REQUIRED = "（必填）"
_LABEL = rf"((?:\d+\.|[A-Z]\d+\.\d+) )?(.*?)( \d+)?({REQUIRED})?"


def _translate(field: Any) -> None:
    """Put a field's words into the reader's language; what is content stays as it is."""
    found = re.fullmatch(_LABEL, field.label.text, re.DOTALL)
    before, label, number, required = found.groups("") if found else ("", field.label.text, "", "")
    field.label.text = before + translated(label) + number + translated(required)
    field.description = translated(field.description)
    if isinstance(getattr(field, "choices", None), list):
        field.choices = [replace(one, label=translated(one.label)) for one in field.choices]


class _Doubled(RuleBroken):
    status = 409


class _Busy(RuleBroken):
    status = 503


class Confirmation(BaseForm):
    """A form with nothing to fill in: the button is the answer."""


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Values and names as the options of a field, in the language of whoever is reading."""
    return [SelectChoice(value=str(value), label=translated(name)) for value, name in pairs]


def asked_page() -> int:
    """The page of a list that the address asks for, from 1 on; what is no number is the first."""
    asked = request.args.get("page", 1, type=int)
    return min(max(1, asked), LAST_PAGE)


def storable(number: int | None) -> int | None:
    """A number as the database can be asked for it; of any other there is nothing."""
    return number if number is None or 0 < number <= GREATEST_KEY else 0


def plain_text(_form: Any, field: Any) -> None:
    """Refuse what cannot be kept as text: bytes that were not UTF-8, and NUL."""
    if field.data and ("\ufffd" in field.data or "\x00" in field.data):
        raise ValidationError(_(BROKEN_TEXT))


class ReasonForm(BaseForm):
    """Why: asked of every return, withdrawal, cancellation and reopening."""

    reason = TextAreaField(
        "原因",
        validators=[DataRequired("请写明原因"), Length(max=2000), plain_text],
        render_kw={"rows": 4},
    )
