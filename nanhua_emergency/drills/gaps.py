"""What a record of a drill leaves open, in plain words."""

from nanhua_emergency.drills.record_models import EVALUATION_ITEMS, DrillRecord
from nanhua_emergency.languages import _
from nanhua_emergency.plans.outline import MOMENT_LABELS, Moment


def list_gaps(record: DrillRecord) -> list[str]:
    """What the office may want to ask about, in plain words."""
    gaps = []
    taken = {moment.moment for moment in record.moments}
    missing = [_(MOMENT_LABELS[moment]) for moment in Moment if moment not in taken]
    if missing:
        gaps.append(_("没有填时间：%(moments)s", moments=_("、").join(missing)))
    gaps += [
        _(
            "“%(moment)s”用了 %(minutes)s 分钟，目标 %(target)s 分钟",
            moment=_(MOMENT_LABELS[moment.moment]),
            minutes=moment.minutes,
            target=moment.target_minutes,
        )
        for moment in record.moments
        if moment.is_met is False
    ]
    low = [EVALUATION_ITEMS[score.item - 1] for score in record.scores if score.score <= 1]
    gaps += [_("“%(item)s”打分偏低", item=_(item)) for item in low]
    came, expected = record.head_count, record.drill.expected_count
    if expected and came * 2 < expected:
        gaps.append(
            _("实到 %(came)s 人，不到预计 %(expected)s 人的一半", came=came, expected=expected)
        )
    if record.edition_id is None:
        gaps.append(_("演练时这个预案没有现行文本"))
    return gaps
