"""Send a plan out to Word and bring it in again: headings, lists and tables are kept."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanhua_emergency.plans.word.reading import ADDED_BY_EXPORT, WordDraft, read_word
from nanhua_emergency.plans.word.writing import write_word

ROOT = Path(__file__).resolve().parents[2]
PLANS = sorted(ROOT.glob("plans/[0-9][0-9]-*.md"))


def there_and_back(body: str, title: str = "南华镇防汛应急预案") -> WordDraft:
    data = write_word(
        body,
        title=title,
        issuer="南华镇人民政府",
        issue_number="南政发〔2026〕5号",
        effective_on="2026-05-01",
        sha256="ab" * 32,
        signatures=[("签发", "镇长", "2026年4月20日")],
    )
    return read_word(data, "预案.docx")


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_it_brings_each_plan_back_as_it_was(path: Path) -> None:
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2].strip("\n") + "\n"
    assert there_and_back(body).body == body


def test_it_takes_no_exported_paragraph_for_a_heading() -> None:
    body = "## 总则\n\n1.1 值班\n\n一、报告\n\n1. 点名\n\n后文。\n"
    assert there_and_back(body).body == body


def test_it_keeps_a_text_that_has_sections_only() -> None:
    body = "### 1.1 值班\n\n后文。\n"
    assert there_and_back(body).body == body


def test_it_leaves_the_sheet_and_the_particulars_out_of_the_text() -> None:
    draft = there_and_back("| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n")
    assert draft.title == "南华镇防汛应急预案"
    assert draft.body == "| 甲 | 乙 |\n| --- | --- |\n| 1 | 2 |\n"
    assert [note.what for note in draft.report] == [ADDED_BY_EXPORT]


WORDS = st.text("转移群众预警叫应清点防汛abc，{}#*_`[]<>&|\\~!+-=", min_size=1, max_size=12)
# Begins and ends in a plain character: what a number or a blank does there is tested by itself.
PLAIN = WORDS.map(lambda text: f"本{text}处")


def escape(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#+-.!|~&" else sign for sign in text)


CELLS = st.one_of(st.just(""), PLAIN)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)
)
ITEMS = st.lists(st.tuples(st.booleans(), PLAIN), min_size=1, max_size=5)
BLOCKS = st.lists(
    st.one_of(
        st.tuples(st.just("section"), PLAIN),
        st.tuples(st.just("text"), PLAIN),
        st.tuples(st.just("bold"), PLAIN),
        st.tuples(st.just("bullets"), ITEMS),
        st.tuples(st.just("numbers"), ITEMS),
        st.tuples(st.just("table"), TABLES),
    ),
    max_size=8,
)


def write_block(kind: str, content: object) -> str:
    if kind == "table":
        rows = [[escape(cell) for cell in row] for row in content]  # type: ignore[attr-defined]
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)
    if kind in {"bullets", "numbers"}:
        return "\n".join(write_items(kind, list(content)))  # type: ignore[call-overload]
    text = escape(str(content))
    return {"section": f"### {text}", "text": text, "bold": f"**{text}**"}[kind]


def write_items(kind: str, items: list[tuple[bool, str]]) -> list[str]:
    lines, count, inner = [], 0, 0
    for is_inner, text in items:
        is_inner = is_inner and bool(lines)
        count, inner = (count, inner + 1) if is_inner else (count + 1, 0)
        mark = "-" if kind == "bullets" else f"{inner if is_inner else count}."
        lines.append(f"{'    ' * is_inner}{mark} {escape(text)}")
    return lines


@settings(max_examples=60, deadline=None)
@given(PLAIN, BLOCKS)
def test_it_keeps_headings_lists_and_tables_of_any_text(
    chapter: str, blocks: list[tuple[str, object]]
) -> None:
    parts = [f"## {escape(chapter)}"]
    for index, (kind, content) in enumerate(blocks):
        if index and kind in {"bullets", "numbers"} and blocks[index - 1][0] == kind:
            parts.append("隔开。")  # two lists in a row are one list in Markdown
        parts.append(write_block(kind, content))
    once = there_and_back("\n\n".join(parts) + "\n")
    assert skeleton(once.body) == skeleton("\n\n".join(parts) + "\n")
    # What comes back has settled: it comes back the same from then on.
    assert there_and_back(once.body).body == once.body


def skeleton(body: str) -> list[str]:
    """The lines of a text without their escapes, which may be written in more ways than one."""
    plain = body.replace("&lt;", "<").replace("&amp;", "&")
    return [line.replace("\\", "") for line in plain.split("\n") if line.strip()]
