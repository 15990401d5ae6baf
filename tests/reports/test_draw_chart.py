"""Draw a bar chart as SVG."""

import re
from xml.etree import ElementTree

import pytest

from nanhua_emergency.reports.charts import MOST_SERIES, WIDTH, Series, bar_chart, gather_small

SVG = "{http://www.w3.org/2000/svg}"


def drawn(labels: list[str], *series: Series, title: str = "示例") -> ElementTree.Element:
    return ElementTree.fromstring(bar_chart(title, labels, series, unit="场次"))


def bars(svg: ElementTree.Element) -> list[tuple[str, float]]:
    """Pattern and width of every box with a pattern, without those of the legend."""
    boxes = [one for one in svg.iter(f"{SVG}rect") if one.get("fill", "").startswith("url")]
    return [(one.get("fill", ""), float(one.get("width", ""))) for one in boxes
            if one.get("width") != "20.0"]  # fmt: skip


def test_it_draws_one_box_for_each_number_that_is_not_zero() -> None:
    svg = drawn(["5月", "6月"], Series("洪涝", (4, 0)), Series("地震", (2, 3)))
    (flood, long), (quake, short), (_, middle) = bars(svg)
    assert (flood, quake) == ("url(#p0)", "url(#p1)")
    assert long == pytest.approx(2 * short, abs=0.2)
    assert middle == pytest.approx(1.5 * short, abs=0.2)


def test_it_says_what_it_shows_in_words() -> None:
    svg = drawn(["5月"], Series("洪涝", (4,)), title="示例年演练")
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "示例年演练"
    assert svg.find(f"{SVG}desc").text == "5月 4 场次"
    assert {"5月", "4", "洪涝"} <= {one.text for one in svg.iter(f"{SVG}text")}


def test_it_tells_series_apart_without_colour() -> None:
    series = [Series(f"灾种{n}", (1,)) for n in range(MOST_SERIES)]
    patterns = list(drawn(["5月"], *series).iter(f"{SVG}pattern"))
    marks = [
        [(mark.tag, mark.get("d"), mark.get("r")) for mark in list(one)[1:]] for one in patterns
    ]
    assert len({str(one) for one in marks}) == MOST_SERIES


def test_it_escapes_what_people_typed() -> None:
    evil = '<script>"&'
    svg = drawn([evil], Series(evil, (1,)), title=evil)
    assert svg.find(f"{SVG}title").text == evil
    assert not list(svg.iter(f"{SVG}script"))


def test_it_uses_no_style_that_the_policy_would_block() -> None:
    text = bar_chart("示例", ["5月"], [Series("洪涝", (1,))], unit="场次")
    assert "style" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.parametrize("values", [(0, 0), (1, 100_000), (0, 1)])
def test_it_stays_within_its_width(values: tuple[int, ...]) -> None:
    svg = drawn(["2026年上半年", "一二三四五六七八九十"], Series("很长的灾种名称" * 4, values))
    for one in svg.iter(f"{SVG}rect"):
        assert float(one.get("x", 0)) + float(one.get("width", 0)) <= WIDTH
    for one in svg.iter(f"{SVG}text"):
        text = one.text or ""
        width = sum(18 if ord(sign) > 255 else 11 for sign in text)
        assert float(one.get("x", 0)) + width <= WIDTH + 1, text


def test_it_draws_no_bars_where_there_is_nothing() -> None:
    assert bars(drawn([], Series("洪涝", ()))) == []
    assert bars(drawn(["5月"])) == []


def test_it_gathers_the_smallest_series_when_there_are_too_many() -> None:
    series = [Series(f"灾种{n}", (n, 1)) for n in range(1, 9)]
    gathered = gather_small(series, name="其他")
    assert [one.name for one in gathered] == [*(f"灾种{n}" for n in range(4, 9)), "其他"]
    assert gathered[-1].values == (1 + 2 + 3, 3)
    assert gather_small(series[:6], name="其他") == series[:6]


@pytest.mark.parametrize(
    ("label", "shown"),
    [("示例2026年上半年", "示例2026年上半年"), ("甲乙丙丁戊己庚辛壬", "甲乙丙丁戊己庚辛…"),
     ("2026年南华镇下半年复核", "2026年南华镇下…")],
)  # fmt: skip
def test_it_cuts_no_more_of_a_label_than_it_must(label: str, shown: str) -> None:
    svg = bar_chart("核查", [label], [Series("有", (1,))], unit="项")
    assert f">{shown}</text>" in svg
