"""Every route is opened by every role, at its own place and at another's; only the allowed get in."""

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from audit_factories import FIVE, an_audit, answer_of, give
from conftest import SECRET, Browse
from drill_factories import a_drill, a_record, yesterday_at
from factories import (
    VILLAGE,
    Cast,
    a_draft,
    a_plan,
    a_published,
    an_account,
    an_attachment,
    form_of,
)
from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, SIGNED_IN, Role
from nanhua_emergency.audits.answer_files import read_file
from nanhua_emergency.audits.verdicts import Verdict
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.photos import shrink_photo
from nanhua_emergency.drills.recording import Problem
from nanhua_emergency.files import uploads_folder
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.plans import demands, publication, queries
from nanhua_emergency.plans.outline import list_sections
from nanhua_emergency.registers import import_services
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.reminders.confirm_links import sign_confirm_link
from register_factories import an_entry
from reminder_factories import a_mail, a_token

JSON = "application/json"
OFFICE, LEGAL, LEADER = Role.OFFICE, Role.LEGAL, Role.LEADER
WORKERS = {OFFICE, LEGAL, LEADER}
READERS, RECORDERS = {OFFICE, LEADER, Role.VILLAGE}, {OFFICE, Role.VILLAGE}
SENDERS = {OFFICE, Role.ADMIN}
ALL, ANYBODY = set(EVERYONE), set(SIGNED_IN)

