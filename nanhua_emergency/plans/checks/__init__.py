"""Checks a plan's text against plan-format.md, and the plans against each other."""

from collections.abc import Collection

import yaml

from nanhua_emergency.plans.checks.front_matter import check_front_matter
from nanhua_emergency.plans.checks.parts import (
    GENERAL_PARTS,
    REQUIRED_PARTS,
    VILLAGE_PARTS,
    check_evacuation_is_early,
    check_first_hour_is_first,
    check_parts,
    list_parts,
)
from nanhua_emergency.plans.checks.problems import Problem, Weight
from nanhua_emergency.plans.checks.repeats import Repeat, list_repeated_paragraphs
from nanhua_emergency.plans.checks.tables import check_tables
from nanhua_emergency.plans.checks.wording import (
    check_blank_lines,
    check_headings,
    check_length,
    check_numbering,
    check_phones,
    check_references,
    check_repeats,
)
from nanhua_emergency.plans.outline.sections import list_sections

__all__ = [
    "GENERAL_PARTS",
    "REQUIRED_PARTS",
    "VILLAGE_PARTS",
    "Problem",
    "Repeat",
    "Weight",
    "check_body",
    "check_front_matter",
    "list_repeated_paragraphs",
    "load_references",
]


def check_body(
    body: str,
    *,
    is_general: bool,
    is_village: bool = False,
    posts: Collection[str],
    registers: Collection[str],
) -> list[Problem]:
    """List what is to be put right in a plan's body, by line.

    What is missing altogether stands at line 1. A village plan has the parts of Article
    15 ¶2; the first-hour card and the tables it may do without, and faults in them are
    advice.
    """
    sections = list_sections(body)
    problems = [
        *check_parts(sections, list_parts(is_general=is_general, is_village=is_village)),
        *check_evacuation_is_early(body, sections),
        *([] if is_village else check_first_hour_is_first(sections)),
        *check_tables(sections, weight=Weight.ADVICE if is_village else Weight.ERROR),
        *check_references(body, sections, posts, registers),
        *check_length(body, is_village=is_village),
        *check_phones(body, sections),
        *check_headings(sections),
        *check_numbering(sections),
        *check_repeats(body, sections),
        *check_blank_lines(body, sections),
    ]
    return sorted(problems, key=lambda problem: problem.line)


def load_references(text_of_yaml: str) -> tuple[frozenset[str], frozenset[str]]:
    """Read the names of posts and of registers from data/references.yaml.

    Raises ValueError, with a message for people, when the text has another shape.
    """
    try:
        fields = yaml.safe_load(text_of_yaml)
        groups, registers = fields["岗位"], fields["名录"]
        posts = [post for group in groups.values() for post in group]
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(_WRONG_SHAPE) from error
    if not isinstance(registers, list) or not all(
        isinstance(name, str) for name in [*posts, *registers]
    ):
        raise ValueError(_WRONG_SHAPE)
    return frozenset(posts), frozenset(registers)


_WRONG_SHAPE = (
    "references.yaml 的格式不对：请写“岗位”（下分若干组，每组一张清单）和“名录”（一张清单）"
)
