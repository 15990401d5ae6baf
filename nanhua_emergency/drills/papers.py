"""A drill on paper: plan, sign-in sheet, record sheet, evaluation sheet and summary report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from nanhua_emergency import clock
from nanhua_emergency.drills.models import PURPOSE_NAMES, Drill
from nanhua_emergency.drills.record_models import (
    EVALUATION_ITEMS,
    GROUP_NAMES,
    SCORE_NAMES,
    DrillRecord,
)
from nanhua_emergency.findings.models import Finding
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.outline import MOMENT_LABELS, Moment, list_first_hour, list_targets
from nanhua_emergency.plans.word.markdown import as_cell, write_table


class Paper(StrEnum):
    """The papers of a drill."""

    PLAN = "plan"
    SIGN_IN = "sign-in"
    RECORD = "record"
    EVALUATION = "evaluation"
    SUMMARY = "summary"


PAPER_NAMES = {
    Paper.PLAN: "演练方案",
    Paper.SIGN_IN: "签到表",
    Paper.RECORD: "记录表",
    Paper.EVALUATION: "评估表",
    Paper.SUMMARY: "总结报告",
}

BLANK_ROWS = 20


@dataclass(frozen=True)
class Case:
    """All that a paper may speak of: the drill, its plan's text, what happened and what was found."""

    drill: Drill
    edition: Edition | None
    record: DrillRecord | None = None
    findings: Sequence[Finding] = ()

    @property
    def body(self) -> str:
        """The text of the plan in force, or nothing."""
        return self.edition.body if self.edition else ""


def write_paper(paper: Paper, case: Case) -> str:
    """A paper as Markdown, to be shown for printing or written as a Word file."""
    return _WRITERS[paper](case)


def title_of(paper: Paper, drill: Drill) -> str:
    """What stands at the top of a paper."""
    return f"{drill.title}{PAPER_NAMES[paper]}"


def _when(case: Case) -> str:
    at = case.drill.planned_at.astimezone(clock.CHINA)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return write_table([[as_cell(cell) for cell in line] for line in (header, *rows)])


def _write_plan(case: Case) -> str:
    """The nine parts of AQ/T 9007-2019 §6.2.1."""
    drill = case.drill
    steps = [[step.period, step.who, step.what] for step in list_first_hour(case.body)]
    parts = (
        ("目的要求", f"检验《{drill.plan.title}》能不能照着做，叫应、转移和清点能否按时完成。"
                    f"本次为{drill.form_name}，{PURPOSE_NAMES[drill.purpose]}演练。"),
        ("事故情景", drill.scenario or "由组织人在演练前写明：发生什么、在哪里、多严重、影响谁。"),
        ("参与人员范围", f"{drill.place.name}村民、救援队、网格员，预计 {drill.expected_count} 人。"),
        ("时间与地点", f"{_when(case)}，{drill.location or drill.place.name}。{drill.surprise}"),
        ("主要任务及职责", "见下表，照预案第一小时处置卡分工。\n\n"
                          + (_table(("时间", "谁", "做什么"), steps) if steps else "按预案任务分工执行。")),
        ("筹备工作内容", "核对叫应名册和风险点；查看路线、集合点、安置点；备好喇叭、锣、手电、急救包；"
                        "提前告知群众，防止误会。"),
        ("主要工作步骤", "一、宣布开始并发出预警；二、逐级叫应；三、队伍集结；四、组织转移；五、清点人数；"
                        "六、宣布结束，当场讲评。"),
        ("技术支撑及保障条件", "指定安全员；老人小孩由专人搀扶；出现真实险情或人员受伤，立即中止演练转入实战。"),
        ("评估与总结", "按《突发事件应急预案管理办法》第三十三条六项评估，演练后登记记录，问题限期整改。"),
    )  # fmt: skip
    return "\n\n".join(f"## {n} {name}\n\n{text}" for n, (name, text) in enumerate(parts, 1)) + "\n"


def _write_sign_in(case: Case) -> str:
    rows = [[str(n), "", "", "", ""] for n in range(1, BLANK_ROWS + 1)]
    head = f"时间：{_when(case)}　地点：{case.drill.location or case.drill.place.name}"
    return f"{head}\n\n{_table(('序号', '姓名', '组别', '电话', '签名'), rows)}\n"