# Who may open each page: written out a second time on purpose, against the declarations.
WHO = {
    "home.front_page": ALL,
    "home.show_health": ALL,
    "accounts.sign_in": ALL,
    "accounts.sign_out": ANYBODY,
    "accounts.change_password": ANYBODY,
    "accounts.list_sessions": ANYBODY,
    "accounts.list_accounts": {Role.ADMIN},
    "accounts.add_account": {Role.ADMIN},
    "accounts.change_account": {Role.ADMIN},
    "accounts.reset_password": {Role.ADMIN},
    "accounts.close_account": {Role.ADMIN},
    "accounts.reopen_account": {Role.ADMIN},
    "activity.list_entries": {OFFICE, LEADER, Role.ADMIN},
    "plans.list_plans": ALL,
    "plans.read_plan": ALL,
    "plans.list_editions": ALL,
    "plans.read_edition": ALL,
    "plans.compare_editions": ALL,
    "plans.search_plans": ALL,
    "plans.download_word": ALL,
    "plans.list_work": WORKERS,
    "plans.show_plan": WORKERS,
    "plans.show_edition": WORKERS,
    "plans.show_revision": WORKERS,
    "plans.compare_revisions": WORKERS,
    "plans.export_word": WORKERS,
    "plans.export_markdown": WORKERS,
    "plans.download_attachment": WORKERS,
    "plans.add_plan": {OFFICE},
    "plans.change_plan": {OFFICE},
    "plans.begin_edition": {OFFICE},
    "plans.save_draft": {OFFICE},
    "plans.settle_clash": {OFFICE},
    "plans.keep_text": {OFFICE},
    "plans.forget_kept_text": {OFFICE},
    "plans.preview_text": {OFFICE},
    "plans.import_word": {OFFICE},
    "plans.submit_edition": {OFFICE},
    "plans.abandon_edition": {OFFICE},
    "plans.clear_edition": {LEGAL},
    "plans.return_edition": {LEGAL, LEADER},
    "plans.publish_edition": {LEADER},
    "plans.publish_urgently": {LEADER},
    "plans.approve_edition": {LEADER},
    "plans.withdraw_edition": {LEADER},
    "plans.add_filing": {OFFICE},
    "plans.file_edition": {OFFICE},
    "plans.announce_edition": {OFFICE},
    "plans.close_review": {OFFICE},
    "plans.keep_clause": {OFFICE},
    "drills.list_drills": READERS,
    "drills.show_month": READERS,
    "drills.show_year": READERS,
    "drills.show_drill": READERS,
    "drills.show_coverage": READERS,
    "drills.list_touched": READERS,
    "drills.show_record": READERS,
    "drills.show_photo": READERS,
    "drills.show_paper": READERS,
    "drills.download_paper": READERS,
    "drills.show_code": READERS,
    "drills.show_feed": READERS,
    "drills.renew_feed": READERS,
    "drills.read_feed": ALL,
    "drills.propose_year": {OFFICE},
    "drills.schedule_drills": RECORDERS,
    "drills.change_drill": {OFFICE},
    "drills.move_drill": {OFFICE},
    "drills.accept_drill": {OFFICE},
    "drills.cancel_drill": {OFFICE},
    "drills.record_drill": RECORDERS,
    "drills.correct_record": RECORDERS,
    "drills.keep_record": RECORDERS,
    "drills.confirm_record": {OFFICE},
    "drills.return_record": {OFFICE},
    "registers.list_registers": READERS,
    "registers.list_attention": READERS,
    "registers.list_entries": READERS,
    "registers.show_entry": READERS,
    "registers.reveal_entry": READERS,
    "registers.add_entry": RECORDERS,
    "registers.change_entry": RECORDERS,
    "registers.confirm_entry": RECORDERS,
    "registers.retire_entry": RECORDERS,
    "registers.restore_entry": RECORDERS,
    "registers.record_movement": RECORDERS,
    "registers.take_stock": RECORDERS,
    "registers.begin_import": RECORDERS,
    "registers.show_import": RECORDERS,
    "registers.match_headings": RECORDERS,
    "registers.carry_out_import": RECORDERS,
    "registers.download_marked": RECORDERS,
    "registers.export_excel": READERS,
    "registers.export_csv": READERS,
    "registers.download_template": RECORDERS,
    "confirming.confirm_post": ALL,
    "confirming.report_change": ALL,
    "handover.hand_over_account": {OFFICE, Role.ADMIN},
    "handover.hand_over_post": {OFFICE},
    "findings.list_findings": READERS,
    "findings.show_finding": READERS,
    "findings.assign_finding": {OFFICE},
    "findings.fix_finding": RECORDERS,
    "findings.close_finding": {OFFICE, LEADER},
    "findings.reopen_finding": {OFFICE, LEADER},
    "reminders.list_mails": {OFFICE, LEADER, Role.ADMIN},
    "reminders.show_mail": {OFFICE, LEADER, Role.ADMIN},
    "reminders.resend_mail": SENDERS,
    "reminders.show_proof": READERS,
    "reminders.revoke_links": {OFFICE},
    "reminders.settings": SENDERS,
    "reminders.send_test_mail": SENDERS,
    "reminders.pause_kinds": ANYBODY,
    "reminders.record_by_link": ALL,
    "reminders.keep_by_link": ALL,
    "reminders.show_receipt": ALL,
    "audits.list_rounds": READERS,
    "audits.open_round": {OFFICE},
    "audits.show_round": READERS,
    "audits.download_round": READERS,
    "audits.close_round": {OFFICE},
    "audits.show_trend": READERS,
    "audits.show_audit": READERS,
    "audits.answer_item": RECORDERS,
    "audits.submit_audit": RECORDERS,
    "audits.refresh_evidence": RECORDERS,
    "audits.show_file": READERS,
    "audits.verify_item": {OFFICE, LEADER},
    "audits.return_audit": {OFFICE, LEADER},
    "audits.make_round_bundle": {OFFICE, LEADER},
    "audits.make_year_bundle": {OFFICE, LEADER},
    # Only a demo has it: tests/demo opens it.
    "demo.sign_in": ALL,
    "reports.show_year": READERS,
    "reports.list_counted": READERS,
    "reports.list_items": READERS,
    "reports.show_drill_chart": READERS,
    "reports.show_readiness_chart": READERS,
    "reports.download_paragraph": READERS,
    "reports.download_paragraph_word": READERS,
    "reports.download_year_book": READERS,
}


# Pages that are asked for something by the part of the address after "?".
ASKED = {
    "plans.compare_revisions": ("old", "new"), "plans.search_plans": ("words",),
    "reports.list_items": ("last_on",),
}  # fmt: skip


