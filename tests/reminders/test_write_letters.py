"""Write letters: what a mail tells of each kind of thing, parsed back by the standard library."""

from datetime import date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
import vobject

from audit_factories import SEVEN, an_audit
from drill_factories import a_drill, a_finding, a_record, in_china
from factories import TOWN, Cast, a_draft, a_plan, a_published, an_account
from nanhua_emergency.access import Role
from nanhua_emergency.audits.models import AuditState
from nanhua_emergency.database import db
from nanhua_emergency.drills import services as drills
from nanhua_emergency.drills.models import Drill
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans import publication
from nanhua_emergency.plans.queries import find_published, list_filings
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.kinds import KIND_NAMES, Kind
from nanhua_emergency.reminders.letters import _WRITERS
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from reminder_factories import LetterBox, tick

PLANNED = in_china(2026, 5, 21, 9, 30)


def parsed(mail: Letter) -> EmailMessage:
    """A mail as its reader's program sees it."""
    return BytesParser(policy=policy.default).parsebytes(mail.data)


def text_of(box: LetterBox, words: str, *, to: str) -> str:
    """The subject and the text of the one mail to an address whose subject holds these words."""
    [mail] = [m for m in box.mails if words in m.subject and m.to == to]
    body = parsed(mail).get_body(("plain",))
    assert body is not None
    return f"{mail.subject}\n{body.get_content()}"


@pytest.fixture
def drill(cast: Cast) -> Drill:
    """A drill by the flood plan in force."""
    plan = a_plan()
    a_published(plan, cast, now=in_china(2026, 5, 11, 16, 30))
    return a_drill(plan, by=cast.office, planned_at=PLANNED, location="村委会广场")


def test_it_says_where_when_by_which_plan_and_what_to_prepare(drill: Drill) -> None:
    box = LetterBox()
    tick(box, PLANNED - timedelta(days=1))
    text = text_of(box, "演练", to="mingshui@example.com")
    assert text.startswith("【演练】明水村洪涝演练 5月21日 周四（明天）")
    for words in (
        "村（社区）：明水村", "预案：南华镇防汛应急预案", "时间：2026年5月21日 周四 09:30",
        "地点：村委会广场", "分头敲门", "record_by_link",
    ):  # fmt: skip
        assert words in text
    assert "{{" not in text


def test_it_puts_the_drill_into_the_calendar(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, PLANNED - timedelta(days=1))
    drills.move_drill(drill, planned_at=PLANNED + timedelta(days=1), reason="下雨",
                      by=cast.office, now=PLANNED - timedelta(hours=20))  # fmt: skip
    tick(box, PLANNED - timedelta(hours=20))
    drills.cancel_drill(drill, reason="下雨", by=cast.office,
                        now=PLANNED - timedelta(hours=10))  # fmt: skip
    tick(box, PLANNED - timedelta(hours=10))
    found = []
    for mail in box.mails:
        if "明水村" in mail.subject:
            [part] = [p for p in parsed(mail).walk() if p.get_content_type() == "text/calendar"]
            calendar = vobject.readOne(part.get_content())
            event = calendar.vevent
            found.append((calendar.method.value, event.uid.value, event.sequence.value))
    assert found == [
        ("REQUEST", drill.uid, "1"), ("REQUEST", drill.uid, "2"), ("CANCEL", drill.uid, "3"),
    ]  # fmt: skip


def test_it_tells_the_reason_of_a_cancellation(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, PLANNED - timedelta(days=7))
    drills.cancel_drill(drill, reason="连日大雨，路不通", by=cast.office,
                        now=PLANNED - timedelta(days=6))  # fmt: skip
    tick(box, PLANNED - timedelta(days=6))
    text = text_of(box, "取消", to="mingshui@example.com")
    assert "演练取消了，不用再准备" in text
    assert "连日大雨，路不通" in text


def test_it_asks_not_to_tell_of_an_unannounced_drill(cast: Cast) -> None:
    a_drill(a_plan(), by=cast.office, planned_at=PLANNED, is_time_unannounced=True)
    box = LetterBox()
    tick(box, PLANNED - timedelta(days=7))
    assert "请不要提前告诉群众" in text_of(box, "演练", to="mingshui@example.com")


