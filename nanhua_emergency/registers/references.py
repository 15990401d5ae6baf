"""The names of posts that the plans may use, offered where a post is entered."""

from functools import cache

import yaml

from nanhua_emergency.config import ROOT
from nanhua_emergency.places.models import Place

REFERENCES = ROOT / "data" / "references.yaml"


def list_titles(place: Place) -> list[str]:
    """The names of posts for a village, or for a town and the villages in it."""
    groups = _read_titles()
    names = groups.get("村级", ()) if place.is_village else sum(groups.values(), ())
    return list(dict.fromkeys(names))


@cache
def _read_titles() -> dict[str, tuple[str, ...]]:
    """The names by level; none where the town has brought no such file."""
    if not REFERENCES.exists():
        return {}
    read = yaml.safe_load(REFERENCES.read_text(encoding="utf-8"))
    return {level: tuple(names) for level, names in read["岗位"].items()}
