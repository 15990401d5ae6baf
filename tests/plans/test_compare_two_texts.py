"""Compare two texts of a plan."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanhua_emergency.plans.compare import (
    Block,
    BlockKind,
    Comparison,
    HeadingChange,
    HeadingChangeKind,
)
from nanhua_emergency.plans.compare import compare as compare_in_time
from nanhua_emergency.plans.compare.figures import FigureChange, FigureKind, list_figures
from nanhua_emergency.plans.compare.marking import Mark, Piece
from nanhua_emergency.plans.compare.passages import normalise_line_ends

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PLAN = """## 2 人员转移与安置

### 2.1 先转移谁

1. 住在沟口低处的户，住填方渠段下方的户。
2. 独居老人、残疾人家庭；一户定一名帮带人。

| 环节 | 目标（分钟） | 起算点 |
| --- | --- | --- |
| 预警 | 10 | 镇值班室接到县级预警 |
| 叫应 | 15 | 镇发出预警，到受威胁村全部应答 |

### 2.2 怎么走

与水流方向垂直，往两侧高处走。不顺沟跑，不过桥涵，不蹚水！24 小时值守，电话 12345。

劝不走的，网格长留人看住并报村主任，派出所到场依法带离。

### 2.3 安置与返回

接到转移令就开门、开灯、烧水；30 分钟内清点完毕，2026年5月1日起执行。
"""
MOVABLE = "劝不走的，网格长留人看住并报村主任，派出所到场依法带离。\n\n"

SNIPPETS = st.sampled_from(
    [
        "## 1 总则",
        "| 预警 | 10 |",
        "| --- |",
        "- 敲锣",
        "敲锣喊话，逐户敲门。",
        "两人一组！",
        "```",
        "30 分钟",
        "",
    ]
)
ENDS = st.sampled_from(["", "\n", "\n\n", "\r\n", "\r", "\n \n", "。"])
PLANLIKE = st.lists(st.tuples(SNIPPETS, ENDS).map("".join), max_size=12).map("".join)
ANY_TEXTS = st.text(
    st.characters(exclude_categories=[]) | st.sampled_from("\n\n\r|-#。，1a \U000f0000")
)
TEXTS = PLANLIKE | ANY_TEXTS


def compare(old: str, new: str, *, seconds: float = 3_600) -> Comparison:
    """Compare without haste, so that a busy machine marks no more coarsely than an idle one."""
    return compare_in_time(old, new, seconds=seconds)


def join(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def list_changed(comparison: Comparison) -> list[Block]:
    return [block for block in comparison.blocks if not block.is_unchanged]


def show(comparison: Comparison) -> str:
    """What changed, as a person would write it: [removed→added]."""
    signs = {Mark.SAME: "{}", Mark.REMOVED: "[-{}]", Mark.ADDED: "[+{}]"}
    return "".join(
        signs[piece.mark].format(piece.text)
        for block in list_changed(comparison)
        for piece in block.inline
    )


def count_marked(comparison: Comparison) -> tuple[int, int]:
    old = [piece for block in comparison.blocks for piece in block.old]
    new = [piece for block in comparison.blocks for piece in block.new]
    return tuple(  # type: ignore[return-value]
        sum(len(piece.text) for piece in pieces if piece.mark is not Mark.SAME)
        for pieces in (old, new)
    )


def list_kinds(comparison: Comparison) -> list[BlockKind]:
    return [block.kind for block in list_changed(comparison)]


@UNTIMED
@given(TEXTS, TEXTS, st.sampled_from([0.0, 5.0]))
def test_it_loses_nothing_of_either_text(old: str, new: str, seconds: float) -> None:
    comparison = compare(old, new, seconds=seconds)
    assert "".join(join(block.old) for block in comparison.blocks) == old
    assert "".join(join(block.new) for block in comparison.blocks) == new


@UNTIMED
@given(TEXTS, TEXTS, st.sampled_from([0.0, 5.0]))
def test_it_shows_inline_what_it_shows_side_by_side(old: str, new: str, seconds: float) -> None:
    for block in compare(old, new, seconds=seconds).blocks:
        marked = [piece for piece in block.inline if piece.mark is not Mark.SAME]
        removed = [piece for piece in marked if piece.mark is Mark.REMOVED]
        added = [piece for piece in marked if piece.mark is Mark.ADDED]
        assert removed == [piece for piece in block.old if piece.mark is not Mark.SAME]
        assert added == [piece for piece in block.new if piece.mark is not Mark.SAME]


@UNTIMED
@given(TEXTS, TEXTS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_it_says_same_of_equal_texts_only(old: str, other: str, line_end: str) -> None:
    is_equal = normalise_line_ends(old) == normalise_line_ends(other)
    assert compare(old, other).is_same == is_equal
    assert compare(old, normalise_line_ends(old).replace("\n", line_end)).is_same


@UNTIMED
@given(PLANLIKE | st.just(PLAN), st.data())
def test_it_marks_at_most_five_characters_for_one(plan: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(plan)))
    length = data.draw(st.integers(0, 1))
    written = data.draw(st.sampled_from(["", *"红人7aZ。，；|#-\n*` \u3000"]))
    old_marked, new_marked = count_marked(compare(plan, plan[:at] + written + plan[at + length :]))
    assert old_marked <= 5
    assert new_marked <= 5


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("共转移30人。", "共转移35人。", "共转移[-30][+35]人。"),
        ("08:30 集合。", "09:30 集合。", "[-08:30][+09:30] 集合。"),
        ("达到80%时。", "达到90%时。", "达到[-80%][+90%]时。"),
        ("红色", "橙色", "[-红色][+橙色]"),
        ("发布红色预警信号", "发布橙色预警信号", "发布[-红][+橙]色预警信号"),
        ("立即转移。", "立即全部转移。", "立即[+全部]转移。"),
        ("用 Word 打开。", "用 Ward 打开。", "用 [-Word][+Ward] 打开。"),
        ("电话13900000001。", "电话13900000002。", "电话1390000000[-1][+2]。"),
        (
            "由村主任带队清点安置点物资。",
            "由镇干部带人清点安置点物资。",
            "由[-村主任带队][+镇干部带人]清点安置点物资。",
        ),
        (
            "电话13900000001，转移30人。",
            "电话13900000002，转移45人。",
            "电话1390000000[-1][+2]，转移[-30][+45]人。",
        ),
        ("\n先走。", "先走。", "[-\n]"),
        ("先走。再报。", "先走。\n\n再报。", "先走。[+\n\n]再报。"),
    ],
)
def test_it_marks_by_word_number_or_phrase(old: str, new: str, shown: str) -> None:
    assert show(compare(old, new)) == shown


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("村全部应答 |", "村全\n部应答 |"),
        ("县级预警 |\n| 叫应", "县级预警 |。| 叫应"),
        ("| --- | --- | --- |\n| 预警", "| --- | --- | --- || 预警"),
        ("### 2.2", "#### 2.2"),
        ("## 2 人员", "##2 人员"),
    ],
)
def test_it_marks_little_where_one_character_splits_or_joins_lines(was: str, now: str) -> None:
    assert max(count_marked(compare(PLAN, PLAN.replace(was, now)))) <= 5


def test_it_keeps_characters_that_stand_for_words_while_comparing() -> None:
    old, new = "\U000f0000 12 甲乙丙", "\U000f0000 34 甲丁丙"
    assert show(compare(old, new)) == "\U000f0000 [-12][+34] [-甲乙丙][+甲丁丙]"


def test_it_shows_a_split_paragraph_as_one_change() -> None:
    new = PLAN.replace("不顺沟跑，不过桥涵，", "\n\n千万不要顺着沟跑，不过桥涵，")
    assert list_kinds(compare(PLAN, new)) == [BlockKind.CHANGED]
    assert list_kinds(compare(new, PLAN)) == [BlockKind.CHANGED]


def test_it_pairs_rows_that_changed_although_one_was_added() -> None:
    new = (
        PLAN.replace("| 预警 | 10 |", "| 发现 | 3 | 第一个人看见 |\n| 预警 | 10 |")
        .replace("镇值班室接到县级预警", "镇值班室接到县级或邻镇预警")
        .replace("镇发出预警，到", "镇值班室发出预警，到")
    )
    assert list_kinds(compare(PLAN, new)) == [
        BlockKind.ADDED,
        BlockKind.CHANGED,
        BlockKind.CHANGED,
    ]


def test_it_folds_what_is_unchanged() -> None:
    comparison = compare(PLAN, PLAN.replace("| 10 |", "| 8 |"))
    changed = list_changed(comparison)
    assert [join(block.new) for block in changed] == ["| 预警 | 8 | 镇值班室接到县级预警 |\n"]
    assert changed[0].heading == "2.1 先转移谁"
    assert not comparison.is_same
    assert not comparison.is_coarse


def test_it_marks_only_the_sentences_that_changed() -> None:
    comparison = compare(
        PLAN, PLAN.replace("不过桥涵", "不过桥梁涵洞").replace("烧水；", "烧开水；")
    )
    assert [join(block.old)[:4] for block in list_changed(comparison)] == ["与水流方", "接到转移"]
    assert "与水流方向垂直，往两侧高处走。" in show(comparison)


@pytest.mark.parametrize("changed", [MOVABLE, MOVABLE.replace("依法带离", "依法带走")])
def test_it_shows_a_moved_paragraph_as_moved(changed: str) -> None:
    new = PLAN.replace(MOVABLE, "").replace("### 2.1", changed + "### 2.1")
    comparison = compare(PLAN, new)
    assert list_kinds(comparison) == [BlockKind.MOVED_TO, BlockKind.MOVED_FROM]
    came, went = list_changed(comparison)
    assert came.move == went.move == 1
    assert (join(came.old), join(came.new)) == ("", changed)
    assert (join(went.old), join(went.new)) == (MOVABLE, "")
    assert (came.heading, went.heading) == ("2 人员转移与安置", "2.2 怎么走")


def test_it_marks_what_changed_inside_a_moved_paragraph() -> None:
    moved = MOVABLE.replace("带离", "带走")
    new = PLAN.replace(MOVABLE, "").replace("### 2.1", moved + "### 2.1")
    came, went = list_changed(compare(PLAN, new))
    assert [piece.text for piece in came.new if piece.mark is Mark.ADDED] == ["走"]
    assert [piece.text for piece in went.old if piece.mark is Mark.REMOVED] == ["离"]


def test_it_does_not_call_a_short_or_rewritten_paragraph_moved() -> None:
    short = PLAN.replace(MOVABLE, "敲锣。\n\n")
    assert BlockKind.MOVED_TO not in list_kinds(
        compare(short, short.replace("敲锣。\n\n", "").replace("### 2.1", "敲锣。\n\n### 2.1"))
    )
    other = "拒不撤离的，村主任安排专人看护并上报，公安机关可以强制带离。\n\n"
    kinds = list_kinds(
        compare(PLAN, PLAN.replace(MOVABLE, "").replace("### 2.1", other + "### 2.1"))
    )
    assert kinds == [BlockKind.ADDED, BlockKind.REMOVED]


def test_it_does_not_call_a_paragraph_moved_of_which_much_changed() -> None:
    other = MOVABLE.replace("依法带离", "强行抬走")
    new = PLAN.replace(MOVABLE, "").replace("### 2.1", other + "### 2.1")
    assert list_kinds(compare(PLAN, new)) == [BlockKind.ADDED, BlockKind.REMOVED]


def test_it_finds_a_moved_paragraph_although_a_like_one_stands_in_its_place() -> None:
    like = "劝不走的，网格长留人看住并报村主任，镇里再派人去劝说一次。\n\n"
    moved = MOVABLE.replace("带离", "带走")
    new = PLAN.replace(MOVABLE, like).replace("### 2.1", moved + "### 2.1")
    assert list_kinds(compare(PLAN, new)) == [
        BlockKind.MOVED_TO,
        BlockKind.MOVED_FROM,
        BlockKind.ADDED,
    ]


def test_it_does_not_call_the_rule_of_a_table_moved() -> None:
    table = "| 物资 | 数量 | 存放处 |\n| --- | --- | --- |\n| 编织袋 | 3000 | 水管所 |\n\n"
    other = "| 灯 | 多少 | 在谁家 |\n| --- | --- | --- |\n| 手电筒 | 16 | 各村委会 |\n\n"
    kinds = list_kinds(compare(table + PLAN, PLAN + "\n" + other))
    assert set(kinds) == {BlockKind.REMOVED, BlockKind.ADDED}


def test_it_keeps_repeated_lines_between_changes_as_unchanged() -> None:
    twice = "- 敲锣两遍\n- 敲锣两遍\n"
    comparison = compare(f"- 先喊沟边的人\n{twice}- 再数\n", f"- 打电话\n{twice}- 报镇里值班室\n")
    same = [join(block.new) for block in comparison.blocks if block.is_unchanged]
    assert "".join(same) == twice


def test_it_aligns_many_repeated_lines() -> None:
    twice = "".join(f"- 第{number // 2}组敲锣喊话\n" for number in range(500))
    comparison = compare(f"- 头一行\n{twice}- 末一行\n", f"- 起首\n- 再加一行\n{twice}- 收尾\n")
    same = [join(block.new) for block in comparison.blocks if block.is_unchanged]
    assert "".join(same) == twice


def test_it_does_not_call_the_last_paragraph_changed_when_one_follows() -> None:
    comparison = compare("先敲锣。", "先敲锣。\n\n再打电话给村里。")
    assert [block.kind for block in comparison.blocks] == [BlockKind.SAME, BlockKind.ADDED]


def test_it_notices_blank_lines_but_not_line_ends() -> None:
    assert not compare(PLAN, PLAN + "\n").is_same
    assert compare(PLAN, PLAN.replace("\n", "\r\n")).is_same


def test_it_lists_headings_that_changed() -> None:
    new = PLAN.replace("### 2.2 怎么走", "### 2.2 往哪里走").replace("### 2.3 安置与返回\n\n", "")
    assert compare(PLAN, new + "\n### 2.4 收尾\n").headings == [
        HeadingChange(HeadingChangeKind.RENAMED, "2.2 怎么走", "2.2 往哪里走"),
        HeadingChange(HeadingChangeKind.REMOVED, "2.3 安置与返回", ""),
        HeadingChange(HeadingChangeKind.ADDED, "", "2.4 收尾"),
    ]


def test_it_does_not_take_a_line_of_code_for_a_heading() -> None:
    old = "看下面：\n```\n# 第一行说明\n```\n"
    assert compare(old, old.replace("第一行", "第二行")).headings == []


def test_it_calls_a_heading_renamed_whose_every_word_changed() -> None:
    assert compare(PLAN, PLAN.replace("### 2.2 怎么走", "### 附：撤离路线与禁令")).headings == [
        HeadingChange(HeadingChangeKind.RENAMED, "2.2 怎么走", "附：撤离路线与禁令")
    ]


def test_it_lists_a_short_heading_that_moved() -> None:
    new = "## 附件\n\n" + PLAN
    assert compare(PLAN + "\n## 附件\n", new).headings == [
        HeadingChange(HeadingChangeKind.MOVED, "附件", "附件")
    ]


def test_it_lists_a_heading_that_only_changed_its_level() -> None:
    assert compare(PLAN, PLAN.replace("### 2.2", "## 2.2")).headings == [
        HeadingChange(HeadingChangeKind.LEVEL, "2.2 怎么走", "2.2 怎么走")
    ]


def test_it_lists_a_section_that_moved_as_moved() -> None:
    section = PLAN[PLAN.index("### 2.2") : PLAN.index("### 2.3")]
    new = PLAN.replace(section, "") + "\n" + section
    changes = compare(PLAN, new).headings
    assert [change.kind for change in changes] == [HeadingChangeKind.MOVED]
    assert changes[0].new in ("2.2 怎么走", "2.3 安置与返回")


def test_it_lists_numbers_times_and_phones_that_changed() -> None:
    new = (
        PLAN.replace("| 10 |", "| 8 |")
        .replace("24 小时值守，电话 12345", "16 小时值守，电话 12379")
        .replace("30 分钟内", "三刻钟内")
        .replace("5月1日", "6月1日")
    )
    assert compare(PLAN, new).figures == [
        FigureChange(FigureKind.NUMBER, "10", "8", "2.1 先转移谁"),
        FigureChange(FigureKind.NUMBER, "24 小时", "16 小时", "2.2 怎么走"),
        FigureChange(FigureKind.PHONE, "12345", "12379", "2.2 怎么走"),
        FigureChange(FigureKind.NUMBER, "30 分钟", "三刻钟", "2.3 安置与返回"),
        FigureChange(FigureKind.TIME, "2026年5月1日", "2026年6月1日", "2.3 安置与返回"),
    ]


def test_it_lists_figures_that_came_and_went() -> None:
    assert compare("先报警。", "10 分钟内先报警，后打 119。").figures == [
        FigureChange(FigureKind.NUMBER, "", "10 分钟", ""),
        FigureChange(FigureKind.PHONE, "", "119", ""),
    ]
    assert compare("水深 0.5 米。", "水深时。").figures == [
        FigureChange(FigureKind.NUMBER, "0.5 米", "", "")
    ]


def test_it_sets_a_figure_against_one_of_the_same_unit() -> None:
    assert compare("村口派 2 人值守到天亮。", "村口 3 小时内派 5 人值守到天亮。").figures == [
        FigureChange(FigureKind.NUMBER, "", "3 小时", ""),
        FigureChange(FigureKind.NUMBER, "2 人", "5 人", ""),
    ]


def test_it_does_not_list_figures_written_another_way_or_numbers_of_headings_and_items() -> None:
    assert compare("30 分钟内走完。", "３０分钟内都走完。").figures == []
    assert compare("## 2.1 谁先走\n", "## 2.2 谁先走\n").figures == []
    assert compare("1. 先叫老人起床\n", "2. 先叫老人起床\n").figures == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30 分钟内 80% 到位", ["30 分钟", "80%"]),
        ("0—5 分钟，三十分钟，二级响应", ["0—5 分钟", "三十分钟", "二级"]),
        ("2026年5月1日14时30分，08:30", ["2026年5月1日", "14时30分", "08:30"]),
        ("打 119、120，120 分钟", ["119", "120", "120 分钟"]),
        ("0936-6600000，138****0000", ["0936-6600000", "138****0000"]),
        ("一时疏忽，第十五条，万一", []),
    ],
)
def test_it_reads_figures_with_their_units(text: str, found: list[str]) -> None:
    assert [figure.text for figure in list_figures(text)] == found


def test_it_marks_coarsely_when_no_time_is_left() -> None:
    new = PLAN.replace("与水流方向垂直", "跟水流方向垂直").replace("不蹚水", "不下水")
    comparison = compare("甲乙，丙丁，戊己。", "甲子，丙丁，丑己。", seconds=0)
    assert show(comparison) == "甲[-乙，丙丁，戊][+子，丙丁，丑]己。"
    assert comparison.is_coarse
    assert compare(PLAN, new, seconds=0).is_coarse
    assert not compare(PLAN, PLAN, seconds=5).is_coarse


def test_it_compares_a_megabyte_on_one_line() -> None:
    chance = random.Random(1)
    line = "".join(chance.choice("甲乙丙丁戊己庚辛壬癸，。") for _ in range(1_000_000))
    comparison = compare(line, line[:500_000] + "新" + line[500_000:])
    assert count_marked(comparison) == (0, 1)


def test_it_compares_texts_of_too_many_lines_as_one_block() -> None:
    old = "".join(f"- 第{number}项\n" for number in range(30_000))
    comparison = compare(old, old.replace("第700项", "第七百项"))
    assert list_kinds(comparison) == [BlockKind.CHANGED]
    assert count_marked(comparison) == (3, 2)
    assert comparison.is_coarse
    assert compare(old, old).is_same


def test_it_bounds_the_list_of_figures() -> None:
    assert len(list_figures("1 " * 9_000)) == 2_000
