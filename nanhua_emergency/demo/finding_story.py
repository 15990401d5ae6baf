"""What becomes of the findings of the demo: given to somebody, fixed, closed, sent back, late."""

from datetime import datetime, timedelta

from nanhua_emergency.demo.story import Story
from nanhua_emergency.findings import services
from nanhua_emergency.findings.models import Finding, FindingState
from nanhua_emergency.places.services import get_place

EVIDENCE = ("示例：已换新，照片在村微信群", "示例：已重新培训，签到表在村委会", "示例：已补登名册，可在名册里看到",
            "示例：已加装照明，晚上可到现场看")  # fmt: skip
EVERY_DAYS = 9


def tell(story: Story) -> None:
    """Somebody goes through the open findings every nine days."""
    for days in range(-330, -2, EVERY_DAYS):
        story.on(days, lambda now: _go_through(story, now), hour=16)


def _go_through(story: Story, now: datetime) -> None:
    for finding in services.list_waiting(story.town, FindingState.FIXED, limit=40):
        _decide(story, finding, now)
    for finding in services.list_waiting(story.town, FindingState.RAISED, limit=40):
        if finding.owner_id is None:
            _assign(story, finding, now)
        elif story.chance.random() < 0.38:
            _fix(story, finding, now)


def _assign(story: Story, finding: Finding, now: datetime) -> None:
    owner = story.cast.heads.get(finding.place_code, story.cast.other_office)
    services.assign_finding(finding, owner=owner, due_on=now.date() + timedelta(days=30),
                            by=story.cast.office, now=now)  # fmt: skip


def _fix(story: Story, finding: Finding, now: datetime) -> None:
    village = get_place(finding.place_code)
    by = story.head(village) if village.is_village else story.cast.other_office
    services.fix_finding(finding, evidence=story.chance.choice(EVIDENCE), by=by, now=now)


def _decide(story: Story, finding: Finding, now: datetime) -> None:
    dice = story.chance.random()
    if dice < 0.12:
        services.reopen_finding(
            finding, reason="示例：现场看还没有装好", by=story.cast.office, now=now
        )
    elif dice < 0.85:
        services.close_finding(finding, by=story.cast.office, now=now)
