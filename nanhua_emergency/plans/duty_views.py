"""Pages of what follows review: publication, filing, announcement, periodic evaluation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.database import db
from nanhua_emergency.forms import Confirmation, ReasonForm
from nanhua_emergency.languages import _
from nanhua_emergency.plans import lifecycle, publication, queries
from nanhua_emergency.plans.forms import (
    AddFilingForm,
    AnnounceEditionForm,
    CloseReviewForm,
    FileEditionForm,
    PublishEditionForm,
    PublishUrgentlyForm,
)
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.views import bp
from nanhua_emergency.plans.words import Outcome
from nanhua_emergency.plans.work_views import compare_with_origin, edition_for, render_head


def _to_plan(edition: Edition) -> ResponseReturnValue:
    return redirect(url_for("plans.show_plan", plan_id=edition.plan_id))


@bp.route("/work/editions/<int:edition_id>/publish", methods=["GET", "POST"])
@allow(Role.LEADER)
def publish_edition(edition_id: int) -> ResponseReturnValue:
    """Sign the text that was cleared."""
    edition = edition_for(edition_id, lifecycle.Verb.PUBLISH)
    form = PublishEditionForm(sha256=edition.cleared_sha256, effective_on=clock.today())
    if form.submitted():
        with form.refusals():
            publication.publish_edition(
                edition, **form.answers(), by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已签发，公开页面已经更新。备案和公布的期限从今天起算。") if edition.is_major
                  else _("已签发，公开页面已经更新。一般修订不重新备案和公布。"))  # fmt: skip
            return _to_plan(edition)
    origin, comparison = compare_with_origin(edition)
    return render_template(
        "plans/publish_edition.html",
        origin=origin,
        comparison=comparison,
        form=form,
        edition=edition,
        plan=edition.plan,
        rendered=render_head(edition),
        published=queries.find_published(edition.plan),
    ), form.status


@bp.route("/work/editions/<int:edition_id>/publish-urgently", methods=["GET", "POST"])
@allow(Role.LEADER)
def publish_urgently(edition_id: int) -> ResponseReturnValue:
    """Sign at once, with a reason; another person approves afterwards."""
    edition = edition_for(edition_id, lifecycle.Verb.PUBLISH_URGENTLY)
    form = PublishUrgentlyForm(sha256=edition.head.sha256 if edition.head else "")
    if form.submitted():
        with form.refusals():
            publication.publish_urgently(
                edition, **form.answers(), by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已紧急签发。请在 3 天内由另一位领导补签。"))
            return _to_plan(edition)
    origin, comparison = compare_with_origin(edition)
    return render_template(
        "plans/publish_urgently.html",
        origin=origin,
        comparison=comparison,
        form=form,
        edition=edition,
        plan=edition.plan,
        rendered=render_head(edition),
    ), form.status


@bp.route("/work/editions/<int:edition_id>/approve", methods=["GET", "POST"])
@allow(Role.LEADER)
def approve_edition(edition_id: int) -> ResponseReturnValue:
    """Sign, as another person, what was published urgently."""
    edition = edition_for(edition_id, lifecycle.Verb.APPROVE)
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            publication.approve_edition(edition, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已补签。"))
            return _to_plan(edition)
    origin, comparison = compare_with_origin(edition)
    return render_template(
        "plans/approve_edition.html",
        origin=origin,
        comparison=comparison,
        form=form,
        edition=edition,
        plan=edition.plan,
        rendered=render_head(edition),
    ), form.status


@bp.route("/work/editions/<int:edition_id>/withdraw", methods=["GET", "POST"])
@allow(Role.LEADER)
def withdraw_edition(edition_id: int) -> ResponseReturnValue:
    """Take the text in force away from the public."""
    edition = edition_for(edition_id, lifecycle.Verb.WITHDRAW)
    form = ReasonForm()
    if form.submitted():
        with form.refusals():
            publication.withdraw_edition(
                edition, reason=form.reason.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已撤回，公开页面不再显示。"))
            return _to_plan(edition)
    return render_template(
        "plans/withdraw_edition.html", form=form, edition=edition, plan=edition.plan
    ), form.status


@bp.route("/work/editions/<int:edition_id>/add-filing", methods=["GET", "POST"])
@allow(Role.OFFICE)
def add_filing(edition_id: int) -> ResponseReturnValue:
    """Add a recipient to the filing list."""
    edition = queries.get_edition(edition_id, seen_by=current_person())
    form = AddFilingForm()
    if form.submitted():
        with form.refusals():
            publication.add_filing(
                edition, recipient=form.recipient.data, by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已加入备案名单。"))
            return _to_plan(edition)
    return render_template(
        "plans/add_filing.html", form=form, edition=edition, plan=edition.plan
    ), form.status


@bp.route("/work/filings/<int:filing_id>/file", methods=["GET", "POST"])
@allow(Role.OFFICE)
def file_edition(filing_id: int) -> ResponseReturnValue:
    """Enter the receipt of one recipient."""
    filing = queries.get_filing(filing_id, seen_by=current_person())
    form = FileEditionForm(filed_on=clock.today())
    if form.submitted():
        with form.refusals():
            publication.file_edition(filing, **form.answers(), by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已登记回执。"))
            return _to_plan(filing.edition)
    return render_template(
        "plans/file_edition.html", form=form, filing=filing, plan=filing.edition.plan
    ), form.status


@bp.route("/work/editions/<int:edition_id>/announce", methods=["GET", "POST"])
@allow(Role.OFFICE)
def announce_edition(edition_id: int) -> ResponseReturnValue:
    """Enter when and where the text was announced."""
    edition = queries.get_edition(edition_id, seen_by=current_person())
    form = AnnounceEditionForm(announced_on=clock.today())
    if form.submitted():
        with form.refusals():
            publication.announce_edition(
                edition, **form.answers(), by=current_person(), now=clock.now()
            )
            db.session.commit()
            flash(_("已登记公布情况。"))
            return _to_plan(edition)
    return render_template(
        "plans/announce_edition.html", form=form, edition=edition, plan=edition.plan
    ), form.status


@bp.route("/work/reviews/<int:review_id>/close", methods=["GET", "POST"])
@allow(Role.OFFICE)
def close_review(review_id: int) -> ResponseReturnValue:
    """Close a periodic review with its outcome."""
    review = queries.get_review(review_id, seen_by=current_person())
    form = CloseReviewForm()
    if form.submitted():
        with form.refusals():
            publication.close_review(
                review, outcome=Outcome(form.outcome.data), reasons=form.reasons.data,
                checked=form.checked.data, by=current_person(), now=clock.now(),
            )  # fmt: skip
            db.session.commit()
            return _after_review(review.plan_id, Outcome(form.outcome.data))
    return render_template(
        "plans/close_review.html", form=form, review=review, plan=review.plan
    ), form.status


def _after_review(plan_id: int, outcome: Outcome) -> ResponseReturnValue:
    if outcome is Outcome.REVISE:
        flash(_("评估已办结：需要修订。请接着开始新的一版。"))
        return redirect(url_for("plans.begin_edition", plan_id=plan_id))
    flash(_("评估已办结：不修订。下一次评估日期已经排好。"))
    return redirect(url_for("plans.show_plan", plan_id=plan_id))
