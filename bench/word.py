"""How long a .docx of 100 pages takes out of a plan's text and into a draft."""

import sys
import time
import tracemalloc
from collections.abc import Callable

from _measure import ROOT, report

sys.path.insert(0, str(ROOT))

from nanhua_emergency.plans.word import read_word, write_word

PAGES = 100
# Of a page of GB/T 9704-2012; tables are set smaller, so it takes an eighth more.
LINES, CHARACTERS = 22 * 1.125, 28
RUNS = 5
SECTION = """### {number} 转移与清点

村主任接到转移令后，先敲锣、开喇叭，再派两人一组带手电逐户敲门，按叫应名册一户一户划掉；独居老人、残疾人、孕产妇由帮带人接出，抬也要抬出来。

| 时间 | 谁 | 做什么 |
| --- | --- | --- |
| 0—5 分钟 | {{{{岗位:应急值班员}}}} | 记下时间、谁接的，随即报{{{{岗位:防汛指挥长}}}} |
| 5—15 分钟 | {{{{岗位:村主任}}}} | 守住路口，只出不进 |

1. 到安置点点名，缺谁、最后在哪里见过，立即报镇。
2. 没有镇里的话，不放人回去。

"""


def make_body(pages: int) -> str:
    """A text of so many pages: the plans of this town, or made-up sections where there are none."""
    plans = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("plans/[0-9]*.md"))]
    bodies = [text.split("---\n", 2)[-1] for text in plans]
    bodies += ["## 1 总则\n\n"] + [SECTION.format(number=f"1.{i}") for i in range(1, 90)] * 10
    body: list[str] = []
    lines = 0
    for text in bodies:
        for block in text.split("\n\n"):
            if lines >= pages * LINES:
                return "\n\n".join(body) + "\n"
            body.append(block.strip("\n"))
            lines += sum(len(line) // CHARACTERS + 1 for line in block.split("\n"))
    return "\n\n".join(body) + "\n"


def send_out(body: str) -> bytes:
    """The exported file."""
    return write_word(
        body,
        title="南华镇防汛应急预案",
        issuer="南华镇人民政府",
        issue_number="南政发〔2026〕5号",
        effective_on="2026-05-01",
        sha256="ab" * 32,
        signatures=[("签发", "镇长", "2026年4月20日")],
    )


def measure(action: Callable[[], object]) -> float:
    """Milliseconds of the fastest of several runs."""
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times) * 1000


def measure_memory(action: Callable[[], object]) -> float:
    """Megabytes that the action holds at its peak."""
    tracemalloc.start()
    action()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def main() -> None:
    """Measure a text of 100 pages, out and in."""
    body = make_body(PAGES)
    data = send_out(body)
    report("100 pages out to Word", measure(lambda: send_out(body)), "ms")
    report("100 pages in from Word", measure(lambda: read_word(data, "预案.docx")), "ms")
    peak = measure_memory(lambda: read_word(data, "预案.docx"))
    report("100 pages in from Word, memory at the peak", peak, "MB")
    report("100 pages as a Word file", len(data) / 1000, "KB")


if __name__ == "__main__":
    main()