def test_it_asks_the_village_for_a_record_and_the_office_to_confirm_it(
    drill: Drill, cast: Cast
) -> None:
    box = LetterBox()
    tick(box, PLANNED + timedelta(days=1))
    assert "还没有记录" in text_of(box, "请记录", to="mingshui@example.com")
    a_record(drill, by=cast.village, now=PLANNED + timedelta(days=1, hours=1))
    tick(box, PLANNED + timedelta(days=2, hours=1))
    text = text_of(box, "请确认记录", to="office@example.com")
    assert "已经等了 1 天" in text


def test_it_counts_down_to_filing_and_announcement_in_working_days(drill: Drill) -> None:
    edition = find_published(drill.plan)
    assert edition is not None
    [filing] = list_filings(edition)
    box, told = LetterBox(), []
    for days in range(32):
        at = datetime.combine(date(2026, 5, 11), PLANNED.timetz()) + timedelta(days=days)
        told += [
            (at.date(), subject)
            for to, subject in tick(box, at)
            if to == "office@example.com" and ("备案" in subject or "提醒" in subject)
        ]
    days_told = {on for on, _subject in told}
    # 8 June 2026 is the last of 20 working days after 11 May; 25 May, 1 and 5 June are 10, 5 and 1.
    assert filing.due_on == date(2026, 6, 8)
    assert {date(2026, 5, 25), date(2026, 6, 1), date(2026, 6, 5)} <= days_told


def test_it_reminds_of_a_review_ninety_days_before(drill: Drill) -> None:
    box = LetterBox()
    due_on = date(2029, 5, 11)
    at = datetime.combine(due_on - timedelta(days=90), PLANNED.timetz())
    tick(box, at)
    text = text_of(box, "定期评估", to="office@example.com")
    assert "期限：2029年5月11日 周五" in text


def test_it_asks_a_leader_to_approve_who_neither_signed_nor_wrote(cast: Cast) -> None:
    writer = an_account("writer", Role.OFFICE)
    urgent = a_draft(a_plan(), by=writer)
    writer.role = Role.LEADER
    assert urgent.head is not None
    now = in_china(2026, 5, 12, 9)
    publication.publish_urgently(
        urgent, sha256=urgent.head.sha256, issue_number="南政发〔2026〕6号", reason="洪水已到",
        by=cast.leader, now=now,
    )  # fmt: skip
    box = LetterBox()
    tick(box, now)
    assert "洪水已到" in text_of(box, "请补签", to="leader2@example.com")
    told = {m.to for m in box.mails}
    assert not told & {"leader@example.com", writer.email}


def test_it_reminds_the_owner_of_a_finding_before_and_after_its_day(cast: Cast) -> None:
    findings.raise_finding(
        place=get_place("620724102212"), source=Source.AUDIT, source_id=1, text="喇叭坏了一只",
        owner=cast.village, due_on=date(2026, 6, 1), by=cast.office, now=in_china(2026, 5, 2),
    )  # fmt: skip
    box = LetterBox()
    for days in range(-10, 12):
        tick(box, in_china(2026, 6, 1, 9) + timedelta(days=days))
    told = [m.subject for m in box.mails if m.to == "mingshui@example.com"]
    assert [subject.rpartition("（")[2] for subject in told] == [
        "还有 7 天）", "明天）", "已逾期 1 天）", "已逾期 7 天）",
    ]  # fmt: skip


def test_it_lists_what_is_open_worst_first_in_the_digest(drill: Drill, cast: Cast) -> None:
    box = LetterBox()
    tick(box, in_china(2026, 6, 15, 9))
    text = text_of(box, "本周待办", to="office@example.com")
    digest = text[text.rindex("以下各件还没有办结，先急后缓") :]
    assert digest.index("备案：高台县人民政府") < digest.index("登记向社会公布")
    assert digest.count("已逾期 7 天") == 2  # both were due on 8 June
    assert "要准备的" not in text  # these are no preparations for a drill
    assert "定期评估" not in text  # three years ahead: not yet anybody's task


