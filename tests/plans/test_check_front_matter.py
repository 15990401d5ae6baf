"""Check the front matter of a plan, field by field."""

import pytest

from nanhua_emergency.plans.checks import Weight, check_front_matter


def fields(**changed: object) -> dict[str, object]:
    return {
        "number": 1,
        "slug": "flood-control",
        "title": "南华镇防汛应急预案",
        "category": "自然灾害",
        "hazard": "洪涝",
        "lead_department": "农业农村综合服务中心",
        "legal_basis": ["《中华人民共和国突发事件应对法》"],
        "season": "5月—6月",
        "review_months": 36,
        "drill_months": 12,
        **changed,
    }


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"season": "10月—4月"},
        {"season": "全年"},
        {"number": 0, "category": "总体", "title": "南华镇突发公共事件总体应急预案"},
        {"category": "事故灾难", "drill_months": 24},
        {"number": 99, "slug": "a1-b2", "review_months": 1, "drill_months": 1},
    ],
)
def test_it_passes_what_is_right(changed: dict[str, object]) -> None:
    assert check_front_matter(fields(**changed)) == []


@pytest.mark.parametrize("name", fields())
@pytest.mark.parametrize("absent", [None, "", []])
def test_it_asks_for_what_is_missing(name: str, absent: object) -> None:
    [problem] = check_front_matter(fields(**{name: absent}))
    assert (problem.weight, problem.line, problem.heading) == (Weight.ERROR, 1, name)
    assert problem.message.startswith(f"登记项缺 {name}")


def test_it_asks_for_every_field_of_nothing() -> None:
    assert [problem.heading for problem in check_front_matter({})] == list(fields())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", -1),
        ("number", 100),
        ("number", "1"),
        ("number", True),
        ("number", 1.0),
        ("slug", "Flood"),
        ("slug", "防汛"),
        ("slug", "flood_control"),
        ("slug", "-flood"),
        ("slug", "flood-"),
        ("slug", "flood--control"),
        ("slug", "flood\n"),
        ("slug", 5),
        ("title", 5),
        ("title", "  "),
        ("category", "天灾"),
        ("category", ["自然灾害"]),
        ("hazard", "洪"),
        ("hazard", "洪涝洪涝洪涝洪涝洪"),
        ("hazard", 12),
        ("lead_department", ["应急办"]),
        ("legal_basis", "《防洪法》"),
        ("legal_basis", [""]),
        ("legal_basis", [5]),
        ("legal_basis", ["《突发事件应急预案管理办法》（国办发〔2024〕5号）"]),
        ("legal_basis", ["《突发事件应对法》（主席令第25号）"]),
        ("season", "5-6月"),
        ("season", "5月-6月"),
        ("season", "0月—6月"),
        ("season", "5月—13月"),
        ("season", 5),
        ("review_months", 0),
        ("review_months", 37),
        ("review_months", "三年"),
        ("drill_months", 0),
        ("drill_months", 37),
        ("drill_months", True),
    ],
)
def test_it_names_the_field_that_is_wrong(name: str, value: object) -> None:
    [problem] = check_front_matter(fields(**{name: value}))
    assert (problem.weight, problem.heading) == (Weight.ERROR, name)


def test_it_gives_the_clause_of_the_periods() -> None:
    found = check_front_matter(fields(review_months=48, drill_months=48))
    assert ["第三十四条" in found[0].clause, "第三十二条" in found[1].clause] == [True, True]


@pytest.mark.parametrize("changed", [{"number": 0}, {"category": "总体"}])
def test_it_keeps_number_0_for_the_general_plan(changed: dict[str, object]) -> None:
    [problem] = check_front_matter(fields(**changed))
    assert (problem.weight, problem.heading) == (Weight.ERROR, "number")
    assert "总体预案" in problem.message


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"title": "防汛应急预案"}, "title"),
        ({"category": "事故灾难", "drill_months": 25}, "drill_months"),
    ],
)
def test_it_advises_on_what_may_be_wrong(changed: dict[str, object], name: str) -> None:
    [problem] = check_front_matter(fields(**changed))
    assert (problem.weight, problem.heading) == (Weight.ADVICE, name)
