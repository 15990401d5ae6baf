"""Take the pictures of docs/screenshots: every page, on a desk and on a phone of 360 px."""

import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

# The folders above hold what is imported below, also when this file is run by itself.
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from browser.conftest import DESK, PHONE, sign_in_as  # noqa: E402
from browser.serving import CHROMIUM, CHROMIUM_FLAGS, serve  # noqa: E402
from browser.test_revise_flood_plan import NEW, OLD, begin, change_text, submit  # noqa: E402

# Name of the picture, who looks, and the address; {draft} is an edition under way.
PICTURES = (
    ("front-visitor", "", "/"),
    ("plans", "", "/plans/"),
    ("plan", "", "/plans/flood-control"),
    ("history", "", "/plans/flood-control/history"),
    ("sign-in", "", "/sign-in"),
    ("front-office", "office", "/"),
    ("work", "office", "/work/"),
    ("work-plan", "office", "/work/plans/2"),
    ("edition", "office", "/work/editions/{draft}"),
    ("editor", "office", "/work/editions/{draft}/edit"),
    ("compare", "office", "{change}"),
    ("compare-side", "office", "{change}&view=side"),
    ("search", "", "/search?words=独居老人"),
    ("import-word", "office", "/work/editions/{other}/import-word"),
    ("begin", "office", "/work/plans/3/begin"),
    ("add-plan", "office", "/work/plans/add"),
    ("submit", "office", "/work/editions/{other}/submit"),
    ("front-legal", "legal", "/"),
    ("clear", "legal", "/work/editions/{draft}/clear"),
    ("return", "legal", "/work/editions/{draft}/return"),
    ("urgent", "leader", "/work/editions/{draft}/publish-urgently"),
    ("activity", "leader", "/activity/"),
    ("accounts", "admin2", "/accounts/"),
    ("account", "admin2", "/accounts/2"),
    ("add-account", "admin2", "/accounts/add"),
    ("sessions", "office", "/sessions"),
    ("front-village", "mingshui", "/"),
    ("not-found", "", "/plans/no-such-plan"),
)


def prepare(page: Page) -> dict[str, str]:
    """An edition before the legal reviewer and another still drafted; gives their keys."""
    sign_in_as(page, "office")
    begin(page)
    draft = page.url.split("/")[-2]
    change_text(page, OLD, NEW)
    change = page.get_by_role("link", name="对照").first.get_attribute("href") or ""
    submit(page)
    page.goto("/work/plans/4/begin")
    page.get_by_label("面临的风险有重大变化").check()
    page.get_by_label("具体情况").fill("新建叶片厂房")
    page.get_by_role("button", name="开始起草").click()
    return {"draft": draft, "other": page.url.split("/")[-2], "change": change}


def take(browser: Browser, base: str, folder: Path, only: str) -> None:
    """Take all pictures, or those whose name begins with `only`."""
    window = browser.new_context(base_url=base, viewport=DESK, locale="zh-CN").new_page()
    keys = prepare(window)
    pages: dict[str, Page] = {"office": window}
    for name, person, address in PICTURES:
        if not name.startswith(only):
            continue
        if person not in pages:
            pages[person] = browser.new_context(base_url=base, locale="zh-CN").new_page()
            if person:
                sign_in_as(pages[person], person)
        for size, viewport in (("desk", DESK), ("phone", PHONE)):
            pages[person].set_viewport_size(viewport)
            pages[person].goto(address.format(**keys))
            pages[person].screenshot(path=folder / f"{name}-{size}.png", full_page=bool(only))


def main(folder: Path, only: str = "") -> None:
    """Serve a site of example people, take the pictures, and stop it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as instance,
        serve(Path(instance)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        take(browser, site.url, folder, only)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
