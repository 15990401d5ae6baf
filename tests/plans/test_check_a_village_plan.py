"""Check the body of a village's plan, which has other parts than a township's."""

from nanhua_emergency.plans.checks import VILLAGE_PARTS, Problem, Weight, check_body


def check(body: str) -> list[Problem]:
    return check_body(body, is_general=False, is_village=True, posts=(), registers=())


VILLAGE = "\n\n".join(
    f"## {number} {title}\n\n写明谁来做第{number}件事。"
    for number, title in enumerate(
        [
            "风险隐患点",
            "人员转移避险",
            "应急处置责任人",
            "预警信息传播与响应",
            "处置措施",
            "资源调用",
        ],
        start=1,
    )
)


def test_it_asks_of_a_village_plan_its_six_parts_only() -> None:
    assert check(VILLAGE) == []
    found = check("")
    assert [(p.weight, p.clause[-6:]) for p in found] == [(Weight.ERROR, "十五条第二款")] * 6
    assert all(part.name in p.message for part, p in zip(VILLAGE_PARTS, found, strict=True))


def test_it_only_advises_on_the_tables_of_a_village_plan() -> None:
    body = VILLAGE + "\n\n## 目标时限\n\n| 环节 | 目标（分钟） |\n| --- | --- |\n| 转移 | 40 |\n"
    [problem] = check(body)
    assert (problem.weight, problem.line) == (
        Weight.ADVICE,
        body.split("\n").index("| 环节 | 目标（分钟） |") + 1,
    )
