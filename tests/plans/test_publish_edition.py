"""Publish an edition."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from conftest import Browse
from factories import (
    ALL_MET,
    NOW,
    TODAY,
    Cast,
    a_body,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    form_of,
    keep,
    stored,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import drafting, publication, queries, services
from nanhua_emergency.plans.lifecycle import State, Verb
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.words import Trigger

NEW = "示例新句：两路同时叫应。"
COUNTY = "高台县人民政府（径送县应急管理局）"


def _publish(edition: Edition, cast: Cast, **answers: Any) -> None:
    answers = {
        "sha256": edition.cleared_sha256, "issue_number": "南政发〔2026〕9号",
        "effective_on": TODAY, "by": cast.leader, "now": NOW,
    } | answers  # fmt: skip
    publication.publish_edition(edition, **answers)


def test_it_replaces_the_text_in_force_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    old, new = a_published(plan, cast), a_cleared(plan, cast, body=a_changed_body(NEW))
    old_id, new_id = keep(old, new)
    visitor = browse(None)
    assert NEW not in visitor.get("/plans/flood-control").text
    form = form_of(browse(cast.leader).get(f"/work/editions/{new_id}/publish"))
    form["issue_number"] = "南政发〔2026〕9号"
    page = form.submit(status=302).follow()
    assert "备案和公布的期限从今天起算" in page.text
    public = visitor.get("/plans/flood-control")
    assert NEW in public.text
    assert "南政发〔2026〕9号" in public.text
    assert stored(Edition.state, old_id) is State.SUPERSEDED
    assert stored(Edition.ended_at, old_id) is not None
    assert stored(Edition.state, new_id) is State.PUBLISHED
    assert stored(Edition.published_sha256, new_id) == stored(Edition.cleared_sha256, new_id)
    assert NEW not in visitor.get("/plans/flood-control/editions/1").text
    assert "这是旧版，已经失效。" in visitor.get("/plans/flood-control/editions/1").text


def test_it_starts_the_filing_clock(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    (filing,) = queries.list_filings(edition)
    assert filing.recipient == COUNTY
    assert filing.filed_on is None
    assert edition.announcement_due_on == filing.due_on


# 2026 by the State Council's notice: Spring Festival 15—23 February, at work on Saturdays 14 and 28
# February; Mid-Autumn 25—27 September, National Day 1—7 October, at work on Sunday 20 September
# and Saturday 10 October. Twenty working days counted by hand, the day of issue not among them.
@pytest.mark.parametrize(
    ("issued_on", "due_on"),
    [
        # 2/11—14 four, 2/24—28 five (9), 3/2—6 five (14), 3/9—13 five (19), 3/16.
        (date(2026, 2, 10), date(2026, 3, 16)),
        # 2/14 is worked, so it counts: one, 2/24—28 five (6), 3/2—6 (11), 3/9—13 (16), 3/16—19.
        (date(2026, 2, 13), date(2026, 3, 19)),
        # 9/20—24 five, 9/28—30 three (8), 10/8—10 three (11), 10/12—16 (16), 10/19—22 four.
        (date(2026, 9, 18), date(2026, 10, 22)),
        # 10/8—10 three, 10/12—16 (8), 10/19—23 (13), 10/26—30 (18), 11/2, 11/3.
        (date(2026, 9, 30), date(2026, 11, 3)),
    ],
)
def test_it_counts_twenty_working_days_across_a_holiday(
    app: Flask, cast: Cast, issued_on: date, due_on: date
) -> None:
    now = datetime(issued_on.year, issued_on.month, issued_on.day, 3, tzinfo=UTC)
    edition = a_published(a_plan(), cast, now=now)
    (filing,) = queries.list_filings(edition)
    assert filing.due_on == due_on
    assert filing.is_due_exact
    assert edition.announcement_due_on == due_on


def test_it_counts_from_the_day_in_china(app: Flask, cast: Cast) -> None:
    late = datetime(2026, 9, 29, 17, tzinfo=UTC)  # one o'clock on the 30th in China
    edition = a_cleared(a_plan(), cast)
    _publish(edition, cast, now=late, effective_on=date(2026, 9, 30))
    (filing,) = queries.list_filings(edition)
    assert filing.due_on == date(2026, 11, 3)


def test_it_says_where_the_holidays_are_not_known(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast, now=datetime(2031, 9, 15, 3, tzinfo=UTC))
    (filing,) = queries.list_filings(edition)
    assert not filing.is_due_exact


def _simplified(plan: Any, cast: Cast) -> Edition:
    return a_cleared(plan, cast, is_major=False, body=a_changed_body(NEW))


def test_it_starts_no_clock_for_a_simplified_revision(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_published(plan, cast)
    edition = _simplified(plan, cast)
    edition_id = keep(edition)
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/publish"))
    form["issue_number"] = "南政发〔2026〕9号"
    assert "一般修订不重新备案和公布" in form.submit(status=302).follow().text
    assert stored(Edition.state, edition_id) is State.PUBLISHED
    assert stored(Edition.announcement_due_on, edition_id) is None
    assert queries.list_filings(edition) == []


def test_it_files_the_first_text_even_if_called_simplified(app: Flask, cast: Cast) -> None:
    edition = _simplified(a_plan(), cast)
    _publish(edition, cast)
    assert len(queries.list_filings(edition)) == 1


def test_it_sets_the_next_review(app: Flask, cast: Cast) -> None:
    plan = a_plan(review_months=24)
    _publish(a_cleared(plan, cast), cast, effective_on=date(2026, 6, 1))
    review = queries.find_unclosed_review(plan)
    assert review.due_on == date(2028, 6, 1)


def test_it_moves_the_review_that_was_set(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    _publish(a_cleared(plan, cast, body=a_changed_body()), cast, effective_on=date(2026, 8, 31))
    assert [one.due_on for one in queries.list_reviews(plan)] == [date(2029, 8, 31)]


def test_it_signs_only_the_text_that_was_read(app: Flask, cast: Cast, browse: Browse) -> None:
    edition = a_cleared(a_plan(), cast)
    edition_id = keep(edition)
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/publish"))
    drafting.save_draft(edition, body=a_changed_body(), based_on_id=edition.head_id, note="",
                        by=cast.office, now=NOW)  # fmt: skip
    services.submit_edition(edition, change_note="示例", by=cast.office, now=NOW)
    services.clear_edition(edition, sha256=edition.head.sha256, points=ALL_MET, by=cast.legal,
                           now=NOW)  # fmt: skip
    keep(edition)
    form["issue_number"] = "南政发〔2026〕9号"
    page = form.submit(status=422)
    assert "您打开之后文本又有改动" in page.text
    assert form_of(page)["issue_number"].value == "南政发〔2026〕9号"
    assert stored(Edition.state, edition_id) is State.CLEARED


def test_it_refuses_a_text_other_than_the_cleared_one(app: Flask, cast: Cast) -> None:
    edition = a_cleared(a_plan(), cast)
    edition.cleared_sha256 = "0" * 64
    with pytest.raises(RuleBroken, match="须重新审核才能签发"):
        _publish(edition, cast, sha256=edition.head.sha256)
    assert edition.state is State.CLEARED


def test_it_refuses_whoever_wrote_any_part(app: Flask, cast: Cast) -> None:
    edition = a_cleared(a_plan(), cast)
    cast.office.role = Role.LEADER
    assert Verb.PUBLISH not in services.list_offered_verbs(edition, cast.office)
    with pytest.raises(services.SameEyes):
        _publish(edition, cast, by=cast.office)
    assert queries.find_published(edition.plan) is None


@pytest.mark.parametrize("days", [0, 1, 30, 366])
def test_it_takes_effect_today_or_later(app: Flask, cast: Cast, days: int) -> None:
    edition = a_cleared(a_plan(), cast)
    _publish(edition, cast, effective_on=TODAY + timedelta(days=days))
    assert edition.effective_on == TODAY + timedelta(days=days)


@pytest.mark.parametrize("days", [-1, -365, 367])
def test_it_refuses_a_day_of_effect_out_of_range(app: Flask, cast: Cast, days: int) -> None:
    plan = a_plan()
    a_published(plan, cast)
    edition = a_cleared(plan, cast, body=a_changed_body())
    with pytest.raises(RuleBroken) as refusal:
        _publish(edition, cast, effective_on=TODAY + timedelta(days=days))
    assert refusal.value.field == "effective_on"
    assert queries.find_published(plan).body == a_body()


def test_it_asks_again_for_what_is_missing(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_cleared(a_plan(), cast))
    form = form_of(browse(cast.leader).get(f"/work/editions/{edition_id}/publish"))
    assert form["effective_on"].value == clock.today().isoformat()
    assert "请填文号" in form.submit(status=422).text
    form["issue_number"], form["effective_on"] = "南政发〔2026〕9号", "明天"
    page = form.submit(status=422)
    assert form_of(page)["issue_number"].value == "南政发〔2026〕9号"
    form["effective_on"] = "2020-01-01"
    assert "施行日期应在今天之后的一年以内" in form.submit(status=422).text
    assert stored(Edition.state, edition_id) is State.CLEARED


def test_it_files_a_villages_plan_with_the_town(app: Flask, cast: Cast) -> None:
    village = a_plan(place="620724102212", slug="mingshui-flood", number=1)
    assert publication.list_recipients(village) == ["南华镇人民政府"]
    assert publication.list_recipients(a_plan()) == [COUNTY]


def test_it_leaves_the_old_text_while_the_new_is_under_way(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    plan = a_plan()
    a_published(plan, cast)
    services.begin_edition(plan, trigger=Trigger.LAW, reason="示例", is_major=True,
                           by=cast.office, now=NOW)  # fmt: skip
    keep(plan)
    assert "第 1 版" in browse(None).get("/plans/flood-control").text


def test_it_is_only_for_leaders(app: Flask, cast: Cast, browse: Browse) -> None:
    edition_id = keep(a_cleared(a_plan(), cast))
    for person in (cast.office, cast.legal, cast.village, cast.admin):
        browse(person).get(f"/work/editions/{edition_id}/publish", status=403)
    draft_id = keep(a_draft(a_plan(number=2, slug="drought"), by=cast.office))
    browse(cast.leader).get(f"/work/editions/{draft_id}/publish", status=409)
