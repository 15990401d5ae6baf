"""Robots in group chats (WeCom, DingTalk, Feishu) that are told what the mails tell."""

import logging
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nanhua_emergency.config import scheme_of
from nanhua_emergency.languages import _
from nanhua_emergency.reminders.replies import Reply, ReplyKind

if TYPE_CHECKING:
    from apprise import NotifyBase

# Seconds to reach a robot's server, and then for its answer.
_TIMEOUT = 10
# A robot of WeCom takes 2048 octets of text, which are 682 Chinese characters.
_LONGEST = 600
CHANNEL_NAMES = {
    "wecombot": "企业微信群机器人", "dingtalk": "钉钉群机器人", "feishu": "飞书群机器人",
    "lark": "飞书群机器人", "json": "本机接口",
}  # fmt: skip
# The library says the number in a line of its own words, which may hold the robot's key as well.
_NUMBER = re.compile(r"(?:error=|failed: )(\d{3})\b")


def check_notify_urls(urls: Iterable[str]) -> None:
    """ValueError, in Chinese and without the key, for an address the library cannot use."""
    for number, url in enumerate(urls, start=1):
        try:
            _open(url)
        except (TypeError, ValueError):
            name = _name(url)
            raise ValueError(f"第 {number} 个地址（{name}）的密钥写得不对") from None


def notify(urls: Sequence[str], title: str, body: str) -> list[Reply]:
    """Tell every robot, one after another; a reply for each, in order, and never an error.

    SENT says that the robot's server took it. It answers 200 for a key it has withdrawn as well,
    and the library does not read on.
    """
    return [_notify_one(url, title, body) for url in urls]


def _notify_one(url: str, title: str, body: str) -> Reply:
    from apprise import LogCapture

    name = _name(url)
    heard = LogCapture(level=logging.WARNING, fmt="%(message)s")  # type: ignore[no-untyped-call]
    with heard as said:
        try:
            is_taken = _open(url).notify(body=_cut(body), title=title)
        except (TypeError, ValueError):
            return Reply(ReplyKind.BROKEN, None, _("%(name)s的密钥写得不对", name=name))
        number = _NUMBER.search(said.getvalue())
    if is_taken:
        return Reply(ReplyKind.SENT, 200, _("已交给%(name)s", name=name))
    return _name_failure(name, int(number[1]) if number else None)


def _name_failure(name: str, code: int | None) -> Reply:
    if code is None:
        return Reply(ReplyKind.BROKEN, None, _("%(name)s没有回应，或者连不上", name=name))
    kind = ReplyKind.LATER if code == 429 or code >= 500 else ReplyKind.BROKEN
    return Reply(kind, code, _("%(name)s没有收下（%(code)s）", name=name, code=code))


def _open(url: str) -> "NotifyBase":
    """The robot behind an address.

    Its class is taken by name, because `apprise.Apprise` imports a hundred and thirty others.
    """
    kind = _kinds()[scheme_of(url)]
    answers = kind.parse_url(url)
    if not answers:
        raise ValueError("the address cannot be read")
    answers |= {"rto": _TIMEOUT, "cto": _TIMEOUT, "verify": True, "retry": 0}
    return kind(**answers)


def _kinds() -> "dict[str, type[NotifyBase]]":
    """Imported when first needed: 13 MB that a site without robots does not spend."""
    from apprise.plugins.custom_json import NotifyJSON
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.lark import NotifyLark
    from apprise.plugins.wecombot import NotifyWeComBot

    _keep_keys_out_of_logs()
    return {
        "wecombot": NotifyWeComBot, "dingtalk": NotifyDingTalk, "feishu": NotifyFeishu,
        "lark": NotifyLark, "json": NotifyJSON,
    }  # fmt: skip


def _keep_keys_out_of_logs() -> None:
    """Both libraries write whole addresses, and the key is part of the address."""
    apprise = logging.getLogger("apprise")
    apprise.propagate = False
    if not apprise.handlers:
        apprise.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)


def _name(url: str) -> str:
    return CHANNEL_NAMES.get(scheme_of(url), "?")


def _cut(body: str) -> str:
    return body if len(body) <= _LONGEST else body[: _LONGEST - 1] + "…"
