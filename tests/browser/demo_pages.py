"""Every page of the demo as somebody of each role, opened once and judged by axe and by its width."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import NotFound

from browser.serving import LiveSite

# In this order, because what one of them has opened is not opened again by the next.
ROLES = ("village", "office", "visitor", "legal", "leader", "admin")
PHONE_WIDTH, DESK_WIDTH = 360, 1280
# WCAG 1.4.10 asks for 320 px; 640 px is half of a desk, and so the same desk at 200 %.
NARROW = (320, 640)
# Target size is new in WCAG 2.2 and off unless asked for.
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# At a desk these look otherwise than on a phone: tables, columns, side by side.
WIDE_PAGES = re.compile(
    r"^/($|plans/(flood-control)?$|work/$|drills/($|coverage|year)|audits/rounds/|reports/|registers/posts/$)"
)
# Where a visit would change something or fetch a file.
NOT_OPENED = re.compile(
    r"^/(?:static|healthz|language|feeds)|\.(?:docx|xlsx|csv|zip|ics|md|txt|jpg|svg)$|/photos/|/files/"
)
# What no link of the pages leads to: a thing in each state, and the pages behind links in mails.
STARTS = """
import json
from flask import url_for
from sqlalchemy import func, select
from nanhua_emergency import clock
from nanhua_emergency.audits.models import Audit, Round
from nanhua_emergency.database import db
from nanhua_emergency.demo.story import SHOWN_VILLAGE
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.record_models import DrillRecord
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.registers.import_models import Import
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.reminders.confirm_links import sign_confirm_link
from nanhua_emergency.reminders.models import Mail, RecordLink
from nanhua_emergency.reminders.record_links import sign_link
THINGS = (("drills.show_drill", "drill_id", Drill), ("plans.show_edition", "edition_id", Edition),
          ("findings.show_finding", "finding_id", Finding), ("audits.show_audit", "audit_id", Audit),
          ("reminders.show_mail", "mail_id", Mail), ("drills.show_record", "record_id", DrillRecord))
secret = app.config["SECRET_KEY"]
with app.test_request_context():
    things = []
    for endpoint, key, model in THINGS:
        query = select(func.max(model.id)).group_by(model.state)
        queries = [query]
        if hasattr(model, "place_code"):
            queries.append(query.where(model.place_code == SHOWN_VILLAGE))
        for one in queries:
            things += [url_for(endpoint, **{key: id}) for id in db.session.scalars(one)]
    for id in db.session.scalars(select(Round.id)):
        things.append(url_for("audits.show_round", round_id=id))
    for id in db.session.scalars(select(Import.id)):
        things.append(url_for("registers.show_import", import_id=id))
    post = db.session.scalar(select(Post).where(Post.email != "", Post.retired_at.is_(None)).limit(1))
    things.append(url_for("registers.show_entry", register_slug="posts", entry_id=post.id))
    urgent = db.session.scalars(select(Edition).where(Edition.is_urgent, Edition.approved_at.is_(None)))
    for edition in urgent:
        things.append(url_for("plans.show_edition", edition_id=edition.id))
        things.append(url_for("plans.show_plan", plan_id=edition.plan_id))
    supply = db.session.scalar(select(Supply.id).where(Supply.place_code == SHOWN_VILLAGE).limit(1))
    things.append(url_for("registers.show_entry", register_slug="supplies", entry_id=supply))
    seal = sign_confirm_link(post, address=post.email, secret=secret, now=clock.now())
    link = db.session.scalar(select(RecordLink).order_by(RecordLink.id.desc()).limit(1))
    done = db.session.scalar(select(RecordLink).join(DrillRecord, DrillRecord.drill_id == RecordLink.drill_id).limit(1))
    mails = [url_for("confirming.confirm_post", seal=seal), url_for("confirming.report_change", seal=seal),
             url_for("reminders.record_by_link", token=sign_link(link, secret=secret)),
             url_for("reminders.show_receipt", token=sign_link(done, secret=secret)), "/confirm/broken"]
    print(json.dumps({"things": things, "mails": mails}))
