"""Assign a finding: who puts it right by when."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_finding, a_fixed_finding
from factories import Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.database import db
from nanhua_emergency.findings import services
from nanhua_emergency.findings.models import Finding

LATER = clock.today() + timedelta(days=90)


def test_it_names_the_owner_and_the_day(app: Flask, cast: Cast, browse: Browse) -> None:
    finding_id = keep(a_finding(cast))
    form = form_of(browse(cast.office).get(f"/findings/{finding_id}/assign"))
    form["owner_id"], form["due_on"] = str(cast.village.id), LATER.isoformat()
    page = form.submit(status=302).follow()
    assert "已交办。" in page.text
    assert cast.village.name in page.text
    assert stored(Finding.owner_id, finding_id) == cast.village.id
    assert stored(Finding.due_on, finding_id) == LATER
    finding = db.session.get_one(Finding, finding_id)
    assert "finding.assigned" in [entry.action for entry in list_entries_of(finding)]
    form["owner_id"] = "0"
    form.submit(status=302)
    assert stored(Finding.owner_id, finding_id) is None


@pytest.mark.parametrize("day", ["", "2027-02-30", "明天"])
def test_it_asks_for_a_day_that_exists(app: Flask, cast: Cast, browse: Browse, day: str) -> None:
    finding_id = keep(a_finding(cast))
    form = form_of(browse(cast.office).get(f"/findings/{finding_id}/assign"))
    form["owner_id"] = str(cast.village.id)
    form["due_on"].force_value(day)
    page = form.submit(status=422)
    assert form_of(page)["owner_id"].value == str(cast.village.id)
    assert stored(Finding.owner_id, finding_id) is None


def test_it_sets_no_day_that_has_passed(app: Flask, cast: Cast, browse: Browse) -> None:
    yesterday = clock.today() - timedelta(days=1)
    finding = a_finding(cast)
    finding.due_on = yesterday
    finding_id = keep(finding)
    form = form_of(browse(cast.office).get(f"/findings/{finding_id}/assign"))
    form["owner_id"] = str(cast.village.id)
    form["due_on"] = (yesterday - timedelta(days=1)).isoformat()
    assert "期限已经过去，请另定一天" in form.submit(status=422).text
    assert stored(Finding.owner_id, finding_id) is None
    form["due_on"] = yesterday.isoformat()  # another owner for what is late already
    form.submit(status=302)
    assert stored(Finding.owner_id, finding_id) == cast.village.id


def test_it_takes_no_owner_from_elsewhere(app: Flask, cast: Cast, browse: Browse) -> None:
    finding_id = keep(a_finding(cast))
    form = form_of(browse(cast.office).get(f"/findings/{finding_id}/assign"))
    form["owner_id"].force_value("99999")
    form.submit(status=422)
    assert stored(Finding.owner_id, finding_id) is None


def test_it_is_not_assigned_once_it_is_closed(app: Flask, cast: Cast) -> None:
    finding = a_fixed_finding(cast)
    services.close_finding(finding, by=cast.office, now=clock.now())
    with pytest.raises(services.AlreadyDone, match="已经办结"):
        services.assign_finding(finding, owner=cast.village, due_on=LATER,
                                by=cast.office, now=clock.now())  # fmt: skip


@pytest.mark.parametrize("who", ["village", "leader", "legal"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    finding_id = keep(a_finding(cast))
    browse(getattr(cast, who)).get(f"/findings/{finding_id}/assign", status=403)
