"""Everything an operator can run: flask <command>."""

import re
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from nanhua_emergency import backup, clock, migrating, scheduler
from nanhua_emergency.access import ROLE_NAMES, SYSTEM, Role
from nanhua_emergency.accounts import passwords
from nanhua_emergency.accounts import queries as accounts
from nanhua_emergency.accounts import services as account_services
from nanhua_emergency.activity import services as activity
from nanhua_emergency.activity.demo_mark import is_demo
from nanhua_emergency.audits import sealing
from nanhua_emergency.audits.bundle_check import check_bundle
from nanhua_emergency.audits.checklists import read_checklists
from nanhua_emergency.audits.evidence import EVIDENCE
from nanhua_emergency.command_line import NEWER, check_silent, command
from nanhua_emergency.config import ROOT
from nanhua_emergency.database import db
from nanhua_emergency.demo import services as demo
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.files import UPLOADS
from nanhua_emergency.places import services as places
from nanhua_emergency.plans import checking, importing, references, search
from nanhua_emergency.plans.checks import Weight
from nanhua_emergency.reminders import rounds
from nanhua_emergency.reminders import services as reminders

PLACES = ROOT / "data" / "places.csv"
PLANS = ROOT / "plans"


@command("init", needs_database=False)
def init() -> None:
    """Create or migrate the database, load places and plans, make the first sign-in."""
    _migrate()
    click.echo(f"地方 {places.load_places(PLACES)} 个")
    place = places.get_home(current_app.config["PLACE"])
    _add_new_plans(place)
    search.keep_missing_sections()
    references.note_missing_uses()
    if not accounts.has_accounts():
        _make_first_account(place)


def _migrate() -> None:
    state = migrating.read_state()
    if state.is_newer:
        raise RuleBroken(NEWER, found=state.current)
    if not state.is_current:
        db.session.remove()
        migrating.migrate()
        click.echo("数据库已升级" if state.current else "数据库已建立")


def _add_new_plans(place: Any) -> None:
    # A known plan is left alone: its text in force has moved on from the file it began with.
    files = importing.read_plan_files(PLANS)
    new = importing.list_new(files, place)
    for _imported in importing.import_plans(new, place, now=clock.now()):
        pass
    click.echo(f"预案 新增 {len(new)}，原有 {len(files) - len(new)}")


