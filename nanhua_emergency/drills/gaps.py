"""What a record of a drill leaves open, in plain words."""

from nanhua_emergency.drills.record_models import EVALUATION_ITEMS, DrillRecord
from nanhua_emergency.plans.outline import MOMENT_LABELS, Moment


def list_gaps(record: DrillRecord) -> list[str]:
    """What the office may want to ask about, in plain words."""
    gaps = []
    taken = {moment.moment for moment in record.moments}
    missing = [MOMENT_LABELS[moment] for moment in Moment if moment not in taken]
    if missing:
        gaps.append(f"没有填时间：{'、'.join(missing)}")
    gaps += [
        f"“{MOMENT_LABELS[moment.moment]}”用了 {moment.minutes} 分钟，目标 {moment.target_minutes} 分钟"
        for moment in record.moments
        if moment.is_met is False
    ]
    low = [EVALUATION_ITEMS[score.item - 1] for score in record.scores if score.score <= 1]
    gaps += [f"“{item}”打分偏低" for item in low]
    if record.drill.expected_count and record.head_count * 2 < record.drill.expected_count:
        gaps.append(f"实到 {record.head_count} 人，不到预计 {record.drill.expected_count} 人的一半")
    if record.edition_id is None:
        gaps.append("演练时这个预案没有现行文本")
    return gaps
