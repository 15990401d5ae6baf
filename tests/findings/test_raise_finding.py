"""Raise a finding."""

from datetime import timedelta

import pytest
from flask import Flask

from drill_factories import a_finding
from factories import NOW, TODAY, Cast, a_plan, a_published
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.findings.models import FindingState
from nanhua_emergency.findings.services import DUE_DAYS
from nanhua_emergency.plans.demand_models import Demand


def test_it_is_to_be_put_right_within_the_usual_days(app: Flask, cast: Cast) -> None:
    finding = a_finding(cast, text="  喇叭坏了 ", now=NOW)
    assert (finding.text, finding.state) == ("喇叭坏了", FindingState.RAISED)
    assert finding.due_on == TODAY + timedelta(days=DUE_DAYS)
    assert finding.demand is None
    assert [entry.action for entry in list_entries_of(finding)] == ["finding.raised"]


def test_it_is_late_only_after_its_last_day(app: Flask, cast: Cast) -> None:
    finding = a_finding(cast, due_on=TODAY)
    assert not finding.is_late(TODAY)
    assert finding.is_late(TODAY + timedelta(days=1))
    finding.state = FindingState.FIXED
    assert not finding.is_late(TODAY + timedelta(days=1))


def test_it_is_pinned_to_a_clause_of_the_plan(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    finding = a_finding(cast, edition=edition, heading="3.3 村叫户")
    assert isinstance(finding.demand, Demand)
    assert (finding.demand.plan_id, finding.demand.edition_id) == (edition.plan_id, edition.id)
    assert finding.demand.text == finding.text


def test_it_is_not_pinned_without_a_heading_or_a_text(app: Flask, cast: Cast) -> None:
    assert a_finding(cast, edition=a_published(a_plan(), cast), heading="").demand is None
    assert a_finding(cast, heading="3.3 村叫户").demand is None


def test_it_refuses_a_heading_that_no_longer_exists(app: Flask, cast: Cast) -> None:
    with pytest.raises(NotFound, match=r"预案里没有“3\.9 删去的”这一节"):
        a_finding(cast, edition=a_published(a_plan(), cast), heading="3.9 删去的")


def test_it_says_what_is_wrong(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="请写明发现了什么问题"):
        a_finding(cast, text=" \n ")
