"""The checks of a plan's text, run on what is stored."""

from functools import cache
from pathlib import Path

from nanhua_emergency.config import ROOT
from nanhua_emergency.plans.checks import Problem, check_body, load_references
from nanhua_emergency.plans.models import Edition

REFERENCES = ROOT / "data" / "references.yaml"


@cache
def _known_references(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    return load_references(path.read_text(encoding="utf-8"))


def check_edition(edition: Edition) -> list[Problem]:
    """What the text of an edition lacks (errors) and might do better (advice)."""
    posts, registers = _known_references(REFERENCES)
    return check_body(
        edition.body,
        is_general=edition.plan.is_general,
        is_village=edition.plan.place.is_village,
        posts=posts,
        registers=registers,
    )