def test_it_knows_every_route(site: Flask) -> None:
    routes = {rule.endpoint for rule in site.url_map.iter_rules()} - {"static"}
    assert routes == set(WHO)


@pytest.fixture
def keys(app: Flask, cast: Cast) -> dict[str, object]:
    """Something real for every kind of key in an address."""
    plan = a_plan()
    edition = a_published(plan, cast, now=clock.now())
    draft = a_draft(a_plan(number=2, slug="drought", title="南华镇抗旱应急预案"), by=cast.office)
    filing = publication.add_filing(edition, recipient="示例单位", by=cast.office, now=clock.now())
    review = queries.find_unclosed_review(plan)
    assert review is not None
    attachment = an_attachment(draft, Path(app.instance_path), by=cast.office)
    photo = shrink_photo(a_picture(), "示例.jpg")
    record = a_record(a_drill(plan, by=cast.office), by=cast.village, photos=[photo],
                      problems=[Problem("示例：没有叫到两户")])  # fmt: skip
    [finding] = findings.list_findings_of(Source.DRILL, record.id)
    heading = list_sections(draft.body)[1].title
    demand = demands.make_demand(draft, heading=heading, text="示例", now=clock.now())
    feed = drills.renew_feed(plan.place, by=cast.office, now=clock.now())
    audit = an_audit(cast)
    give(audit, "V1.1", Verdict.MET, by=cast.village, files=[read_file(a_picture(), "示例.jpg")])
    [file] = answer_of(audit, "V1.1").files
    mail = a_mail(cast.village)
    token = a_token(a_drill(plan, by=cast.office, planned_at=yesterday_at()), cast.village)
    sheet = import_services.begin_import(
        POSTS, data="岗位,姓名\n网格长,示例乙\n".encode(), filename="示例.csv",
        default=cast.village.place, folder=uploads_folder(), by=cast.village, now=clock.now(),
    )  # fmt: skip
    post, supply = an_entry("posts", cast, email="a@example.com"), an_entry("supplies", cast)
    seal = sign_confirm_link(post, address=post.email, secret=SECRET, now=clock.now())
    db.session.commit()
    return {
        "round_id": audit.round_id, "audit_id": audit.id, "code": "V1", "file_id": file.id,
        "place_code": VILLAGE, "checklist_slug": FIVE,
        "import_id": sheet.id,
        "drill_id": record.drill_id, "record_id": record.id, "photo_id": record.photos[0].id,
        "finding_id": finding.id, "demand_id": demand.id, "address": feed.address,
        "name": "sign-in", "register_slug": "posts", "entry_id": post.id,
        "supply_id": supply.id, "mail_id": mail.id, "token": token, "seal": seal,
        "plan_id": draft.plan_id, "edition_id": draft.id, "revision_id": draft.head_id,
        "filing_id": filing.id, "review_id": review.id, "account_id": cast.other_office.id,
        "slug": plan.slug, "number": edition.number, "attachment_id": attachment.id,
        "old": draft.head_id, "new": draft.head_id, "words": "转移",
        "year": clock.today().year, "figure": "drills-held",
        "last_on": "2026-06-30",
    }  # fmt: skip


def a_picture() -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


def addresses(app: Flask, keys: dict[str, object]) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of every route."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint in ("static", "demo.sign_in"):
                continue
            names = (*rule.arguments, *ASKED.get(rule.endpoint, ()))
            values = {name: keys[name] for name in names}
            address = app.url_for(rule.endpoint, **values)
            found += [(rule.endpoint, m, address) for m in ("GET", "POST") if m in rule.methods]
    return found


