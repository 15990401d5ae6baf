"""Import many rows at once: judged first, then all or none."""

from typing import Any

import pytest
from flask import Flask

from factories import NOW, OTHER_VILLAGE, TODAY, VILLAGE, Cast, count_rows, keep, statements
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.places.services import get_place
from nanhua_emergency.registers import importing, stock
from nanhua_emergency.registers.catalogue import MEMBERS, POSTS, SUPPLIES, get_register
from nanhua_emergency.registers.history import list_history
from nanhua_emergency.registers.importing import Outcome, Row
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Member, Post
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import MovementKind
from register_factories import SAID, an_entry


def rows(*said: dict[str, Any], place: str = VILLAGE) -> list[Row]:
    return [Row(number, get_place(place), one) for number, one in enumerate(said, start=2)]


def outcomes(verdicts: list[importing.Verdict]) -> list[Outcome]:
    return [one.outcome for one in verdicts]


def test_it_says_what_would_be_done_and_writes_nothing(app: Flask, cast: Cast) -> None:
    keep(an_entry("posts", cast), an_entry("posts", cast, grid_code="G02"))
    before = count_rows(Post, EntryChange)
    found = importing.judge_rows(
        POSTS,
        rows(SAID["posts"], SAID["posts"] | {"grid_code": "G02", "holder": "示例乙"},
             SAID["posts"] | {"grid_code": "G03"}, SAID["posts"] | {"phone": "打我"}),
        by=cast.village, today=TODAY,
    )  # fmt: skip
    assert outcomes(found) == [Outcome.SAME, Outcome.CHANGED, Outcome.ADDED, Outcome.REFUSED]
    assert found[1].changed == ["holder"]
    assert list(found[3].refusals) == ["phone"]
    db.session.commit()
    assert count_rows(Post, EntryChange) == before


def test_nothing_is_written_while_one_row_is_wrong(app: Flask, cast: Cast) -> None:
    wrong = rows(SAID["supplies"], SAID["supplies"] | {"name": "帐篷", "quantity": "-3"})
    with pytest.raises(importing.RowsRefused, match="有 1 行不能登记") as refused:
        importing.import_rows(SUPPLIES, wrong, by=cast.office, now=NOW)
    assert [one.row.number for one in refused.value.verdicts] == [3]
    assert count_rows(Supply) == {"supply": 0}


@pytest.mark.parametrize("slug", list(SAID))
def test_the_same_rows_again_change_nothing(app: Flask, cast: Cast, slug: str) -> None:
    if slug == "members":
        an_entry("teams", cast)
    said = SAID[slug] | ({"team_id": "示例救援队"} if slug == "members" else {})
    register = get_register(slug)
    first = importing.import_rows(register, rows(said), by=cast.office, now=NOW)
    assert outcomes(first) == [Outcome.ADDED]
    lines = db.session.query(ActivityEntry).count()
    second = importing.import_rows(register, rows(said), by=cast.office, now=NOW)
    assert outcomes(second) == [Outcome.SAME]
    assert db.session.query(register.model).count() == 1
    assert db.session.query(ActivityEntry).count() == lines


def test_columns_that_are_not_there_stay_as_they_are(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast)
    key = {name: SAID["supplies"][name] for name in ("name", "location")}
    importing.import_rows(SUPPLIES, rows(key | {"keeper": "示例丙"}), by=cast.office, now=NOW)
    assert (supply.keeper, supply.unit, supply.minimum) == ("示例丙", "条", 300)
    change = list_history(SUPPLIES, supply)[0]
    assert (change.before, change.after) == ({"keeper": ""}, {"keeper": "示例丙"})


def test_another_quantity_is_a_count(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast)
    importing.import_rows(
        SUPPLIES, rows(SAID["supplies"] | {"quantity": 480}), by=cast.office, now=NOW
    )
    newest = stock.list_movements(supply)[0]
    assert (newest.kind, newest.difference, supply.quantity) == (MovementKind.COUNT, -20, 480)
    assert supply.counted_on == TODAY


def test_the_rules_across_fields_see_what_is_stored(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, received_on="2026-03-01")
    [verdict] = importing.judge_rows(
        SUPPLIES, rows(SAID["supplies"] | {"expires_on": "2026-02-01"}), by=cast.office, today=TODAY
    )
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.refusals["expires_on"].message == "有效期早于入库日期"


def test_the_same_person_twice_is_named_with_the_first_row(app: Flask, cast: Cast) -> None:
    an_entry("teams", cast)
    said = SAID["members"] | {"team_id": "示例救援队"}
    found = importing.judge_rows(
        MEMBERS, rows(said, said | {"phone": "13900000005"}), by=cast.office, today=TODAY
    )
    assert outcomes(found) == [Outcome.ADDED, Outcome.REFUSED]
    assert str(found[1].refusals["name"]) == "和第 2 行是同一条"
    assert count_rows(Member) == {"member": 0}


def test_a_village_brings_nothing_of_another(app: Flask, cast: Cast) -> None:
    [verdict] = importing.judge_rows(
        POSTS, rows(SAID["posts"], place=OTHER_VILLAGE), by=cast.village, today=TODAY
    )
    assert verdict.outcome is Outcome.REFUSED
    assert str(verdict.refusals["place_code"]) == "南岔村不在您的范围内"


def test_it_writes_one_line_of_activity_and_a_history_for_each(app: Flask, cast: Cast) -> None:
    said = [SAID["posts"] | {"grid_code": f"G{n:02}"} for n in range(300)]
    importing.import_rows(POSTS, rows(*said), by=cast.office, now=NOW)
    assert db.session.query(EntryChange).count() == 300
    [line] = db.session.query(ActivityEntry).all()
    assert line.action == "register.imported"
    assert "登记 300 条，修改 0 条" in line.summary


def test_it_writes_many_rows_with_as_few_statements_as_one(app: Flask, cast: Cast) -> None:
    def count(*said: dict[str, Any]) -> int:
        given = rows(*said)
        with statements() as asked:
            importing.import_rows(SUPPLIES, given, by=cast.office, now=NOW)
        return len(asked)

    few = count(SAID["supplies"])
    many = count(*(SAID["supplies"] | {"name": f"示例{n}"} for n in range(2000)))
    assert many <= few
