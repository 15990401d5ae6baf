"""File an edition, recipient by recipient."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from conftest import Browse
from drill_factories import at_once
from factories import (
    NOW,
    TODAY,
    Cast,
    a_changed_body,
    a_cleared,
    a_plan,
    a_published,
    count_rows,
    form_of,
    keep,
    stored,
)
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import deadlines, publication, queries
from nanhua_emergency.plans.models import Filing


def _published_today(cast: Cast) -> Filing:
    edition = a_published(a_plan(), cast, now=clock.now())
    return queries.list_filings(edition)[0]


def test_it_stops_the_clock_of_one_recipient(app: Flask, cast: Cast, browse: Browse) -> None:
    filing = _published_today(cast)
    publication.add_filing(filing.edition, recipient="县水务局", by=cast.office, now=clock.now())
    filing_id = keep(filing)
    form = form_of(browse(cast.office).get(f"/work/filings/{filing_id}/file"))
    assert form["filed_on"].value == clock.today().isoformat()
    form["receipt_number"] = "高应急备〔2026〕7号"
    page = form.submit(status=302).follow()
    assert "已登记回执。" in page.text
    assert "1/2 个单位已回执" in page.text
    assert "高应急备〔2026〕7号" in page.text
    assert stored(Filing.filed_on, filing_id) == clock.today()
    (left,) = deadlines.list_unfiled(cast.office.place)
    assert left.recipient == "县水务局"


def test_it_asks_for_the_receipt(app: Flask, cast: Cast, browse: Browse) -> None:
    filing_id = keep(_published_today(cast))
    form = form_of(browse(cast.office).get(f"/work/filings/{filing_id}/file"))
    assert "请填回执编号" in form.submit(status=422).text
    form["receipt_number"], form["filed_on"] = "示例7号", "昨天"
    page = form.submit(status=422)
    assert form_of(page)["receipt_number"].value == "示例7号"
    assert stored(Filing.filed_on, filing_id) is None


@pytest.mark.parametrize("days", [-1, 6])
def test_it_refuses_a_day_before_issue_or_ahead(app: Flask, cast: Cast, days: int) -> None:
    (filing,) = queries.list_filings(a_published(a_plan(), cast))
    with pytest.raises(RuleBroken) as refusal:
        publication.file_edition(
            filing, filed_on=TODAY + timedelta(days=days), receipt_number="示例7号",
            by=cast.office, now=NOW + timedelta(days=5),
        )  # fmt: skip
    assert refusal.value.field == "filed_on"
    assert filing.filed_on is None


def test_it_is_done_once(app: Flask, cast: Cast) -> None:
    (filing,) = queries.list_filings(a_published(a_plan(), cast))
    publication.file_edition(
        filing, filed_on=TODAY, receipt_number="示例7号", by=cast.office, now=NOW
    )
    with pytest.raises(RuleBroken, match="已登记回执"):
        publication.file_edition(filing, filed_on=TODAY, receipt_number="示例8号", by=cast.office,
                                 now=NOW)  # fmt: skip
    assert filing.receipt_number == "示例7号"


def test_it_adds_a_recipient_with_the_same_day(app: Flask, cast: Cast, browse: Browse) -> None:
    filing = _published_today(cast)
    edition_id, due_on = filing.edition_id, filing.due_on
    keep(filing)
    form = form_of(browse(cast.office).get(f"/work/editions/{edition_id}/add-filing"))
    form["recipient"] = " 县水务局 "
    assert "县水务局" in form.submit(status=302).follow().text
    added = db.session.scalar(select(Filing).where(Filing.recipient == "县水务局"))
    assert added.due_on == due_on
    page = form.submit(status=422)
    assert "“县水务局”已在备案名单里" in page.text
    assert count_rows(Filing) == {"filing": 2}
    form["recipient"] = "  "
    assert "请填单位名称" in form.submit(status=422).text


def test_it_adds_no_recipient_before_publication(app: Flask, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="签发以后才能备案"):
        publication.add_filing(
            a_cleared(a_plan(), cast), recipient="县水务局", by=cast.office, now=NOW
        )


def test_it_files_each_edition_by_itself(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    first = a_published(plan, cast)
    second = a_published(plan, cast, body=a_changed_body())
    assert deadlines.list_unfiled(plan.place) == queries.list_filings(second)
    assert queries.list_filings(first)[0].filed_on is None


def test_it_takes_one_of_two_receipts_sent_at_once(app: Flask, cast: Cast, browse: Browse) -> None:
    filing_id = keep(_published_today(cast))
    forms = []
    for person, receipt in ((cast.office, "示例7号"), (cast.other_office, "示例8号")):
        form = form_of(browse(person).get(f"/work/filings/{filing_id}/file"))
        form["receipt_number"] = receipt
        forms.append(form)
    answers = at_once(app, *(partial(form.submit, expect_errors=True) for form in forms))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    entries = select(func.count()).select_from(ActivityEntry)
    assert db.session.scalar(entries.where(ActivityEntry.action == "filing.filed")) == 1


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    filing = _published_today(cast)
    filing_id, edition_id = filing.id, filing.edition_id
    keep(filing)
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get(f"/work/filings/{filing_id}/file", status=403)
        browse(person).get(f"/work/editions/{edition_id}/add-filing", status=403)
