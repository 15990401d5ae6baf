"""Retire an entry, restore it, and confirm that it is right."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, TODAY, Cast, form_of, keep, stored
from nanhua_emergency import clock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers import forgetting, services
from nanhua_emergency.registers.catalogue import MEMBERS, POSTS, TEAMS, get_register
from nanhua_emergency.registers.people_models import Post
from register_factories import SAID, an_entry


def button(page: object, action: str) -> object:
    return next(f for f in page.forms.values() if f.action.endswith(action))  # type: ignore[attr-defined]


def test_it_is_retired_with_a_reason_and_restored(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    browser = browse(cast.village)
    form = form_of(browser.get(f"/registers/posts/{key}").click("停用"))
    form["reason"] = "示例：换届"
    page = form.submit(status=302).follow()
    assert "示例：换届" in page.text
    assert stored(Post.retired_by_id, key) == cast.village.id
    assert "还没有登记。" in browser.get("/registers/posts/").text
    assert "示例甲" in browser.get("/registers/posts/?include_retired=y").text
    form.submit(status=409)
    assert "已恢复。" in button(page, "/restore").submit(status=302).follow().text  # type: ignore[attr-defined]
    assert stored(Post.retired_at, key) is None
    button(page, "/restore").submit(status=409)  # type: ignore[attr-defined]


def test_it_asks_for_the_reason(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    form = form_of(browse(cast.office).get(f"/registers/posts/{key}/retire"))
    assert "请写明原因" in form.submit(status=422).text
    assert stored(Post.retired_at, key) is None


@pytest.mark.parametrize("slug", list(SAID))
def test_every_register_can_retire_and_restore(app: Flask, cast: Cast, slug: str) -> None:
    entry, register = an_entry(slug, cast), get_register(slug)
    services.retire_entry(register, entry, reason="示例", by=cast.office, now=NOW)
    assert entry.is_retired
    services.restore_entry(register, entry, by=cast.office, now=NOW)
    assert not entry.is_retired


def test_a_team_is_not_retired_while_people_are_in_it(app: Flask, cast: Cast) -> None:
    member = an_entry("members", cast)
    with pytest.raises(RuleBroken, match="还有 1 名队员在这里"):
        services.retire_entry(TEAMS, member.team, reason="示例", by=cast.office, now=NOW)
    services.retire_entry(MEMBERS, member, reason="示例", by=cast.office, now=NOW)
    services.retire_entry(TEAMS, member.team, reason="示例", by=cast.office, now=NOW)
    with pytest.raises(RuleBroken, match="明水村没有这个队伍"):
        services.restore_entry(MEMBERS, member, by=cast.office, now=NOW)


def test_a_retired_one_is_not_changed_or_confirmed(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    services.retire_entry(POSTS, post, reason="示例", by=cast.office, now=NOW)
    with pytest.raises(services.AlreadyDone, match="请先恢复"):
        services.change_entry(POSTS, post, {"scope": "一组"}, based_on=2, by=cast.office, now=NOW)
    with pytest.raises(services.AlreadyDone, match="请先恢复"):
        services.confirm_entry(POSTS, post, by=cast.office, now=NOW)


def test_it_is_not_restored_beside_its_successor(app: Flask, cast: Cast) -> None:
    old = an_entry("posts", cast)
    services.retire_entry(POSTS, old, reason="示例", by=cast.office, now=NOW)
    an_entry("posts", cast)
    with pytest.raises(RuleBroken, match="已经登记过相同的岗位"):
        services.restore_entry(POSTS, old, by=cast.office, now=NOW)


def test_it_is_not_restored_without_its_person(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    services.retire_entry(POSTS, post, reason="示例", by=cast.office, now=NOW)
    forgetting.forget_entries(days=365, now=NOW + timedelta(days=366))
    with pytest.raises(RuleBroken, match="个人信息已经清除"):
        services.restore_entry(POSTS, post, by=cast.office, now=NOW + timedelta(days=367))


def test_it_is_confirmed_with_one_press(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast, now=clock.now() - timedelta(days=100)))
    page = browse(cast.village).get(f"/registers/posts/{key}")
    assert "待核实（每季度一次）" in page.text
    page = button(page, "/confirm").submit(status=302).follow()  # type: ignore[attr-defined]
    assert "已核实" in page.text
    assert "待核实（每季度一次）" not in page.text
    assert stored(Post.confirmed_on, key) == clock.today()
    assert stored(Post.version, key) == 1


def test_it_is_confirmed_by_its_holder_too(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast, account_id=cast.leader.id)
    with pytest.raises(RuleBroken, match="不归您核实"):
        services.confirm_entry(POSTS, post, by=cast.other_leader, now=NOW)
    services.confirm_entry(POSTS, post, by=cast.leader, now=NOW)
    assert post.confirmed_on == TODAY


@pytest.mark.parametrize("step", ["retire", "restore", "confirm"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, step: str) -> None:
    key = keep(an_entry("posts", cast))
    for who in ("leader", "legal", "admin"):
        browse(getattr(cast, who)).post(f"/registers/posts/{key}/{step}", status=403)
    method = browse(cast.other_village).get if step == "retire" else browse(cast.other_village).post
    method(f"/registers/posts/{key}/{step}", status=404)
