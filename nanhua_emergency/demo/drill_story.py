"""The drills of the demo: by season, proposed, moved, cancelled, held, recorded, confirmed, returned."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.demo.pictures import draw_photo
from nanhua_emergency.demo.story import Act, Story
from nanhua_emergency.drills import queries, recording, services
from nanhua_emergency.drills.models import Drill, Form, Purpose, Scope
from nanhua_emergency.drills.photos import ShrunkPhoto
from nanhua_emergency.drills.record_models import Conclusion, Group
from nanhua_emergency.drills.recording import Happened, Problem
from nanhua_emergency.drills.schedule import read_season
from nanhua_emergency.places.models import Place
from nanhua_emergency.plans.outline import Moment, list_sections, list_targets

# What the villages drill every year, and what they take turns at.
YEARLY = ("flood-control", "earthquake", "fire")
IN_TURN = ("sandstorm", "wildfire", "weather", "disaster-relief", "public-health", "road-traffic",
           "hazmat", "drought")  # fmt: skip
PROBLEMS = (
    "两户老人手机关机，敲门才叫到", "广播喇叭在三社听不清", "集结点夜里没有照明",
    "转移路线上有积水，绕行多用8分钟", "点名册少登记一户租住人员", "救生衣有两件卡扣损坏",
    "村民以为是真的，路口拥堵", "队员到得齐，但没带反光衣",
)  # fmt: skip
# How far ahead drills stand in the plan.
AHEAD = 120
# The day on which the first drills came into the plan, after the plans and the registers.
FIRST = -370
PINNED = ("flood-control", "earthquake")


def tell(story: Story) -> None:
    """Put everything about drills on the line of happenings."""
    for number, village in enumerate(story.villages):
        for slug in (*YEARLY, IN_TURN[number % len(IN_TURN)]):
            _tell_by_season(story, village, slug)
    _tell_recent(story)
    story.on(-300, lambda now: _renew_feeds(story, now))


def _renew_feeds(story: Story, now: datetime) -> None:
    services.renew_feed(story.town, by=story.cast.office, now=now)
    for village in story.villages:
        services.renew_feed(village, by=story.head(village), now=now)


def _tell_by_season(story: Story, village: Place, slug: str) -> None:
    days = _pick_day(story, slug)
    hour = story.chance.choice((9, 10, 15))
    drill = _Planned(story, village, slug, days, hour)
    drill.schedule(max(FIRST, min(days - story.chance.randint(20, 60), -1)))
    fate = story.chance.random()
    if fate < 0.06:
        drill.cancel(days - 2, "示例：当天有全镇人饮抢修，合并到下次")
    elif fate < 0.16:
        drill.move(days - 3, story.workday(days + 5), "示例：与防疫采样冲突")
        drill.record(chance_of_return=0.1)
    else:
        drill.record(chance_of_return=0.1)


def _pick_day(story: Story, slug: str) -> int:
    """A weekday of the plan's season, within the past year or soon."""
    months = read_season(story.season(slug)) or tuple(range(1, 13))
    days = [n for n in range(-355, AHEAD) if (story.moment(n).month in months)]
    far = [n for n in days if n < -16 or n > 10]
    return story.workday(story.chance.choice(far or days))


def _tell_recent(story: Story) -> None:
    """What the front pages are about: the drills of these days, one of every kind."""
    shown = next((v for v in story.villages if v.name == "明水村"), story.villages[0])
    others = [village for village in story.villages if village is not shown]
    held = _Planned(story, shown, "fire", -4, 9)
    held.schedule(-30)
    held.keep_half(-3)
    waiting = _Planned(story, shown, "weather", -8, 10)
    waiting.schedule(-40)
    waiting.least_problems = 1
    waiting.record(is_decided=False)
    for number, days in enumerate((-6, -5, -3)):
        drill = _Planned(story, others[number], "fire", days, 15)
        drill.schedule(-35)
        drill.record(is_decided=False)
    back = _Planned(story, others[4], "earthquake", -12, 10)
    back.schedule(-45)
    back.record(is_sent_back=True, is_sent_again=False)
    forgotten = _Planned(story, others[5], "fire", -11, 10)
    forgotten.schedule(-40)
    for number, days in enumerate((1, 3, 7, 9, 20, 41)):
        coming = _Planned(story, shown if number in (1, 4) else others[number], "fire", days, 9)
        coming.schedule(-20 - number)
    moved = _Planned(story, others[7], "earthquake", 2, 9)
    moved.schedule(-15)
    moved.move(-2, 12, "示例：村里有红白喜事，改在下周")
    cancelled = _Planned(story, others[8], "wildfire", 4, 9)
    cancelled.schedule(-15)
    cancelled.cancel(-1, "示例：大风蓝色预警，室外演练停办")
    for village, days in ((shown, 25), (others[9], 33)):
        _Planned(story, village, "disaster-relief", days, 10).propose(-2)


