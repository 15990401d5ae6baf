"""Confirm posts: each holder is asked every quarter by mail and answers with one tap."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import SECRET, Browse
from drill_factories import at_once, in_china
from factories import OTHER_VILLAGE, TOWN, VILLAGE, Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers import forgetting, freshness, holders, services
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.history import list_open_reports
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.words import ChangeKind
from nanhua_emergency.reminders import services as reminders
from nanhua_emergency.reminders.confirm_links import open_confirm_link, sign_confirm_link
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.models import MessageState
from nanhua_emergency.reminders.record_links import LinkEnded
from nanhua_emergency.reminders.tasks import list_tasks
from register_factories import an_entry
from reminder_factories import LetterBox, all_messages, tick

HOLDER = "holder@example.com"
MORNING = in_china(2026, 5, 12, 8, 0)
D = timedelta


def a_post(cast: Cast, **said: object) -> Post:
    """A post whose holder has an address and no account."""
    post: Post = an_entry("posts", cast, **({"email": HOLDER} | said))
    return post


def to_holder(sent: list[tuple[str, str]], address: str = HOLDER) -> list[str]:
    """What went to the holder."""
    return [subject for to, subject in sent if to == address]


def a_seal(post: Post, address: str = HOLDER) -> str:
    """The link of a mail sent just now."""
    return sign_confirm_link(post, address=address, secret=SECRET, now=clock.now())


def page_of(post: Post, address: str = HOLDER) -> str:
    """The address of the page behind the link."""
    seal = a_seal(post, address)
    db.session.commit()
    return f"/confirm/{seal}"


# Who is asked, and when


def test_it_asks_a_holder_without_account_once(app: Flask, cast: Cast) -> None:
    a_post(cast)
    box = LetterBox()
    assert to_holder(tick(box, MORNING)) == ["【应急办】请核实岗位：明水村网格长"]
    [message] = [m for m in all_messages() if m.kind is Kind.POST_UNCONFIRMED]
    assert (message.account_id, message.state) == (None, MessageState.SENT)
    for days in range(30):
        assert to_holder(tick(box, MORNING + D(days=days, hours=1))) == []


def test_it_asks_again_after_a_month_and_after_a_quarter(app: Flask, cast: Cast) -> None:
    post, box = a_post(cast), LetterBox()
    tick(box, MORNING)
    assert len(to_holder(tick(box, MORNING + D(days=30, hours=1)))) == 1
    holders.confirm_post(post, version=1, by=holders.HOLDER, now=MORNING + D(days=31))
    assert to_holder(tick(box, MORNING + D(days=122))) == []
    assert len(to_holder(tick(box, MORNING + D(days=123)))) == 1


def test_it_writes_to_the_linked_account_where_the_register_names_no_address(
    app: Flask, cast: Cast
) -> None:
    a_post(cast, email="", account_id=str(cast.village.sign_in))
    sent = to_holder(tick(LetterBox(), MORNING), "mingshui@example.com")
    assert any("请核实岗位" in subject for subject in sent)
    [message] = [m for m in all_messages() if m.kind is Kind.POST_UNCONFIRMED]
    assert message.account_id == cast.village.id


def test_it_asks_nobody_of_a_vacant_retired_or_unreachable_post(app: Flask, cast: Cast) -> None:
    a_post(cast, holder="", grid_code="G02")
    a_post(cast, email="", grid_code="G03")
    gone = a_post(cast, grid_code="G04")
    services.retire_entry(POSTS, gone, reason="示例", by=cast.office, now=MORNING)
    closed = a_post(cast, email="", grid_code="G05", account_id=cast.village.sign_in)
    cast.village.is_active = False
    tick(LetterBox(), MORNING)
    assert [m for m in all_messages() if m.kind is Kind.POST_UNCONFIRMED] == []
    assert closed.account_id == cast.village.id


def test_it_asks_the_new_holder_at_once(app: Flask, cast: Cast) -> None:
    post, box = a_post(cast), LetterBox()
    tick(box, MORNING)
    holders.confirm_post(post, version=1, by=holders.HOLDER, now=MORNING)
    said = {"holder": "示例乙", "email": "new@example.com"}
    services.change_entry(POSTS, post, said, based_on=1, by=cast.office, now=MORNING)
    sent = tick(box, MORNING + D(hours=1))
    assert len(to_holder(sent, "new@example.com")) == 1
    assert to_holder(sent) == []


def test_it_drops_a_mail_whose_post_was_confirmed_meanwhile(app: Flask, cast: Cast) -> None:
    from nanhua_emergency.reminders.collecting import collect_messages

    post = a_post(cast)
    collect_messages(MORNING)
    services.confirm_entry(POSTS, post, by=cast.office, now=MORNING)
    assert to_holder(tick(LetterBox(), MORNING + D(minutes=1))) == []
    [message] = [m for m in all_messages() if m.kind is Kind.POST_UNCONFIRMED]
    assert message.state is MessageState.DROPPED


# The page behind the link


def test_it_is_confirmed_with_one_tap(app: Flask, cast: Cast, browse: Browse) -> None:
    post = a_post(cast)
    address, key = page_of(post), keep(post)
    page = browse(None).get(address)
    assert "示例甲" in page.text
    assert "139****0001" in page.text
    assert "13900000001" not in page.text
    assert HOLDER not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    after = form_of(page).submit(status=302).follow()
    assert "今天已经核实。" in after.text
    assert stored(Post.confirmed_on, key) == clock.today()
    [change] = db.session.scalars(
        select(EntryChange).where(EntryChange.kind == ChangeKind.CONFIRMED)
    )
    assert (change.by_id, change.author) == (None, "岗位本人")
    [done] = db.session.scalars(
        select(ActivityEntry).where(ActivityEntry.action == "register.confirmed")
    )
    assert done.by_name == "岗位本人（邮件链接）"
    assert "示例甲" not in done.summary


def test_it_is_not_confirmed_by_a_program_that_opens_links(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    post = a_post(cast)
    address, key = page_of(post), keep(post)
    visitor = browse(None)
    for _time in range(2):
        visitor.get(address)
        visitor.head(address)
        visitor.post(address, {"version": "1"}, status=400)  # without the page's token
    assert stored(Post.confirmed_on, key) is None


def test_it_writes_a_second_tap_down_once(app: Flask, cast: Cast, browse: Browse) -> None:
    post = a_post(cast)
    form = form_of(browse(None).get(page_of(post)))
    form.submit(status=302)
    form.submit(status=302)
    confirmed = EntryChange.kind == ChangeKind.CONFIRMED
    assert len(db.session.scalars(select(EntryChange).where(confirmed)).all()) == 1


def test_it_shows_again_what_was_changed_meanwhile(app: Flask, cast: Cast, browse: Browse) -> None:
    post = a_post(cast)
    address, key = page_of(post), keep(post)
    form = form_of(browse(None).get(address))
    services.change_entry(POSTS, db.session.get_one(Post, key), {"scope": "示例：四组"},
                          based_on=1, by=cast.office, now=clock.now())  # fmt: skip
    db.session.commit()
    page = form.submit(status=409)
    assert "示例：四组" in page.text
    assert stored(Post.confirmed_on, key) is None
    form_of(page).submit(status=302)
    assert stored(Post.confirmed_on, key) == clock.today()


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1e9"])
def test_it_takes_no_version_that_was_never_shown(
    app: Flask, cast: Cast, browse: Browse, version: str
) -> None:
    post = a_post(cast)
    address, key = page_of(post), keep(post)
    form = form_of(browse(None).get(address))
    form["version"].force_value(version)
    form.submit(status=409)
    assert stored(Post.confirmed_on, key) is None


# A report of what has changed


def test_it_tells_the_office_and_the_village_what_has_changed(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    post = a_post(cast)
    address, key = page_of(post), keep(post)
    form = form_of(browse(None).get(address).click("有变动"))
    form["text"] = "示例：换成示例乙，电话 13900000009"
    assert "正等着核对" in form.submit(status=302).follow().text
    form.submit(status=302)  # sent twice is one report
    post = db.session.get_one(Post, key)
    assert [one.note for one in list_open_reports(post)] == ["示例：换成示例乙，电话 13900000009"]
    for person in (cast.office, cast.village):
        assert "核对本人报告的变动" in [t.step for t in list_tasks(person, today=clock.today())]
        page = browse(person).get(f"/registers/posts/{key}")
        assert "本人报告有变动" in page.text
        assert "示例：换成示例乙" in page.text
    assert list_tasks(cast.other_village, today=clock.today()) == []
    shown = browse(cast.leader).get(f"/registers/posts/{key}").text
    assert "报告变动" in shown
    assert "13900000009" not in shown
    services.confirm_entry(POSTS, post, by=cast.village, now=clock.now())
    assert list_open_reports(post) == []


def test_it_asks_what_has_changed(app: Flask, cast: Cast, browse: Browse) -> None:
    post = a_post(cast)
    address = page_of(post) + "/change"
    form = form_of(browse(None).get(address))
    assert "请写明有什么变动" in form.submit(status=422).text
    form["text"] = "变" * 501
    page = form.submit(status=422)
    assert form_of(page)["text"].value == "变" * 501


def test_it_takes_no_flood_of_reports(app: Flask, cast: Cast) -> None:
    post = a_post(cast)
    for number in range(5):
        holders.report_change(post, text=f"示例{number}", by=holders.HOLDER, now=MORNING)
    with pytest.raises(RuleBroken, match="已经收到"):
        holders.report_change(post, text="示例", by=holders.HOLDER, now=MORNING)


def test_it_forgets_what_a_report_said(app: Flask, cast: Cast) -> None:
    post = a_post(cast)
    holders.report_change(post, text="示例：13900000009", by=holders.HOLDER, now=MORNING)
    forgetting.forget_entries(days=30, now=MORNING + D(days=31))
    notes = db.session.scalars(
        select(EntryChange.note).where(EntryChange.kind == ChangeKind.REPORTED)
    )
    assert list(notes) == [""]


# Links that have ended


def test_its_link_ends_with_the_holder_the_address_the_post_and_the_month(
    app: Flask, cast: Cast
) -> None:
    def opened(seal: str, *, days: int = 0) -> bool:
        try:
            open_confirm_link(seal, secret=SECRET, now=clock.now() + D(days=days))
        except LinkEnded:
            return False
        return True

    post = a_post(cast)
    seal = a_seal(post)
    assert opened(seal, days=29)
    assert not opened(seal, days=31)
    post.email = "other@example.com"
    assert not opened(seal)
    post.email = HOLDER
    assert opened(seal)
    post.holder = "示例乙"
    assert not opened(seal)
    post.holder = "示例甲"
    post.retired_at = clock.now()
    assert not opened(seal)


@pytest.mark.parametrize("change", ["cut", "other", "foreign", "noise"])
def test_it_opens_nothing_for_a_link_that_is_not_ours(
    app: Flask, cast: Cast, browse: Browse, change: str
) -> None:
    from itsdangerous import URLSafeSerializer

    post = a_post(cast)
    seal = a_seal(post)
    foreign = str(URLSafeSerializer(SECRET, salt="confirm-post").dumps({"a": 1}))
    bad = {
        "cut": seal[:-1], "other": f"{seal.split('.')[0]}x.{seal.split('.')[-1]}",
        "foreign": foreign, "noise": "%E7%A4%BA%E4%BE%8B%00",
    }[change]  # fmt: skip
    db.session.commit()
    page = browse(None).get(f"/confirm/{bad}", status=410)
    assert "这个链接不能用" in page.text
    browse(None).get(f"/confirm/{bad}/change", status=410)


# Supplies that expire, and the month's list


def test_it_reminds_of_a_supply_90_30_and_7_days_before(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, expires_on="2026-09-30")
    for days in range(100, -20, -1):
        tick(LetterBox(), in_china(2026, 9, 30, 8, 0) - D(days=days))
    told = [(m.address, m.days_before) for m in all_messages() if m.kind is Kind.SUPPLY_EXPIRING]
    assert told == [("mingshui@example.com", days) for days in (90, 30, 7)]


def test_it_reminds_the_office_of_the_towns_own_supplies_only(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, place=TOWN, expires_on="2026-05-20")
    an_entry("supplies", cast, place=OTHER_VILLAGE, expires_on="2026-05-20")
    an_entry("supplies", cast, place=VILLAGE, expires_on="2026-05-20", quantity="0")
    reminders.pause_kinds(cast.other_office, [Kind.SUPPLY_EXPIRING], now=MORNING)
    tick(LetterBox(), MORNING)
    told = sorted(m.address for m in all_messages() if m.kind is Kind.SUPPLY_EXPIRING)
    assert told == ["nancha@example.com", "office@example.com"]


def test_it_says_what_expires_where(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, expires_on="2026-05-20")
    box = LetterBox()
    sent = to_holder(tick(box, MORNING), "mingshui@example.com")
    assert any("物资到期：编织袋（还有 8 天）" in subject for subject in sent)
    [mail] = [m for m in box.mails if "物资到期" in m.subject]
    text = mail.text
    assert "明水村 示例库房" in text
    assert "500 条" in text


def test_it_sends_the_list_of_the_month_on_the_first_monday(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, quantity="10")  # below its minimum
    monday = in_china(2026, 6, 1, 8, 0)
    for day in range(-5, 30):
        tick(LetterBox(), monday + D(days=day))
    lists = [m for m in all_messages() if m.kind is Kind.REGISTER_ATTENTION
             and m.about_on == clock.day_of(monday)]  # fmt: skip
    states = {m.address: m.state for m in lists}
    assert len(lists) == len(states)
    assert states["mingshui@example.com"] is MessageState.SENT
    assert states["office@example.com"] is MessageState.SENT
    assert states["nancha@example.com"] is MessageState.DROPPED  # nothing to tell


def test_it_says_in_the_list_how_many_and_what_to_do(app: Flask, cast: Cast) -> None:
    an_entry("supplies", cast, quantity="10")
    an_entry("wake-ups", cast)
    box = LetterBox()
    tick(box, in_china(2026, 6, 1, 8, 0))
    [mail] = [m for m in box.mails if m.to == "mingshui@example.com" and "名册里有" in m.subject]
    text = mail.text
    assert "物资：低于最低储备 1 条。请补充，或核对数量" in text
    assert "示例户" not in text


def test_it_lists_what_a_holder_reported_first(app: Flask, cast: Cast) -> None:
    post = a_post(cast)
    holders.report_change(post, text="示例", by=holders.HOLDER, now=MORNING)
    counts = freshness.count_all_attention(cast.village, today=clock.day_of(MORNING))
    assert "reported" in [reason.slug for reason in counts]


def test_it_writes_two_taps_at_once_down_once(app: Flask, cast: Cast) -> None:
    key = keep(a_post(cast))

    def tap() -> bool:
        post = db.session.get_one(Post, key)
        is_news = holders.confirm_post(post, version=1, by=holders.HOLDER, now=clock.now())
        db.session.commit()
        return is_news

    assert sorted(at_once(app, tap, tap)) == [False, True]