def _make_first_account(place: Any) -> None:
    password = passwords.make_password()
    account_services.add_account(
        sign_in="admin", name="系统管理员", role=Role.ADMIN, place=place, password=password,
        by=SYSTEM, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    click.echo("")
    click.echo("首次登录（登录后须立即改密码）")
    click.echo("  登录名：admin")
    click.echo(f"  密  码：{password}")
    click.echo("")


@command("fill-demo", needs_database=False)
def fill_demo() -> None:
    """Fill an empty database with a year of made-up data; one that is filled is left alone."""
    check_silent(current_app)
    _migrate()
    if is_demo():
        click.echo("示例数据已在。要换成以今天为准的，请先删掉这个目录再来一次")
        return
    demo.check_fillable()
    places.load_places(PLACES)
    folder = Path(current_app.instance_path)
    for month in demo.fill_demo(
        current_app.extensions["checklists"], place_code=current_app.config["PLACE"],
        folder=folder / UPLOADS, now=clock.now(),
    ):  # fmt: skip
        click.echo(f"示例数据：{month.year}年{month.month}月")
    reminders.record_heartbeat(now=clock.now())
    backup.write_backup(_backup_path(), now=clock.now())
    click.echo("示例数据已填好。人物、电话、事件都是编的")


@command("add-user")
@click.argument("sign_in")
@click.option("--name", required=True, help="the person's name")
@click.option("--role", required=True, type=click.Choice([role.value for role in ROLE_NAMES]))
@click.option("--place", "place_code", required=True, help="12-digit code")
@click.option("--email", default="")
@click.option("--password-stdin", is_flag=True, help="read the password from standard input")
def add_user(
    sign_in: str, name: str, role: str, place_code: str, email: str, password_stdin: bool
) -> None:
    """Add a person who may sign in; the password must be changed at the first sign-in."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.\-]{2,39}", sign_in):
        raise RuleBroken("登录名只用字母、数字、点和连字符，3 至 40 位")
    if not 1 <= len(name.strip()) <= 60 or not _is_text(name):
        raise RuleBroken("姓名应为 1 至 60 个字")
    password = _read_password() if password_stdin else passwords.make_password()
    passwords.check_password(password, sign_in=sign_in)
    account = account_services.add_account(
        sign_in=sign_in, name=name, role=Role(role), place=places.get_place(place_code),
        password=password, email=email, by=SYSTEM, now=clock.now(),
    )  # fmt: skip
    click.echo(f"已新增账号 {account.sign_in}（{account.role_name}）")
    if not password_stdin:
        click.echo(f"首次密码：{password}")


def _read_password() -> str:
    try:
        typed = sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        typed = "\ufffd"
    if not _is_text(typed):
        raise RuleBroken("密码里有无法识别的字符，请用 UTF-8 编码")
    return typed


def _is_text(typed: str) -> bool:
    """Whether it is one line of text; bytes that are not UTF-8 come as surrogates."""
    return not re.search("[\x00-\x1f\x7f\ud800-\udfff\ufffd]", typed)


@command("import-plans")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
                default=PLANS)  # fmt: skip
@click.option("--place", "place_code", default="", help="12-digit code")
def import_plans(folder: Path, place_code: str) -> None:
    """Add new plans from a folder of Markdown files; changed ones become drafts."""
    _import(folder, places.get_home(place_code or current_app.config["PLACE"]))


def _import(folder: Path, place: Any) -> None:
    names = {"added": "新增", "drafted": "内容有变，已起草新版", "unchanged": "没有变化"}
    files = importing.read_plan_files(folder)
    counts = dict.fromkeys(names, 0)
    for imported in importing.import_plans(files, place, now=clock.now()):
        counts[imported.result] += 1
        click.echo(f"{imported.filename}：{names[imported.result]}")
    click.echo(
        "预案 " + "，".join(f"{names[key]} {count}" for key, count in counts.items() if count)
    )


@command("check-plans", needs_database=False)
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=PLANS,
)
def check_plans(folder: Path) -> None:
    """Check every plan file of a folder; print file, line and what to do."""
    problems = checking.check_files(folder)
    for one in problems:
        kind = "要补" if one.weight is Weight.ERROR else "建议"
        clause = f"（{one.clause}）" if one.clause else ""
        click.echo(f"{one.filename}:{one.line}: {kind}：{one.message}{clause}")
    errors = sum(one.weight is Weight.ERROR for one in problems)
    if errors:
        raise RuleBroken("有 %(count)s 处要补", count=errors)
    click.echo(f"{len(list(folder.glob('*.md')))} 个预案，没有要补的")


@command("check-checklists", needs_database=False)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
                required=False)  # fmt: skip
def check_checklists(folder: Path | None) -> None:
    """Check every checklist file of a folder; print file and line of what is wrong."""
    found = read_checklists(folder or current_app.config["CHECKLISTS"], EVIDENCE)
    for one in found.values():
        click.echo(f"{one.title}（{one.version}）：{len(one.items)} 项，{len(one.criteria)} 条")
    click.echo(f"{len(found)} 张核查表，没有要改的")


@command("verify-bundle", needs_database=False)
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_bundle(path: Path) -> None:
    """Prove that an evidence bundle is whole: nothing changed, missing or slipped in."""
    whole = check_bundle(path)
    click.echo(f"证据包完整，共 {whole.files} 个文件")
    click.echo(f"清单摘要：{whole.sha256}")


@command("export-plans")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=PLANS)
@click.option("--place", "place_code", default="", help="12-digit code")
def export_plans(folder: Path, place_code: str) -> None:
    """Write the text in force of every plan to a folder of Markdown files."""
    place = places.get_home(place_code or current_app.config["PLACE"])
    written = importing.export_plans(place, folder)
    click.echo(f"已写出 {len(written)} 个预案到 {folder}")


@command("backup")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False)
def make_backup(path: Path | None) -> None:
    """Write one consistent copy of everything to a zip file, while the site runs."""
    path = path or _backup_path()
    if path.exists():
        raise RuleBroken("%(path)s 已经存在，请换一个文件名", path=path)
    made = backup.write_backup(path, now=clock.now())
    click.echo(f"已备份到 {path}（{made.rows} 行，{path.stat().st_size:,} 字节）")


def _backup_path() -> Path:
    return Path(current_app.instance_path, "backups", f"{clock.now():%Y%m%d-%H%M%S}.zip")


@command("restore", needs_database=False)
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="replace a database that already holds data")
def restore(path: Path, replace: bool) -> None:
    """Bring back a backup; a database that holds data is replaced only when told so."""
    rows = backup.restore_backup(path, replace=replace)
    click.echo(f"已恢复 {rows} 行。所有人需要重新登录")


@command("send-reminders")
def send_reminders() -> None:
    """Collect and deliver once, by hand or by cron."""
    done = rounds.send_reminders()
    click.echo(f"新到期 {done.collected} 条，发出邮件 {done.sent} 封，没有发出 {done.failed} 封")
    if not current_app.config["MAIL_URL"]:
        click.echo(f"没有设置 MAIL_URL，邮件存在 {rounds.outbox()}")


@command("run-scheduler")
def run_scheduler() -> None:
    """Run the timetable alone, until it is stopped, beside any number of web processes."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    scheduler.run(app, lambda: click.echo("定时任务已启动，按 Ctrl-C 停止"))


@command("verify-activity")
def verify_activity() -> None:
    """Prove that the record of who did what is unbroken, and texts and closed audits unchanged."""
    breaks = [f"记录 {b.entry_id}：{b.reason}" for b in activity.find_breaks()]
    breaks += [f"文本 {r}：与保存时的摘要不符" for r in importing.find_changed_revisions()]
    breaks += [f"核查 {one.id}：与锁定时的摘要不符" for one in sealing.find_changed_audits()]
    if breaks:
        shown = "；".join(breaks[:20])
        raise RuleBroken(
            "操作记录不完整，共 %(count)s 处：%(shown)s", count=len(breaks), shown=shown
        )
    click.echo("操作记录完整，文本与摘要一致")


def init_app(app: Flask) -> None:
    """Give the site its commands."""
    for one in (
        init,
        fill_demo,
        add_user,
        import_plans,
        check_plans,
        check_checklists,
        export_plans,
        make_backup,
        restore,
        verify_activity,
        send_reminders,
        run_scheduler,
        verify_bundle,
    ):
        app.cli.add_command(one)
