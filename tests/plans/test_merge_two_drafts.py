"""Merge two drafts that two people saved on the same base."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nanhua_emergency.plans.compare.passages import cut_passages, normalise_line_ends
from nanhua_emergency.plans.merge import Agreed, Clash, Merge, Taken, Whose, merge, resolve

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE = """## 2 人员转移与安置

### 2.1 先转移谁

1. 住在沟口低处的户。
2. 独居老人、残疾人家庭。
3. 住土坯房的户。

| 环节 | 目标（分钟） | 起算点 |
| --- | --- | --- |
| 预警 | 10 | 接到县级预警 |
| 叫应 | 15 | 发出预警 |
| 集结 | 30 | 叫应完成 |

与水流方向垂直，往两侧高处走。不顺沟跑，不过桥涵。

不带农具粮食，不回去解牲口。
"""

PASSAGES = st.sampled_from(
    [
        "## 1 总则",
        "### 1.1 依据",
        "| 预警 | 10 |",
        "| 叫应 | 15 |",
        "| --- | --- |",
        "- 敲锣喊话",
        "1. 逐户敲门",
        "水退以后再点一次名。",
        "安置点开门、开灯、烧水。\n先发干衣被。",
        "```",
        "",
    ]
)
GAPS = st.sampled_from(["\n", "\n\n", "\n\n\n", "\n \n"])
TEXTS = st.lists(st.tuples(PASSAGES, GAPS).map("".join), max_size=12).map("".join)
ANY_TEXTS = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\n\n\n\r|-#。 "))


@st.composite
def edited(draw: st.DrawFn, base: str, sign: str) -> str:
    """The base with stretches replaced; what is written in bears the writer's sign."""
    text = base
    for number in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 20)))
        written = draw(st.sampled_from(["", f"{sign}{number}", f"\n\n{sign}{number}。\n"]))
        text = text[:start] + written + text[end:]
    return text


@st.composite
def three_texts(draw: st.DrawFn) -> tuple[str, str, str]:
    """A base and two edits of it, or three texts that have nothing to do with each other."""
    if draw(st.booleans()):
        return draw(ANY_TEXTS), draw(ANY_TEXTS), draw(ANY_TEXTS)
    base = draw(TEXTS | st.just(BASE))
    return base, draw(edited(base, "甲")), draw(edited(base, "乙"))


def side(merged: Merge, whose: Whose) -> str:
    """One person's whole text, read off the parts."""
    texts = []
    for part in merged.parts:
        if isinstance(part, Clash):
            texts.append(part.mine if whose is Whose.MINE else part.theirs)
        elif isinstance(part, Taken) and part.whose is not whose:
            texts.append(part.base)
        else:
            texts.append(part.text)
    return "".join(texts)


