"""Take pictures of the demo: the chosen ones for the documentation, or every page for looking through."""

import re
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

# The folders above hold what is imported below, also when this file is run by itself.
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from browser.conftest import DESK, PHONE  # noqa: E402
from browser.demo_pages import ROLES, Demo, list_pages, sign_in_at  # noqa: E402
from browser.serving import CHROMIUM, CHROMIUM_FLAGS, LiveSite, serve_demo  # noqa: E402

# Name of the picture, whose page, the address, and on which screen.
CHOSEN = (
    ("front-visitor", "visitor", "/", "desk"), ("front-visitor", "visitor", "/", "phone"),
    ("plan", "visitor", "/plans/flood-control", "desk"),
    ("plan", "visitor", "/plans/flood-control", "phone"), ("search", "visitor", "/search?words=转移", "desk"),
    ("front-office", "office", "/", "desk"), ("work", "office", "/work/", "desk"),
    ("edition", "office", "/work/editions/23", "desk"),
    ("drills", "office", "/drills/", "desk"), ("coverage", "office", "/drills/coverage", "desk"),
    ("registers", "office", "/registers/", "desk"), ("findings", "office", "/findings/", "desk"),
    ("reminders", "office", "/reminders/", "desk"), ("audits", "office", "/audits/", "desk"),
    ("reports", "office", "/reports/", "desk"), ("front-legal", "legal", "/", "desk"),
    ("front-leader", "leader", "/", "desk"), ("activity", "leader", "/activity/", "desk"),
    ("front-village", "village", "/", "phone"), ("drills-village", "village", "/drills/", "phone"),
    ("answer", "village", "/audits/31/items/V1", "phone"),
    ("import", "office", "/registers/imports/2", "desk"),
    ("accounts", "admin", "/accounts/", "desk"), ("not-found", "visitor", "/no-such-page", "desk"),
)  # fmt: skip
SCREENS = {"desk": DESK, "phone": PHONE}
MOST_TALL = 6000


def take_all(browser: Browser, site: LiveSite, folder: Path) -> None:
    """Every kind of page of every role on both screens, whole, named by role and address."""
    demo = Demo(site)
    for role in ROLES:
        context = browser.new_context(base_url=site.url, locale="zh-CN", viewport=DESK)
        page = sign_in_at(context, role)
        for number, address in enumerate(list_pages(context, site.url, demo.starts_of(role))):
            page.goto(address)
            name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:60] or "front"
            for screen, size in SCREENS.items():
                page.set_viewport_size(size)
                picture = folder / f"{role}-{number:03}-{name}-{screen}.png"
                _take(page, picture)
            page.set_viewport_size(DESK)
        context.close()


def _take(page: Page, path: Path) -> None:
    tall = page.evaluate("document.documentElement.scrollHeight")
    width = page.viewport_size["width"] if page.viewport_size else DESK["width"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        print(f"{path.stem}: {wide - width} px too wide")
    clip = {"x": 0, "y": 0, "width": width, "height": min(tall, MOST_TALL)}
    page.screenshot(path=path, full_page=True, clip=clip)  # type: ignore[arg-type]


def take_chosen(browser: Browser, site: LiveSite, folder: Path) -> None:
    """The pictures of the documentation: one screen each."""
    for role in ROLES:
        page = sign_in_at(browser.new_context(base_url=site.url, locale="zh-CN"), role)
        for name, _role, address, screen in (one for one in CHOSEN if one[1] == role):
            page.set_viewport_size(SCREENS[screen])  # type: ignore[arg-type]
            page.goto(address)
            path = folder / f"{name}-{screen}.png"
            page.screenshot(path=path)
            # 128 colours are enough for pages, and a third of the bytes.
            Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


def main(folder: Path, which: str = "chosen") -> None:
    """Serve a fresh demo, take the pictures, and stop it; `all` as second word takes every page."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as instance,
        serve_demo(Path(instance)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        take = take_all if which == "all" else take_chosen
        take(browser, site, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