class _Planned:
    """One drill on its way; each step is put on the line at its day."""

    drill: Drill

    def __init__(self, story: Story, village: Place, slug: str, days: int, hour: int) -> None:
        self.story, self.village, self.slug, self.hour = story, village, slug, hour
        self.planned_at = story.moment(days, hour, 30)
        self.moved_to = self.planned_at
        self.least_problems = 0
        self.head = story.head(village)

    def schedule(self, days: int) -> None:
        """The office puts it into the plan."""
        self._at(days, lambda now: self._schedule(self.story.cast.office, now))

    def propose(self, days: int) -> None:
        """The village head proposes it."""
        self._at(days, lambda now: self._schedule(self.head, now))

    def _schedule(self, by: Account, now: datetime) -> None:
        story, chance = self.story, self.story.chance
        details = services.Details(
            title="", form=chance.choice((Form.LIVE, Form.LIVE, Form.TABLETOP)),
            scope=chance.choice((Scope.SINGLE, Scope.SINGLE, Scope.COMBINED)),
            purpose=chance.choice((Purpose.TEST, Purpose.TEST, Purpose.SHOW, Purpose.STUDY)),
            location=f"示例：{self.village.name}文化广场", organiser=self.head.name,
            scenario="示例：收到预警，要求一小时内把风险点的人全部转移到避难场所并点名。",
            expected_count=chance.randint(4, 16) * 10,
            is_time_unannounced=chance.random() < 0.1, organiser_account=self.head,
        )  # fmt: skip
        [self.drill] = services.schedule_drills(
            story.plans[self.slug], [self.village], details, planned_at=self.planned_at, by=by,
            now=now,
        )  # fmt: skip

    def cancel(self, days: int, reason: str) -> None:
        """The office takes it out of the plan."""
        self._at(days, lambda now: services.cancel_drill(
            self.drill, reason=reason, by=self.story.cast.office, now=now))  # fmt: skip

    def move(self, days: int, to_days: int, reason: str) -> None:
        """The office gives it another day."""
        self.moved_to = self.story.moment(to_days, self.hour, 30)
        self._at(days, lambda now: services.move_drill(
            self.drill, planned_at=self.moved_to, reason=reason, by=self.story.cast.office,
            now=now))  # fmt: skip

    def keep_half(self, days: int) -> None:
        """The village head begins to fill in the record and is called away."""
        answers = {
            "count_villagers": "52",
            "count_cadres": "6",
            "summary": "示例：集合点名用了12分钟，",
        }
        self._at(days, lambda now: recording.keep_half_record(
            self.drill, answers, by=self.head, now=now))  # fmt: skip

    def record(
        self, *, chance_of_return: float = 0.0, is_decided: bool = True, is_sent_back: bool = False,
        is_sent_again: bool = True,
    ) -> None:  # fmt: skip
        """The village records it; the office confirms it, or sends it back first."""
        sent_at = self.moved_to + timedelta(hours=self.story.chance.randint(3, 40))
        self.story.at(sent_at, self._record)
        is_sent_back = is_sent_back or self.story.chance.random() < chance_of_return
        if is_sent_back:
            back_at = sent_at + timedelta(days=1)
            self.story.at(back_at, self._send_back)
            sent_at = back_at + timedelta(days=1)
            if is_sent_again:
                self.story.at(sent_at, self._record)
        if is_decided and (is_sent_again or not is_sent_back):
            self.story.at(sent_at + timedelta(days=self.story.chance.randint(1, 4)), self._confirm)

    def _record(self, now: datetime) -> None:
        photos = [draw_photo(self.story.chance) for _ in range(self.story.chance.randint(0, 2))]
        recording.record_drill(
            self.drill, self._happened(photos),
            client_id=_client_id(self.story), folder=self.story.folder, by=self.head, now=now,
        )  # fmt: skip

    def _happened(self, photos: Sequence[ShrunkPhoto]) -> Happened:
        problems = _problems_of(self.story, self.drill, self.slug, least=self.least_problems)
        return _tell_happened(self.story, self.drill, problems, photos)

    def _send_back(self, now: datetime) -> None:
        record = queries.find_valid_record(self.drill)
        assert record is not None
        recording.return_record(record, reason="示例：没有写参加的救援队员人数，请补",
                                by=self.story.cast.office, now=now)  # fmt: skip

    def _confirm(self, now: datetime) -> None:
        record = queries.find_valid_record(self.drill)
        assert record is not None
        if self.story.chance.random() < 0.08:
            photos = [draw_photo(self.story.chance)]
            record = recording.correct_record(
                record, self._happened(photos), by=self.head,
                client_id=_client_id(self.story), folder=self.story.folder, now=now,
            ).record  # fmt: skip
        recording.confirm_record(record, by=self.story.cast.office, now=now)

    def _at(self, days: int, act: Act) -> None:
        self.story.on(days, act, hour=8, minute=self.story.chance.randint(0, 59))


