"""A plan's text that is right, and what the checks say when one thing in it is changed."""

from nanhua_emergency.plans.checks import (
    Problem,
    check_body,
)

POSTS = frozenset({"应急值班员", "防汛指挥长", "村主任"})
REGISTERS = frozenset({"通讯录", "物资"})
FILLER = "\n".join(
    f"- 第{n}组由网格长带两人，沿本组的渠边和沟边走一遍，见到有人就喊走，走完一段报一次平安，"
    f"到第{n}个路口等候。"
    for n in range(1, 46)
)
PLAN = f"""## 第一小时处置卡

| 时间 | 谁 | 做什么 |
| --- | --- | --- |
| 0—5 分钟 | {{{{岗位:应急值班员}}}} | 问清记下，报指挥长 |
| 0—5 分钟 | {{{{岗位:村主任}}}} | 敲锣喊人 |
| 5—15 分钟 | {{{{岗位:防汛指挥长}}}} | 定响应级别 |
| 15—30 分钟 | {{{{岗位:村主任}}}} | 分头敲门 |
| 30—60 分钟 | {{{{岗位:村主任}}}} | 逐户点名 |

## 1 总则

为在山洪到来前把人转移出来，制定本预案。

## 2 人员疏散与安置

### 2.1 转移对象

先叫独居老人。

### 2.2 目标时限

| 环节 | 目标（分钟） | 起算点 |
| --- | --- | --- |
| 预警 | 10 | 接到县级预警 |
| 叫应 | 15 | 发出预警 |
| 集结 | 30 | 叫应完成 |
| 转移 | 60 | 下达转移令 |
| 清点 | 20 | 到达安置点 |

## 3 预警信息传播

值班室打电话，对方复述才算应答。

## 4 组织与任务分工

村主任总管，网格长叫人。

## 5 信息收集报告

见险即报，打 119。

## 6 响应分级与处置措施

### 6.1 响应分级

| 级别 | 启动条件 | 谁指挥 | 镇里做什么 | 村里做什么 |
| --- | --- | --- | --- | --- |
| 黄色 | 沟道来水 | 防汛指挥长 | 双人值班 | 岸上看水 |
| 红色 | 山洪进村 | 县防指 | 先期处置并报告 | 不等电话先撤人 |

### 6.2 处置措施

{FILLER}

## 7 现场管理

水边划两道线。

## 附件

{{{{名录:通讯录}}}}

{{{{名录:物资|类别=防汛}}}}
"""


def check(body: str, *, is_general: bool = False) -> list[Problem]:
    return check_body(body, is_general=is_general, posts=POSTS, registers=REGISTERS)


def replaced(old: str, new: str) -> str:
    assert PLAN.count(old) == 1, old
    return PLAN.replace(old, new)


def line_of(body: str, text: str) -> int:
    return body[: body.index(text)].count("\n") + 1


def only_problem(body: str, *, is_general: bool = False) -> Problem:
    [problem] = check(body, is_general=is_general)
    return problem


# What an older and a newer text say, and a village plan that says the newer in each of its parts.
OLD, NEW = "示例：从前写着敲锣七遍。", "示例：如今写着敲锣九遍。"
VILLAGE_BODY = "\n\n".join(
    f"## {number} {part}\n\n{NEW}"
    for number, part in enumerate(
        [
            "风险隐患点",
            "应急处置责任人",
            "预警信息传播与响应",
            "人员转移避险",
            "处置措施",
            "资源调用",
        ],
        start=1,
    )
)