def test_it_does_not_say_that_the_ten_of_the_digest_are_all(cast: Cast) -> None:
    for n in range(9):
        a_finding(cast, text=f"示例：{n}", due_on=date(2026, 6, 15))
    text = week_of(cast, in_china(2026, 6, 15, 9))
    assert "本周待办 9 件" in text
    assert "示例：0（今天）" in text
    for n in range(9, 12):
        a_finding(cast, text=f"示例：{n}")
    text = week_of(cast, in_china(2026, 6, 22, 9))
    assert "本周待办，最急的 10 件" in text
    assert "只列最急的 10 件" in text


def week_of(cast: Cast, monday: datetime) -> str:
    """The text of what the office gets on a Monday."""
    box = LetterBox()
    tick(box, monday)
    return text_of(box, "", to=cast.office.email)


def test_it_marks_a_mail_that_may_be_a_second_one(drill: Drill) -> None:
    box = LetterBox(reply=Reply(ReplyKind.UNSURE, None, "line dropped"))
    at = PLANNED - timedelta(days=7)
    tick(box, at)
    tick(box, at + timedelta(minutes=2))
    first, second = [m for m in box.mails if m.to == "mingshui@example.com"]
    assert first.message_id == second.message_id
    body = parsed(second).get_body(("plain",))
    assert body is not None
    assert "可能重复" in body.get_content()


def audits_told(box: LetterBox, to: str) -> list[str]:
    """The subjects of mails to somebody about an audit."""
    subjects = [m.subject for m in box.mails if m.to == to]
    return [subject for subject in subjects if "自评" in subject or "核实" in subject]


def test_it_reminds_the_village_of_its_audit_until_it_is_handed_in(cast: Cast) -> None:
    audit = an_audit(cast, due_on=date(2026, 6, 1))
    box = LetterBox()
    for days in range(-10, 2):
        tick(box, in_china(2026, 6, 1, 9) + timedelta(days=days))
    words = f"【应急办】请自评：{audit.title}"
    assert audits_told(box, "mingshui@example.com") == [
        f"{words}（{left}）" for left in ("还有 7 天", "还有 3 天", "今天", "已逾期 1 天")
    ]
    assert audits_told(box, "nancha@example.com") == audits_told(box, "office@example.com") == []
    text = text_of(box, "今天", to="mingshui@example.com")
    assert "填一半也能存" in text
    assert "audits.show_audit" in text
    audit.state = AuditState.SUBMITTED
    audit.submitted_by_id = cast.village.id
    tick(box, in_china(2026, 6, 9, 9))
    assert len(audits_told(box, "mingshui@example.com")) == 4
    [told] = audits_told(box, "office@example.com")  # together with the week's list
    assert f"请核实：{audit.title}（已逾期 8 天）" in told


def test_it_reminds_the_office_of_the_town_and_of_what_it_did_not_answer_itself(
    cast: Cast,
) -> None:
    audit = an_audit(cast, slug=SEVEN, places=(TOWN,), due_on=date(2026, 6, 1))
    box = LetterBox()
    tick(box, in_china(2026, 5, 25, 9))
    assert len(audits_told(box, "office@example.com")) == 1
    audit.state = AuditState.SUBMITTED
    audit.submitted_by_id = cast.office.id
    tick(box, in_china(2026, 5, 29, 9))
    assert len(audits_told(box, "office@example.com")) == 1
    assert "请核实" in audits_told(box, "office2@example.com")[1]


def test_it_says_nothing_of_an_audit_that_was_handed_in_before_the_mail_went_out(
    cast: Cast,
) -> None:
    audit = an_audit(cast, due_on=date(2026, 6, 1))
    at = in_china(2026, 5, 25, 9)
    collect_messages(at)
    audit.state = AuditState.SUBMITTED
    audit.submitted_by_id = cast.village.id
    db.session.commit()
    box = LetterBox()
    tick(box, at + timedelta(minutes=1))
    assert audits_told(box, "mingshui@example.com") == []
    assert audits_told(box, "office@example.com")
    audit.state = AuditState.VERIFIED
    db.session.commit()
    tick(box, at + timedelta(days=4))
    assert len(audits_told(box, "office@example.com")) == 1


def test_it_has_a_name_and_a_writer_for_every_kind() -> None:
    assert set(KIND_NAMES) == set(Kind) == set(_WRITERS)
