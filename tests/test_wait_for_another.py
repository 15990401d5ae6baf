"""Somebody else is writing what one wants to write: wait a while, then say so and write nothing."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from conftest import Browse
from factories import Cast, a_plan, a_published, form_of, keep, stored
from nanhua_emergency import clock, database
from nanhua_emergency.database import db
from nanhua_emergency.plans import queries
from nanhua_emergency.plans.models import Filing


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A site whose connections wait one second for another's lock."""
    db.session.commit()
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    db.engine.dispose()
    yield
    db.session.rollback()
    db.engine.dispose()


def test_it_says_that_the_database_is_busy(cast: Cast, browse: Browse, impatient: None) -> None:
    edition = a_published(a_plan(), cast, now=clock.now())
    filing_id = keep(queries.list_filings(edition)[0])
    form = form_of(browse(cast.office).get(f"/work/filings/{filing_id}/file"))
    form["receipt_number"] = "示例7号"
    with db.engine.begin() as other:
        other.execute(text(f"UPDATE filing SET recipient = recipient WHERE id = {filing_id}"))
        page = form.submit(status=503)
    assert "数据库正忙" in page.text
    assert stored(Filing.receipt_number, filing_id) == ""
    form.submit(status=302)
    assert stored(Filing.receipt_number, filing_id) == "示例7号"
