"""Forget imports: files and dry runs are removed after 30 days, the fact stays."""

from datetime import timedelta
from pathlib import Path

from flask import Flask

from conftest import Browse
from factories import Cast
from nanhua_emergency import clock
from nanhua_emergency.database import db
from nanhua_emergency.registers.import_files import KEPT_DAYS, file_path, forget_imports
from nanhua_emergency.registers.import_models import Import
from sheet_files import bring, carry_out, excel, said

SHEET = excel([["名称", "数量", "单位"], ["编织袋", 5, "条"]])


def test_it_removes_the_file_and_what_it_said_and_keeps_the_fact(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    browser, folder = browse(cast.village), Path(app.instance_path) / "uploads"
    page = carry_out(bring(browser, "supplies", SHEET))
    waiting = bring(browser, "supplies", SHEET)
    db.session.rollback()
    one, other = db.session.query(Import).order_by(Import.id)
    path = file_path(folder, one.sha256)
    later = clock.now() + timedelta(days=KEPT_DAYS)
    assert forget_imports(folder, now=later - timedelta(days=1)) == 0
    other.at = later
    assert forget_imports(folder, now=later) == 1
    db.session.commit()
    assert path.exists(), "the other import still needs it"
    assert one.result == {}
    assert "新增 1 条" in said(browser.get(page.request.path))
    assert forget_imports(folder, now=later + timedelta(days=KEPT_DAYS)) == 1
    db.session.commit()
    assert not path.exists()
    assert "已经清除；要导入请重新上传" in said(browser.get(waiting.request.path))
