"""Keep private what is private: masks, revealing, and forgetting."""

from datetime import timedelta

import pytest
from flask import Flask

from conftest import Browse
from factories import NOW, OTHER_VILLAGE, Cast, keep
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.registers import forgetting, services
from nanhua_emergency.registers.catalogue import POSTS, WAKE_UPS, get_register
from nanhua_emergency.registers.declaring import Field, Kind
from nanhua_emergency.registers.history import list_history
from nanhua_emergency.registers.privacy import mask_phone, mask_value
from nanhua_emergency.registers.words import ChangeKind
from register_factories import PHONE, SAID, an_entry

MASKED = "139****0001"


@pytest.mark.parametrize(
    ("who", "is_plain"), [("office", True), ("village", True), ("leader", False)]
)
def test_phones_are_masked_for_whoever_does_not_call(
    app: Flask, cast: Cast, browse: Browse, who: str, is_plain: bool
) -> None:
    for slug in ("posts", "teams", "members", "shelters"):
        key = keep(an_entry(slug, cast, **({"name": "示例二队"} if slug == "teams" else {})))
        for address in (f"/registers/{slug}/", f"/registers/{slug}/{key}"):
            text = browse(getattr(cast, who)).get(address).text
            assert (PHONE in text) is is_plain, address
            assert (MASKED in text) is not is_plain, address


def test_a_masked_phone_is_not_found_by_searching(app: Flask, cast: Cast, browse: Browse) -> None:
    an_entry("posts", cast)
    assert "没有符合条件" in browse(cast.leader).get(f"/registers/posts/?words={PHONE}").text
    assert "网格长" in browse(cast.office).get(f"/registers/posts/?words={PHONE}").text


def test_it_is_masked_in_the_history_too(app: Flask, cast: Cast, browse: Browse) -> None:
    post = an_entry("posts", cast)
    services.change_entry(
        POSTS, post, {"phone": "13900000009"}, based_on=1, by=cast.office, now=NOW
    )
    key = keep(post)
    page = browse(cast.leader).get(f"/registers/posts/{key}")
    assert "电话：139****0001 → 139****0009" in page.text
    assert "13900000009" not in page.text


def test_revealing_shows_one_entry_and_is_written_down(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("posts", cast))
    page = browse(cast.leader).get(f"/registers/posts/{key}")
    form = next(f for f in page.forms.values() if f.action.endswith("/reveal"))
    assert PHONE in form.submit(status=200).text
    assert PHONE not in browse(cast.leader).get(f"/registers/posts/{key}").text
    last = db.session.query(ActivityEntry).order_by(ActivityEntry.id.desc()).first()
    assert last is not None
    assert (last.action, last.by_id, last.thing_id) == ("register.revealed", cast.leader.id, key)
    assert PHONE not in last.summary + str(last.details)


def test_a_household_is_seen_only_by_its_village_and_the_office(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    key = keep(an_entry("wake-ups", cast))
    for person in (cast.office, cast.village):
        page = browse(person).get(f"/registers/wake-ups/{key}")
        assert "老人1名" in page.text
        assert "叫应名册" in browse(person).get("/registers/").text
    browse(cast.other_village).get(f"/registers/wake-ups/{key}", status=404)
    for address in ("/registers/wake-ups/", f"/registers/wake-ups/{key}"):
        browse(cast.leader).get(address, status=404)
    browse(cast.leader).post(f"/registers/wake-ups/{key}/reveal", status=404)
    assert "叫应" not in browse(cast.leader).get("/registers/").html.select_one("main").get_text()
    browse(cast.leader).get("/registers/attention?reason=untested", status=404)
    assert "示例户" not in browse(cast.leader).get("/registers/attention").text


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13800000001", "138****0001"), ("0936-6620000", "093*****0000"), ("120", "*20"), ("", "")],
)
def test_a_phone_keeps_its_ends(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


def test_other_private_things_are_hidden_whole() -> None:
    assert mask_value(Field("需要帮助的人", Kind.TEXT), "老人1名") == "＊＊＊"
    assert mask_value(Field("邮箱", Kind.EMAIL), "name@example.com") == "n***@example.com"
    assert mask_value(Field("邮箱", Kind.EMAIL), "") == ""


@pytest.mark.parametrize("slug", list(SAID))
def test_it_forgets_the_person_and_keeps_the_fact(app: Flask, cast: Cast, slug: str) -> None:
    register, entry = get_register(slug), an_entry(slug, cast)
    services.retire_entry(register, entry, reason="示例", by=cast.office, now=NOW)
    late = NOW + timedelta(days=365)
    assert forgetting.forget_entries(days=365, now=late - timedelta(seconds=1)) == 0
    forgetting.forget_entries(days=365, now=late)
    assert entry.is_forgotten
    held = [getattr(entry, field.name) for field in register.fields if field.is_personal]
    assert not any(held)
    changes = list_history(register, entry)
    assert [c.kind for c in changes][:2] == [ChangeKind.FORGOTTEN, ChangeKind.RETIRED]
    for private in ("示例甲", "示例户", "示例队员", PHONE, "一组1号", "老人1名"):
        assert private not in str([(c.before, c.after) for c in changes])
    forgetting.forget_entries(days=365, now=late)
    assert forgetting.forget_entries(days=365, now=late) == 0


def test_it_forgets_former_holders_too(app: Flask, cast: Cast) -> None:
    post = an_entry("posts", cast)
    later = NOW + timedelta(days=200)
    services.change_entry(
        POSTS, post, {"holder": "示例乙", "scope": "一组"}, based_on=1, by=cast.office, now=later
    )
    forgetting.forget_entries(days=365, now=NOW + timedelta(days=400))
    newest, oldest = list_history(POSTS, post)
    assert "示例甲" not in str(oldest.after)
    assert newest.after == {"holder": "示例乙", "scope": "一组"}
    forgetting.forget_entries(days=365, now=later + timedelta(days=365))
    assert newest.after == {"holder": None, "scope": "一组"}
    assert post.holder == "示例乙"


def test_a_forgotten_household_says_so_on_its_page(app: Flask, cast: Cast, browse: Browse) -> None:
    entry = an_entry("wake-ups", cast)
    services.retire_entry(WAKE_UPS, entry, reason="示例：搬走", by=cast.office, now=NOW)
    forgetting.forget_entries(days=30, now=NOW + timedelta(days=31))
    key = keep(entry)
    page = browse(cast.village).get(f"/registers/wake-ups/{key}")
    assert "个人信息已按规定清除" in page.text
    assert f"第 {key} 号" in page.text
    assert "示例户" not in page.text
    assert "恢复使用" not in page.text
    page = browse(cast.village).get("/registers/wake-ups/?include_retired=y")
    assert f"第 {key} 号" in page.text
    browse(cast.village).get(f"/registers/wake-ups/{keep(an_entry('wake-ups', cast, place=OTHER_VILLAGE))}",
                             status=404)  # fmt: skip
