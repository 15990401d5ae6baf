"""The rounds of the demo: two closed half a year ago, two open and half done."""

from collections.abc import Callable
from datetime import datetime, timedelta

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.audits import answering, queries, services, verifying
from nanhua_emergency.audits.answer_files import SentFile, read_file
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.audits.services import Period
from nanhua_emergency.audits.verdicts import LACKING, Verdict
from nanhua_emergency.demo.pictures import draw_photo
from nanhua_emergency.demo.story import Story
from nanhua_emergency.places.models import Place

FIVE, SEVEN = "village-five", "town-seven"
CLOSED_ON, OPENED_ON = -172, -13
LACKS = (
    "示例：还差两样",
    "示例：只有口头约定，没有写下来",
    "示例：名册缺替补人",
    "示例：标志牌被风刮掉",
)


def tell(story: Story) -> None:
    """Put everything about rounds on the line of happenings."""
    for slug in (FIVE, SEVEN):
        _Round(story, slug, CLOSED_ON - 28, due_on=CLOSED_ON - 2).tell_closed()
        _Round(story, slug, OPENED_ON, due_on=4).tell_half_done()


class _Round:
    """One round by one checklist; each step is put on the line at its day."""

    audits: dict[str, Audit]

    def __init__(self, story: Story, slug: str, days: int, *, due_on: int) -> None:
        self.story, self.slug, self.days = story, slug, days
        self.places = story.villages if slug == FIVE else [story.town]
        last_on = story.today + timedelta(days=days + 30)
        half = "上半年" if last_on.month <= 6 else "下半年"
        self.period = Period(
            name=f"示例{last_on.year}年{half}",
            first_on=story.today + timedelta(days=days - 150), last_on=last_on,
            due_on=story.today + timedelta(days=due_on),
        )  # fmt: skip
        story.on(days, self._open)

    def _open(self, now: datetime) -> None:
        held = services.open_round(
            self.story.checklists[self.slug], self.places, period=self.period,
            by=self.story.cast.office, now=now,
        )  # fmt: skip
        self.audits = {one.place_code: one for one in queries.list_all_audits(held)}

    def tell_closed(self) -> None:
        """Everybody answers, the office verifies all, and the round is locked."""
        for number, place in enumerate(self.places):
            days = self.days + 3 + number % 9
            self._on(days, place, self._answer)
            self._on(days, place, self._submit, hour=11)
            self._on(days + 8, place, self._verify)
        self.story.on(CLOSED_ON, lambda now: services.close_round(
            next(iter(self.audits.values())).round, reason="", by=self.story.cast.office,
            now=now))  # fmt: skip

    def tell_half_done(self) -> None:
        """Every state side by side: not begun, half answered, handed in, sent back, verified."""
        for number, place in enumerate(self.places):
            days = self.days + 2 + number % 6
            steps = number % 5 if self.slug == FIVE else 1
            if steps == 0:
                continue
            self._on(days, place, self._answer if steps > 1 else self._answer_half)
            if steps > 1:
                self._on(days, place, self._submit, hour=11)
            if steps == 3:
                self._on(days + 2, place, self._send_back)
            if steps == 4:
                self._on(days + 2, place, self._verify)

    def _on(
        self, days: int, place: Place, act: Callable[[Audit, datetime], None], hour: int = 9
    ) -> None:
        self.story.on(days, lambda now: act(self.audits[place.code], now), hour=hour)

    def _answerer(self, audit: Audit) -> Account:
        is_village = audit.place.is_village
        return self.story.head(audit.place) if is_village else self.story.cast.office

    def _answer(self, audit: Audit, now: datetime) -> None:
        for item in audit.round.checklist.items:
            self._answer_item(audit, item.code, now)

    def _answer_half(self, audit: Audit, now: datetime) -> None:
        for item in audit.round.checklist.items[:3]:
            self._answer_item(audit, item.code, now)

    def _answer_item(self, audit: Audit, code: str, now: datetime) -> None:
        given = {}
        for answer in queries.list_item_answers(audit, queries.get_item(audit, code)):
            verdict = self._judge()
            note = self.story.chance.choice(LACKS) if verdict in LACKING else ""
            files = [self._draw()] if self.story.chance.random() < 0.05 else []
            given[answer.criterion] = answering.Given(
                verdict, note, answering.mark_of(answer), files
            )
        answering.answer_item(audit, code, given, folder=self.story.folder, now=now,
                              by=self._answerer(audit))  # fmt: skip

    def _draw(self) -> SentFile:
        return read_file(draw_photo(self.story.chance).data, "示例.jpg")

    def _judge(self) -> Verdict:
        dice = self.story.chance.random()
        return Verdict.MET if dice < 0.8 else Verdict.PARTLY if dice < 0.94 else Verdict.UNMET

    def _submit(self, audit: Audit, now: datetime) -> None:
        answering.submit_audit(audit, by=self._answerer(audit), now=now)

    def _send_back(self, audit: Audit, now: datetime) -> None:
        verifying.return_audit(audit, reason="示例：V3.2 的盘点日期与台账对不上，请核对后再交",
                               by=self.story.cast.office, now=now)  # fmt: skip

    def _verify(self, audit: Audit, now: datetime) -> None:
        cast = self.story.cast
        by = cast.office if audit.place.is_village else cast.leader
        for item in audit.round.checklist.items:
            decisions = {}
            for answer in queries.list_item_answers(audit, item):
                differs = answer.verdict is Verdict.MET and self.story.chance.random() < 0.04
                decisions[answer.criterion] = verifying.Decision(
                    Verdict.PARTLY if differs else answer.verdict,
                    "示例：现场少一样" if differs else "", answer.version,
                )  # fmt: skip
            due_on = now.date() + timedelta(days=45)
            verifying.verify_item(audit, item.code, decisions, by=by, now=now,
                                  task=verifying.Task(due_on=due_on))  # fmt: skip
