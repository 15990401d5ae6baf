"""Pause kinds of reminders; those of one's own drills always come."""

import pytest

from conftest import Browse
from factories import Cast, form_of, keep
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.kinds import PAUSABLE, Kind

PAGE = "/reminders/mine"


def paused(account: object) -> list[Kind]:
    """What a person does not want now."""
    db.session.rollback()
    kinds = services.list_paused(account)  # type: ignore[arg-type]
    db.session.rollback()
    return kinds


def check(form: object, *kinds: Kind) -> None:
    """Tick exactly these kinds."""
    for box in form.fields["kinds"]:  # type: ignore[attr-defined]
        box.checked = box._value in [kind.value for kind in kinds]


def test_it_pauses_exactly_what_is_ticked(cast: Cast, browse: Browse) -> None:
    browser = browse(cast.office)
    form = form_of(browser.get(PAGE))
    check(form, Kind.FILING_DUE, Kind.WEEKLY_DIGEST)
    page = form.submit(status=302).follow()
    assert "已保存" in page.text
    assert paused(cast.office) == [Kind.FILING_DUE, Kind.WEEKLY_DIGEST]
    form = form_of(page)
    assert [box._value for box in form.fields["kinds"] if box.checked] == [
        "filing_due", "weekly_digest",
    ]  # fmt: skip
    check(form)
    form.submit(status=302)
    assert paused(cast.office) == []
    assert paused(cast.other_office) == []


def test_it_offers_only_what_may_be_paused(cast: Cast, browse: Browse) -> None:
    page = browse(cast.village).get(PAGE)
    assert [box._value for box in form_of(page).fields["kinds"]] == [k.value for k in PAUSABLE]
    assert "自己的演练、待补签和账号的提醒不能停" in page.text


@pytest.mark.parametrize("kind", ["drill_coming", "nonsense"])
def test_it_takes_no_other_kind(kind: str, cast: Cast, browse: Browse) -> None:
    browser = browse(cast.village)
    token = form_of(browser.get(PAGE))["csrf_token"].value
    page = browser.post(PAGE, {"csrf_token": token, "kinds": kind}, status=422)
    assert "还没有保存" in page.text
    assert paused(cast.village) == []


def test_it_keeps_reminders_of_ones_own_drills_whoever_asks(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="自己的演练提醒不能停"):
        services.pause_kinds(cast.village, [Kind.DRILL_COMING], now=cast.village.created_at)


def test_it_shows_ones_address_and_whether_it_is_refused(cast: Cast, browse: Browse) -> None:
    page = browse(cast.leader).get(PAGE).text
    assert "leader@example.com" in page
    assert "拒收" not in page
    cast.leader.email_refusal = "550 No such <user>"
    keep(cast.leader)
    page = browse(cast.leader).get(PAGE)
    assert "550 No such <user>" in page.html.main.get_text()
    cast.leader.email = ""
    keep(cast.leader)
    assert "没有填邮箱，收不到提醒" in browse(cast.leader).get(PAGE).text


def test_it_is_in_the_menu_of_everybody_who_signed_in(cast: Cast, browse: Browse) -> None:
    for person in (cast.office, cast.legal, cast.leader, cast.village, cast.admin):
        assert "不收以下提醒" in browse(person).get("/").click("我的提醒").text
    assert "我的提醒" not in browse(None).get("/").text