def people(cast: Cast) -> dict[Role, object]:
    """One person of each role; a visitor is None."""
    return {
        Role.OFFICE: cast.office, Role.LEGAL: cast.legal, Role.LEADER: cast.leader,
        Role.VILLAGE: cast.village, Role.ADMIN: cast.admin, Role.VISITOR: None,
    }  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_it_lets_in_only_the_allowed(
    role: Role, app: Flask, cast: Cast, browse: Browse, keys: dict[str, object]
) -> None:
    person = people(cast)[role]
    for endpoint, method, address in addresses(app, keys):
        if endpoint == "accounts.sign_out":
            continue
        answer = browse(person).request(address, method=method, expect_errors=True)
        if role in WHO[endpoint]:
            assert answer.status_code not in (302, 403, 404, 500), (endpoint, method)
        elif role is Role.VISITOR and method == "POST":
            assert answer.status_code == 401, (endpoint, method)
            assert form_of(answer)["next"].value == address, (endpoint, method)
        elif role is Role.VISITOR:
            assert answer.status_code == 302, (endpoint, method)
            assert "/sign-in" in answer.location, (endpoint, method)
        else:
            assert answer.status_code == 403, (endpoint, method)


ELSEWHERE = "620724103000"


@pytest.mark.parametrize("role", [OFFICE, LEGAL, LEADER, Role.VILLAGE, Role.ADMIN])
def test_it_hides_what_belongs_to_another_town(
    role: Role, app: Flask, browse: Browse, keys: dict[str, object]
) -> None:
    stranger = an_account("stranger", role, place=a_neighbour_town())
    db.session.commit()
    closed = {"plan_id", "edition_id", "revision_id", "filing_id", "review_id", "account_id",
              "attachment_id", "old", "new", "drill_id", "record_id", "photo_id", "finding_id",
              "demand_id", "round_id", "audit_id", "file_id", "place_code", "entry_id",
              "supply_id", "mail_id", "import_id"}  # fmt: skip
    for endpoint, method, address in addresses(app, keys):
        with app.test_request_context():
            rule = next(r for r in app.url_map.iter_rules() if r.endpoint == endpoint)
        asked = {*rule.arguments, *ASKED.get(endpoint, ())}
        if role in WHO[endpoint] and asked & closed:
            answer = browse(stranger).request(address, method=method, expect_errors=True)
            assert answer.status_code == 404, (endpoint, method)


def a_neighbour_town() -> str:
    from nanhua_emergency.places.models import Place, PlaceKind

    db.session.add(
        Place(code=ELSEWHERE, name="巷道镇", official_name="巷道镇", kind=PlaceKind.TOWN)
    )
    db.session.flush()
    return ELSEWHERE


# What a script keeps while somebody types answers the script.
KEPT_BY_ITSELF = {
    "drills.keep_record": "没有自动保存",
    "reminders.keep_by_link": "没有自动保存",
}


def test_it_refuses_every_form_without_its_token(
    app: Flask, cast: Cast, browse: Browse, keys: dict[str, object]
) -> None:
    from nanhua_emergency.activity.models import ActivityEntry

    before = db.session.query(ActivityEntry).count()
    for endpoint, method, address in addresses(app, keys):
        if method != "POST":
            continue
        role = next(r for r in Role if r in WHO[endpoint])
        answer = browse(people(cast)[role]).post(address, {"x": "1"}, expect_errors=True)
        assert answer.status_code == 400, endpoint
        said = answer.json["message"] if answer.content_type == JSON else answer.text
        assert KEPT_BY_ITSELF.get(endpoint, "已经失效") in said, endpoint
    db.session.rollback()
    assert db.session.query(ActivityEntry).count() == before


def test_it_shows_no_page_that_nobody_declared(app: Flask, browse: Browse) -> None:
    missing = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and not hasattr(app.view_functions[rule.endpoint], "allowed")
    ]
    assert missing == []


def test_it_sends_strict_headers_with_every_page(
    app: Flask, cast: Cast, browse: Browse, keys: dict[str, object]
) -> None:
    for endpoint, method, address in addresses(app, keys):
        if method == "GET" and endpoint != "home.show_health":
            role = next(r for r in reversed(Role) if r in WHO[endpoint])
            answer = browse(people(cast)[role]).get(address, expect_errors=True)
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, endpoint
            assert "unsafe" not in policy, endpoint
            assert b"<script>" not in answer.body, endpoint
            assert b"style=" not in answer.body, endpoint
