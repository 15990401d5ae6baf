"""Change what is registered of a plan."""

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, Cast, a_plan, a_published, count_rows, form_of, keep, stored
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.plans import services
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.registered import print_of
from nanhua_emergency.plans.words import Category


def test_it_changes_what_is_registered(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    plan_id = keep(plan)
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    assert form["title"].value == "南华镇防汛应急预案"
    form["lead_department"], form["review_months"] = "示例水务站", "24"
    form["category"] = "事故灾难"
    assert "示例水务站" in form.submit(status=302).follow().text
    assert stored(Plan.lead_department, plan_id) == "示例水务站"
    assert stored(Plan.review_months, plan_id) == 24
    assert stored(Plan.category, plan_id) is Category.ACCIDENT


def test_it_leaves_number_and_slug(app: Flask, cast: Cast, browse: Browse) -> None:
    plan_id = keep(a_plan())
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    assert "number" not in form.fields
    assert "slug" not in form.fields
    fields = [*form.submit_fields(), ("number", "9"), ("slug", "other"), ("place_code", "6")]
    browse_again = form.response.goto(form.response.request.path, method="post", params=fields)
    assert browse_again.status_code == 302
    assert stored(Plan.number, plan_id) == 1
    assert stored(Plan.slug, plan_id) == "flood-control"
    assert stored(Plan.place_code, plan_id) == "620724102000"


def test_it_changes_the_public_page_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    a_published(plan, cast)
    plan_id = keep(plan)
    visitor = browse(None)
    before = visitor.get("/plans/flood-control")
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    form["lead_department"] = "示例水务站"
    form.submit(status=302)
    # The text is the same, so its hash is too: the tag must tell the pages apart all the same.
    after = visitor.get("/plans/flood-control", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "示例水务站" in after.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "请填名称"),
        ("hazard", "九个字以上的灾种名称", "灾种写 2 至 8 字"),
        ("season", "x", "写成 5月—6月 或 全年"),
        ("review_months", "abc", "请填 1 至 36"),
    ],
)
def test_it_asks_again_and_keeps_the_rest(
    app: Flask, cast: Cast, browse: Browse, field: str, value: str, message: str
) -> None:
    plan_id = keep(a_plan())
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    form["lead_department"] = "示例水务站"
    form[field] = value
    page = form.submit(status=422)
    assert message in page.text
    assert form_of(page)["lead_department"].value == "示例水务站"
    assert stored(Plan.lead_department, plan_id) == "水管所"


def test_it_records_what_was_there_before(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    services.change_plan(plan, based_on=print_of(plan), by=cast.office, now=NOW, hazard="山洪")
    entry = list_entries_of(plan)[0]
    assert entry.action == "plan.changed"
    assert entry.details["before"] == {"hazard": "洪涝"}


def test_it_records_nothing_when_nothing_changed(app: Flask, cast: Cast, browse: Browse) -> None:
    plan_id = keep(a_plan())
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    form["legal_basis"] = "甲法\r\n乙法"
    form.submit(status=302)
    before = count_rows(ActivityEntry)
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/change"))
    form["legal_basis"] = "甲法\r\n乙法"
    form.submit(status=302)
    assert count_rows(ActivityEntry) == before


def test_it_shows_what_another_has_changed_meanwhile(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan_id = keep(a_plan())
    address = f"/work/plans/{plan_id}/change"
    mine, theirs = (form_of(browse(p).get(address)) for p in (cast.office, cast.other_office))
    theirs["lead_department"] = "示例水务站"
    theirs.submit(status=302)
    mine["title"] = "南华镇防汛抗旱应急预案"
    page = mine.submit(status=409)
    assert "名称 南华镇防汛应急预案；牵头部门 示例水务站" in page.text
    again = form_of(page)
    assert again["title"].value == "南华镇防汛抗旱应急预案"
    assert stored(Plan.lead_department, plan_id) == "示例水务站"
    again["lead_department"] = "示例水务站"
    again.submit(status=302)
    assert stored(Plan.title, plan_id) == "南华镇防汛抗旱应急预案"
    assert stored(Plan.lead_department, plan_id) == "示例水务站"


def test_it_takes_twice_what_two_have_changed_alike(app: Flask, cast: Cast, browse: Browse) -> None:
    address = f"/work/plans/{keep(a_plan())}/change"
    forms = [form_of(browse(p).get(address)) for p in (cast.office, cast.other_office)]
    for form in forms:
        form["hazard"] = "山洪"
        form.submit(status=302)


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    plan_id = keep(a_plan())
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/plans/{plan_id}/change", status=403)
