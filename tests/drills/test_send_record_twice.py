"""Send the record of a drill twice: one row, one receipt; another phone is told."""

import uuid
from collections import Counter
from typing import Any

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import a_drill, a_held_drill, a_record, at_once, open_record_form
from factories import Cast, an_account, count_rows, keep
from nanhua_emergency.access import Role
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.drills import recording
from nanhua_emergency.drills.record_models import DrillRecord
from nanhua_emergency.findings.models import Finding

JSON = {"Accept": "application/json"}


def send(browser: Any, drill_id: int, form: Any) -> Any:
    """Send the form as the page's script does, and as a phone does that got no answer."""
    fields = form.submit_fields()
    return browser.post(
        f"/drills/{drill_id}/record", fields, headers=JSON, expect_errors=True
    )  # fmt: skip


def test_it_is_one_row_and_one_receipt_however_often_it_is_sent(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    browser = browse(cast.village)
    form = open_record_form(browser, drill_id, no_problem="", problem_1="北沟两户没有叫到")
    receipts = [send(browser, drill_id, form).json for _ in range(3)]
    assert [one["is_new"] for one in receipts] == [True, False, False]
    assert len({one["record"] for one in receipts}) == 1
    assert count_rows(DrillRecord, Finding) == {"drill_record": 1, "finding": 1}
    assert "已记下" in form.submit(status=302).follow().text


def test_it_is_one_row_and_one_receipt_when_sent_fifty_times_in_parallel(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(
        browse(cast.village), drill_id, no_problem="", problem_1="北沟两户没有叫到"
    )
    browsers = [browse(cast.village) for _ in range(10)]
    for browser in browsers:  # ten phones with the same form, five times each
        token = browser.get(f"/drills/{drill_id}/record").forms["record-form"]["csrf_token"].value
        browser.token = token
    client_id = form["client_id"].value

    def five_times(browser: Any) -> list[Any]:
        fields = dict(form.submit_fields()) | {"csrf_token": browser.token}
        assert fields["client_id"] == client_id
        return [
            browser.post(f"/drills/{drill_id}/record", fields, headers=JSON, expect_errors=True)
            for _ in range(5)
        ]

    sent = at_once(app, *[lambda b=b: five_times(b) for b in browsers])
    answers = [answer for five in sent for answer in five]
    assert Counter(answer.status_code for answer in answers) == {200: 50}
    assert Counter(answer.json["is_new"] for answer in answers) == {True: 1, False: 49}
    assert len({answer.json["record"] for answer in answers}) == 1
    assert count_rows(DrillRecord, Finding) == {"drill_record": 1, "finding": 1}
    recorded = db.session.query(ActivityEntry).filter_by(action="drill.recorded").count()
    assert recorded == 1


def test_it_tells_the_second_of_two_phones_that_send_at_once(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill = a_held_drill(cast)
    deputy = an_account("deputy", Role.VILLAGE, place=drill.place_code)
    drill_id = keep(drill)
    names = {one.id: one.name for one in (cast.village, deputy)}
    forms = [
        open_record_form(browse(one), drill_id, summary=f"{one.name}写的")
        for one in (cast.village, deputy)
    ]
    answers = at_once(app, *[lambda f=f: f.submit(expect_errors=True) for f in forms])
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (302, 409)
    record = db.session.query(DrillRecord).one()
    assert record.recorded_by_id is not None
    winner = names.pop(record.recorded_by_id)
    [loser] = names.values()
    assert record.summary == f"{winner}写的"
    assert f"{winner} 已经记录了这项演练" in lost.text
    assert lost.forms["record-form"]["summary"].value == f"{loser}写的"


def test_it_does_not_take_the_mark_of_another_drills_record(app: Flask, cast: Cast) -> None:
    first = a_held_drill(cast)
    mark = str(uuid.uuid4())
    a_record(first, by=cast.village, client_id=mark)
    second = a_drill(first.plan, by=cast.office)
    with pytest.raises(recording.AlreadyRecorded, match="另一项演练"):
        a_record(second, by=cast.village, client_id=mark)


def test_it_does_not_swallow_what_is_sent_from_an_old_page_after_a_return(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    drill_id = keep(a_held_drill(cast))
    form = open_record_form(browse(cast.village), drill_id)
    form.submit(status=302)
    record = db.session.query(DrillRecord).one()
    recording.return_record(record, reason="人数不对", by=cast.office, now=record.recorded_at)
    db.session.commit()
    form["count_villagers"] = "38"
    page = form.submit(status=409)
    assert "这份记录已经退回，请从演练的页面重新打开再填" in page.text
    assert page.forms["record-form"]["count_villagers"].value == "38"