@UNTIMED
@given(three_texts())
def test_it_keeps_every_character_either_person_added(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = map(normalise_line_ends, texts)
    kept: Counter[str] = Counter()
    for part in merge(*texts).parts:
        kept.update(part.mine + part.theirs if isinstance(part, Clash) else part.text)
    assert Counter(mine) - Counter(base) <= kept
    assert Counter(theirs) - Counter(base) <= kept


@UNTIMED
@given(three_texts())
def test_it_can_give_back_both_texts_whole(texts: tuple[str, str, str]) -> None:
    merged = merge(*texts)
    assert side(merged, Whose.MINE) == normalise_line_ends(texts[1])
    assert side(merged, Whose.THEIRS) == normalise_line_ends(texts[2])


@UNTIMED
@given(three_texts())
def test_it_makes_identical_edits_one(texts: tuple[str, str, str]) -> None:
    merged = merge(texts[0], texts[1], texts[1])
    assert merged.is_clean
    assert merged.text == normalise_line_ends(texts[1])


@UNTIMED
@given(three_texts())
def test_it_takes_the_only_edit_exactly(texts: tuple[str, str, str]) -> None:
    base, edit, _ = texts
    assert merge(base, edit, base).text == normalise_line_ends(edit)
    assert merge(base, base, edit).text == normalise_line_ends(edit)


@UNTIMED
@given(three_texts())
@example(("## 1 总则\n", "\n\n甲。\n# 1 总则\n", "\n"))
def test_it_gives_the_same_whoever_is_called_mine(texts: tuple[str, str, str]) -> None:
    base, mine, theirs = texts
    swapped: list[Agreed | Taken | Clash] = []
    for part in merge(base, theirs, mine).parts:
        if isinstance(part, Clash):
            swapped.append(Clash(part.base, part.theirs, part.mine))
        elif isinstance(part, Taken):
            other = Whose.MINE if part.whose is Whose.THEIRS else Whose.THEIRS
            swapped.append(Taken(part.text, other, part.base))
        else:
            swapped.append(part)
    assert merge(base, mine, theirs).parts == swapped


@UNTIMED
@given(TEXTS | ANY_TEXTS)
def test_it_cuts_a_text_without_losing_anything(text: str) -> None:
    assert "".join(passage.text for passage in cut_passages(text)) == text


def test_it_joins_edits_of_different_paragraphs_and_says_whose() -> None:
    mine = BASE.replace("不顺沟跑", "不要顺沟跑")
    theirs = BASE.replace("解牲口", "解牲口、揭棉被")
    merged = merge(BASE, mine, theirs)
    assert merged.text == mine.replace("解牲口", "解牲口、揭棉被")
    taken = [part for part in merged.parts if isinstance(part, Taken)]
    assert [(part.whose, part.text) for part in taken] == [
        (Whose.MINE, "与水流方向垂直，往两侧高处走。不要顺沟跑，不过桥涵。"),
        (Whose.THEIRS, "不带农具粮食，不回去解牲口、揭棉被。"),
    ]


def test_it_joins_edits_of_neighbouring_table_rows() -> None:
    mine = BASE.replace("| 预警 | 10 |", "| 预警 | 5 |")
    theirs = BASE.replace("| 叫应 | 15 |", "| 叫应 | 20 |")
    assert merge(BASE, mine, theirs).text == mine.replace("| 叫应 | 15 |", "| 叫应 | 20 |")


def test_it_joins_edits_of_neighbouring_list_items() -> None:
    mine = BASE.replace("沟口低处", "沟口、渠边低处")
    theirs = BASE.replace("残疾人家庭", "残疾人、孕产妇家庭")
    assert merge(BASE, mine, theirs).text == mine.replace("残疾人家庭", "残疾人、孕产妇家庭")


def test_it_narrows_a_clash_to_the_row_both_changed() -> None:
    mine = BASE.replace("| 10 |", "| 5 |").replace("| 15 |", "| 12 |")
    theirs = BASE.replace("| 15 |", "| 20 |").replace("| 30 |", "| 25 |")
    merged = merge(BASE, mine, theirs)
    assert merged.clashes == [
        Clash("| 叫应 | 15 | 发出预警 |", "| 叫应 | 12 | 发出预警 |", "| 叫应 | 20 | 发出预警 |")
    ]
    chosen = resolve(merged, ["| 叫应 | 18 | 发出预警 |"])
    assert "| 预警 | 5 |" in chosen
    assert "| 叫应 | 18 |" in chosen
    assert "| 集结 | 25 |" in chosen


def test_it_joins_a_paragraph_added_at_the_end_and_an_edit_of_the_last() -> None:
    merged = merge("先敲锣。", "先敲锣。\n\n再打电话。", "先敲锣、吹哨。")
    assert merged.text == "先敲锣、吹哨。\n\n再打电话。"


def test_it_joins_an_addition_with_a_removal_elsewhere() -> None:
    mine = "夜里也照此办理。\n\n" + BASE
    theirs = BASE.replace("不带农具粮食，不回去解牲口。\n", "")
    assert merge(BASE, mine, theirs).text == "夜里也照此办理。\n\n" + theirs


def test_it_asks_when_both_changed_one_paragraph() -> None:
    merged = merge("先敲锣。\n", "先吹哨。\n", "先打电话。\n")
    assert not merged.is_clean
    assert merged.clashes == [Clash("先敲锣。", "先吹哨。", "先打电话。")]
    with pytest.raises(ValueError, match="冲突 1 处"):
        _ = merged.text


def test_it_asks_when_both_added_at_the_same_place() -> None:
    merged = merge("甲段。\n", "甲段。\n\n乙段。\n", "甲段。\n\n丙段。\n")
    assert merged.clashes == [Clash("", "\n\n乙段。", "\n\n丙段。")]


def test_it_asks_when_one_removed_what_the_other_changed() -> None:
    merged = merge(BASE, BASE.replace("3. 住土坯房的户。\n", ""), BASE.replace("土坯房", "旧庄院"))
    assert [clash.theirs.strip() for clash in merged.clashes] == ["3. 住旧庄院的户。"]


def test_it_asks_when_one_added_beside_what_the_other_removed() -> None:
    base = "第一段，说明转移。\n\n第二段，说明安置。\n\n第三段，说明返回。\n"
    mine = base.replace("第二段，说明安置。\n\n", "")
    theirs = base.replace(
        "第二段，说明安置。\n\n", "第二段，说明安置。\n\n此处补上面一段的例外。\n\n"
    )
    assert not merge(base, mine, theirs).is_clean


def test_it_asks_when_one_added_before_what_the_other_removed() -> None:
    base = "第一段，说明转移。\n\n第二段，说明安置。\n\n第三段，说明返回。\n"
    mine = base.replace("第二段，说明安置。\n\n", "")
    theirs = base.replace("第二段", "此处先说下面一段的例外。\n\n第二段")
    assert not merge(base, mine, theirs).is_clean


def test_it_asks_once_when_one_rewrote_a_section_the_other_changed_inside() -> None:
    section = BASE[BASE.index("1. 住在") : BASE.index("| 环节")]
    mine = BASE.replace(section, "按名册逐户叫。\n\n")
    theirs = BASE.replace("残疾人家庭", "孕产妇家庭")
    merged = merge(BASE, mine, theirs)
    assert len(merged.clashes) == 1
    assert resolve(merged, [merged.clashes[0].mine]) == mine
    assert resolve(merged, [merged.clashes[0].theirs]) == theirs


def test_it_removes_what_both_removed() -> None:
    shorter = BASE.replace("3. 住土坯房的户。\n", "")
    assert merge(BASE, shorter, shorter).text == shorter


def test_it_does_not_take_other_line_ends_for_an_edit() -> None:
    theirs = BASE.replace("| 10 |", "| 8 |")
    merged = merge(BASE, BASE.replace("\n", "\r\n"), theirs)
    assert merged.text == theirs


def test_it_puts_each_choice_in_its_place_and_demands_all() -> None:
    base = "甲一。\n\n中间不变的一段。\n\n乙一。\n"
    merged = merge(base, base.replace("一。", "二。"), base.replace("一。", "三。"))
    assert resolve(merged, ["上\r\n文", "下文"]) == "上\n文\n\n中间不变的一段。\n\n下文\n"
    with pytest.raises(ValueError, match="冲突 2 处，已选 1 处"):
        resolve(merged, ["上文"])


def test_it_merges_a_text_of_too_many_lines_by_line() -> None:
    base = "".join(f"第{number}行\n" for number in range(30_000))
    mine = base.replace("第7行", "第七行\n加一行").replace("第29000行", "末了")
    theirs = base.replace("第15000行", "中间")
    assert merge(base, mine, theirs).text == mine.replace("第15000行", "中间")
