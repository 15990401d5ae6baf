"""Fill references: live while a text is written, frozen when it is published, changes said since."""

import io
import zipfile
from datetime import timedelta

import pytest
from webtest import TestApp

from conftest import Browse
from drill_factories import a_drill
from factories import (
    NOW,
    TODAY,
    TOWN,
    Cast,
    a_body,
    a_draft,
    a_plan,
    a_published,
    form_of,
    keep,
)
from nanhua_emergency.clock import day_of
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.plans import checking, publication, references
from nanhua_emergency.plans.filled import fill_edition
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import list_references
from nanhua_emergency.plans.queries import find_published
from nanhua_emergency.plans.rendering import render_once
from nanhua_emergency.registers import services
from nanhua_emergency.registers.catalogue import MEMBERS, POSTS
from nanhua_emergency.registers.models import Use
from register_factories import an_entry

PHONE = "13900000001"
PAGE = "/plans/flood-control"
TITLE = "防汛指挥长"


def a_post(cast: Cast, **said: object) -> object:
    """A post of the town."""
    return an_entry("posts", cast, place=TOWN, **{"title": TITLE, "grid_code": ""} | said)


def change(cast: Cast, post: object, **values: object) -> None:
    """The office changes what is said of a post."""
    services.change_entry(POSTS, post, values, based_on=post.version, by=cast.office, now=NOW)  # type: ignore[attr-defined]
    db.session.commit()


def publish(cast: Cast) -> Edition:
    """The flood plan, signed."""
    edition = a_published(a_plan(), cast)
    db.session.commit()
    return edition


def words(page: TestApp, name: str = TITLE) -> str:
    """What stands right after the first mention of a post on a page."""
    text = page.html.find("article").get_text()
    return text[text.index(name) :][: len(name) + 60]


def test_it_shows_who_holds_a_post_to_whoever_works_here(cast: Cast, browse: Browse) -> None:
    a_post(cast, holder="示例甲", phone=PHONE)
    a_post(cast, holder="示例乙", phone="13900000002", seat="B角")
    publish(cast)
    page = browse(cast.village).get(PAGE)
    assert f"{TITLE}（示例甲 {PHONE}；替补 示例乙 13900000002）" in words(page)
    assert page.html.find("a", href=f"tel:{PHONE}") is not None


def test_it_masks_phones_for_visitors_and_strangers(cast: Cast, browse: Browse) -> None:
    a_post(cast, holder="示例甲", phone=PHONE)
    publish(cast)
    for person in (None, cast.legal):
        page = browse(person).get(PAGE)
        assert "139****0001" in page.text
        assert PHONE not in page.text


def test_it_freezes_what_held_on_the_day_and_says_what_has_changed(
    cast: Cast, browse: Browse
) -> None:
    post = a_post(cast, holder="示例甲", phone=PHONE)
    edition = publish(cast)
    assert edition.answers is not None
    assert edition.answers["on"] == TODAY.isoformat()
    change(cast, post, holder="示例丙", phone="13900000003")
    page = browse(cast.office).get(PAGE)
    assert "示例丙 13900000003" in words(page)
    assert "已变更，签发时为示例甲" in words(page)
    assert "文中 2 处标着“已变更”" in page.text  # the post, and the list of posts


def test_it_keeps_an_old_edition_as_it_was(cast: Cast, browse: Browse) -> None:
    post = a_post(cast, holder="示例甲", phone=PHONE)
    edition = publish(cast)
    change(cast, post, holder="示例丙")
    a_published(edition.plan, cast, body=f"{a_body()}\n示例补充。\n")
    db.session.commit()
    old, new = browse(cast.office).get(f"{PAGE}/editions/1"), browse(cast.office).get(PAGE)
    assert "示例甲" in words(old)
    assert "已变更" not in old.text
    assert "示例丙" in words(new)
    assert "已变更" not in new.text


