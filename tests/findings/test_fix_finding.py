"""Fix a finding: say how it was put right."""

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_finding
from factories import TOWN, Cast, form_of, keep, stored
from nanhua_emergency.findings.models import Finding, FindingState


def test_it_is_fixed_by_the_village_with_evidence(app: Flask, cast: Cast, browse: Browse) -> None:
    finding_id = keep(a_finding(cast))
    page = browse(cast.village).get(f"/findings/{finding_id}").click("登记整改")
    form = form_of(page)
    form["evidence"] = "换了新喇叭，试过三次"
    page = form.submit(status=302).follow()
    assert "已登记，等别人核对销号。" in page.text
    assert "换了新喇叭，试过三次" in page.text
    assert stored(Finding.state, finding_id) is FindingState.FIXED
    assert stored(Finding.fixed_by_id, finding_id) == cast.village.id
    form["evidence"] = "再登记一次"
    page = form.submit(status=409)
    assert "这个问题不在待整改的状态" in page.text
    assert form_of(page)["evidence"].value == "再登记一次"
    assert stored(Finding.evidence, finding_id) == "换了新喇叭，试过三次"


@pytest.mark.parametrize("blank", ["", "  \n "])
def test_it_asks_for_evidence(app: Flask, cast: Cast, browse: Browse, blank: str) -> None:
    finding_id = keep(a_finding(cast))
    form = form_of(browse(cast.village).get(f"/findings/{finding_id}/fix"))
    form["evidence"] = blank
    assert "请写明怎么整改的" in form.submit(status=422).text
    assert stored(Finding.state, finding_id) is FindingState.RAISED


def test_it_is_not_fixed_by_another_village(app: Flask, cast: Cast, browse: Browse) -> None:
    for finding_id in keep(a_finding(cast), a_finding(cast, place=TOWN)):
        browse(cast.other_village).get(f"/findings/{finding_id}", status=404)
        browse(cast.other_village).get(f"/findings/{finding_id}/fix", status=404)


@pytest.mark.parametrize("who", ["leader", "legal", "admin"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    finding_id = keep(a_finding(cast))
    browse(getattr(cast, who)).get(f"/findings/{finding_id}/fix", status=403)
