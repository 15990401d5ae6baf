"""Judge an item from its criteria."""

from itertools import product

import pytest

from nanhua_emergency.audits.verdicts import Verdict, judge_item

MET, PARTLY, UNMET, UNCHECKED = Verdict


@pytest.mark.parametrize(
    ("criteria", "item"),
    [
        ([MET, MET, MET], MET),
        ([UNMET, UNMET], UNMET),
        ([MET, UNMET, MET], PARTLY),
        ([PARTLY, PARTLY], PARTLY),
        ([MET, PARTLY], PARTLY),
        ([PARTLY, UNMET], PARTLY),
        ([MET, MET, UNCHECKED], UNCHECKED),
        ([UNMET, UNCHECKED], UNCHECKED),
        ([UNCHECKED], UNCHECKED),
        ([], UNCHECKED),
    ],
)
def test_it_is_what_its_criteria_leave_of_it(criteria: list[Verdict], item: Verdict) -> None:
    assert judge_item(criteria) is item


def test_it_never_calls_met_what_one_criterion_is_not() -> None:
    for criteria in product(Verdict, repeat=3):
        verdict = judge_item(criteria)
        assert (verdict is MET) == (set(criteria) == {MET}), criteria
        assert (verdict is UNCHECKED) == (UNCHECKED in criteria), criteria
