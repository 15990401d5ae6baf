"""List what waits for a person: audits and registers too, the worst first, every line a way on."""

from datetime import timedelta

import pytest
from flask import Flask

from audit_factories import FIVE, SEVEN, a_round, a_submitted_audit, an_audit
from conftest import Browse
from drill_factories import a_drill, a_finding, a_fixed_finding, a_record, yesterday_at
from factories import (
    COUNTY,
    NOW,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    Cast,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
    an_account,
)
from nanhua_emergency import clock
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import queries, verifying
from nanhua_emergency.audits.models import AuditState
from nanhua_emergency.database import db
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.places.models import Place, PlaceKind
from nanhua_emergency.plans import publication
from nanhua_emergency.registers.freshness import REASONS, count_all_attention
from nanhua_emergency.reminders import tasks
from nanhua_emergency.reminders.tasks import MOST, list_tasks
from register_factories import an_entry

TODAY = clock.today()
DUE = TODAY + timedelta(days=20)


def told(person: Account) -> list[tuple[str, str]]:
    """Step and title of everything that waits for a person."""
    found = [(task.step, task.title) for task in list_tasks(person, today=TODAY, most=99)]
    db.session.rollback()
    return found


def steps_of(person: Account) -> list[str]:
    """The steps alone."""
    return [step for step, _title in told(person)]


def test_it_asks_the_village_to_answer_its_audit(cast: Cast) -> None:
    audit = an_audit(cast, due_on=DUE)
    db.session.commit()
    title = audit.title
    assert told(cast.village) == [("自评，填完交应急办", title)]
    assert told(cast.other_village) == []
    assert steps_of(cast.office) == ["催交核查表（还差 1 份）"]
    assert told(cast.leader) == told(cast.legal) == told(cast.admin) == []


def test_it_says_why_an_audit_came_back(cast: Cast) -> None:
    audit = a_submitted_audit(cast)
    verifying.return_audit(audit, reason="示例：照片看不清", by=cast.office, now=NOW)
    db.session.commit()
    [task] = list_tasks(cast.village, today=TODAY)
    assert task.note == "示例：照片看不清"


def test_it_asks_for_verifying_in_one_line_and_then_to_close(cast: Cast) -> None:
    held = a_round(cast, places=(VILLAGE, OTHER_VILLAGE), due_on=DUE)
    ours, theirs = queries.list_all_audits(held)
    for audit in (ours, theirs):
        audit.state = AuditState.SUBMITTED
        audit.submitted_by_id = cast.village.id
    db.session.commit()
    verify = "核实交上来的核查表（2 份）"
    assert told(cast.office) == told(cast.leader) == [(verify, held.title)]
    assert told(cast.village) == []
    for audit in (ours, theirs):
        audit.state = AuditState.VERIFIED
    db.session.commit()
    assert told(cast.office) == [("都核实了，结束这一轮", held.title)]
    assert told(cast.leader) == []


def test_it_leaves_the_verifying_of_what_i_handed_in_to_another(cast: Cast) -> None:
    a_submitted_audit(cast, slug=SEVEN, places=(TOWN,))
    db.session.commit()
    assert told(cast.office) == []
    assert steps_of(cast.other_office) == ["核实交上来的核查表（1 份）"]
    assert steps_of(cast.leader) == ["核实交上来的核查表（1 份）"]


def test_it_asks_the_office_to_answer_the_audit_of_the_town_itself(cast: Cast) -> None:
    audit = an_audit(cast, slug=SEVEN, places=(TOWN,))
    db.session.commit()
    assert told(cast.office) == [("自评，填完交应急办", audit.title)]


def test_it_asks_another_leader_to_approve_what_one_has_signed_in_haste(cast: Cast) -> None:
    urgent = a_draft(a_plan(), by=cast.office)
    assert urgent.head is not None
    publication.publish_urgently(
        urgent, sha256=urgent.head.sha256, issue_number="示例6号", reason="洪水已到",
        by=cast.leader, now=NOW,
    )  # fmt: skip
    db.session.commit()
    approve = "补签紧急签发的文本"
    assert approve in steps_of(cast.other_leader)
    assert approve not in steps_of(cast.leader)


def test_it_has_a_line_for_each_reason_of_the_registers_with_its_count(cast: Cast) -> None:
    for name in ("示例甲沟", "示例乙沟"):
        an_entry("supplies", cast, name=name, quantity="1", minimum="9", now=clock.now(),
                 counted_on=TODAY.isoformat())  # fmt: skip
    an_entry("supplies", cast, place=OTHER_VILLAGE, quantity="1", minimum="9", now=clock.now(),
             counted_on=TODAY.isoformat())  # fmt: skip
    db.session.commit()
    assert told(cast.village) == [("请补充，或核对数量", "物资：低于最低储备，2 条")]
    assert told(cast.office) == [("请补充，或核对数量", "物资：低于最低储备，3 条")]
    assert told(cast.leader) == []  # nothing a leader could do about it


def test_it_gathers_the_lesser_reasons_of_the_registers_in_one_line(cast: Cast) -> None:
    for slug in ("posts", "wake-ups", "supplies", "shelters"):
        an_entry(slug, cast)
    an_entry("posts", cast, holder="", title="宣传员", phone="")
    an_entry("supplies", cast, name="示例雨衣", quantity="1", minimum="9")
    db.session.commit()
    counts = count_all_attention(cast.village, today=TODAY)
    assert len(counts) > tasks.MOST_REASONS + 1
    found = told(cast.village)
    assert len(found) == tasks.MOST_REASONS + 1
    advice = [reason.advice for reason in REASONS if reason in counts]
    assert [step for step, _title in found[:-1]] == advice[: tasks.MOST_REASONS]
    rest = sum(list(counts.values())[tasks.MOST_REASONS :])
    kinds = len(counts) - tasks.MOST_REASONS
    assert found[-1] == ("逐类核实", f"名册里还有 {kinds} 类，共 {rest} 条")


