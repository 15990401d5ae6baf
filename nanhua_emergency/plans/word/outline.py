"""Finds the title, the table of contents and the level of every heading of a Word file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nanhua_emergency.plans.word.body import Block, Paragraph
from nanhua_emergency.plans.word.headings import Judge, get_style_level, is_appendix
from nanhua_emergency.plans.word.marks import MARKED_STYLES, SHEET_STYLES
from nanhua_emergency.plans.word.tables import Grid

_TITLE_POINTS = 18  # 小二号; the standard's title is 二号, 22 points
_TITLE_WITHIN = 40  # blocks from the top, a cover page included
_MAX_TITLE = 80
_TITLE_STYLES = frozenset({"title", "标题"})
_COVER_LETTER = re.compile(r"(?:通知|函|请示|批复|报告)$")
_NOT_TITLE = re.compile(r"文件$|〔\d{4}〕|^目\s*[录次]$")
_CONTENTS_TITLE = re.compile(r"^目\s*[录次]$")
_CONTENTS_LINE = re.compile(r"^.{1,80}?(?:[.…·．]{3,}|\s)\s*\d{1,3}$")
_DOTTED_LINE = re.compile(r"^.{1,80}?[.…·．]{3,}\s*\d{1,3}$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff（）])\s+(?=[\u3000-\u9fff（）])")
_STYLED = 100

CHAPTER, SECTION, LOWER = 2, 3, 4


@dataclass
class Outline:
    """The title, the level (2, 3, 4 and lower) of each heading by index, and what is left out."""

    title: str = ""
    levels: dict[int, int] = field(default_factory=dict)
    title_lines: set[int] = field(default_factory=set)
    cover_lines: set[int] = field(default_factory=set)
    contents_lines: set[int] = field(default_factory=set)
    added_lines: set[int] = field(default_factory=set)


def outline_blocks(blocks: Sequence[Block]) -> Outline:
    """Judge every block of a document."""
    judge = Judge(blocks)
    outline = Outline(added_lines=_find_added(blocks))
    _find_contents(blocks, outline)
    _find_title(blocks, judge, outline)
    silent = (
        outline.title_lines | outline.cover_lines | outline.contents_lines | outline.added_lines
    )
    found = [
        index for index in range(len(blocks)) if index not in silent and judge.is_heading(index)
    ]
    outline.levels = _assign_levels(blocks, judge, found)
    return outline


def _find_added(blocks: Sequence[Block]) -> set[int]:
    """Lines an export has added, and the table below the sign-off sheet's heading."""
    added: set[int] = set()
    for index, block in enumerate(blocks):
        style = block.shape.style if isinstance(block, Paragraph) else ""
        is_table = isinstance(block, Grid) and index - 1 in added
        if style in MARKED_STYLES or (is_table and _is_of_sheet(blocks[index - 1])):
            added.add(index)
    return added


def _is_of_sheet(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.shape.style in SHEET_STYLES


def _find_contents(blocks: Sequence[Block], outline: Outline) -> None:
    is_inside = False
    for index, block in enumerate(blocks):
        text = block.text[: 2 * _MAX_TITLE] if isinstance(block, Paragraph) else ""
        if (is_inside and _CONTENTS_LINE.match(text)) or _DOTTED_LINE.match(text):
            outline.contents_lines.add(index)
            if is_inside and _is_contents_title(blocks[index - 1]):
                outline.contents_lines.add(index - 1)
        else:
            is_inside = _is_contents_title(block)


def _is_contents_title(block: Block) -> bool:
    return isinstance(block, Paragraph) and bool(_CONTENTS_TITLE.match(block.text))


def _find_title(blocks: Sequence[Block], judge: Judge, outline: Outline) -> None:
    groups = _list_title_groups(blocks, judge) or _find_title_in_disguise(blocks, judge)
    if not groups:
        return
    texts = [_join_title(blocks[index] for index in group) for group in groups]
    outline.title = _choose_title(texts)
    for group, text in zip(groups, texts, strict=True):
        if text == outline.title:
            outline.title_lines |= set(group)
        else:
            outline.cover_lines |= set(group)


def _choose_title(texts: Sequence[str]) -> str:
    """The first, but for a cover's other lines and the notice that a plan comes with."""
    own = [text for text in texts if not _COVER_LETTER.search(text)]
    named = [text for text in own if "预案" in text or "方案" in text]
    return [*named, *own, *texts][0]


def _list_title_groups(blocks: Sequence[Block], judge: Judge) -> list[list[int]]:
    """Runs of neighbouring lines that look like a title, in the same size."""
    groups: list[list[int]] = []
    for index, block in enumerate(blocks[:_TITLE_WITHIN]):
        if judge.lines[index].family or not _is_title_line(block, judge):
            continue
        if groups and groups[-1][-1] == index - 1 and _size(blocks[index - 1]) == _size(block):
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def _is_title_line(block: Block, judge: Judge) -> bool:
    if not isinstance(block, Paragraph) or len(block.text) > _MAX_TITLE:
        return False
    if _NOT_TITLE.search(block.text) or not _CHINESE.search(block.text):
        return False
    if block.shape.style.lower() in _TITLE_STYLES:
        return True
    is_named = block.text.endswith(("预案", "方案")) and judge.is_set_off(block)
    return block.shape.is_centred and (is_named or _size(block) >= _TITLE_POINTS)


def _find_title_in_disguise(blocks: Sequence[Block], judge: Judge) -> list[list[int]]:
    """A single first-level heading above all others, without a number."""
    styled = [index for index, each in enumerate(blocks) if get_style_level(each)]
    firsts = [index for index in styled if get_style_level(blocks[index]) == 1]
    if len(styled) < 3 or firsts != styled[:1] or judge.lines[firsts[0]].family:
        return []
    return [firsts]


def _size(block: Block) -> float:
    pieces = block.pieces if isinstance(block, Paragraph) else ()
    return max((piece.look.size for piece in pieces if piece.text.strip()), default=0)


def _join_title(blocks: Iterable[Block]) -> str:
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    return _BETWEEN_CHINESE.sub("", " ".join(texts))


def _assign_levels(blocks: Sequence[Block], judge: Judge, found: list[int]) -> dict[int, int]:
    """The outermost kind of heading becomes a chapter, the next a section, the rest lower."""
    orders = _order_headings(blocks, judge, found)
    kinds = sorted(set(orders.values()) - {_APPENDIX_ORDER})
    # One kind only, styled as a second level: its chapters are missing, it is still a section.
    first = SECTION if kinds == [2 * _STYLED] else CHAPTER
    levels = {kind: min(first + step, LOWER) for step, kind in enumerate(kinds)}
    return {index: levels.get(order, CHAPTER) for index, order in orders.items()}


_APPENDIX_ORDER = -1


def _order_headings(blocks: Sequence[Block], judge: Judge, found: list[int]) -> dict[int, int]:
    """A number for each heading, the outermost lowest."""
    learned = {
        judge.lines[index].rank: get_style_level(blocks[index]) * _STYLED
        for index in found
        if get_style_level(blocks[index]) and judge.lines[index].family
    }
    deepest = max((get_style_level(blocks[index]) for index in found), default=0)
    orders = {}
    for index in found:
        level, block = get_style_level(blocks[index]), blocks[index]
        rank = judge.lines[index].rank
        if level:
            orders[index] = level * _STYLED
        elif isinstance(block, Paragraph) and is_appendix(block.text):
            orders[index] = _APPENDIX_ORDER
        else:
            orders[index] = learned.get(rank, deepest * _STYLED + rank + 1)
    return orders