def _client_id(story: Story) -> str:
    return str(uuid.UUID(int=story.chance.getrandbits(128), version=4))


def _tell_happened(
    story: Story, drill: Drill, problems: list[Problem], photos: Sequence[ShrunkPhoto]
) -> Happened:
    chance = story.chance
    minutes = _minutes_of(story, drill)
    began_at = drill.planned_at + timedelta(minutes=chance.randint(0, 10))
    conclusion = Conclusion.GOOD if problems else Conclusion.EXCELLENT
    if len(problems) > 1:
        conclusion = chance.choice((Conclusion.FAIR, Conclusion.FAIR, Conclusion.POOR))
    return Happened(
        began_at=began_at, ended_at=began_at + timedelta(minutes=chance.randint(125, 170)),
        counts={
            Group.VILLAGERS: chance.randint(35, 120), Group.RESCUERS: chance.randint(6, 12),
            Group.CADRES: chance.randint(4, 9), Group.PUPILS: chance.choice((0, 0, 24)),
            Group.MILITIA: chance.choice((0, 5)), Group.OTHERS: chance.choice((0, 0, 3)),
        },
        minutes=minutes, scores={n: chance.choice((5, 5, 5, 3, 3, 1)) for n in range(1, 7)},
        conclusion=conclusion,
        summary=f"示例：{drill.place.name}按{drill.plan.title}进行，预警、叫应、集结、转移、清点依次完成。",
        problems=problems, no_problem="" if problems else "示例：逐户核对名册，没有漏人",
        photos=photos,
    )  # fmt: skip


def _minutes_of(story: Story, drill: Drill) -> dict[Moment, int]:
    edition = queries.find_in_force_at(drill.plan, drill.planned_at)
    targets = list_targets(edition.body) if edition else {}
    return {
        moment: min(120, max(2, round((targets[moment].minutes or 20) * story.chance.uniform(0.5, 1.25))))
        if moment in targets else story.chance.randint(5, 25)
        for moment in Moment
    }  # fmt: skip


def _problems_of(story: Story, drill: Drill, slug: str, *, least: int) -> list[Problem]:
    texts = story.chance.sample(PROBLEMS, max(least, story.chance.choice((0, 0, 1, 1, 2))))
    edition = queries.find_in_force_at(drill.plan, drill.planned_at)
    headings = (
        [one.title for one in list_sections(edition.body) if one.level == 3] if edition else []
    )
    return [
        Problem(
            f"示例：{text}", story.chance.choice(headings) if slug in PINNED and headings else ""
        )
        for text in texts
    ]
