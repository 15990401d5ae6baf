"""Every setting, its default and its check, on one screen."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nanhua_emergency.mail_url import read_mail_url

VERSION = "0.1.0"
ROOT = Path(__file__).resolve().parent.parent

NOTIFY_SCHEMES = ("wecombot", "dingtalk", "feishu", "lark", "json")


class SettingWrong(SystemExit):
    """A setting that makes no sense; its text is for the operator, and the process ends with 2."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(2)
        self.text = f"设置 {name} 有误：{why}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Setting:
    """One setting: its name in the environment, its default as text, and how it is read."""

    name: str
    default: str
    read: Callable[[str], Any]
    meaning: str


def _text(value: str) -> str:
    return value.strip()


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.strip().isdigit() or not low <= int(value) <= high:
            raise ValueError(f"应为 {low} 至 {high} 的整数，现为“{value}”")
        return int(value)

    return read


def _yes_or_no(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError(f"应为 yes 或 no，现为“{value}”")
    return value == "yes"


def _folder(value: str) -> Path:
    return (ROOT / value).resolve()


def _database_url(value: str) -> str:
    if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("应以 sqlite:/// 或 postgresql:// 开头")
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _mail_url(value: str) -> str:
    if value:
        read_mail_url(value)
    return value


def scheme_of(url: str) -> str:
    """What stands before ://, in small letters."""
    return url.partition("://")[0].lower()


def _notify_urls(value: str) -> tuple[str, ...]:
    """Robots in group chats; plain JSON only to this machine. Keys are never in what it says."""
    urls = tuple(value.replace(",", " ").split())
    for number, url in enumerate(urls, start=1):
        if scheme_of(url) not in NOTIFY_SCHEMES or "://" not in url:
            allowed = "、".join(f"{scheme}://" for scheme in NOTIFY_SCHEMES[:-1])
            raise ValueError(f"第 {number} 个地址应以 {allowed} 开头")
        if scheme_of(url) == "json" and _host_of(url) not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(f"第 {number} 个地址：json:// 只能是本机")
    return urls


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _site_url(value: str) -> str:
    if value and not (value.startswith(("http://", "https://")) and _host_of(value)):
        raise ValueError("应像 http://10.1.2.3:8000 或 https://yingji.example.cn")
    return value.rstrip("/")


def _secret(value: str) -> str:
    if value and len(value) < 16:
        raise ValueError("至少 16 个字符")
    return value


def _place(value: str) -> str:
    if value and not (value.isdigit() and len(value) == 12):
        raise ValueError("应为 12 位统计用区划代码")
    return value


SETTINGS = (
    Setting("HOST", "127.0.0.1", _text, "address the site listens on"),
    Setting("PORT", "8000", _whole_number(1, 65535), "port the site listens on"),
    Setting("INSTANCE", "instance", _folder, "folder of the database, uploads and outbox"),
    Setting("DATABASE_URL", "", _database_url, "empty: nanhua.db in INSTANCE"),
    Setting("MAIL_URL", "", _mail_url, "SMTP server; empty: mails are kept as files"),
    Setting("NOTIFY_URLS", "", _notify_urls, "robots in group chats that are told as well"),
    Setting("MAILS_PER_MINUTE", "30", _whole_number(1, 600), "mails sent in a minute at most"),
    Setting("SITE_URL", "", _site_url, "how people reach the site; empty: http://HOST:PORT"),
    Setting("SECRET_KEY", "", _secret, "empty: made once and kept in INSTANCE"),
    Setting("PLACE", "", _place, "code of the place it opens on; empty: first town in data"),
    Setting("HTTPS", "no", _yes_or_no, "yes when people reach the site by https only"),
    Setting("PROXIES", "0", _whole_number(0, 5), "reverse proxies in front, for the address"),
    Setting("SESSION_DAYS", "14", _whole_number(1, 90), "days until one must sign in again"),
    Setting("FORGET_DAYS", "365", _whole_number(30, 3650), "days until a retired entry forgets"),
    Setting("THREADS", "8", _whole_number(1, 64), "requests served at the same time"),
)


def read_settings(overrides: Mapping[str, str]) -> dict[str, Any]:
    """All settings, read and checked; what is not in `overrides` comes from the environment."""
    settings: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = overrides.get(setting.name, os.environ.get(setting.name, setting.default))
        try:
            settings[setting.name] = setting.read(raw)
        except ValueError as wrong:
            raise SettingWrong(setting.name, str(wrong)) from wrong
    return settings | _derived(settings)


def _derived(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the settings, under the names that the libraries read."""
    database = settings["DATABASE_URL"] or f"sqlite:///{settings['INSTANCE'] / 'nanhua.db'}"
    return {
        "SQLALCHEMY_DATABASE_URI": database,
        "SITE_URL": settings["SITE_URL"] or f"http://{settings['HOST']}:{settings['PORT']}",
        "SECRET_KEY": settings["SECRET_KEY"] or _kept_secret(settings["INSTANCE"]),
        "SESSION_COOKIE_NAME": "nanhua",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings["HTTPS"],
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": settings["SESSION_DAYS"] * 86400,
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    }


def _kept_secret(folder: Path) -> str:
    """The secret of this installation, made at first use, readable by its owner only."""
    path = folder / "secret_key"
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise SettingWrong("INSTANCE", f"{path} 不能读写（{error.strerror}）") from error


def current_setting(name: str) -> Any:
    """The value of a setting on the site that is answering."""
    from flask import current_app

    return current_app.config[name]
