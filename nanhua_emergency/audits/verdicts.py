"""How an item is judged from its criteria (pure functions)."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody says of one criterion, or what follows for an item."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    UNCHECKED = "unchecked"


VERDICT_NAMES = {
    Verdict.MET: "有",
    Verdict.PARTLY: "部分",
    Verdict.UNMET: "无",
    Verdict.UNCHECKED: "未核查",
}
JUDGED = (Verdict.MET, Verdict.PARTLY, Verdict.UNMET)
# Whoever says so must say what is missing, and a finding is raised.
LACKING = (Verdict.PARTLY, Verdict.UNMET)


def judge_item(verdicts: Iterable[Verdict]) -> Verdict:
    """有 if every criterion is met, 无 if none is even partly, 部分 between; all judged first.

    The town's own rule, as its lists give none: an item is what its weakest criteria leave of it,
    and nothing counts before every criterion has been looked at.
    """
    given = set(verdicts)
    if not given or Verdict.UNCHECKED in given:
        return Verdict.UNCHECKED
    return given.pop() if len(given) == 1 else Verdict.PARTLY
