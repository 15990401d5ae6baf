"""Take pictures of the demo: the chosen ones for the documentation, or every page for looking through."""

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

# The folders above hold what is imported below, also when this file is run by itself.
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from browser.conftest import DESK, PHONE  # noqa: E402
from browser.serving import CHROMIUM, CHROMIUM_FLAGS, serve_demo  # noqa: E402

ROLES = ("", "office", "legal", "leader", "village", "admin")
# Name of the picture, whose page, the address, and on which screen.
CHOSEN = (
    ("front-visitor", "", "/", "desk"), ("front-visitor", "", "/", "phone"),
    ("plan", "", "/plans/flood-control", "desk"),
    ("plan", "", "/plans/flood-control", "phone"), ("search", "", "/search?words=转移", "desk"),
    ("front-office", "office", "/", "desk"), ("work", "office", "/work/", "desk"),
    ("edition", "office", "/work/editions/23", "desk"),
    ("drills", "office", "/drills/", "desk"), ("coverage", "office", "/drills/coverage", "desk"),
    ("registers", "office", "/registers/", "desk"), ("findings", "office", "/findings/", "desk"),
    ("reminders", "office", "/reminders/", "desk"), ("audits", "office", "/audits/", "desk"),
    ("reports", "office", "/reports/", "desk"), ("front-legal", "legal", "/", "desk"),
    ("front-leader", "leader", "/", "desk"), ("activity", "leader", "/activity/", "desk"),
    ("front-village", "village", "/", "phone"), ("drills-village", "village", "/drills/", "phone"),
    ("accounts", "admin", "/accounts/", "desk"), ("not-found", "", "/no-such-page", "desk"),
)  # fmt: skip
SCREENS = {"desk": DESK, "phone": PHONE}
# Where a visit would change something or fetch a file.
NOT_OPENED = re.compile(
    r"^/(?:static|healthz|language|feeds)|\.(?:docx|xlsx|zip|ics|md|txt|jpg|svg)$|/photos/|/files/"
)
MOST_TALL = 6000


def sign_in_at(context: BrowserContext, role: str) -> Page:
    """A window of somebody of a role, by one click on the button of the demo."""
    page = context.new_page()
    page.goto("/")
    if role:
        page.locator(f'form[action="/demo/sign-in/{role}"] button').click()
        page.wait_for_load_state()
    return page


def walk(page: Page) -> Iterator[str]:
    """Every kind of page that links lead to, one example of each, beginning at the front page."""
    waiting, known = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address
        links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        for link in links:
            parts = urlsplit(link)
            shape = _shape_of(parts.path, parts.query)
            is_ours = parts.netloc == urlsplit(page.url).netloc and "lang=" not in parts.query
            if is_ours and shape not in known:
                known.add(shape)
                if not NOT_OPENED.search(parts.path):
                    waiting.append(f"{parts.path}?{parts.query}".rstrip("?"))


def _shape_of(path: str, query: str) -> str:
    """What pages of one kind have in common: their address without keys and names of plans."""
    path = re.sub(r"\d+", "0", re.sub(r"^/plans/[a-z-]+", "/plans/x", path))
    path = re.sub(r"/rows/[a-z-]+", "/rows/x", path)
    return f"{path}?{'view=side' if 'view=side' in query else ''}"


def take_all(browser: Browser, base: str, folder: Path) -> None:
    """Every kind of page of every role on both screens, whole, named by role and address."""
    for role in ROLES:
        context = browser.new_context(base_url=base, locale="zh-CN", viewport=DESK)
        page = sign_in_at(context, role)
        for number, address in enumerate(walk(page)):
            name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:60] or "front"
            for screen, size in SCREENS.items():
                page.set_viewport_size(size)
                picture = folder / f"{role or 'visitor'}-{number:03}-{name}-{screen}.png"
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


def take_chosen(browser: Browser, base: str, folder: Path) -> None:
    """The pictures of the documentation: one screen each."""
    for role in ROLES:
        page = sign_in_at(browser.new_context(base_url=base, locale="zh-CN"), role)
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
        take(browser, site.url, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
