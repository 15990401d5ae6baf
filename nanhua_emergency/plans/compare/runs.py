"""A comparison as a page shows it: changes one by one, unchanged stretches folded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from nanhua_emergency.plans.compare import Block, Comparison, HeadingChangeKind

HEADING_LABELS = {
    HeadingChangeKind.ADDED: "新增",
    HeadingChangeKind.REMOVED: "删去",
    HeadingChangeKind.RENAMED: "改名",
    HeadingChangeKind.MOVED: "移动",
    HeadingChangeKind.LEVEL: "改级别",
}

# An unchanged passage on each side of a change is shown, so that one sees where one is.
AROUND = 1


@dataclass(frozen=True)
class Run:
    """Blocks that stand together: changed ones, or unchanged ones that may be folded away."""

    blocks: tuple[Block, ...]
    is_folded: bool


def list_runs(comparison: Comparison) -> list[Run]:
    """The blocks in order, long unchanged stretches folded but for their ends."""
    runs: list[Run] = []
    for is_same, group in groupby(comparison.blocks, key=lambda block: block.is_unchanged):
        blocks = tuple(group)
        runs += _fold(blocks) if is_same else [Run(blocks, is_folded=False)]
    return runs


def _fold(blocks: tuple[Block, ...]) -> Iterator[Run]:
    if len(blocks) <= 2 * AROUND + 1:
        yield Run(blocks, is_folded=False)
        return
    yield Run(blocks[:AROUND], is_folded=False)
    yield Run(blocks[AROUND:-AROUND], is_folded=True)
    yield Run(blocks[-AROUND:], is_folded=False)
