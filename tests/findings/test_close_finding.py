"""Close a finding: somebody else than who fixed it."""

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_finding, a_fixed_finding, at_once
from factories import Cast, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.findings import services
from nanhua_emergency.findings.models import Finding, FindingState


def closing(page: object) -> object:
    return next(f for f in page.forms.values() if f.action.endswith("/close"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("who", ["office", "leader"])
def test_it_is_closed_by_another_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    person = getattr(cast, who)
    finding_id, person_id = keep(a_fixed_finding(cast), person)
    form = closing(browse(person).get(f"/findings/{finding_id}"))
    page = form.submit(status=302).follow()  # type: ignore[attr-defined]
    assert "已销号。" in page.text
    assert person.name in page.text
    assert stored(Finding.state, finding_id) is FindingState.CLOSED
    assert stored(Finding.closed_by_id, finding_id) == person_id
    form.submit(status=409)  # type: ignore[attr-defined]


def test_it_is_not_closed_by_whoever_fixed_it(app: Flask, cast: Cast, browse: Browse) -> None:
    finding = a_fixed_finding(cast, by=cast.office)
    with pytest.raises(services.RuleBroken, match="谁整改的不能由谁销号"):
        services.close_finding(finding, by=cast.office, now=clock.now())
    finding_id = keep(finding)
    page = browse(cast.office).get(f"/findings/{finding_id}")
    assert not [f for f in page.forms.values() if f.action.endswith("/close")]
    closing(browse(cast.other_office).get(f"/findings/{finding_id}")).submit(status=302)  # type: ignore[attr-defined]


def test_it_is_not_closed_before_it_is_fixed(app: Flask, cast: Cast) -> None:
    with pytest.raises(services.AlreadyDone, match="先登记整改情况，才能销号"):
        services.close_finding(a_finding(cast), by=cast.office, now=clock.now())


def test_it_is_closed_by_one_of_two_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    finding_id = keep(a_fixed_finding(cast))
    forms = [closing(browse(one).get(f"/findings/{finding_id}"))
             for one in (cast.office, cast.leader)]  # fmt: skip
    answers = at_once(app, *[lambda f=f: f.submit(expect_errors=True) for f in forms])
    assert sorted(answer.status_code for answer in answers) == [302, 409]


@pytest.mark.parametrize("who", ["village", "legal"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    finding_id = keep(a_fixed_finding(cast))
    browse(getattr(cast, who)).post(f"/findings/{finding_id}/close", status=403)