def test_it_says_that_a_post_stands_empty_now(cast: Cast, browse: Browse) -> None:
    post = a_post(cast, holder="示例甲", phone=PHONE)
    publish(cast)
    change(cast, post, holder="", phone="")
    assert "已变更，现在空缺" in words(browse(cast.office).get(PAGE))


def test_it_calls_nothing_changed_that_was_only_filled_later(cast: Cast, browse: Browse) -> None:
    publish(cast)
    a_post(cast, holder="示例甲", phone=PHONE)
    page = browse(cast.office).get(PAGE)
    assert f"示例甲 {PHONE}" in words(page)
    assert "已变更" not in page.text


def test_it_answers_live_in_a_draft(cast: Cast, browse: Browse) -> None:
    post = a_post(cast, holder="示例甲", phone=PHONE)
    draft = keep(a_draft(a_plan(), by=cast.office))
    assert "示例甲" in words(browse(cast.office).get(f"/work/editions/{draft}"))
    change(cast, post, holder="示例丙")
    assert "示例丙" in words(browse(cast.office).get(f"/work/editions/{draft}"))


def test_it_answers_in_the_preview(cast: Cast, browse: Browse) -> None:
    a_post(cast, holder="示例甲", phone=PHONE)
    draft = keep(a_draft(a_plan(), by=cast.office))
    browser = browse(cast.office)
    page = browser.get(f"/work/editions/{draft}/edit")
    answer = browser.post(f"/work/preview?edition={draft}", {
        "csrf_token": form_of(page)["csrf_token"].value, "body": "找{{岗位:防汛指挥长}}。",
    })  # fmt: skip
    assert "示例甲" in answer.json["html"]


def test_it_lists_a_register_below_the_text(cast: Cast, browse: Browse) -> None:
    an_entry("supplies", cast, place=TOWN)
    an_entry("supplies", cast, place=TOWN, name="示例被褥", kind="生活", spec="")
    body = f"{a_body()}\n查{{{{名录:物资|类别=生活}}}}。\n"
    a_published(a_plan(), cast, body=body)
    db.session.commit()
    page = browse(cast.village).get(PAGE)
    [section] = [
        s for s in page.html.find_all("section", class_="plan-list") if "生活" in s.h2.text
    ]
    assert "示例被褥" in section.text
    assert "编织袋" not in section.text
    link = page.html.find("a", class_="reference", string="物资", href=f"#{section.h2['id']}")
    assert link is not None


def test_it_narrows_a_register_by_the_team_that_it_names(cast: Cast) -> None:
    from nanhua_emergency.registers.uses import list_uses, replace_uses

    team = an_entry("teams", cast, place=TOWN, name="示例甲队")
    other = an_entry("teams", cast, place=TOWN, name="示例乙队")
    member = an_entry("members", cast, place=TOWN, name="示例丙", team_id=team.id)
    stranger = an_entry("members", cast, place=TOWN, name="示例丁", team_id=other.id)
    answers = references.answer_now("查{{名录:队员|队伍=示例甲队}}。", team.place, on=day_of(NOW))
    [answer] = answers.by_reference.values()
    assert ["示例丙" in row.cells for row in answer.rows] == [True]
    plan = a_plan()
    use = Use(place_code=TOWN, register="members", field="team_id", value="示例甲队",
              plan_id=plan.id, plan_slug=plan.slug, plan_title=plan.title)  # fmt: skip
    replace_uses(team.place, plan.id, [use])
    assert list_uses(MEMBERS, member) == [use]
    assert list_uses(MEMBERS, stranger) == []


def test_it_says_where_a_register_is_still_empty(cast: Cast, browse: Browse) -> None:
    publish(cast)
    assert "名册里还没有登记" in browse(cast.office).get(PAGE).text


