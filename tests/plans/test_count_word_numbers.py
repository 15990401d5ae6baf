"""Count Word's automatic numbering and write it as text."""

from xml.etree.ElementTree import Element

import pytest

from nanhua_emergency.plans.word.numbering import Numbering, write_chinese, write_number
from nanhua_emergency.plans.word.styles import StyleSheet
from nanhua_emergency.plans.word.xml import Budget, parse_part
from word_files import NAMESPACES

LEVELS = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
)


def part(inside: str) -> Element:
    return parse_part(f"<w:x {NAMESPACES}>{inside}</w:x>".encode(), Budget())


def labels(inside: str, *asked: tuple[str, int], styles: str = "") -> list[str]:
    numbering = Numbering(part(inside), StyleSheet(part(styles)))
    found = (numbering.count(number_id, level) for number_id, level in asked)
    return ["-" if label is None else label.text for label in found]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (101, "一百零一"), (110, "一百一十"),
     (1005, "一千零五"), (1010, "一千零一十"), (9999, "九千九百九十九"), (10000, "10000")],
)  # fmt: skip
def test_it_writes_chinese_numerals(number: int, text: str) -> None:
    assert write_chinese(number) == text


@pytest.mark.parametrize(
    ("number", "number_format", "text"),
    [(3, "decimal", "3"), (3, "decimalZero", "03"), (3, "upperRoman", "III"), (4, "lowerRoman", "iv"),
     (2, "upperLetter", "B"), (28, "lowerLetter", "bb"), (3, "japaneseCounting", "三"),
     (3, "chineseLegalSimplified", "叁"), (11, "ideographTraditional", "甲"), (20, "ideographDigital", "二〇"),
     (5, "decimalEnclosedCircle", "⑤"), (21, "decimalEnclosedCircle", "21"), (9, "none", ""),
     (7, "something new", "7"), (4001, "upperRoman", "4001")],
)  # fmt: skip
def test_it_writes_each_format(number: int, number_format: str, text: str) -> None:
    assert write_number(number, number_format) == text


def test_it_counts_levels_and_begins_inner_ones_anew() -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="5">{LEVELS}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
    )
    asked = [("1", 0), ("1", 1), ("1", 1), ("1", 0), ("1", 1), ("1", 7), ("9", 0)]
    assert labels(lists, *asked) == ["一、", "一.1", "一.2", "二、", "二.1", "-", "-"]


def test_it_goes_on_in_lists_that_share_a_definition_unless_told_to_restart() -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="5">{LEVELS}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="8"/></w:lvlOverride></w:num>'
    )
    asked = [("1", 0), ("2", 0), ("3", 0), ("3", 0)]
    assert labels(lists, *asked) == ["一、", "二、", "八、", "九、"]


def test_it_counts_a_list_with_levels_of_its_own_by_itself() -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="5">{LEVELS}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0">'
        '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="第%1步"/></w:lvl>'
        "</w:lvlOverride></w:num>"
    )
    assert labels(lists, ("1", 0), ("2", 0), ("2", 0)) == ["一、", "第1步", "第2步"]


def test_it_follows_a_list_to_the_style_that_defines_it() -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="s"/>{LEVELS}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="6"><w:numStyleLink w:val="s"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="6"/></w:num>'
    )
    assert labels(lists, ("1", 0), ("1", 0)) == ["一、", "二、"]