def test_it_puts_the_late_first_then_what_is_due_soon_then_what_waits(cast: Cast) -> None:
    an_entry("supplies", cast, quantity="1", minimum="9", now=clock.now(),
             counted_on=TODAY.isoformat())  # fmt: skip
    for days in (30, -2, 3, -9):
        a_finding(cast, text=f"{days}", due_on=TODAY + timedelta(days=days))
    db.session.commit()
    assert [title for _step, title in told(cast.village)] == [
        "-9", "-2", "3", "物资：低于最低储备，1 条", "30",
    ]  # fmt: skip


def a_busy_town(cast: Cast) -> None:
    """Something of every kind that waits for anybody."""
    a_published(a_plan(), cast)
    draft, submitted, cleared = (
        a_plan(number=n, slug=f"plan-{n}", title=f"示例预案{n}") for n in (2, 3, 4)
    )
    a_draft(draft, by=cast.office)
    a_submitted(submitted, cast)
    a_cleared(cleared, cast)
    held = yesterday_at()
    a_drill(draft, by=cast.office, planned_at=held, title="示例该记")
    a_record(a_drill(draft, by=cast.office, planned_at=held, title="示例待确认"), by=cast.village)
    a_drill(draft, by=cast.village, planned_at=clock.now() + timedelta(days=20), title="示例提议")
    a_drill(draft, by=cast.office, planned_at=clock.now() + timedelta(days=9), title="示例将来")
    a_finding(cast, text="示例喇叭坏了")
    a_fixed_finding(cast, text="示例手电没电")
    an_audit(cast, due_on=DUE)
    an_audit(cast, slug=SEVEN, places=(TOWN,))
    submitted_audit = an_audit(cast, slug=FIVE, places=(OTHER_VILLAGE,), name="示例另一轮")
    submitted_audit.state = AuditState.SUBMITTED
    an_entry("posts", cast)
    an_entry("supplies", cast, quantity="1", minimum="9")
    db.session.commit()


def people_of(cast: Cast) -> list[Account]:
    """One of each role, and the county's own."""
    county = [an_account(f"county-{role}", role, place=COUNTY) for role in
              (Role.OFFICE, Role.LEGAL, Role.LEADER, Role.ADMIN)]  # fmt: skip
    db.session.commit()
    own = [cast.office, cast.other_office, cast.legal, cast.leader, cast.village,
           cast.other_village, cast.admin]  # fmt: skip
    return own + county


def test_it_leads_everybody_only_to_pages_that_open(app: Flask, cast: Cast, browse: Browse) -> None:
    a_busy_town(cast)
    waiting = 0
    for person in people_of(cast):
        browser = browse(person)
        main = browser.get("/").html.select_one("main")
        for link in main.select("a[href^='/'], img[src]"):
            address = link.get("href") or link["src"]
            assert browser.get(address, expect_errors=True).status_code == 200, (
                person.sign_in, address,
            )  # fmt: skip
        waiting += len(main.select("[aria-labelledby=tasks] .task"))
        for task in list_tasks(person, today=TODAY, most=99):
            with app.test_request_context():
                address = app.url_for(task.endpoint, **task.key)
            db.session.rollback()
            answer = browser.get(address, expect_errors=True)
            assert answer.status_code == 200, (person.sign_in, address)
    assert waiting > 20


def test_it_shows_ten_lines_and_says_that_there_are_more(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    said = "这里只列最急的 10 件"
    for n in range(MOST):
        a_finding(cast, text=f"示例{n}")
    db.session.commit()
    page = browse(cast.village).get("/")
    assert len(page.html.select(".task")) == MOST
    assert said not in page.text
    an_audit(cast, due_on=DUE)
    db.session.commit()
    page = browse(cast.village).get("/")
    assert len(page.html.select(".task")) == MOST
    assert said in page.text


def test_it_says_when_nothing_waits(app: Flask, cast: Cast, browse: Browse) -> None:
    for person in people_of(cast):
        page = browse(person).get("/")
        assert "现在没有等您办的事。" in page.text
        assert page.html.select(".task") == []


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEGAL, Role.LEADER, Role.VILLAGE, Role.ADMIN])
def test_it_shows_a_person_of_another_town_nothing_of_this_one(
    role: Role, app: Flask, cast: Cast, browse: Browse
) -> None:
    a_busy_town(cast)
    for finding in db.session.query(Finding):
        finding.due_on = TODAY - timedelta(days=5)
    kind, code = (PlaceKind.VILLAGE, "620724103200") if role is Role.VILLAGE else (
        PlaceKind.TOWN, "620724103000",
    )  # fmt: skip
    db.session.add(Place(code=code, name="示例邻镇", official_name="示例邻镇", kind=kind))
    db.session.flush()
    stranger = an_account("stranger", role, place=code)
    db.session.commit()
    page = browse(stranger).get("/")
    assert page.html.select(".task") == page.html.select("figure") == []
    for word in ("示例该记", "示例喇叭", "五有”"):
        assert word not in page.text
    if role in (Role.OFFICE, Role.LEADER):
        assert "没有逾期的。" in page.text
        assert "本月排定 0 场" in page.text