"""


@dataclass(frozen=True)
class Demo:
    """A served demo, and the addresses that only its database knows."""

    site: LiveSite

    @cached_property
    def starts(self) -> dict[str, list[str]]:
        """Addresses of things in each state, and those behind the links of mails."""
        found: dict[str, list[str]] = json.loads(self.site.python(STARTS))
        return found

    def starts_of(self, role: str) -> list[str]:
        """Where somebody begins: the front page, and what no link leads to."""
        searches = [
            "/search?words=转移",
            "/search?words=没有这样的词",
            "/plans/flood-control/compare",
        ]
        if role == "visitor":
            return ["/", *searches, *self.starts["mails"], "/no-such-page", "/sign-in"]
        return ["/", *self.starts["things"], *searches]


@dataclass(frozen=True)
class Look:
    """One page, who opened it, and what is wrong with it."""

    role: str
    address: str
    width: int
    found: list[str]
    too_wide: list[int] = field(default_factory=list)


def look_around(chromium: Browser, demo: Demo, *, is_long: bool) -> Iterator[Look]:
    """Open pages as every role: each kind once in all, or all that each role can reach."""
    known: set[str] = set()
    for role in ROLES:
        context = chromium.new_context(
            base_url=demo.site.url, locale="zh-CN", device_scale_factor=2, bypass_csp=True,
            viewport={"width": PHONE_WIDTH, "height": 740},
        )  # fmt: skip
        page = sign_in_at(context, role)
        for address in list_pages(context, demo.site.url, demo.starts_of(role)):
            kind = shape_of(address)
            if is_long or address == "/" or kind not in known:
                known.add(kind)
                yield from _look_at(page, role, address, is_long=is_long)
        context.close()


def sign_in_at(context: BrowserContext, role: str) -> Page:
    """A window of somebody of a role, by one click on the button of the demo."""
    page = context.new_page()
    page.goto("/")
    if role != "visitor":
        with page.expect_navigation():
            page.locator(f'form[action="/demo/sign-in/{role}"] button').click()
    return page


def _look_at(page: Page, role: str, address: str, *, is_long: bool) -> Iterator[Look]:
    page.goto(address)
    found, too_wide = _ask_axe(page), []
    for width in NARROW:
        _widen(page, width)
        if page.evaluate("document.scrollingElement.scrollWidth") > width:
            too_wide.append(width)
    if is_long or WIDE_PAGES.search(address):
        _widen(page, DESK_WIDTH)
        yield Look(role, address, DESK_WIDTH, _ask_axe(page))
    _widen(page, PHONE_WIDTH)
    yield Look(role, address, PHONE_WIDTH, found, too_wide)


def _widen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})


def _ask_axe(page: Page) -> list[str]:
    """What axe finds, a line for each element: rule, element, and why."""
    answer = Axe().run(page, options=AXE).response
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def list_pages(context: BrowserContext, base: str, starts: list[str]) -> list[str]:
    """Addresses that somebody can open, without drawing any: starts, and one of each kind beyond."""
    things = [one for one in starts if one not in ("/no-such-page", "/confirm/broken")]
    waiting, known, found = list(starts), {shape_of(one) for one in starts}, []
    while waiting:
        address = waiting.pop(0)
        answer = context.request.get(address, max_redirects=0)
        is_page = "text/html" in answer.headers.get("content-type", "")
        # A thing in some state may belong to somebody else, or lead on to its own page.
        if not is_page or (answer.status in (302, 403, 404) and address in things):
            continue
        assert answer.status == 200 or address in starts, (address, answer.status)
        found.append(address)
        for link in _links_of(answer.text(), base + address, base):
            if shape_of(link) not in known and not NOT_OPENED.search(urlsplit(link).path):
                known.add(shape_of(link))
                waiting.append(link)
    return found


def _links_of(text: str, address: str, base: str) -> list[str]:
    links = (
        urlsplit(urljoin(address, html.unescape(one)))
        for one in re.findall(r'<a\b[^>]*?href="([^"]+)"', text)
    )
    ours = (one for one in links if one.netloc == urlsplit(base).netloc)
    return [f"{one.path}?{one.query}".rstrip("?") for one in ours if "lang=" not in one.query]


def shape_of(address: str) -> str:
    """What pages of one kind have in common: their address without keys and names of plans."""
    parts = urlsplit(address)
    path = re.sub(r"\d+", "0", re.sub(r"^/plans/[a-z-]+", "/plans/x", parts.path))
    path = re.sub(r"^/registers/(?!imports)[a-z-]+/", "/registers/x/", path)
    path = re.sub(r"/rows/[a-z-]+|/papers/[a-z-]+", "/rows/x", path)
    return f"{path}?{'view=side' if 'view=side' in parts.query else ''}"


def name_endpoint(app: Flask, address: str) -> str:
    """Which page an address is; empty where it is none."""
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")[0])
    except NotFound:
        return ""