def _write_record(case: Case) -> str:
    record = case.record
    counts = {count.group: str(count.people) for count in record.counts} if record else {}
    groups = [[name, counts.get(group, "")] for group, name in GROUP_NAMES.items()]
    return "\n\n".join((
        f"排定时间：{_when(case)}　地点：{case.drill.location or case.drill.place.name}",
        _facts(record),
        "## 1 参加人数", _table(("组别", "人数"), groups),
        "## 2 五个时刻", _table(("环节", "目标（分钟）", "实际（分钟）"), _moment_rows(case)),
        "## 3 演练情况", record.summary if record else "　\n\n　",
        "## 4 发现的问题", _problems(case),
        "记录人（签字）：　　　　　　　　　日期：",
    )) + "\n"  # fmt: skip


def _facts(record: DrillRecord | None) -> str:
    if record is None:
        return "实际开始：　　　时　　分　　实际结束：　　　时　　分"
    began, ended = (at.astimezone(clock.CHINA) for at in (record.began_at, record.ended_at))
    return f"实际开始：{began:%H:%M}　实际结束：{ended:%H:%M}　总的评价：{record.conclusion_name}"


def _moment_rows(case: Case) -> list[list[str]]:
    targets = list_targets(case.body)
    taken = {one.moment: str(one.minutes) for one in case.record.moments} if case.record else {}
    return [
        [
            MOMENT_LABELS[moment],
            str(targets[moment].minutes) if moment in targets else "",
            taken.get(moment, ""),
        ]
        for moment in Moment
    ]


def _problems(case: Case) -> str:
    if case.findings:
        return "\n".join(f"{n}. {one.text}" for n, one in enumerate(case.findings, 1))
    if case.record is not None:
        return case.record.no_problem or "无"
    return "1. 　\n2. 　\n3. 　"


def _write_evaluation(case: Case) -> str:
    scores = {one.item: SCORE_NAMES[one.score] for one in case.record.scores} if case.record else {}
    rows = [[f"{n}. {item}", scores.get(n, "")] for n, item in enumerate(EVALUATION_ITEMS, 1)]
    conclusion = case.record.conclusion_name if case.record else "优　良　中　差（圈一个）"
    return "\n\n".join((
        f"时间：{_when(case)}　地点：{case.drill.location or case.drill.place.name}",
        "打分：优秀 5、一般 3、较差 1、缺项 0。",
        _table(("评估内容", "得分"), rows),
        f"总的评价：{conclusion}",
        "评估人（签字）：　　　　　　　　　日期：",
    )) + "\n"  # fmt: skip


def _write_summary(case: Case) -> str:
    record, drill = case.record, case.drill
    if record is None:
        return "演练还没有记录，记录以后才能生成总结报告。\n"
    people = "、".join(f"{GROUP_NAMES[c.group]} {c.people} 人" for c in record.counts)
    fixes = [
        [one.text, one.owner.name if one.owner else "待定", one.due_on.isoformat(), one.state_name]
        for one in case.findings
    ]
    parts = (
        ("演练概要", f"{drill.place.name}于{_when(case)}按《{drill.plan.title}》举行{drill.form_name}，"
                    f"参加 {record.head_count} 人（{people}）。{record.summary}"),
        ("时限完成情况", _table(("环节", "目标（分钟）", "实际（分钟）"), _moment_rows(case))),
        ("发现的问题与原因", _problems(case)),
        ("整改安排", _table(("问题", "责任人", "期限", "进展"), fixes) if fixes else "没有需要整改的问题。"),
        ("评估结论", f"总的评价：{record.conclusion_name}。"),
    )  # fmt: skip
    return "\n\n".join(f"## {n} {name}\n\n{text}" for n, (name, text) in enumerate(parts, 1)) + "\n"


_WRITERS: dict[Paper, Callable[[Case], str]] = {
    Paper.PLAN: _write_plan,
    Paper.SIGN_IN: _write_sign_in,
    Paper.RECORD: _write_record,
    Paper.EVALUATION: _write_evaluation,
    Paper.SUMMARY: _write_summary,
}
