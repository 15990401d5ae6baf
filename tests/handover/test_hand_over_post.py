"""Hand over a post: the next holder takes it, and what else names the old one passes along."""

import pytest
from flask import Flask
from sqlalchemy import select

from conftest import SECRET, Browse
from factories import NOW, OTHER_VILLAGE, TOWN, VILLAGE, Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.handover import services
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.models import EntryChange
from nanhua_emergency.registers.people_models import Member, Post, Team
from nanhua_emergency.registers.services import change_entry, retire_entry
from nanhua_emergency.reminders.confirm_links import sign_confirm_link
from register_factories import an_entry

NEXT = {"name": "示例乙", "phone": "13900000009", "email": ""}


def hand(post: Post, cast: Cast, **said: object) -> int:
    """Hand a post over by the office."""
    said = {**NEXT, "what": [], "version": post.version, "by": cast.office, "now": NOW} | said
    return services.hand_over_post(post, **said).count  # type: ignore[arg-type]


def test_it_moves_the_post_and_all_that_names_its_holder(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    post = an_entry("posts", cast, email="old@example.com", term_from="2023-01-01")
    team = an_entry("teams", cast)
    member = an_entry("members", cast, team_id=team.id, name="示例甲", birth_year="1970")
    address = f"/handover/posts/{post.id}"
    seal = sign_confirm_link(post, address="old@example.com", secret=SECRET, now=clock.now())
    key, team_key, member_key = keep(post, team, member)
    browser = browse(cast.office)
    page = browser.get(f"/registers/posts/{key}").click("换人交接")
    assert page.request.path == address
    assert "救援队队长（1）" in page.text
    form = form_of(page)
    form["name"], form["phone"], form["email"] = "示例乙", "139 0000 0009", "new@example.com"
    assert "已移交 3 件" in form.submit(status=302).follow().text
    post = db.session.get_one(Post, key, populate_existing=True)
    assert (post.holder, post.phone, post.email) == ("示例乙", "13900000009", "new@example.com")
    assert (post.term_from, post.confirmed_on) == (None, None)
    assert stored(Team.leader_phone, team_key) == "13900000009"
    assert (stored(Member.name, member_key), stored(Member.birth_year, member_key)) == (
        "示例乙", None,
    )  # fmt: skip
    browse(None).get(f"/confirm/{seal}", status=410)
    [change] = db.session.scalars(
        select(EntryChange).where(EntryChange.entry_id == key, EntryChange.register == "posts",
                                  EntryChange.version == 2)
    )  # fmt: skip
    assert change.before["holder"] == "示例甲"  # the history keeps who it was
    for done in db.session.scalars(select(ActivityEntry)):
        assert "示例甲" not in f"{done.summary}{done.details}"


def test_it_leaves_what_is_not_ticked(app: Flask, cast: Cast) -> None:
    post, team = an_entry("posts", cast), an_entry("teams", cast)
    assert hand(post, cast) == 1
    assert (post.holder, team.leader) == ("示例乙", "示例甲")


def test_it_asks_who_follows(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    form = form_of(browse(cast.office).get(f"/handover/posts/{key}"))
    assert "请填接手人的姓名" in form.submit(status=422).text
    form["name"], form["phone"] = "示例乙", "电话"
    page = form.submit(status=422)
    assert "电话只填一个号码" in page.text
    assert form_of(page)["name"].value == "示例乙"
    assert stored(Post.holder, key) == "示例甲"


@pytest.mark.parametrize("phone", ["", "13900000001"])
def test_it_takes_no_successor_who_is_the_same_person(app: Flask, cast: Cast, phone: str) -> None:
    post = an_entry("posts", cast)
    with pytest.raises(RuleBroken, match="不能是本人"):
        hand(post, cast, name="示例甲", phone=phone)


def test_it_takes_another_person_of_the_same_name(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    assert hand(post, cast, name="示例甲") == 1
    assert post.phone == "13900000009"


def test_it_moves_nothing_of_a_post_that_was_changed_meanwhile(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    post = an_entry("posts", cast)
    key = keep(post)
    form = form_of(browse(cast.office).get(f"/handover/posts/{key}"))
    form["name"] = "示例乙"
    change_entry(POSTS, post, {"holder": "示例丙"}, based_on=1, by=cast.village, now=NOW)
    page = form.submit(status=409)
    assert "刚刚被别人改过" in page.text
    assert "现在是示例丙" in page.text
    assert stored(Post.holder, key) == "示例丙"


def test_it_does_no_harm_to_send_a_post_twice(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    form = form_of(browse(cast.office).get(f"/handover/posts/{key}"))
    form["name"] = "示例乙"
    form.submit(status=302)
    form.submit(status=302)
    assert stored(Post.version, key) == 2


def test_it_names_nobody_of_another_village(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    other = an_entry("teams", cast, place=OTHER_VILLAGE)
    with pytest.raises(services.NoLongerTheirs):
        hand(post, cast, what=[f"leader-{other.id}"])


def test_it_is_for_the_office_of_the_place(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    for person in (cast.village, cast.leader):
        with pytest.raises(NotFound):
            hand(post, cast, by=person)
    assert post.holder == "示例甲"


def test_it_offers_no_handover_of_a_vacant_or_retired_post(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    vacant = an_entry("posts", cast, place=TOWN, holder="")
    retired = an_entry("posts", cast, place=VILLAGE)
    retire_entry(POSTS, retired, reason="示例", by=cast.office, now=NOW)
    browser = browse(cast.office)
    for key in keep(vacant, retired):
        assert "换人交接" not in browser.get(f"/registers/posts/{key}").text
        browser.get(f"/handover/posts/{key}", status=404)


def test_it_leads_on_to_the_accounts_of_the_holder(app: Flask, cast: Cast, browse: Browse) -> None:
    linked = an_entry("posts", cast, account_id=cast.other_office.sign_in, place=TOWN)
    named = an_entry("posts", cast, holder=cast.village.name)
    strange = an_entry("posts", cast, holder="示例丁", grid_code="G09")
    accounts = (cast.other_office, cast.village)
    browser = browse(cast.office)
    for post, account in zip((linked, named), accounts, strict=True):
        page = browser.get(f"/handover/posts/{post.id}")
        assert page.click(f"交接{account.name}的账号").request.path == (
            f"/handover/accounts/{account.id}"
        )
    assert "的账号" not in browser.get(f"/handover/posts/{strange.id}").text