def test_it_never_lists_households(cast: Cast, browse: Browse) -> None:
    an_entry("wake-ups", cast)
    a_published(a_plan(), cast, body=f"{a_body()}\n照{{{{名录:叫应名册}}}}叫。\n")
    db.session.commit()
    for person in (None, cast.office, cast.village):
        page = browse(person).get(PAGE)
        assert "1 户，由本村和应急办掌握" in page.text
        assert "示例户" not in page.text


def test_it_escapes_what_a_register_holds(cast: Cast, browse: Browse) -> None:
    a_post(cast, holder="<script>alert(1)</script>", phone=PHONE)
    publish(cast)
    page = browse(cast.office).get(PAGE)
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_it_answers_anew_when_a_register_changes_though_the_text_does_not(
    cast: Cast, browse: Browse
) -> None:
    post = a_post(cast, holder="示例甲", phone=PHONE)
    publish(cast)
    browser = browse(cast.office)
    tag = browser.get(PAGE).headers["ETag"]
    assert browser.get(PAGE).headers["ETag"] == tag
    change(cast, post, holder="示例丙")
    assert browser.get(PAGE).headers["ETag"] != tag


def test_it_writes_answers_into_the_word_file(cast: Cast, browse: Browse) -> None:
    a_post(cast, holder="示例甲", phone=PHONE)
    publish(cast)
    for person, number in ((cast.office, PHONE), (None, "139****0001")):
        data = browse(person).get(f"{PAGE}/editions/1.docx").body
        text = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        assert "示例甲" in text
        assert number in text
        assert "{{" not in text


def test_it_keeps_references_in_the_word_file_of_a_draft(cast: Cast, browse: Browse) -> None:
    draft = keep(a_draft(a_plan(), by=cast.office))
    data = browse(cast.office).get(f"/work/editions/{draft}/export.docx").body
    assert (
        "{{岗位:防汛指挥长}}"
        in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    )


# What a text may name


def problems(cast: Cast, line: str) -> list[tuple[str, str]]:
    """Heading and message of what is wrong with a reference in a draft."""
    body = a_body().replace("## 1 总则", f"## 1 总则\n\n{line}", 1)
    draft = a_draft(a_plan(), by=cast.office, body=body)
    return [(p.heading, p.message) for p in checking.check_edition(draft) if "“" in p.message
            and ("岗位" in p.message or "名录" in p.message or "按" in p.message or "没有“" in p.message)]  # fmt: skip


def test_it_names_the_heading_of_an_unknown_post(cast: Cast) -> None:
    [(heading, message)] = problems(cast, "找{{岗位:海防指挥长}}。")
    assert heading == "1 总则"
    assert "没有叫“海防指挥长”的岗位：请核对名称；确有这个岗位的，先在名册里登记" in message


def test_it_knows_the_posts_that_the_town_has_entered(cast: Cast) -> None:
    an_entry("posts", cast, place=TOWN, title="水库值守员", grid_code="")
    assert problems(cast, "找{{岗位:水库值守员}}。") == []


@pytest.mark.parametrize(("reference", "said"), [
    ("{{名录:物资|颜色=红}}", "“物资”不能按“颜色”挑选；可以按：类别"),
    ("{{名录:物资|类别=零食}}", "“类别”没有“零食”；可以写：防汛"),
    ("{{名录:叫应名册|测试有应答=有}}", "“测试有应答”没有“有”；可以写：是、否"),
])  # fmt: skip
def test_it_refuses_what_a_register_cannot_be_narrowed_by(
    reference: str, said: str, cast: Cast
) -> None:
    [(heading, message)] = problems(cast, f"查{reference}。")
    assert heading == "1 总则"
    assert message.startswith(said)


def test_it_refuses_to_submit_a_text_with_an_unknown_name(cast: Cast) -> None:
    from nanhua_emergency.plans import services as plans

    draft = a_draft(a_plan(), by=cast.office, body=f"{a_body()}\n{{{{岗位:海防指挥长}}}}\n")
    with pytest.raises(RuleBroken, match="要补"):
        plans.submit_edition(draft, change_note="试", by=cast.office, now=NOW)


