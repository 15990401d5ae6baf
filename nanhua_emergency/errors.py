"""RuleBroken, and the error pages."""

import logging
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from nanhua_emergency.database import GREATEST_KEY
from nanhua_emergency.languages import _, translated

log = logging.getLogger(__name__)


class RuleBroken(Exception):  # noqa: N818  it is a refusal, not an error
    """A refusal: what is wrong and what to do, said to the person who asked.

    `message` is Chinese with named places for `values`; `field` names the answer it concerns.
    """

    status = 422

    def __init__(self, message: str, *, field: str = "", **values: object) -> None:
        super().__init__(message % values if values else message)
        self.message = message
        self.field = field
        self.values = values

    def text(self) -> str:
        """The refusal in the reader's language."""
        said = {k: translated(v) if isinstance(v, str) else v for k, v in self.values.items()}
        return _(self.message, **said)


class NotFound(RuleBroken):
    """There is no such thing, or the person may not know of it."""

    status = 404


class TooOften(RuleBroken):
    """Asked too many times; wait."""

    status = 429


BUSY = "数据库正忙，或者不能写入。您填的内容都在，请稍后再点一次；仍不行请告诉管理员。"
TWICE = "同一件事刚刚已经有人办了。请刷新页面看一看，再决定要不要再做。"

ADVICE = {
    400: ("这个请求不完整", "请返回上一页，刷新后再试一次。"),
    401: ("登录已失效", "请重新登录。您写的内容还在。"),
    403: ("您没有办这件事的权限", "请换一个账号登录，或请应急办办理。"),
    404: ("没有找到这个页面", "地址可能写错了，或者内容已经移走。"),
    405: ("不能这样打开这个页面", "请从首页重新进入。"),
    410: ("这一页已经撤下", "请从预案目录里找现行文本。"),
    413: ("内容太大了", "请点浏览器的返回键，内容还在；删减或拆分后再提交。"),
    429: ("操作太频繁", "请稍等几分钟再试。"),
    500: ("系统出了差错", "差错已经记下。请返回上一页再试一次；仍不行请告诉管理员。"),
    503: ("暂时不能办理", BUSY),
}


class _Key(IntegerConverter):
    """A row's key in an address; a number that no database can hold is a page that is not there."""

    def __init__(self, url_map: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **({"max": GREATEST_KEY} | kwargs))


def init_app(app: Flask) -> None:
    """Give every error a page that says what to do next."""
    app.url_map.converters["int"] = _Key
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(RuleBroken, lambda e: error_page(e.status, e.text()))
    app.register_error_handler(OperationalError, _busy_page)
    app.register_error_handler(IntegrityError, lambda e: error_page(409, _(TWICE)))
    app.register_error_handler(Exception, _crash_page)


def error_page(status: int, detail: str = "") -> tuple[str | Response, int]:
    """A page (or JSON where asked for) that names the error and the way on."""
    title, advice = ADVICE.get(status, (_("没有办成"), _("请返回上一页再试一次。")))
    text = detail or _(advice)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(status=status, message=text), status
    return render_template("errors/error.html", status=status, title=_(title), text=text), status


def _http_page(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    return error_page(error.code or 500)


def _busy_page(error: OperationalError) -> tuple[str | Response, int]:
    log.warning("database refused: %s", error.orig)
    return error_page(503)


def _crash_page(error: Exception) -> tuple[str | Response, int]:
    log.exception("unexpected error on %s %s", request.method, request.path)
    return error_page(500)
