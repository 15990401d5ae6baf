"""What every operator's command shares: refusals are one clear line, and nothing is half-done."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.exc import DatabaseError, OperationalError

from nanhua_emergency import migrating
from nanhua_emergency.activity.demo_mark import is_demo
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken

NEWER = "数据库比程序新（%(found)s）。请用新版程序，或恢复旧版的备份"


class CommandRefused(click.ClickException):
    """What is wrong and what to do, for the operator; the command ends with 1."""

    def show(self, file: Any = None) -> None:
        click.echo(f"没有办成：{self.message}", err=True)


def command(
    name: str, *, needs_database: bool = True
) -> Callable[[Callable[..., None]], click.Command]:
    """A command whose refusals are one clear line and a non-zero exit, with nothing half-done."""

    def declare(function: Callable[..., None]) -> click.Command:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> None:
            try:
                if needs_database:
                    check_database()
                function(*args, **kwargs)
                db.session.commit()
            except RuleBroken as refusal:
                db.session.rollback()
                raise CommandRefused(str(refusal)) from refusal
            except OperationalError as error:
                db.session.rollback()
                raise CommandRefused(f"数据库不能用：{_first_line(error.orig)}") from error
            except DatabaseError as error:
                db.session.rollback()
                raise CommandRefused(f"数据库拒绝了这次操作：{_first_line(error.orig)}") from error
            except OSError as error:
                db.session.rollback()
                raise CommandRefused(
                    f"文件不能读写：{error.filename}（{error.strerror}）"
                ) from error

        return click.command(name)(with_appcontext(run))

    return declare


def find_database_problem(app: Flask) -> str:
    """Why the site cannot run on its database; empty when it can."""
    try:
        with app.app_context():
            check_database()
            if is_demo():
                check_silent(app)
    except RuleBroken as refusal:
        return f"没有办成：{refusal}"
    return ""


def check_silent(app: Flask) -> None:
    """Refuse settings by which a demo could write to somebody."""
    for name in ("MAIL_URL", "NOTIFY_URLS"):
        if app.config[name]:
            raise RuleBroken("示例系统不往外发任何消息，请把设置 %(name)s 留空", name=name)


def check_database() -> None:
    """Refuse a database that cannot be reached, is newer than the program, or is not prepared."""
    state = migrating.find_state()
    if state is None:
        raise RuleBroken("数据库连不上或打不开。请检查 DATABASE_URL，以及数据库文件的读写权限")
    if state.is_newer:
        raise RuleBroken(NEWER, found=state.current)
    if not state.is_current:
        raise RuleBroken("数据库还没有准备好。请先运行 flask init")


def _first_line(error: object) -> str:
    return str(error).strip().partition("\n")[0]