# What a change in a register touches


def test_it_lists_the_plans_and_drills_that_a_post_touches(cast: Cast, browse: Browse) -> None:
    post = a_post(cast, holder="示例甲")
    edition = publish(cast)
    a_drill(
        edition.plan, by=cast.office, planned_at=NOW + timedelta(days=400), title="示例远期演练"
    )
    key = keep(post)
    page = browse(cast.office).get(f"/registers/posts/{key}")
    assert "南华镇防汛应急预案" in page.html.find("section", class_="card").text
    page = page.click("涉及的演练")
    assert "示例远期演练" in page.text


def test_it_names_each_plan_once_with_its_headings(cast: Cast, browse: Browse) -> None:
    key = keep(a_post(cast, holder="示例甲"))
    twice = f"找{{{{岗位:{TITLE}}}}}，再找{{{{岗位:{TITLE}}}}}。"
    body = a_body().replace("## 1 总则", f"## 1 总则\n\n{twice}", 1)
    a_published(a_plan(), cast, body=body)
    db.session.commit()
    page = browse(cast.office).get(f"/registers/posts/{key}")
    [line] = page.html.find("section", class_="card").select("li")
    assert line.text.count("1 总则") == 1


def test_it_refuses_to_retire_a_post_that_a_plan_names_unless_one_knows(
    cast: Cast, browse: Browse
) -> None:
    key = keep(a_post(cast, holder="示例甲"))
    publish(cast)
    page = browse(cast.office).get(f"/registers/posts/{key}/retire")
    form = form_of(page)
    form["reason"] = "换届"
    refused = form.submit(expect_errors=True)
    assert refused.status_code == 422
    assert "《南华镇防汛应急预案》" in refused.text
    form = form_of(refused)
    assert form["reason"].value == "换届"
    form["is_use_known"] = True
    assert form.submit().status_code == 302


def test_it_forgets_the_uses_of_a_text_that_is_withdrawn(cast: Cast) -> None:
    from nanhua_emergency.registers.uses import list_uses

    post = a_post(cast, holder="示例甲")
    edition = publish(cast)
    assert list_uses(POSTS, post)  # type: ignore[arg-type]
    publication.withdraw_edition(edition, reason="试", by=cast.leader, now=NOW)
    assert list_uses(POSTS, post) == []  # type: ignore[arg-type]


def test_it_keeps_what_it_froze_whole() -> None:
    answers = references.Answers(TODAY, {
        "岗位:甲": references.Answer((references.Holder("A角", "示例甲", PHONE),), 1),
        "名录:物资": references.Answer((), 1, ("名称",), (references.Row(("被",), ("被",)),)),
    })  # fmt: skip
    assert references.from_stored(references.to_stored(answers)) == answers


def test_it_finds_every_reference_of_the_towns_plans(cast: Cast) -> None:
    edition = publish(cast)
    published = find_published(edition.plan)
    assert published is not None
    rendered = render_once(published.body, published.published_sha256)
    filled = fill_edition(published, rendered, person=None, today=TODAY)
    shown = filled.html.count('class="reference"')
    assert shown == len(list_references(published.body))
    assert "data-reference" not in filled.html


def test_it_forgets_phones_a_year_after_a_text_went_out_of_force(cast: Cast) -> None:
    a_post(cast, holder="示例甲", phone=PHONE)
    edition = publish(cast)
    a_published(edition.plan, cast, body=f"{a_body()}\n示例补充。\n", now=NOW)
    assert references.forget_phones(days=365, now=NOW + timedelta(days=364)) == 0
    assert references.forget_phones(days=365, now=NOW + timedelta(days=366)) == 1
    assert references.forget_phones(days=365, now=NOW + timedelta(days=366)) == 0
    kept = str(edition.answers)
    assert PHONE not in kept
    assert "示例甲" in kept
    published = find_published(edition.plan)
    assert PHONE in str(published and published.answers)
