"""Hand over an account: all that hangs on it moves to a successor, and the links of the old one end."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from audit_factories import an_audit, give_all
from conftest import Browse
from drill_factories import a_drill, a_record, at_once
from factories import (
    NOW,
    OTHER_VILLAGE,
    TODAY,
    TOWN,
    VILLAGE,
    Cast,
    a_draft,
    a_plan,
    a_session,
    an_account,
    form_of,
    keep,
    stored,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts import services as accounts
from nanhua_emergency.accounts.models import Account, SignInSession
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.audits.answering import submit_audit
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.drills.queries import find_half_record
from nanhua_emergency.drills.recording import keep_half_record
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Finding, Source
from nanhua_emergency.handover import services
from nanhua_emergency.handover.holdings import PAGE, list_groups
from nanhua_emergency.handover.services import Endings, NoLongerTheirs
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans import drafting
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.text_models import KeptText
from nanhua_emergency.registers.people_models import Post, Team, WakeUp
from nanhua_emergency.reminders.models import RecordLink
from nanhua_emergency.reminders.record_links import make_link
from register_factories import an_entry

LATER = clock.now() + timedelta(days=20)


@pytest.fixture
def successor(cast: Cast) -> Account:
    """A second head of 明水村."""
    return an_account("newhead", Role.VILLAGE, place=VILLAGE, name="示例新任", phone="13900000055")


def a_coming_drill(cast: Cast, **columns: object) -> Drill:
    """A drill to come, organised by the village head."""
    plan = db.session.scalar(select(Plan)) or a_plan()
    return a_drill(plan, by=cast.office, planned_at=LATER, organiser=cast.village.name,
                   organiser_account=cast.village, **columns)  # fmt: skip


def a_finding(cast: Cast, owner: Account, *, place: str = VILLAGE) -> Finding:
    """Something that must be put right."""
    return findings.raise_finding(
        place=get_place(place), source=Source.AUDIT, source_id=1, text="示例：没有应急灯",
        owner=owner, due_on=TODAY + timedelta(days=9), by=cast.office, now=NOW,
    )  # fmt: skip


def keys_of(account: Account, cast: Cast) -> list[str]:
    """All that hangs on an account, by its keys."""
    groups = list_groups(services.person_of(account), seen_by=cast.office)
    return [one.key for group in groups for one in group.holdings]


def hand(account: Account, to: Account, what: list[str], cast: Cast, **said: object) -> int:
    """Hand over by the office."""
    endings = Endings(**said)  # type: ignore[arg-type]
    by = cast.admin if endings.account else cast.office
    return services.hand_over(account, to, what=what, endings=endings, by=by, now=clock.now()).count


def test_it_names_the_audits_that_pass_by_themselves(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    audit = an_audit(cast)
    key = f"audit-{audit.id}"
    assert keys_of(cast.village, cast) == keys_of(successor, cast) == [key]
    assert keys_of(cast.other_village, cast) == keys_of(cast.office, cast) == []
    with pytest.raises(RuleBroken, match="不认识的一件"):
        hand(cast.village, successor, [key], cast)
    account_id = keep(cast.village, audit)[0]
    page = browse(cast.office).get(f"/handover/accounts/{account_id}")
    assert "这些归这个地方，不用移交" in page.text
    assert page.html.find("input", value=key) is None
    assert page.click("看", href=f"/audits/{key[6:]}").html.h1
    give_all(audit := db.session.get_one(Audit, int(key[6:])), by=cast.village)
    submit_audit(audit, by=cast.village, now=NOW)
    assert keys_of(cast.village, cast) == []


def test_it_lists_and_moves_all_that_hangs_on_a_village_head(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    drill, finding = a_coming_drill(cast), a_finding(cast, cast.village)
    post = an_entry("posts", cast, holder=cast.village.name, phone="13900000077")
    team = an_entry("teams", cast, leader=cast.village.name)
    wake_up = an_entry("wake-ups", cast, waker=cast.village.name, substitute=cast.village.name)
    link = make_link(drill, cast.village, now=clock.now())
    keep_half_record(drill, {"summary": "示例"}, by=cast.village, now=clock.now())
    keys = keep(drill, finding, post, team, wake_up, link)
    address = f"/handover/accounts/{cast.village.id}"
    page = browse(cast.office).get(address)
    for name in ("要组织的演练（1）", "没填完的演练记录（1）", "要整改的问题（1）", "岗位（1）",
                 "救援队队长（1）", "叫醒人（1）", "叫醒替补人（1）", "1 个能用"):  # fmt: skip
        assert name in page.text
    form = form_of(page)
    form["successor_id"] = str(successor.id)
    after = form.submit(status=302).follow()
    assert "已移交 7 件，收回链接 1 个。" in after.text
    assert "名下没有要移交的事。" in after.text
    assert stored(Drill.organiser_id, keys[0]) == successor.id
    assert stored(Drill.organiser, keys[0]) == "示例新任"
    assert stored(Finding.owner_id, keys[1]) == successor.id
    assert stored(Finding.due_on, keys[1]) == TODAY + timedelta(days=9)
    assert (stored(Post.holder, keys[2]), stored(Post.phone, keys[2])) == (
        "示例新任",
        "13900000055",
    )
    assert stored(Post.account_id, keys[2]) == successor.id
    assert stored(Team.leader, keys[3]) == "示例新任"
    assert (stored(WakeUp.waker, keys[4]), stored(WakeUp.substitute, keys[4])) == (
        "示例新任", "示例新任",
    )  # fmt: skip
    assert stored(RecordLink.revoked_at, keys[5]) is not None
    assert find_half_record(db.session.get_one(Drill, keys[0]), successor) is not None
    [done] = db.session.scalars(
        select(ActivityEntry).where(ActivityEntry.action == "handover.account")
    )
    assert "7 件" in done.summary


def test_it_moves_editions_and_unsaved_texts_of_the_office(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    drafting.keep_text(edition, body="没有保存", based_on_id=edition.head_id, by=cast.office,
                       now=NOW)  # fmt: skip
    what = keys_of(cast.office, cast)
    assert [key.split("-")[0] for key in what] == ["edition", "text"]
    assert hand(cast.office, cast.other_office, what, cast) == 2
    assert db.session.get_one(Edition, edition.id).began_by_id == cast.other_office.id
    kept = drafting.find_kept_text(edition, cast.other_office)
    assert kept is not None
    assert kept.body == "没有保存"
    assert keys_of(cast.office, cast) == []


def test_it_loses_no_text_of_the_successor(app: Flask, cast: Cast) -> None:
    edition = a_draft(a_plan(), by=cast.office)
    for person in (cast.office, cast.other_office):
        drafting.keep_text(edition, body=f"{person.name}写的", based_on_id=edition.head_id,
                           by=person, now=NOW)  # fmt: skip
    db.session.commit()
    with pytest.raises(RuleBroken, match="也有没保存的正文"):
        hand(cast.office, cast.other_office, keys_of(cast.office, cast), cast)
    db.session.rollback()
    assert stored(Edition.began_by_id, edition.id) == cast.office.id  # all or nothing
    bodies = db.session.scalars(select(KeptText.body).order_by(KeptText.id))
    assert list(bodies) == ["示例office写的", "示例office2写的"]


def test_it_moves_only_what_is_ticked(app: Flask, cast: Cast, successor: Account) -> None:
    drill, finding = a_coming_drill(cast), a_finding(cast, cast.village)
    assert hand(cast.village, successor, [f"drill-{drill.id}"], cast) == 1
    assert finding.owner_id == cast.village.id
    assert keys_of(cast.village, cast) == [f"finding-{finding.id}"]


def test_it_leaves_what_is_done(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    held = a_drill(plan, by=cast.office, organiser_account=cast.village)
    a_record(held, by=cast.village)
    gone = a_coming_drill(cast)
    drills.cancel_drill(gone, reason="示例", by=cast.office, now=NOW)
    fixed = a_finding(cast, cast.village)
    findings.fix_finding(fixed, evidence="示例", by=cast.village, now=NOW)
    findings.close_finding(fixed, by=cast.office, now=NOW)
    assert keys_of(cast.village, cast) == []


def test_it_does_no_harm_when_sent_twice(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    a_coming_drill(cast)
    form = form_of(browse(cast.admin).get(f"/handover/accounts/{cast.village.id}"))
    form["successor_id"] = str(successor.id)
    form.submit(status=302)
    assert "已移交 0 件" in form.submit(status=302).follow().text
    done = select(ActivityEntry).where(ActivityEntry.action == "handover.account")
    assert len(db.session.scalars(done).all()) == 1


def test_it_moves_nothing_when_somebody_else_changed_one(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    drill, finding = a_coming_drill(cast), a_finding(cast, cast.village)
    key, key_of_finding = keep(drill, finding)
    form = form_of(browse(cast.office).get(f"/handover/accounts/{cast.village.id}"))
    form["successor_id"] = str(successor.id)
    findings.assign_finding(finding, owner=cast.office, due_on=TODAY, by=cast.office, now=NOW)
    page = form.submit(status=409)
    assert "刚刚被别人改过" in page.text
    assert stored(Drill.organiser_id, key) == cast.village.id
    assert stored(Finding.owner_id, key_of_finding) == cast.office.id
    assert form_of(page)["successor_id"].value == str(successor.id)


def test_it_asks_for_the_successor_and_for_something_to_do(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    a_coming_drill(cast)
    form = form_of(browse(cast.office).get(f"/handover/accounts/{cast.village.id}"))
    assert "请选接手人" in form.submit(status=422).text
    form["successor_id"] = str(successor.id)
    form["is_ending_links"] = False
    form["what"] = False
    assert "请至少勾选一件" in form.submit(status=422).text


@pytest.mark.parametrize("who", ["self", "closed", "role", "place"])
def test_it_takes_no_successor_who_cannot_follow(
    app: Flask, cast: Cast, successor: Account, who: str
) -> None:
    drill = a_coming_drill(cast)
    closed = an_account("closed", Role.VILLAGE, place=VILLAGE, is_active=False)
    others = {"self": cast.village, "closed": closed, "role": cast.office,
              "place": cast.other_village}  # fmt: skip
    with pytest.raises(services.NoSuccessor):
        hand(cast.village, others[who], [f"drill-{drill.id}"], cast)
    assert drill.organiser_id == cast.village.id
    assert services.list_successors(cast.village) == [successor]


@pytest.mark.parametrize("key", ["", "drill", "drill-", "drill-x", "plan-1", "drill--1", "drill-１",
                                 "drill-9999999999", "-1", "drill-1 OR 1"])  # fmt: skip
def test_it_refuses_a_key_that_means_nothing(
    app: Flask, cast: Cast, successor: Account, key: str
) -> None:
    with pytest.raises(RuleBroken, match="不认识"):
        hand(cast.village, successor, [key], cast)


def test_it_moves_nothing_that_hangs_on_somebody_else(
    app: Flask, cast: Cast, successor: Account
) -> None:
    theirs = a_finding(cast, cast.other_village, place=OTHER_VILLAGE)
    named = an_entry("posts", cast, place=OTHER_VILLAGE, holder=cast.village.name)
    for key in (f"finding-{theirs.id}", f"post-{named.id}", "drill-123456"):
        with pytest.raises(NoLongerTheirs):
            hand(cast.village, successor, [key], cast)
    assert theirs.owner_id == cast.other_village.id


def test_it_tells_two_people_of_one_name_apart_by_their_phones(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    cast.village.phone = "139 0000 0011"
    name = cast.village.name
    mine = an_entry("posts", cast, holder=name, phone="13900000011")
    an_entry("posts", cast, holder=name, phone="13900000012", grid_code="G02")
    unsure = an_entry("posts", cast, holder=name, phone="", grid_code="G03")
    assert keys_of(cast.village, cast) == [f"post-{mine.id}", f"post-{unsure.id}"]
    page = browse(cast.office).get(f"/handover/accounts/{cast.village.id}")
    assert page.text.count("请确认是不是同一个人") == 1


def test_it_gives_the_place_another_calendar_address(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    page = f"/handover/accounts/{cast.village.id}"
    assert "is_renewing_feed" not in form_of(browse(cast.office).get(page)).fields
    old = drills.renew_feed(cast.village.place, by=cast.village, now=clock.now()).address
    db.session.commit()
    for is_renewing, status in ((False, 200), (True, 404)):
        form = form_of(browse(cast.office).get(page))
        form["successor_id"] = str(successor.id)
        form["is_renewing_feed"] = is_renewing
        form.submit(status=302)
        browse(None).get(f"/drills/calendar/{old}.ics", status=status)


def test_it_ends_sessions_and_closes_the_account_for_the_admin_only(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    a_session(cast.village, now=clock.now())
    address, key = f"/handover/accounts/{cast.village.id}", cast.village.id
    page = browse(cast.office).get(address)
    assert "停用原来的人的账号" not in page.text
    form = form_of(page)
    form["successor_id"] = str(successor.id)
    form["is_signing_out"] = True
    form.submit(status=302)
    open_sessions = select(SignInSession).where(
        SignInSession.account_id == key, SignInSession.ended_at.is_(None)
    )
    assert db.session.scalars(open_sessions).all() == []
    form = form_of(browse(cast.admin).get(address))
    form["successor_id"] = str(successor.id)
    form["is_closing"] = True
    form.submit(status=302)
    assert stored(Account.is_active, key) is False
    assert "示例mingshui" in browse(cast.admin).get(address).text  # what is left can still be moved


def test_it_lets_the_office_close_no_account(app: Flask, cast: Cast, successor: Account) -> None:
    with pytest.raises(RuleBroken, match="管理员"):
        services.hand_over(cast.village, successor, what=[], endings=Endings(account=True),
                           by=cast.office, now=NOW)  # fmt: skip
    assert cast.village.is_active


def test_it_is_nobody_elses_business(app: Flask, cast: Cast, successor: Account) -> None:
    for person in (cast.leader, cast.village, cast.legal):
        with pytest.raises(NotFound):
            services.hand_over(cast.village, successor, what=[], endings=Endings(links=True),
                               by=person, now=NOW)  # fmt: skip


def test_it_shows_the_admin_no_household(
    app: Flask, cast: Cast, browse: Browse, successor: Account
) -> None:
    an_entry("wake-ups", cast, waker=cast.village.name)
    address = f"/handover/accounts/{cast.village.id}"
    assert "示例户" in browse(cast.office).get(address).text
    assert "示例户" not in browse(cast.admin).get(address).text


def test_it_says_when_nobody_can_follow(app: Flask, cast: Cast, browse: Browse) -> None:
    page = browse(cast.admin).get(f"/handover/accounts/{cast.village.id}")
    assert "请先给接手的人开账号" in page.text
    assert "移交</button>" not in page.text


def test_it_moves_a_long_list_page_by_page(app: Flask, cast: Cast, browse: Browse) -> None:
    for number in range(PAGE + 3):
        a_finding(cast, cast.office, place=TOWN).text = f"示例{number}"
    browser = browse(cast.admin)
    form = form_of(browser.get(f"/handover/accounts/{cast.office.id}"))
    form["successor_id"] = str(cast.other_office.id)
    page = form.submit(status=302).follow()
    assert f"已移交 {PAGE} 件" in page.text
    assert "要整改的问题（3）" in page.text


def test_it_reminds_the_successor_of_what_was_handed_over(
    app: Flask, cast: Cast, successor: Account
) -> None:
    from nanhua_emergency.reminders.kinds import Kind
    from reminder_factories import LetterBox, all_messages, tick

    drill = a_coming_drill(cast)
    hand(cast.village, successor, [f"drill-{drill.id}"], cast)
    accounts.close_account(cast.village, by=cast.admin, now=clock.now())
    tick(LetterBox(), LATER - timedelta(days=3))
    told = [m.address for m in all_messages() if m.kind is Kind.DRILL_COMING]
    assert told == ["newhead@example.com"]


def test_two_offices_at_once_hand_everything_to_one_successor(
    app: Flask, cast: Cast, successor: Account
) -> None:
    drill, finding = a_coming_drill(cast), a_finding(cast, cast.village)
    rival = an_account("rival", Role.VILLAGE, place=VILLAGE)
    what = [f"drill-{drill.id}", f"finding-{finding.id}"]
    office, old = cast.office.id, cast.village.id
    keys = keep(successor, rival)
    drill_key, finding_key = keep(drill, finding)

    def to(key: int) -> str:
        account, by = db.session.get_one(Account, old), db.session.get_one(Account, office)
        try:
            services.hand_over(account, db.session.get_one(Account, key), what=what,
                               endings=Endings(), by=by, now=clock.now())  # fmt: skip
            db.session.commit()
        except NoLongerTheirs:
            db.session.rollback()
            return "late"
        return "done"

    results = at_once(app, lambda: to(keys[0]), lambda: to(keys[1]))
    assert sorted(results) == ["done", "late"]
    winner = keys[results.index("done")]
    assert stored(Drill.organiser_id, drill_key) == winner
    assert stored(Finding.owner_id, finding_key) == winner
