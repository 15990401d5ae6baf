"""Begin an edition."""

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    Cast,
    a_body,
    a_draft,
    a_plan,
    a_published,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import services
from nanhua_emergency.plans.models import Edition, Revision
from nanhua_emergency.plans.words import Trigger

SIX = {"law", "command", "risk", "resource", "practice", "other"}


def test_it_begins_from_the_text_in_force(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    source = a_published(plan, cast)
    plan_id, source_head = plan.id, source.head_id
    keep(plan)
    page = browse(cast.office).get(f"/work/plans/{plan_id}/begin")
    form = form_of(page)
    assert {value for value, *_ in form["trigger"].options} == SIX
    form["trigger"], form["reason"], form["is_major"] = "practice", "演练中叫应超时", "no"
    edit = form.submit(status=302).follow()
    assert form_of(edit)["body"].value.strip() == a_body().strip()
    edition_id = int(edit.request.path.split("/")[3])
    assert stored(Edition.number, edition_id) == 2
    assert stored(Edition.trigger, edition_id) is Trigger.PRACTICE
    assert stored(Edition.trigger_reason, edition_id) == "演练中叫应超时"
    assert stored(Edition.is_major, edition_id) is False
    assert stored(Revision.based_on_id, stored(Edition.head_id, edition_id)) == source_head


def test_it_counts_the_text_carried_over_as_nobodys(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    edition = services.begin_edition(plan, trigger=Trigger.LAW, reason="示例", is_major=True,
                                     by=cast.office, now=NOW)  # fmt: skip
    assert edition.head.saved_by is None
    assert edition.head.author == "系统"
    assert not services.has_edited(edition, cast.office)
    assert edition.began_by is cast.office


def test_it_begins_from_the_last_text_where_none_is_in_force(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    draft = a_draft(plan, by=cast.office)
    services.abandon_edition(draft, reason="示例", by=cast.office, now=NOW)
    edition = services.begin_edition(plan, trigger=Trigger.RISK, reason="示例", is_major=True,
                                     by=cast.office, now=NOW)  # fmt: skip
    assert edition.body == draft.body
    assert edition.number == 2


def test_it_begins_the_first_text_of_a_plan(app: Flask, cast: Cast, browse: Browse) -> None:
    plan_id = keep(a_plan())
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/begin"))
    assert [value for value, *_ in form["trigger"].options] == ["first"]
    form["trigger"], form["reason"] = "first", "按县里要求新编"
    edit = form.submit(status=302).follow()
    assert form_of(edit)["body"].value == ""
    edition_id = int(edit.request.path.split("/")[3])
    assert stored(Edition.trigger, edition_id) is Trigger.FIRST
    assert stored(Edition.is_major, edition_id) is True


def test_it_files_the_first_text_whatever_was_asked(app: Flask, cast: Cast) -> None:
    edition = services.begin_edition(a_plan(), trigger=Trigger.FIRST, reason="示例", is_major=False,
                                     by=cast.office, now=NOW)  # fmt: skip
    assert edition.is_major


def test_it_refuses_a_second_one_under_way(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    a_published(plan, cast)
    plan_id = keep(plan)
    browser = browse(cast.office)
    form = form_of(browser.get(f"/work/plans/{plan_id}/begin"))
    form["trigger"], form["reason"] = "law", "示例"
    form.submit(status=302)
    before = count_rows(Edition, Revision)
    again = form.submit(status=422)
    assert "已有一版正在编修" in again.text
    assert form_of(again)["reason"].value == "示例"
    assert count_rows(Edition, Revision) == before


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    a_published(plan, cast)
    plan_id = keep(plan)
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/begin"))
    form["reason"] = "只写了情况"
    page = form.submit(status=422)
    assert "请选一个原因" in page.text
    assert form_of(page)["reason"].value == "只写了情况"
    form["trigger"], form["reason"] = "law", "  "
    assert "请写一句具体情况" in form.submit(status=422).text
    assert count_rows(Edition) == {"edition": 1}


def test_it_refuses_a_reason_that_is_not_on_the_list(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_published(plan, cast)
    plan_id = keep(plan)
    form = form_of(browse(cast.office).get(f"/work/plans/{plan_id}/begin"))
    form["reason"] = "示例"
    for value in ("import", "first", "无此原因"):
        form["trigger"].force_value(value)
        form.submit(status=422)
    assert count_rows(Edition) == {"edition": 1}


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    plan_id = keep(a_plan())
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/plans/{plan_id}/begin", status=403)


def test_it_is_in_the_activity_log(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    edition = a_draft(plan, by=cast.office)
    actions = [entry.action for entry in list_entries_of(edition)]
    assert actions == ["edition.saved", "edition.began"]
    with pytest.raises(RuleBroken):
        services.begin_edition(plan, trigger=Trigger.LAW, reason="示例", is_major=True,
                               by=cast.office, now=NOW)  # fmt: skip
