"""Close a periodic review."""

from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from conftest import Browse
from drill_factories import at_once
from factories import (
    NOW,
    TODAY,
    Cast,
    a_plan,
    a_published,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency.activity.services import list_entries_of
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, publication, queries
from nanhua_emergency.plans.models import Plan, Review
from nanhua_emergency.plans.words import Outcome


def _review(cast: Cast, **columns: object) -> Review:
    plan = a_plan(**columns)
    a_published(plan, cast)
    return queries.find_unclosed_review(plan)


def _close(review: Review, cast: Cast, **answers: object) -> None:
    answers = {"outcome": Outcome.NO_CHANGE, "reasons": "法规和风险没有变化",
               "checked": "法规、机构、风险、物资", "by": cast.office, "now": NOW} | answers  # fmt: skip
    publication.close_review(review, **answers)


def test_it_ends_with_no_change_and_sets_the_next(app: Flask, cast: Cast, browse: Browse) -> None:
    review_id = keep(_review(cast))
    form = form_of(browse(cast.office).get(f"/work/reviews/{review_id}/close"))
    form["outcome"], form["checked"], form["reasons"] = "no_change", "风险点、队伍", "没有变化"
    page = form.submit(status=302).follow()
    assert "下一次评估日期已经排好" in page.text
    assert "不修订" in page.text
    assert stored(Review.outcome, review_id) is Outcome.NO_CHANGE
    assert stored(Review.closed_by_id, review_id) == cast.office.id
    assert count_rows(Review) == {"review": 2}


def test_it_leads_to_a_new_edition_when_a_revision_is_needed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    review = _review(cast)
    review_id, plan_id = review.id, review.plan_id
    keep(review)
    form = form_of(browse(cast.office).get(f"/work/reviews/{review_id}/close"))
    form["outcome"], form["checked"], form["reasons"] = "revise", "演练问题", "叫应超时"
    answer = form.submit(status=302)
    assert answer.location.endswith(f"/work/plans/{plan_id}/begin")
    assert stored(Review.outcome, review_id) is Outcome.REVISE


def test_it_sets_the_next_by_the_plans_period(app: Flask, cast: Cast) -> None:
    review = _review(cast, review_months=12)
    _close(review, cast)
    assert review.closed_on == TODAY
    assert queries.find_unclosed_review(review.plan).due_on == date(2027, 5, 11)


@pytest.mark.parametrize("field", ["reasons", "checked"])
def test_it_asks_for_reasons_and_what_was_checked(app: Flask, cast: Cast, field: str) -> None:
    review = _review(cast)
    with pytest.raises(RuleBroken) as refusal:
        _close(review, cast, **{field: "  "})
    assert refusal.value.field == field
    assert review.closed_on is None


def test_it_asks_again_on_the_page_and_keeps_what_was_typed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    review_id = keep(_review(cast))
    form = form_of(browse(cast.office).get(f"/work/reviews/{review_id}/close"))
    form["checked"], form["reasons"] = "风险点", "没有变化"
    page = form.submit(status=422)
    assert "请选结论" in page.text
    assert form_of(page)["checked"].value == "风险点"
    form["outcome"].force_value("maybe")
    form.submit(status=422)
    form["outcome"], form["checked"] = "revise", " "
    assert "请写核对了什么" in form.submit(status=422).text
    assert stored(Review.closed_on, review_id) is None


def test_it_is_closed_once(app: Flask, cast: Cast) -> None:
    review = _review(cast)
    _close(review, cast)
    with pytest.raises(RuleBroken, match="已经办结"):
        _close(review, cast, outcome=Outcome.REVISE)
    assert review.outcome is Outcome.NO_CHANGE
    actions = [one.action for one in list_entries_of(review)]
    assert actions == ["review.closed"]


def test_it_takes_one_of_two_outcomes_sent_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    review_id = keep(_review(cast))
    forms = []
    for person, outcome in ((cast.office, "revise"), (cast.other_office, "no_change")):
        form = form_of(browse(person).get(f"/work/reviews/{review_id}/close"))
        form["outcome"], form["checked"], form["reasons"] = outcome, "风险点", "示例"
        forms.append(form)
    answers = at_once(app, *(partial(form.submit, expect_errors=True) for form in forms))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert count_rows(Review) == {"review": 2}


def test_it_cannot_store_two_to_come(app: Flask, cast: Cast) -> None:
    review = _review(cast)
    db.session.add(Review(plan_id=review.plan_id, due_on=TODAY))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_it_is_listed_when_due(app: Flask, cast: Cast) -> None:
    review = _review(cast)
    place = db.session.get(Plan, review.plan_id).place
    assert deadlines.list_reviews_due(place, until=review.due_on) == [review]
    assert deadlines.list_reviews_due(place, until=review.due_on - timedelta(days=1)) == []


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    review_id = keep(_review(cast))
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/reviews/{review_id}/close", status=403)
