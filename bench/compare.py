"""What comparing and merging cost: one figure a line, on texts made here the same every time."""

import random
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from nanhua_emergency.plans.compare import compare
from nanhua_emergency.plans.merge import merge

SIZE = 25_000
ROUNDS = 5
WHO = [
    "防汛指挥长",
    "应急值班员",
    "村主任",
    "水管所负责人",
    "派出所负责人",
    "网格长",
    "卫生院负责人",
]
WHEN = ["接到预警后", "下达转移令后", "到达安置点后", "夜间有雨时", "水位上涨时", "险情排除前"]
DOES = ["清点", "通知", "转移", "巡查", "关闭", "登记", "核对", "封控", "送达", "上报"]
WHAT = [
    "沿沟住户",
    "独居老人",
    "渠首闸门",
    "安置点物资",
    "过水路面",
    "叫应名册",
    "抢险队伍",
    "备用电源",
]
HOW = ["逐户敲门", "敲锣喊话", "两人一组", "沿高处绕行", "用对讲机", "带强光灯", "按名册划掉"]
OTHER = {
    "who": ["驻村干部", "兽医站站长", "食堂管理人", "园区安全员", "教办主任", "消防队长"],
    "when": ["发现疑似病例", "初步核查以后", "采样送检期间", "厂房起火之初", "停产撤人阶段"],
    "does": ["封存", "消毒", "隔离", "扑灭", "疏导", "采样", "销毁", "断电"],
    "what": ["可疑食品", "病死畜禽", "危险货物", "受污染水井", "涉事车间", "宿舍楼道"],
    "how": ["穿防护服", "由上风向接近", "拉警戒线", "双人签字", "拍照留存", "分批放行"],
}


def write_sentence(chance: random.Random, words: dict[str, list[str]]) -> str:
    """One sentence such as a plan holds, with a number in it."""
    who, when, does, what, how = (chance.choice(words[part]) for part in words)
    number = chance.randrange(2, 90)
    task = f"{who}在 {number} 分钟内{how}{does}{what}"
    return f"{when}，{task}，完成后向镇值班室报告第 {number + 1} 项。"


def write_plan(seed: int, words: dict[str, list[str]], size: int = SIZE) -> str:
    """A text of about `size` bytes of UTF-8 with headings, paragraphs, lists and tables."""
    chance, length = random.Random(seed), 0
    lines: list[str] = []
    while length < size:
        kind = chance.randrange(8)
        sentence = write_sentence(chance, words)
        if kind == 0:
            line = f"\n## {len(lines)} {chance.choice(words['what'])}处置\n"
        elif kind < 3:
            line = f"| {chance.choice(words['who'])} | {chance.randrange(60)} | {sentence} |"
        elif kind < 5:
            line = f"- {sentence}"
        else:
            line = "\n" + sentence + write_sentence(chance, words) + "\n"
        lines.append(line)
        length += len(line.encode()) + 1
    return "\n".join(lines) + "\n"


def edit(text: str, seed: int, count: int) -> str:
    """The text with `count` scattered edits: characters replaced, words added, stretches cut."""
    chance = random.Random(seed)
    for _ in range(count):
        at = chance.randrange(len(text) - 8)
        length = chance.choice([0, 1, 1, 2, 4])
        text = text[:at] + chance.choice(["", "立即", "不得", "9", "负责人"]) + text[at + length :]
    return text


def measure(action: Callable[[], object]) -> float:
    """Milliseconds of one run: the middle of several."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        action()
        times.append(1000 * (perf_counter() - start))
    return median(times)


def show(name: str, action: Callable[[], object], goal: float | None = None) -> None:
    """Measure an action and print its line; without a goal it is there to be known."""
    value = measure(action)
    goal_text = "-" if goal is None else f"< {goal:g}"
    report(name, value, "ms", goal_text, holds=goal is None or value < goal)


def main() -> None:
    """Measure what issue 4 names of comparison and merge."""
    words = {"who": WHO, "when": WHEN, "does": DOES, "what": WHAT, "how": HOW}
    plan, other = write_plan(1, words), write_plan(2, OTHER)
    likewise = write_plan(3, words)
    edited = edit(plan, 4, 100)
    line = write_plan(5, words, 1_000_000).replace("\n", "")
    new_line = edit(line, 6, 100)
    other_line = write_plan(9, OTHER, 1_000_000).replace("\n", "")
    mine, theirs = edit(plan, 7, 50), edit(plan, 8, 50)
    show("comparison of two 25 KB texts with 100 edits", lambda: compare(plan, edited), 150)
    show("comparison of a 25 KB text with itself", lambda: compare(plan, plan))
    show("comparison of two unrelated 25 KB texts", lambda: compare(plan, other), 1000)
    show("comparison of two 25 KB texts in the same words", lambda: compare(plan, likewise), 1000)
    show("comparison of 1 MB on one line with 100 edits", lambda: compare(line, new_line), 2000)
    show("comparison of two unrelated lines of 1 MB", lambda: compare(line, other_line), 2000)
    show("merge of 50 and 50 edits in 25 KB", lambda: merge(plan, mine, theirs))
    show("merge of three unrelated 25 KB texts", lambda: merge(plan, other, likewise))


if __name__ == "__main__":
    main()
