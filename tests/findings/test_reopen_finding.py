"""Reopen a finding that is not put right after all."""

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_finding, a_fixed_finding
from factories import Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.findings import services
from nanhua_emergency.findings.models import Finding, FindingState


@pytest.mark.parametrize("is_closed", [False, True])
def test_it_goes_back_with_the_reason(
    app: Flask, cast: Cast, browse: Browse, is_closed: bool
) -> None:
    finding = a_fixed_finding(cast)
    if is_closed:
        services.close_finding(finding, by=cast.office, now=clock.now())
    finding_id = keep(finding)
    form = form_of(browse(cast.leader).get(f"/findings/{finding_id}/reopen"))
    form["reason"] = "去看过，喇叭还是不响"
    assert "已退回整改。" in form.submit(status=302).follow().text
    assert stored(Finding.state, finding_id) is FindingState.RAISED
    assert stored(Finding.closed_at, finding_id) is None
    assert stored(Finding.evidence, finding_id) == "已换新的"
    page = browse(cast.village).get(f"/findings/{finding_id}")
    assert "去看过，喇叭还是不响" in page.text
    again = form_of(page.click("登记整改"))
    again["evidence"] = "又换了一个"
    again.submit(status=302)
    assert stored(Finding.reopen_reason, finding_id) == ""


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    finding_id = keep(a_fixed_finding(cast))
    form = form_of(browse(cast.office).get(f"/findings/{finding_id}/reopen"))
    assert "请写明原因" in form.submit(status=422).text
    assert stored(Finding.state, finding_id) is FindingState.FIXED


def test_it_is_not_reopened_while_it_is_open(app: Flask, cast: Cast) -> None:
    with pytest.raises(services.AlreadyDone, match="这个问题正在整改中"):
        services.reopen_finding(a_finding(cast), reason="示例", by=cast.office, now=clock.now())


def test_it_is_not_reopened_once_its_record_was_returned(app: Flask, cast: Cast) -> None:
    finding = a_fixed_finding(cast)
    services.drop_findings([finding], by=cast.office, now=clock.now())
    with pytest.raises(services.AlreadyDone):
        services.reopen_finding(finding, reason="示例", by=cast.office, now=clock.now())


@pytest.mark.parametrize("who", ["village", "legal"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    finding_id = keep(a_fixed_finding(cast))
    browse(getattr(cast, who)).get(f"/findings/{finding_id}/reopen", status=403)
