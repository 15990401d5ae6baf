"""What is registered of a plan besides its text, and that two people do not change it blindly."""

import hashlib
from collections.abc import Callable, Mapping

from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.languages import _, translated
from nanhua_emergency.plans.models import Plan

# As the form says it.
REGISTERED = {
    "title": "名称", "category": "类别", "hazard": "灾种", "lead_department": "牵头部门",
    "legal_basis": "编制依据", "season": "宜演练月份", "review_months": "评估周期（月）",
    "drill_months": "演练周期（月）",
}  # fmt: skip


class ChangedMeanwhile(RuleBroken):
    """Somebody else has changed what is registered since this person was shown it."""

    status = 409

    def __init__(self, stored: Mapping[str, str]) -> None:
        super().__init__(
            "别人刚改过登记项，现在是：%(now)s。您填的还在，核对后再保存，就以您填的为准。",
            now=self._list_stored(stored, str),
        )
        self.stored = stored

    def text(self) -> str:
        return _(self.message, now=self._list_stored(self.stored, translated))

    @staticmethod
    def _list_stored(stored: Mapping[str, str], say: Callable[[str], str]) -> str:
        return "；".join(f"{say(REGISTERED[name])} {value}" for name, value in stored.items())


def print_of(plan: Plan) -> str:
    """What travels with the form: a short print of all that is registered."""
    registered = "\0".join(str(getattr(plan, name)) for name in REGISTERED)
    return hashlib.sha256(registered.encode()).hexdigest()[:16]
