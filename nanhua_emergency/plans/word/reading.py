"""Brings a Word file in as a draft: Markdown, a report of what was lost, pictures and people."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from nanhua_emergency.languages import _
from nanhua_emergency.plans.word.body import BodyReader
from nanhua_emergency.plans.word.container import WordRefused, open_container
from nanhua_emergency.plans.word.draft import DraftWriter
from nanhua_emergency.plans.word.outline import outline_blocks
from nanhua_emergency.plans.word.parts import TOO_LONG, Parts
from nanhua_emergency.plans.word.people import PersonFound, find_people
from nanhua_emergency.plans.word.text import Gathered, Picture, plain_text

__all__ = ["Note", "PersonFound", "Picture", "WordDraft", "WordRefused", "read_word"]

MAX_BODY_BYTES = 2**20
_WHOLE_FILE = "全文"
_AT_THE_TOP = "正文开头"
_PAGE_NUMBER = re.compile(r"^[\s\d\-—–－·第页共/]*$")
_LINK_KINDS = {"hyperlink": "超链接只留了文字", "attachedTemplate": "外部模板没有读取"}
_EXCERPT = 60
_MOST_LINKS = 5
LOWER_HEADINGS = "三级及以下标题改成了加粗的段落（预案只用章、节两级标题）"
ADDED_BY_EXPORT = "导出时附的登记项和审签单没有带入正文"


@dataclass(frozen=True)
class Note:
    """Something that could not be carried as it was: where, and what."""

    where: str
    what: str


@dataclass(frozen=True)
class WordDraft:
    """A Word file as a draft of a plan."""

    body: str
    title: str
    report: list[Note]
    pictures: list[Picture]
    people: list[PersonFound]


def read_word(data: bytes, filename: str, *, posts: Collection[str] = ()) -> WordDraft:
    """Read a .docx; raises WordRefused, whose message says what to do, for anything else.

    `posts` are the names that {{岗位:…}} may use, for the suggestions in `people`. Nothing outside
    the file is fetched, and the work is bounded whatever the file holds.
    """
    parts = Parts(open_container(data, filename))
    gathered = Gathered()
    blocks = BodyReader(parts, gathered).read_blocks(parts.body)
    outline = outline_blocks(blocks)
    writer = DraftWriter(outline, gathered)
    body = writer.write(blocks)
    if len(body.encode()) > MAX_BODY_BYTES:
        raise WordRefused(TOO_LONG)
    report = [*_list_notes(gathered, writer.headings), *_list_notes_on_file(parts)]
    if writer.lowered:
        what = _("%(what)s（%(times)s 处）", what=_(LOWER_HEADINGS), times=writer.lowered)
        report.append(Note(_WHOLE_FILE, what))
    if outline.added_lines:
        report.append(Note(_WHOLE_FILE, ADDED_BY_EXPORT))
    people = find_people(body, outline.title, posts)
    return WordDraft(body, outline.title, report, gathered.pictures, people)


def _list_notes(gathered: Gathered, headings: list[tuple[int, str]]) -> Iterator[Note]:
    """The notes gathered on the way, each under the heading it stands under."""
    places = [place for place, _ in headings]
    counted: dict[tuple[str, str], int] = {}
    for (place, what), times in sorted(gathered.notes.items()):
        above = bisect_right(places, place)
        where = f"“{headings[above - 1][1]}”" if above else _AT_THE_TOP
        counted[where, what] = counted.get((where, what), 0) + times
    for (where, what), times in counted.items():
        yield Note(
            where, what if times == 1 else _("%(what)s（%(times)s 处）", what=_(what), times=times)
        )


def _list_notes_on_file(parts: Parts) -> Iterator[Note]:
    for message in sorted(parts.budget.left_out):
        yield Note(_WHOLE_FILE, message)
    links = parts.list_external()
    for link in links[:_MOST_LINKS]:
        what = _LINK_KINDS.get(link.kind, "外部链接没有打开")
        yield Note(_WHOLE_FILE, f"{_(what)}{_('：')}{link.target[:_EXCERPT]}")
    if len(links) > _MOST_LINKS:
        yield Note(_WHOLE_FILE, _("外部链接共 %(count)s 处，都没有打开", count=len(links)))
    for name, kind in (("页眉", "header"), ("页脚", "footer")):
        texts = {plain_text(part)[:_EXCERPT] for part in parts.list_parts(kind)}
        for text in sorted(texts):
            if not _PAGE_NUMBER.match(text):
                yield Note(_WHOLE_FILE, _("%(name)s没有带入：%(text)s", name=_(name), text=text))
