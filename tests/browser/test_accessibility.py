"""Look at every page of the demo: axe finds nothing, and no page scrolls sideways.

`make test` opens each page once, as one of the roles that may; `make accessibility` (EVERY_PAGE=1)
opens all that every role can reach, in every state, on a phone and at a desk.
"""

import os
import shutil
from pathlib import Path

import pytest
from demo_site import demo_at
from playwright.sync_api import Browser

from browser.demo_pages import ROLES, Demo, Look, look_around, name_endpoint
from browser.serving import serve_demo
from nanhua_emergency.access import SIGNED_IN

IS_LONG = bool(os.environ.get("EVERY_PAGE"))
# Pages that are no page: files, feeds, pictures, and answers for machines.
NO_PAGES = {
    "static", "home.show_health", "plans.download_word", "plans.export_word",
    "plans.export_markdown", "plans.download_attachment", "drills.show_photo", "drills.show_code",
    "drills.read_feed", "drills.download_paper", "registers.export_excel", "registers.export_csv",
    "registers.download_template", "registers.download_marked", "audits.show_file",
    "audits.download_round", "reports.show_drill_chart", "reports.show_readiness_chart",
    "reports.download_paragraph", "reports.download_paragraph_word", "reports.download_year_book",
}  # fmt: skip


@pytest.fixture(scope="module")
def looks(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[Look]:
    """What was seen on every page; all tests of this file judge the same visit."""
    copy = tmp_path_factory.mktemp("looked-at") / "demo"
    shutil.copytree(demo_folder, copy)
    with serve_demo(copy) as site:
        return list(look_around(chromium, Demo(site), is_long=IS_LONG))


@pytest.mark.parametrize("role", ROLES)
def test_it_leaves_axe_nothing_to_find(looks: list[Look], role: str) -> None:
    mine = [one for one in looks if one.role == role]
    assert mine
    assert [(one.address, one.width, one.found) for one in mine if one.found] == []


@pytest.mark.parametrize("role", ROLES)
def test_it_never_scrolls_sideways(looks: list[Look], role: str) -> None:
    """At 320 px, and at 640 px, which is a desk of 1280 px at 200 %."""
    wide = [(one.address, one.too_wide) for one in looks if one.role == role and one.too_wide]
    assert wide == []


def test_it_looks_at_every_page(looks: list[Look], demo_folder: Path) -> None:
    app = demo_at(demo_folder)
    opened = {name_endpoint(app, one.address) for one in looks}
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert asked - opened - NO_PAGES == set()


def test_it_knows_every_role() -> None:
    assert set(ROLES) == {*SIGNED_IN, "visitor"}
