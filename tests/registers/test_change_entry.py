"""Change an entry of a register, also when two people do so at once."""

import pytest
from flask import Flask

from conftest import Browse
from drill_factories import at_once
from factories import NOW, OTHER_VILLAGE, Cast, form_of, keep, stored
from nanhua_emergency.database import db
from nanhua_emergency.registers import services
from nanhua_emergency.registers.catalogue import POSTS, SUPPLIES, TEAMS
from nanhua_emergency.registers.history import list_history
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import ChangeKind
from register_factories import an_entry


def test_it_is_changed_and_its_history_says_how(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    form = form_of(browse(cast.village).get(f"/registers/posts/{key}").click("^修改$"))
    assert form["holder"].value == "示例甲"
    form["holder"] = "示例乙"
    page = form.submit(status=302).follow()
    assert "已保存。" in page.text
    assert "姓名：示例甲 → 示例乙" in page.html.select_one("details.more").get_text()
    assert stored(Post.version, key) == 2
    newest = list_history(POSTS, db.session.get_one(Post, key))[0]
    assert (newest.kind, newest.before, newest.after) == (
        ChangeKind.CHANGED, {"holder": "示例甲"}, {"holder": "示例乙"},
    )  # fmt: skip
    assert newest.by_id == cast.village.id


def test_it_writes_nothing_where_nothing_changed(app: Flask, cast: Cast, browse: Browse) -> None:
    for slug in ("posts", "supplies", "shelters", "members", "wake-ups", "trainings"):
        key = keep(an_entry(slug, cast))
        page = form_of(browse(cast.office).get(f"/registers/{slug}/{key}/change")).submit()
        assert "没有改动。" in page.follow().text, slug


def test_two_people_who_change_different_fields_both_keep_theirs(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("posts", cast))
    mine, theirs = (
        form_of(browse(one).get(f"/registers/posts/{key}/change"))
        for one in (cast.office, cast.village)
    )
    theirs["phone"] = "13900000009"
    theirs.submit(status=302)
    mine["scope"] = "一组"
    mine.submit(status=302)
    assert stored(Post.phone, key) == "13900000009"
    assert stored(Post.scope, key) == "一组"
    assert stored(Post.version, key) == 3


def test_two_people_who_change_the_same_field_see_both(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("posts", cast))
    mine, theirs = (
        form_of(browse(one).get(f"/registers/posts/{key}/change"))
        for one in (cast.office, cast.village)
    )
    theirs["holder"], theirs["phone"] = "示例乙", "13900000009"
    theirs.submit(status=302)
    mine["holder"], mine["scope"] = "示例丙", "一组"
    page = mine.submit(status=409)
    assert "别人刚刚改过这一条" in page.text
    assert page.html.select_one(".clash-table tbody").get_text(" ", strip=True) == "姓名 示例乙"
    assert stored(Post.holder, key) == "示例乙"
    again = form_of(page)
    assert (again["holder"].value, again["scope"].value) == ("示例丙", "一组")
    assert again["phone"].value == "13900000009"  # what only the other one changed
    again.submit(status=302)
    assert (stored(Post.holder, key), stored(Post.phone, key)) == ("示例丙", "13900000009")


def test_one_of_two_at_the_very_same_moment_is_asked(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("posts", cast))
    forms = []
    for person, name in ((cast.office, "示例乙"), (cast.village, "示例丙")):
        form = form_of(browse(person).get(f"/registers/posts/{key}/change"))
        form["holder"] = name
        forms.append(form)
    answers = at_once(app, *[lambda f=f: f.submit(expect_errors=True) for f in forms])
    assert sorted(answer.status_code for answer in answers) == [302, 409]


def test_both_writing_the_same_is_no_clash(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    services.change_entry(POSTS, post, {"holder": "示例乙"}, based_on=1, by=cast.village, now=NOW)
    changed = services.change_entry(
        POSTS, post, {"holder": "示例乙"}, based_on=1, by=cast.office, now=NOW
    )
    assert changed == []


def test_a_new_holder_has_to_be_confirmed(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    services.confirm_entry(POSTS, post, by=cast.office, now=NOW)
    services.change_entry(POSTS, post, {"scope": "一组"}, based_on=1, by=cast.office, now=NOW)
    assert post.confirmed_on is not None
    services.change_entry(POSTS, post, {"holder": "示例乙"}, based_on=2, by=cast.office, now=NOW)
    assert post.confirmed_on is None


def test_a_quantity_changes_only_in_its_own_way(app: Flask, cast: Cast, browse: Browse) -> None:
    supply = an_entry("supplies", cast)
    with pytest.raises(services.EntryRefused, match="请登记入库、出库或盘点"):
        services.change_entry(
            SUPPLIES, supply, {"quantity": "499"}, based_on=1, by=cast.office, now=NOW
        )
    key = keep(supply)
    form = form_of(browse(cast.office).get(f"/registers/supplies/{key}/change"))
    assert "quantity" not in form.fields
    form["minimum"] = "100"
    form.submit(status=302)
    assert stored(Supply.quantity, key) == 500


def test_it_asks_again_when_something_is_missing(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    form = form_of(browse(cast.village).get(f"/registers/posts/{key}/change"))
    form["title"], form["phone"] = "", "一三九"
    page = form.submit(status=422)
    assert "请填岗位" in page.text
    assert form_of(page)["phone"].value == "一三九"
    assert stored(Post.version, key) == 1


def test_it_does_not_become_another_one_that_is_there(app: Flask, cast: Cast) -> None:
    an_entry("teams", cast, name="示例一队")
    second = an_entry("teams", cast, name="示例二队")
    with pytest.raises(services.EntryRefused, match="已经登记过相同的队伍"):
        services.change_entry(
            TEAMS, second, {"name": "示例一队"}, based_on=1, by=cast.office, now=NOW
        )


def test_it_is_not_changed_by_another_village(app: Flask, cast: Cast, browse: Browse) -> None:
    key = keep(an_entry("posts", cast))
    browse(cast.other_village).get(f"/registers/posts/{key}/change", status=404)
    elsewhere = keep(an_entry("posts", cast, place=OTHER_VILLAGE))
    browse(cast.village).get(f"/registers/posts/{elsewhere}", status=404)


def test_a_village_reads_the_posts_of_the_town_and_changes_none(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("posts", cast, place=cast.office.place_code, title="应急值班员"))
    page = browse(cast.village).get(f"/registers/posts/{key}")
    assert "13900000001" in page.text
    assert f"/registers/posts/{key}/" not in page.text
    browse(cast.village).get(f"/registers/posts/{key}/change", status=404)
    browse(cast.village).get(f"/registers/posts/{key}/retire", status=404)


@pytest.mark.parametrize("who", ["leader", "legal", "admin"])
def test_it_refuses_the_wrong_person(app: Flask, cast: Cast, browse: Browse, who: str) -> None:
    key = keep(an_entry("posts", cast))
    browse(getattr(cast, who)).get(f"/registers/posts/{key}/change", status=403)
