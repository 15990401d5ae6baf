"""Carry out an import: everything in it or nothing, once, and only what the person was shown."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from conftest import Browse
from factories import Cast, count_rows, keep
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.activity.services import find_breaks
from nanhua_emergency.database import db
from nanhua_emergency.registers import import_services, stock
from nanhua_emergency.registers.import_files import file_path
from nanhua_emergency.registers.import_models import Import, ImportState
from nanhua_emergency.registers.import_progress import tell_progress
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.sheets.reading import read_table
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import MovementKind
from register_factories import an_entry
from sheet_files import bring, carry_out, excel, match_form, said

HEAD = ["名称", "数量", "单位", "存放点", "保管人", "最近盘点日期"]


def a_sheet(*rows: list[object]) -> bytes:
    return excel([HEAD, *rows])


TWO = a_sheet(["编织袋", 500, "条", "示例库房", "示例乙", ""], ["铁锹", 6, "把", "", "", ""])


def the_import() -> Import:
    db.session.rollback()
    return db.session.query(Import).order_by(Import.id.desc()).first()  # type: ignore[return-value]


def folder_of(app: Flask) -> Path:
    return Path(app.instance_path) / "uploads"


def test_it_writes_all_rows_with_their_history_and_one_line_of_activity(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    keep(an_entry("supplies", cast))
    lines = db.session.query(ActivityEntry).count()
    page = carry_out(bring(browse(cast.village), "supplies", TWO))
    assert "已导入：新增 1 条，修改 1 条，没有变化 0 条" in said(page)
    assert [one.keeper for one in db.session.query(Supply).order_by(Supply.id)] == ["示例乙", ""]
    assert db.session.query(EntryChange).filter_by(note="表格导入").count() == 2
    assert db.session.query(ActivityEntry).count() == lines + 1
    last = db.session.query(ActivityEntry).order_by(ActivityEntry.id.desc()).first()
    assert last is not None
    assert (last.action, last.thing_kind) == ("register.imported", "register_import")
    assert last.details["added"] == 1
    assert list(find_breaks()) == []


def test_the_same_file_again_changes_nothing(app: Flask, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.village)
    carry_out(bring(browser, "supplies", TWO))
    before = count_rows(Supply, EntryChange, ActivityEntry)
    page = bring(browser, "supplies", TWO)
    assert "没有变化：表里的内容和名册一样" in said(page)
    assert "全部导入" not in said(page)
    assert count_rows(Supply, EntryChange, ActivityEntry) == before


@pytest.mark.parametrize("day", ["", "2026-05-01"])
def test_another_quantity_leaves_a_stock_take_and_is_not_counted_twice(
    app: Flask, cast: Cast, browse: Browse, day: str
) -> None:
    keep(an_entry("supplies", cast, counted_on="2026-04-01"))
    data = a_sheet(["编织袋", 480, "条", "示例库房", "", day])
    carry_out(bring(browse(cast.village), "supplies", data))
    supply = db.session.query(Supply).one()
    newest = stock.list_movements(supply)[0]
    assert (newest.kind, newest.difference, newest.reason) == (MovementKind.COUNT, -20, "表格导入")
    assert "没有变化" in said(bring(browse(cast.village), "supplies", data))


def test_nothing_is_written_while_something_is_wrong(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.village)
    page = bring(browser, "supplies", a_sheet(["编织袋", 5, "条"], ["铁锹", -3, "把"]))
    token = page.html.select_one("input[name=csrf_token]")["value"]
    answer = browser.post(
        f"{page.request.path}/carry-out", {"csrf_token": token, "digest": the_import().digest},
        status=409,
    )  # fmt: skip
    assert "还有问题没有改好" in said(answer)
    assert count_rows(Supply) == {"supply": 0}


def test_it_is_looked_at_again_when_the_register_has_changed_meanwhile(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = bring(browse(cast.village), "supplies", TWO)
    keep(an_entry("supplies", cast, keeper="示例丙"))
    page = carry_out(page)
    assert "核对以后，名册有了改动" in said(page)
    assert "保管人：示例丙 → 示例乙" in said(page)
    assert count_rows(Supply) == {"supply": 1}
    assert "新增 1 条，修改 1 条" in said(carry_out(page))


def test_two_people_carry_it_out_once(app: Flask, cast: Cast, browse: Browse) -> None:
    page = bring(browse(cast.office), "supplies", TWO, place_code="620724102212")
    other = browse(cast.other_office).get(page.request.path)
    carry_out(page)
    answer = _press(other)
    assert "已经导入过了" in said(answer)
    assert count_rows(Supply) == {"supply": 2}


def _press(page: object) -> object:
    form = next(f for f in page.forms.values() if f.action.endswith("carry-out"))  # type: ignore[attr-defined]
    return form.submit(status=409)


def test_what_was_shown_before_it_was_looked_at_again_cannot_be_carried_out(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = bring(browse(cast.village), "supplies", TWO)
    one = the_import()
    one.digest = "0" * 64
    db.session.commit()
    answer = _press(page)
    assert "已经重新核对过" in said(answer)


def test_what_was_shown_before_somebody_read_the_columns_otherwise_cannot_be_carried_out(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    browser = browse(cast.village)
    page = bring(browser, "supplies", TWO)
    form = match_form(browser.get(page.request.path))
    form["heading_3"], form["heading_4"] = "keeper", "location"
    assert "新增 2" in said(form.submit().follow())
    assert "已经重新核对过" in said(_press(page))


def test_a_run_shows_how_far_it_is_and_no_second_begins(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = bring(browse(cast.village), "supplies", TWO)
    one = the_import()
    one.state, one.started_at, one.claim = ImportState.RUNNING, clock.now(), "x"
    db.session.commit()
    tell_progress(folder_of(app), one.id, 1, 2)
    shown = browse(cast.village).get(page.request.path)
    assert "已核对 1 行，共 2 行" in said(shown)
    assert shown.headers["Refresh"] == "3"
    assert "正在导入，请稍等" in said(_press(page))


def test_a_run_that_was_cut_off_wrote_nothing_and_can_be_begun_again(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    page = bring(browse(cast.village), "supplies", TWO)
    one = the_import()
    one.state, one.started_at = ImportState.RUNNING, clock.now() - timedelta(minutes=5)
    db.session.commit()
    tell_progress(folder_of(app), one.id, 1, 2)
    long_ago = (clock.now() - timedelta(minutes=5)).timestamp()
    os.utime(folder_of(app).parent / "imports-running" / str(one.id), (long_ago, long_ago))
    shown = browse(cast.village).get(page.request.path)
    assert "导入中断了，一行也没有写入" in said(shown)
    assert "已导入：新增 2 条" in said(carry_out(shown))


def test_a_run_that_another_has_overtaken_writes_nothing(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    bring(browse(cast.village), "supplies", TWO)
    one = the_import()
    one.state, one.claim = ImportState.RUNNING, "the newer one"
    db.session.commit()
    with pytest.raises(import_services.NotNow):
        import_services.carry_out(one, claim="the older one", folder=folder_of(app),
                                  by=cast.village, now=clock.now(), tell=lambda _: None)  # fmt: skip
    import_services.release_import(one, claim="the older one", note="x")
    assert one.is_running
    assert count_rows(Supply) == {"supply": 0}


def test_a_file_that_is_gone_is_asked_for_again(app: Flask, cast: Cast, browse: Browse) -> None:
    page = bring(browse(cast.village), "supplies", a_sheet(["铁锹", 9, "把"]))
    file_path(folder_of(app), the_import().sha256).unlink()
    page = carry_out(page)
    assert "文件已经清除，请重新上传" in said(page)
    assert count_rows(Supply) == {"supply": 0}
    browse(cast.village).get(f"{page.request.path}/marked.xlsx", status=410)


def test_the_marked_file_names_the_problem_in_its_row(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    data = a_sheet(["编织袋", 5, "条"], ["铁锹", -3, "把"])
    page = bring(browse(cast.village), "supplies", data)
    answer = page.click("下载带问题标记的表格")
    table = read_table(answer.body, "a.xlsx")
    assert table.rows[0][-1] == "问题"
    assert "不能小于 0" in str(table.rows[2][-1])
    again = bring(browse(cast.village), "supplies", io.BytesIO(answer.body).read(), "a.xlsx")
    assert "物资!B3" in said(again)
