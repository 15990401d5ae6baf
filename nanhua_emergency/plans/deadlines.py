"""List what is due of plans: approvals, announcements, filings and reviews."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from nanhua_emergency.database import db
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Filing, Plan, Review


def list_unapproved(place: Place, *, limit: int = 10) -> list[Edition]:
    """Urgent publications that nobody else has signed yet, first due first."""
    is_open = Edition.is_urgent & Edition.approved_at.is_(None)
    return _list_in_force(place, is_open, Edition.approval_due_on, limit)


def list_unannounced(place: Place, *, limit: int = 10) -> list[Edition]:
    """Published editions not yet announced to the public, first due first."""
    is_open = Edition.announcement_due_on.is_not(None) & Edition.announced_on.is_(None)
    return _list_in_force(place, is_open, Edition.announcement_due_on, limit)


def _list_in_force(
    place: Place, is_open: ColumnElement[bool], due_on: InstrumentedAttribute[Any], limit: int
) -> list[Edition]:
    query = (
        select(Edition)
        .join(Plan)
        .where(place.covers(Plan.place_code), Edition.state == State.PUBLISHED, is_open)
        .order_by(due_on, Edition.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_unfiled(place: Place, *, limit: int = 10) -> list[Filing]:
    """Filings without a receipt, first due first."""
    # The plans first: joined, SQLite would begin with every published edition of the province.
    plans = select(Plan.id).where(place.covers(Plan.place_code))
    query = (
        select(Filing)
        .join(Edition)
        .where(
            Edition.plan_id.in_(plans), Filing.filed_on.is_(None),
            Edition.state == State.PUBLISHED,
        )
        .order_by(Filing.due_on, Filing.id)
        .limit(limit)
    )  # fmt: skip
    return list(db.session.scalars(query))


def list_reviews_due(place: Place, *, until: date, limit: int = 10) -> list[Review]:
    """Reviews within a place that are due by a day, first due first."""
    query = (
        select(Review)
        .join(Plan)
        .where(place.covers(Plan.place_code), Review.closed_on.is_(None), Review.due_on <= until)
        .order_by(Review.due_on, Review.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
