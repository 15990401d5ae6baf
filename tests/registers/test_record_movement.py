"""Put supplies in, take them out, and count them."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from conftest import Browse
from drill_factories import at_once
from factories import NOW, TODAY, Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers import services, stock
from nanhua_emergency.registers.catalogue import SUPPLIES
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import MovementKind
from register_factories import an_entry


def test_it_is_taken_out_and_the_ledger_says_so(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.village).get(f"/registers/supplies/{key}").click("入库、出库"))
    form["kind"], form["amount"], form["reason"] = "出库", "120", "示例：演练领用"
    page = form.submit(status=302).follow()
    assert "已登记，现有 380。" in page.text
    assert stored(Supply.quantity, key) == 380
    ledger = stock.list_movements(db.session.get_one(Supply, key))
    assert [(one.kind, one.amount, one.quantity_after) for one in ledger] == [
        (MovementKind.OUT, 120, 380), (MovementKind.IN, 500, 500),
    ]  # fmt: skip
    assert "出库：" not in page.text
    assert "数量：500 → 380" in page.text


@pytest.mark.parametrize(
    ("kind", "amount", "reason", "message"),
    [
        ("出库", "501", "示例", "库存只有 500 条"),
        ("出库", "0", "示例", "数量应为 1 至 999999 的整数"),
        ("出库", "-3", "示例", "应为 0 至 999999 的整数"),
        ("入库", "1e9", "示例", "应为 0 至 999999 的整数"),
        ("入库", "999999", "示例", "入库后超过 999999"),
        ("入库", "10", "", "请写明来源或用途"),
    ],
)
def test_it_takes_no_impossible_movement(
    app: Flask, cast: Cast, browse: Browse, kind: str, amount: str, reason: str, message: str
) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.village).get(f"/registers/supplies/{key}/move"))
    form["kind"], form["amount"], form["reason"] = kind, amount, reason
    page = form.submit(status=422)
    assert message in page.text
    assert form_of(page)["amount"].value == amount
    assert stored(Supply.quantity, key) == 500


def test_two_who_take_the_last_at_once_get_it_once(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("supplies", cast))
    forms = []
    for person in (cast.office, cast.village):
        form = form_of(browse(person).get(f"/registers/supplies/{key}/move"))
        form["amount"], form["reason"] = "400", "示例"
        forms.append(form)
    answers = at_once(app, *[lambda f=f: f.submit(expect_errors=True) for f in forms])
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert stored(Supply.quantity, key) == 100


def test_it_counts_a_form_that_is_sent_twice_once(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.village).get(f"/registers/supplies/{key}/move"))
    form["amount"], form["reason"] = "100", "示例"
    form.submit(status=302)
    page = form.submit(status=409)
    assert "这种物资刚刚有过变动，现有 400" in page.text
    assert stored(Supply.quantity, key) == 400
    form_of(page).submit(status=302)  # meant after all
    assert stored(Supply.quantity, key) == 300


def test_stock_is_taken_with_the_reason_of_a_difference(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.village).get(f"/registers/supplies/{key}").click("盘点"))
    form["counted"] = "490"
    page = form.submit(status=422)
    assert "账面是 500 条，和实盘不一样，请写明差异原因" in page.text
    form = form_of(page)
    form["reason"] = "示例：鼠咬破损"
    form.submit(status=302)
    assert stored(Supply.quantity, key) == 490
    assert stored(Supply.counted_on, key) == clock.today()
    newest = stock.list_movements(db.session.get_one(Supply, key))[0]
    assert (newest.book_quantity, newest.difference, newest.reason) == (500, -10, "示例：鼠咬破损")


def test_a_count_does_not_undo_what_was_moved_meanwhile(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.office).get(f"/registers/supplies/{key}/count"))
    move = form_of(browse(cast.village).get(f"/registers/supplies/{key}/move"))
    move["amount"], move["reason"] = "100", "示例"
    move.submit(status=302)
    form["counted"], form["reason"] = "490", "示例：鼠咬破损"
    page = form.submit(status=409)
    assert "这种物资刚刚有过变动，现有 400" in page.text
    assert stored(Supply.quantity, key) == 400
    form = form_of(page)
    assert form["counted"].value == "490"
    form["counted"] = "390"
    form.submit(status=302)
    form.submit(status=409)  # sent twice
    assert stored(Supply.quantity, key) == 390


@pytest.mark.parametrize("counted", ["", "-1", "1000000", "很多"])
def test_it_asks_for_a_count_that_can_be(
    app: Flask, cast: Cast, browse: Browse, counted: str
) -> None:
    key = keep(an_entry("supplies", cast))
    form = form_of(browse(cast.village).get(f"/registers/supplies/{key}/count"))
    form["counted"] = counted
    assert "应为 0 至 999999 的整数" in form.submit(status=422).text


def test_a_count_that_agrees_needs_no_reason(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast)
    movement = stock.take_stock(supply, counted=500, by=cast.village, now=NOW)
    assert (movement.difference, supply.counted_on) == (0, TODAY)


def test_nothing_moves_once_it_is_retired(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast)
    services.retire_entry(SUPPLIES, supply, reason="示例", by=cast.office, now=NOW)
    with pytest.raises(stock.SupplyRetired):
        stock.take_stock(supply, counted=1, reason="示例", by=cast.office, now=NOW)


def test_the_table_itself_holds_no_less_than_nothing(app: Flask, cast: Cast) -> None:
    supply = an_entry("supplies", cast)
    supply.quantity = -1
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_it_is_not_moved_from_elsewhere(app: Flask, cast: Cast, browse: Browse) -> None:
    supply = an_entry("supplies", cast)
    for person in (cast.other_village, cast.leader):
        with pytest.raises(RuleBroken, match="不在您的范围内"):
            stock.take_stock(supply, counted=1, reason="示例", by=person, now=NOW)
    key = keep(supply)
    for step in ("move", "count"):
        browse(cast.other_village).get(f"/registers/supplies/{key}/{step}", status=404)
        browse(cast.leader).get(f"/registers/supplies/{key}/{step}", status=403)
