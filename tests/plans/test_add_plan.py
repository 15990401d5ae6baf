"""Add a plan."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from conftest import Browse
from factories import COUNTY, NOW, TOWN, Cast, a_plan, count_rows, form_of, keep
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.database import db
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans import services
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.words import Category

ANSWERS = {
    "number": "17", "slug": "ice-jam", "title": "南华镇凌汛应急预案（示例）", "category": "自然灾害",
    "hazard": "凌汛", "lead_department": "水管所", "legal_basis": "《中华人民共和国防洪法》",
    "season": "11月—3月", "review_months": "36", "drill_months": "12",
}  # fmt: skip


def _form(browser: object, **changed: str) -> object:
    form = form_of(browser.get("/work/plans/add"))
    for name, value in (ANSWERS | changed).items():
        form[name].force_value(value) if name == "category" else form.set(name, value)
    return form


def test_it_registers_a_plan_without_text(app: Flask, cast: Cast, browse: Browse) -> None:
    page = _form(browse(cast.office)).submit(status=302).follow()
    assert "已登记。现在可以开始编写第一版。" in page.text
    assert "没有现行文本，公众看不到这个预案。" in page.text
    plan = db.session.scalar(select(Plan))
    assert (plan.number, plan.slug, plan.hazard) == (17, "ice-jam", "凌汛")
    assert plan.category is Category.NATURAL
    assert plan.place_code == TOWN
    entry = db.session.scalar(select(ActivityEntry).where(ActivityEntry.action == "plan.added"))
    assert entry.thing_id == plan.id


@pytest.mark.parametrize(("field", "value"), [("number", "17"), ("slug", "ice-jam")])
def test_it_refuses_a_number_or_slug_taken(
    app: Flask, cast: Cast, browse: Browse, field: str, value: str
) -> None:
    a_plan(**{"number": 17, "slug": "other"} if field == "number" else {"slug": "ice-jam"})
    page = _form(browse(cast.office)).submit(status=422)
    assert f"“{value}”已由《南华镇防汛应急预案》占用" in page.text
    assert form_of(page)["title"].value == ANSWERS["title"]
    assert count_rows(Plan) == {"plan": 1}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("number", "", "请填编号"),
        ("number", "100", "编号为 0 至 99 的整数"),
        ("number", "-1", "编号为 0 至 99 的整数"),
        ("slug", "", "请填代号"),
        ("slug", "Ice Jam", "只用小写字母、数字和连字符"),
        ("slug", "ice/jam", "只用小写字母、数字和连字符"),
        ("slug", "../etc", "只用小写字母、数字和连字符"),
        ("title", " ", "请填名称"),
        ("title", "坏\x00字", "无法识别的字符"),
        ("hazard", "涝", "灾种写 2 至 8 字"),
        ("lead_department", "", "请填牵头部门"),
        ("legal_basis", "", "请至少写一条依据"),
        ("season", "夏天", "写成 5月—6月 或 全年"),
        ("season", "13月—14月", "写成 5月—6月 或 全年"),
        ("review_months", "37", "请填 1 至 36"),
        ("drill_months", "0", "请填 1 至 36"),
    ],
)
def test_it_asks_again_and_keeps_the_rest(
    app: Flask, cast: Cast, browse: Browse, field: str, value: str, message: str
) -> None:
    page = _form(browse(cast.office), **{field: value}).submit(status=422)
    assert message in page.text
    kept = form_of(page)
    for name in set(ANSWERS) - {field, "category"}:
        assert kept[name].value.strip() == ANSWERS[name], name
    assert count_rows(Plan) == {"plan": 0}


@pytest.mark.parametrize("category", ["", "其他", "GENERAL"])
def test_it_refuses_a_category_not_on_the_list(
    app: Flask, cast: Cast, browse: Browse, category: str
) -> None:
    _form(browse(cast.office), category=category).submit(status=422)
    assert count_rows(Plan) == {"plan": 0}


def test_it_lets_another_place_use_the_number(app: Flask, cast: Cast) -> None:
    a_plan()
    plan = Plan(place=get_place(COUNTY), place_code=COUNTY, number=1, slug="flood-control",
                title="示例", category=Category.NATURAL, hazard="洪涝", lead_department="示例",
                season="全年")  # fmt: skip
    services.add_plan(plan, by=cast.office, now=NOW)
    assert plan.id


def test_it_cannot_store_a_number_twice(app: Flask, cast: Cast) -> None:
    a_plan()
    with pytest.raises(IntegrityError):
        a_plan(slug="other")


def test_it_is_refused_in_the_service_too(app: Flask, cast: Cast) -> None:
    known = a_plan()
    twin = Plan(place=known.place, place_code=TOWN, number=1, slug="other", title="示例",
                category=Category.NATURAL, hazard="洪涝", lead_department="示例")  # fmt: skip
    with db.session.no_autoflush, pytest.raises(RuleBroken) as refusal:
        services.add_plan(twin, by=cast.office, now=NOW)
    assert refusal.value.field == "number"


def test_it_is_only_for_the_office(app: Flask, cast: Cast, browse: Browse) -> None:
    keep(a_plan())
    for person in (cast.legal, cast.leader, cast.village, cast.admin):
        browse(person).get("/work/plans/add", status=403)
