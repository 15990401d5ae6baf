"""The two readable parts of a mail, from the same items: plain text, and HTML with every word escaped."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol

from nanhua_emergency.languages import _

# Control characters and lone surrogates cannot be sent; signs that turn the direction of
# writing (Unicode UAX #9) would turn what follows them as well.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# RFC 5322 §2.1.1 allows 998 octets a line; base64 keeps below it whatever the text is.
_PAGE = "max-width:640px;margin:0 auto;padding:16px;font-size:16px;line-height:1.7;color:#1a1a1a"
_HEAD = "margin:24px 0 8px;font-size:20px;line-height:1.4"
_NOTE = "margin:0 0 16px;padding:8px 12px;background:#fff4d6;border-left:4px solid #b7791f"
_BUTTON = (
    "display:inline-block;padding:12px 20px;background:#b42318;color:#ffffff;text-decoration:none"
)
_FOOT = "margin:32px 0 0;padding-top:12px;border-top:1px solid #d0d0d0;color:#555555"


class Told(Protocol):
    """What both parts need of an item."""

    @property
    def subject(self) -> str: ...
    @property
    def paragraphs(self) -> tuple[str, ...]: ...
    @property
    def facts(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    @property
    def steps_title(self) -> str: ...
    @property
    def link(self) -> str: ...
    @property
    def link_name(self) -> str: ...


def one_line(text: str) -> str:
    """The text without line ends and unseen characters, spaces drawn together."""
    return " ".join(_UNSEEN.sub("", text).split())


def write_text(items: Sequence[Told], *, site_name: str, is_maybe_double: bool) -> str:
    """The plain part: short paragraphs, a fact a line, the link bare so that it can be pressed."""
    blocks = [_maybe_double()] if is_maybe_double else []
    for number, item in enumerate(items, start=1):
        heading = one_line(item.subject)
        blocks.append(f"{number}. {heading}" if len(items) > 1 else heading)
        blocks += _write_item(item)
    blocks.append(f"-- \n{_signature(site_name)}")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _write_item(item: Told) -> list[str]:
    steps = [f"{n}. {step}" for n, step in enumerate(_lines(item.steps), start=1)]
    link = one_line(item.link)
    return [
        *_lines(item.paragraphs),
        "\n".join(f"{name}：{value}" for name, value in _facts(item)),
        "\n".join(filter(None, [one_line(item.steps_title), *steps])) if steps else "",
        f"{_link_name(item)}：\n{link}" if link else "",
    ]


def write_html(items: Sequence[Told], *, site_name: str, is_maybe_double: bool) -> str:
    """The HTML part: inline styles and no tables, which is what mail programs here agree on."""
    note = f'<p style="{_NOTE}">{escape(_maybe_double())}</p>' if is_maybe_double else ""
    parts = "".join(
        _write_html_item(item, f"{number}. " if len(items) > 1 else "")
        for number, item in enumerate(items, start=1)
    )
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(one_line(site_name))}</title></head>"
        f'<body style="margin:0;background:#ffffff"><div style="{_PAGE}">{note}{parts}'
        f'<p style="{_FOOT}">{escape(_signature(site_name))}</p></div></body></html>\n'
    )


def _write_html_item(item: Told, number: str) -> str:
    return "".join((
        f'<h1 style="{_HEAD}">{number}{escape(one_line(item.subject))}</h1>',
        *(f'<p style="margin:0 0 12px">{escape(line)}</p>' for line in _lines(item.paragraphs)),
        *(_write_html_fact(name, value) for name, value in _facts(item)),
        _write_html_steps(item),
        _write_html_link(item),
    ))  # fmt: skip


def _write_html_fact(name: str, value: str) -> str:
    return (
        f'<p style="margin:0 0 4px"><span style="color:#555555">{escape(name)}：</span>'
        f"<strong>{escape(value)}</strong></p>"
    )


def _write_html_steps(item: Told) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in _lines(item.steps))
    if not steps:
        return ""
    title = escape(one_line(item.steps_title))
    head = f'<p style="margin:16px 0 4px">{title}</p>' if title else ""
    return f'{head}<ol style="margin:0;padding-left:28px">{steps}</ol>'


def _write_html_link(item: Told) -> str:
    """A button, and the bare address below it for whoever reads on another machine."""
    link = one_line(item.link)
    if not link.startswith(("https://", "http://")):
        return f"<p>{escape(link)}</p>" if link else ""
    return (
        f'<p style="margin:20px 0 4px"><a href="{escape(link)}" style="{_BUTTON}">'
        f"{escape(_link_name(item))}</a></p>"
        f'<p style="margin:0;color:#555555;word-break:break-all">{escape(link)}</p>'
    )


def _lines(texts: Iterable[str]) -> list[str]:
    return [line for line in map(one_line, texts) if line]


def _facts(item: Told) -> list[tuple[str, str]]:
    return [(one_line(name), one_line(value)) for name, value in item.facts if one_line(value)]


def _link_name(item: Told) -> str:
    return one_line(item.link_name) or _("打开页面")


def _maybe_double() -> str:
    return _("可能重复：这封邮件可能已经发过一次。内容相同，看一封就可以。")


def _signature(site_name: str) -> str:
    return _("%(name)s。这封邮件由系统自动发出，请不要直接回复。", name=one_line(site_name))
