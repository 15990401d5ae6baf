"""Show where a plan stands, as a line of steps with days left."""

from datetime import date, timedelta

from flask import Flask

from conftest import Browse
from factories import (
    NOW,
    TODAY,
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    keep,
)
from nanhua_emergency.plans import publication, queries, services
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.steps import Progress, Step, list_duty_steps, list_work_steps


def _progress(edition: Edition) -> list[str]:
    return [step.progress_name for step in list_work_steps(edition)]


def test_it_walks_from_drafting_to_signature(app: Flask, cast: Cast) -> None:
    draft = a_draft(a_plan(), by=cast.office)
    assert [step.name for step in list_work_steps(draft)] == ["起草", "合法性审核", "签发"]
    assert _progress(draft) == ["进行中", "未开始", "未开始"]
    submitted = a_submitted(a_plan(number=2, slug="b"), cast)
    assert _progress(submitted) == ["已完成", "进行中", "未开始"]
    cleared = a_cleared(a_plan(number=3, slug="c"), cast)
    assert _progress(cleared) == ["已完成", "已完成", "进行中"]
    services.return_edition(cleared, reason="示例", by=cast.leader, now=NOW)
    assert _progress(cleared) == ["进行中", "未开始", "未开始"]


def _duties(edition: Edition, today: date) -> dict[str, Step]:
    filings = queries.list_filings(edition)
    review = queries.find_unclosed_review(edition.plan)
    return {step.name: step for step in list_duty_steps(edition, filings, review, today=today)}


def test_it_counts_the_days_left(app: Flask, cast: Cast) -> None:
    steps = _duties(a_published(a_plan(), cast), TODAY)
    assert list(steps) == ["签发", "备案", "公布", "定期评估"]
    assert (steps["签发"].progress, steps["签发"].on) == (Progress.DONE, TODAY)
    assert steps["备案"].progress is Progress.NOW
    assert steps["备案"].note == "0/1 个单位已回执"
    # Twenty working days after Monday 11 May 2026: 5/12—15 four, then three weeks of five
    # (19), and Monday 8 June.
    assert steps["备案"].on == date(2026, 6, 8)
    assert steps["备案"].days_left == steps["公布"].days_left == 28
    assert steps["定期评估"].on == date(2029, 5, 11)


def test_it_says_when_it_is_late(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    assert _duties(edition, date(2026, 6, 8))["备案"].progress is Progress.NOW
    assert _duties(edition, date(2026, 6, 8))["备案"].days_left == 0
    late = _duties(edition, date(2026, 6, 9))["备案"]
    assert (late.progress, late.days_left) == (Progress.LATE, -1)
    assert _duties(edition, date(2029, 5, 12))["定期评估"].progress is Progress.LATE


def test_it_is_done_when_every_recipient_answered(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    second = publication.add_filing(edition, recipient="县水务局", by=cast.office, now=NOW)
    (first, _) = queries.list_filings(edition)
    later = NOW + timedelta(days=2)
    publication.file_edition(
        first, filed_on=TODAY, receipt_number="示例1号", by=cast.office, now=later
    )
    assert _duties(edition, TODAY)["备案"].note == "1/2 个单位已回执"
    assert _duties(edition, TODAY)["备案"].progress is Progress.NOW
    publication.file_edition(second, filed_on=TODAY + timedelta(days=2), receipt_number="示例2号",
                             by=cast.office, now=later)  # fmt: skip
    done = _duties(edition, TODAY + timedelta(days=90))["备案"]
    assert (done.progress, done.on) == (Progress.DONE, TODAY + timedelta(days=2))


def test_it_marks_the_announcement_done(app: Flask, cast: Cast) -> None:
    edition = a_published(a_plan(), cast)
    publication.announce_edition(edition, announced_on=TODAY, where="村务公开栏", by=cast.office,
                                 now=NOW)  # fmt: skip
    step = _duties(edition, TODAY + timedelta(days=90))["公布"]
    assert (step.progress, step.on) == (Progress.DONE, TODAY)


def test_it_has_an_approval_only_when_urgent(app: Flask, cast: Cast) -> None:
    edition = a_submitted(a_plan(), cast)
    publication.publish_urgently(edition, sha256=edition.head.sha256, issue_number="示例1号",
                                 reason="汛情", by=cast.leader, now=NOW)  # fmt: skip
    step = _duties(edition, TODAY)["补签"]
    assert (step.progress, step.days_left) == (Progress.NOW, 3)
    assert _duties(edition, TODAY + timedelta(days=4))["补签"].progress is Progress.LATE
    publication.approve_edition(edition, by=cast.other_leader, now=NOW)
    assert _duties(edition, TODAY + timedelta(days=4))["补签"].progress is Progress.DONE


def test_it_leaves_out_what_a_simplified_revision_need_not_do(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    edition = a_published(plan, cast, is_major=False, body=a_changed_body())
    assert list(_duties(edition, TODAY)) == ["签发", "定期评估"]


def test_it_stands_on_the_plans_page(app: Flask, cast: Cast, browse: Browse) -> None:
    plan = a_plan()
    a_published(plan, cast)
    a_submitted(plan, cast, body=a_changed_body())
    plan_id = keep(plan)
    page = browse(cast.leader).get(f"/work/plans/{plan_id}").html
    lines = [
        [step.get_text() for step in line.select(".step-name")] for line in page.select(".steps")
    ]
    assert lines == [["起草", "合法性审核", "签发"], ["签发", "备案", "公布", "定期评估"]]
    assert page.select(".step-late .step-left")[0].get_text().startswith("已逾期")
