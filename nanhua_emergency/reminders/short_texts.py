"""The short text of a drill, to copy into a group chat."""

from datetime import date

from nanhua_emergency.drills.models import Drill
from nanhua_emergency.languages import in_chinese
from nanhua_emergency.reminders.desk import say_left
from nanhua_emergency.reminders.services import SHORT_TEXT, find_rule
from nanhua_emergency.templating import moment


def find_short_text(drill: Drill, *, today: date) -> str | None:
    """The town's words, or ours, about a drill to come.

    None where there is nothing to announce: its time is not to be known, or it has passed, was
    cancelled, or is only proposed.
    """
    if drill.is_time_unannounced or not drill.is_scheduled or drill.planned_on < today:
        return None
    rule = find_rule(drill.place)
    return fill_short_text((rule and rule.short_text) or SHORT_TEXT, drill, today=today)


@in_chinese()
def fill_short_text(template: str, drill: Drill, *, today: date) -> str:
    """A template that `services.check_short_text` has passed, with its fields filled in."""
    return template.format_map({
        "村": drill.place.name,
        "演练": drill.title,
        "预案": "、".join(plan.title for plan in drill.plans),
        "时间": moment(drill.planned_at),
        "地点": drill.location or drill.place.name,
        "还有": say_left((drill.planned_on - today).days),
    })  # fmt: skip
