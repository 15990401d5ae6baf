"""Gives each heading the id that Python-Markdown's toc extension gives it in the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown import Markdown
from markdown.extensions.toc import slugify_unicode, unique

# Only a title with one of these signs can read otherwise once it is rendered.
_SIGNS = frozenset("\\`*_[]<&{")
# Python-Markdown is quadratic in brackets, so what it is asked to render is bounded:
# longer titles, and titles with signs beyond this many, are taken as plain text.
_LONGEST_RENDERED = 120
_MOST_RENDERED = 100
# No line holds a newline, so an id that starts with one was made, not written as {#id}.
_MADE = "\n"


@dataclass(frozen=True)
class Name:
    """A heading's title without its attribute list, and its id in the page."""

    title: str
    anchor: str


def name_headings(headings: Sequence[tuple[int, str]]) -> list[Name]:
    """Name all headings of a text, given in order as (level, title); ids are unique."""
    ids = _list_ids(headings)
    used = {anchor for anchor in ids if not anchor.startswith(_MADE)}
    counters: dict[str, int] = {}
    return [
        Name(
            _without_attributes(title),
            unique(anchor[1:], used, counters) if anchor.startswith(_MADE) else anchor,
        )
        for (_, title), anchor in zip(headings, ids, strict=True)
    ]


def _list_ids(headings: Sequence[tuple[int, str]]) -> list[str]:
    renderer: Markdown | None = None
    left, ids = _MOST_RENDERED, []
    for level, title in headings:
        anchor = _slug(title)
        if left and len(title) <= _LONGEST_RENDERED and not _SIGNS.isdisjoint(title):
            renderer = renderer or _renderer()
            anchor = _rendered_id(renderer, level, title) or anchor
            left -= 1
        ids.append(anchor)
    return ids


def _slug(value: str, separator: str = "-") -> str:
    return _MADE + slugify_unicode(value, separator)


def _renderer() -> Markdown:
    return Markdown(extensions=["toc", "attr_list"], extension_configs={"toc": {"slugify": _slug}})


def _rendered_id(renderer: Markdown, level: int, title: str) -> str:
    renderer.reset()
    renderer.convert(f"{'#' * level} {title}")
    tokens: list[dict[str, object]] = getattr(renderer, "toc_tokens", [])
    return str(tokens[0]["id"]) if tokens else ""


def _without_attributes(title: str) -> str:
    """Cut `{#id .class}` off the end of a title; `{{岗位:…}}` is not an attribute list."""
    if not title.endswith("}"):
        return title
    before, _, inside = title.partition("{")
    is_list = before.endswith(" ") and inside.count("}") == 1
    if not is_list or "{" in inside or not inside[:-1].strip(" :"):
        return title
    return before.rstrip(" ").rstrip("#").rstrip()
