"""Add a person from the command line: flask add-user."""

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import Machine
from factories import TOWN, VILLAGE, Cast, command, count_rows, refusal_of
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.accounts.passwords import is_right_password
from nanhua_emergency.accounts.queries import find_account
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db

GOOD = "戈壁-白杨-2027-风"
OPTIONS = {"--name": "示例新同事", "--role": "office", "--place": TOWN}


def arguments(sign_in: str = "newcomer", **changed: str | None) -> list[str]:
    """The command line; an option that is None is left out."""
    options = OPTIONS | {f"--{name}": value for name, value in changed.items()}
    given = [part for option in options.items() if option[1] is not None for part in option]
    return ["add-user", sign_in, *(str(part) for part in given), "--password-stdin"]


def test_it_adds_a_person_who_may_sign_in(app: Flask, cast: Cast) -> None:
    done = command(app, *arguments(email="new@example.com"), typed=f"{GOOD}\n")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.strip() == "已新增账号 newcomer（应急办）"
    account = find_account("newcomer")
    assert account is not None
    assert (account.name, account.role, account.place_code) == ("示例新同事", Role.OFFICE, TOWN)
    assert account.email == "new@example.com"
    assert is_right_password(account.password_hash, GOOD)
    assert account.must_change_password
    entry = db.session.scalars(select(ActivityEntry)).one()
    assert (entry.action, entry.by_id, entry.by_name) == ("account.added", None, "系统")


@pytest.mark.parametrize("role", ["office", "legal", "leader", "admin"])
def test_it_knows_the_roles_of_a_town(role: str, app: Flask, cast: Cast) -> None:
    assert command(app, *arguments(role=role), typed=GOOD).exit_code == 0


def test_it_adds_a_village_head_to_a_village(app: Flask, cast: Cast) -> None:
    done = command(app, *arguments(role="village", place=VILLAGE), typed=f"{GOOD}\r\n")
    assert done.exit_code == 0
    account = find_account("newcomer")
    assert account is not None
    assert is_right_password(account.password_hash, GOOD)


def test_it_makes_up_a_password_where_none_is_given(app: Flask, cast: Cast) -> None:
    done = command(app, *arguments()[:-1])
    assert done.exit_code == 0
    account = find_account("newcomer")
    assert account is not None
    password = done.stdout.strip().rpartition("首次密码：")[2]
    assert is_right_password(account.password_hash, password)


REFUSED = [
    ({"sign_in": "ab"}, GOOD, "登录名只用字母"),
    ({"sign_in": "赵八"}, GOOD, "登录名只用字母"),
    ({"sign_in": "a" * 41}, GOOD, "登录名只用字母"),
    ({"sign_in": "newcomer\n"}, GOOD, "登录名只用字母"),
    ({"sign_in": "OFFICE"}, GOOD, "登录名“office”已有人用"),
    ({"name": ""}, GOOD, "姓名应为 1 至 60 个字"),
    ({"name": "  "}, GOOD, "姓名应为 1 至 60 个字"),
    ({"name": "名" * 61}, GOOD, "姓名应为 1 至 60 个字"),
    ({"name": "示\x00例"}, GOOD, "姓名"),
    ({"name": "示\n例"}, GOOD, "姓名"),
    ({"place": "620724103000"}, GOOD, "没有代码为“620724103000”的地方"),
    ({"place": "南华镇"}, GOOD, "没有代码为“南华镇”的地方"),
    ({"place": ""}, GOOD, "没有代码为“”的地方"),
    ({"place": "6207\x0024"}, GOOD, "没有代码为"),
    ({"role": "village"}, GOOD, "村（社区）账号要选一个村（社区）"),
    ({"place": VILLAGE}, GOOD, "其他角色要选镇或县"),
    ({"email": "new.example.com"}, GOOD, "邮箱地址“new.example.com”里应当有一个 @"),
    ({"email": "a@b@example.com"}, GOOD, "应当有一个 @"),
    ({"email": "新人@example.com"}, GOOD, "在 @ 前面只能用英文字母、数字和符号"),
    ({"email": "new@example.com\nBcc: b@example.com"}, GOOD, "空格、换行或看不见的字符"),
    ({"email": f"new@{'a' * 250}.cn"}, GOOD, "写得不对"),
    ({}, "", "密码应为 10 至 200 位"),
    ({}, "短-1", "密码应为 10 至 200 位"),
    ({}, "密" * 201, "密码应为 10 至 200 位"),
    ({}, "my-newcomer-2027", "不要含有登录名"),
    ({}, "password-2027", "太常见"),
    ({}, "戈壁\x00白杨-2027-风-大", "无法识别的字符"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "password", "message"), REFUSED)
def test_it_says_what_is_wrong_in_one_line(
    changed: dict[str, str], password: str, message: str, app: Flask, cast: Cast
) -> None:
    before = count_rows(Account, ActivityEntry)
    done = command(app, *arguments(**changed), typed=f"{password}\n")
    assert message in refusal_of(done)
    assert done.stdout == ""
    assert count_rows(Account, ActivityEntry) == before


@pytest.mark.parametrize(
    ("changed", "named"),
    [({"role": "king"}, "--role"), ({"role": "visitor"}, "--role"), ({"name": None}, "--name"),
     ({"role": None}, "--role"), ({"place": None}, "--place")],
)  # fmt: skip
def test_it_names_the_option_that_is_missing_or_unknown(
    changed: dict[str, str | None], named: str, app: Flask, cast: Cast
) -> None:
    done = command(app, *arguments(**changed), typed=GOOD)
    assert done.exit_code == 2
    assert f"'{named}'" in done.stderr
    assert "Traceback" not in done.stderr
    assert find_account("newcomer") is None


def test_it_says_so_before_the_database_is_made(new_site: Flask) -> None:
    with new_site.app_context():
        told = refusal_of(command(new_site, *arguments(), typed=GOOD))
        assert "数据库还没有准备好。请先运行 flask init" in told


def test_it_takes_the_password_from_a_pipe(machine: Machine) -> None:
    assert machine.flask("init").exit_code == 0
    typed = f"{GOOD}\n".encode()
    done = machine.flask(*arguments(), typed=typed)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "已有人用" in refusal_of(machine.flask(*arguments(), typed=typed))


@pytest.mark.parametrize("language", ["C", "C.UTF-8"])
@pytest.mark.parametrize("utf8", ["0", "1"])
def test_it_says_so_when_the_password_is_not_utf_8(
    language: str, utf8: str, machine: Machine
) -> None:
    assert machine.flask("init").exit_code == 0
    done = machine.flask(
        *arguments(), typed="戈壁-白杨-2027-风\n".encode("gb18030"), PYTHONUTF8=utf8,
        LC_ALL=language, PYTHONIOENCODING="", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_it_says_so_when_the_name_is_not_utf_8(machine: Machine) -> None:
    assert machine.flask("init").exit_code == 0
    name = "示例".encode("gb18030").decode("utf-8", "surrogateescape")
    assert "姓名" in refusal_of(machine.flask(*arguments(name=name), typed=GOOD.encode()))
