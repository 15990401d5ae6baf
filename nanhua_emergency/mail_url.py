"""What a MAIL_URL says: the server, how to reach it safely, the account and the sender."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

# Seconds that one answer of the server may take.
USUAL_TIMEOUT = 20
# Whoever waits longer is taken for dead while still sending (claiming.LEASE), and the mail doubled.
LONGEST_TIMEOUT = 60


class Safety(StrEnum):
    """How the line to the server is protected; the word is the scheme of the address."""

    PLAIN = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"


# RFC 5321 §4.5.4.2 names 25, RFC 8314 §3.3 465, RFC 6409 §3.1 587.
_PORTS = {Safety.PLAIN: 25, Safety.TLS: 465, Safety.STARTTLS: 587}


@dataclass(frozen=True, slots=True)
class MailServer:
    """An SMTP server and the account on it; `sender` is a From header, `timeout` in seconds.

    `authority` is a file of certificates to trust instead of the machine's own; empty: those.
    """

    safety: Safety
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    timeout: int = USUAL_TIMEOUT
    authority: str = ""


def read_mail_url(value: str) -> MailServer:
    """The server that an address names; ValueError, in Chinese and without the password, if none."""
    parts = _split(value)
    if parts.scheme not in tuple(Safety):
        raise ValueError("应以 smtp://、smtps:// 或 smtp+starttls:// 开头")
    safety = Safety(parts.scheme)
    answers = _read_answers(parts.query)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    _check_account(user, password)
    return MailServer(
        safety=safety, host=_read_host(parts), port=_read_port(parts) or _PORTS[safety],
        user=user, password=password, sender=_read_sender(answers.get("from", user)),
        timeout=_read_timeout(answers.get("timeout", "")), authority=_read_file(answers.get("ca", "")),
    )  # fmt: skip


def _split(value: str) -> SplitResult:
    if any(each.isspace() or not each.isprintable() for each in value):
        raise ValueError("里面有空格或换行，请写成 %20 之类")
    try:
        return urlsplit(value)
    except ValueError:
        # Its own words quote the address, and the password with it.
        raise ValueError("写法不对，账号和授权码里的特殊字符要写成 %40 之类") from None


def _read_answers(query: str) -> dict[str, str]:
    answers = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
    if unknown := sorted(answers.keys() - {"from", "timeout", "ca"}):
        raise ValueError(f"不认识“{unknown[0]}”，只能用 from、timeout、ca")
    return answers


def _read_host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("服务器地址后面多了内容，账号和授权码里的特殊字符要写成 %2F 之类")
    try:
        plain = host.encode("idna").decode()
    except UnicodeError:
        plain = ""
    if not plain or not all(each.isalnum() or each in "-.:" for each in plain):
        raise ValueError("缺少服务器地址，或者写得不对")
    return plain


def _read_port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("端口应为 1 至 65535 的整数")
    return port


def _check_account(user: str, password: str) -> None:
    if bool(user) != bool(password):
        raise ValueError("账号和授权码要么都写，要么都不写")
    if not (user + password).isascii():
        raise ValueError("账号和授权码只能是英文字母、数字和符号")


def _read_sender(value: str) -> str:
    name, address = parseaddr(value)
    try:
        is_one = "@" in address and value.isprintable()
        return str(Address(name, addr_spec=address)) if is_one else _no_sender()
    except ValueError:
        return _no_sender()


def _no_sender() -> str:
    raise ValueError("缺少发件地址，或者写得不对，请加 ?from=名称<地址>")


def _read_timeout(value: str) -> int:
    if not value:
        return USUAL_TIMEOUT
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= LONGEST_TIMEOUT:
        raise ValueError(f"timeout 应为 1 至 {LONGEST_TIMEOUT} 秒的整数")
    return int(value)


def _read_file(value: str) -> str:
    if value and not Path(value).is_file():
        raise ValueError(f"证书文件 {value} 不存在")
    return value
