"""A real browser on a real site."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser.serving import CHROMIUM, CHROMIUM_FLAGS, LiveSite, password_of, serve
from conftest import refuse_or_skip

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if not Path(CHROMIUM).exists():
        refuse_or_skip(f"browser: {CHROMIUM} is not there")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The site on SQLite, served as `make run` serves it."""
    with serve(tmp_path_factory.mktemp("live")) as site:
        yield site


OpenFor = Callable[..., Page]


@pytest.fixture
def open_for(chromium: Browser, live_site: LiveSite) -> Iterator[OpenFor]:
    """A window of one person, signed in through the form; no name is a visitor."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_window(sign_in: str = "", *, phone: bool = False) -> Page:
        context = chromium.new_context(
            base_url=live_site.url,
            viewport=PHONE if phone else DESK,
            locale="zh-CN",
            has_touch=phone,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _note_error(errors, message.type, message.text))
        if sign_in:
            sign_in_as(page, sign_in)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert errors == []


def _note_error(errors: list[str], kind: str, text: str) -> None:
    # A form that is refused answers 4xx, which Chromium also prints; that is no fault of a page.
    if kind == "error" and "Failed to load resource" not in text:
        errors.append(text)


def sign_in_as(page: Page, sign_in: str) -> None:
    """Sign in; at the first time, change the first password as one must."""
    page.goto("/sign-in")
    page.get_by_label("登录名").fill(sign_in)
    page.get_by_label("密码").fill(password_of(sign_in))
    page.get_by_role("button", name="登录").click()
    if "/sign-in" in page.url:  # refused: the first password has not been changed yet
        page.get_by_label("密码").fill(f"first-{password_of(sign_in)}")
        page.get_by_role("button", name="登录").click()
        page.get_by_label("现用密码").fill(f"first-{password_of(sign_in)}")
        page.get_by_label("新密码", exact=True).fill(password_of(sign_in))
        page.get_by_label("再填一次新密码").fill(password_of(sign_in))
        page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("退出登录")).to_have_count(1)
