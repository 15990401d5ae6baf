"""What happens to the plans of the demo: imported, revised, returned, published, filed, reviewed."""

from datetime import datetime, timedelta

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.config import ROOT
from nanhua_emergency.demo.story import Story
from nanhua_emergency.findings import services as findings
from nanhua_emergency.findings.models import Source
from nanhua_emergency.plans import demands, drafting, importing, publication, queries, services
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.words import Category, Outcome, Trigger

# Three plans are so old that their three years are about over; the others came last year.
OLD = {"road-traffic": -1086, "food-safety": -1070, "animal-epidemic": -1110}
ALL_MET = {point: (True, "") for point in range(1, 7)}
# A village's own plan, with the parts of Article 15 and nothing else.
VILLAGE_SLUG = "mingshui-flood"
VILLAGE_TEXT = """## 1 风险隐患点

示例：村东沟口 6 户、二社河湾 4 户，暴雨时先叫这 10 户。

## 2 应急处置责任人

示例：总负责是村主任；沟口由一社社长负责，河湾由二社社长负责，各有一名替补。

## 3 预警信息传播与响应

示例：接到镇里预警，村主任 10 分钟内敲锣、开喇叭，两名责任人逐户敲门，叫不醒的进门叫。

## 4 人员转移避险

示例：沟口走东路，河湾走西路，都到村小学；行动不便的由包户干部背送。到齐后逐户点名报镇应急办。

## 5 处置措施

示例：沟口设警戒，断开低处电源；雨停后没有通知不得回家。

## 6 资源调用

示例：铁锨、编织袋、手电在村委会库房，钥匙由村文书和村主任各拿一把。"""


def tell(story: Story) -> None:
    """Put everything about plans on the line of happenings."""
    for slug, days in OLD.items():
        story.on(days, lambda now, slug=slug: _import(story, now, {slug}))  # type: ignore[misc]
    story.on(-400, lambda now: _import(story, now, None))
    _tell_published(story)
    _tell_open(story)
    _tell_village(story)
    story.on(-35, lambda now: _close_review(story, "animal-epidemic", Outcome.NO_CHANGE, now))
    story.on(-34, lambda now: _close_review(story, "food-safety", Outcome.REVISE, now))


def _import(story: Story, now: datetime, slugs: set[str] | None) -> None:
    files = importing.list_new(importing.read_plan_files(ROOT / "plans"), story.town)
    chosen = [one for one in files if slugs is None or one.slug in slugs]
    for _imported in importing.import_plans(chosen, story.town, now=now):
        pass
    for line in queries.list_published(story.town):
        story.plans[line.plan.slug] = line.plan


def _tell_published(story: Story) -> None:
    """Editions that are in force by now."""
    run = _Run(story, "flood-control", "叫应时限由一路改为两路", "实战演练中两户未能按时叫应")
    run.draft(-215)
    run.submit(-212)
    run.send_back(-210, "第3.2节与县预案的叫应顺序不一致，请核对")
    run.save_again(-208)
    run.submit(-207)
    run.clear(-204)
    run.publish(-200, number=3)
    run.file(-190, "高政应备〔示例〕17号")
    run.announce(-192)

    late = _Run(story, "hazmat", "园区企业联络名单更新", "工业园区新增两家企业", Trigger.RISK)
    late.draft(-32)
    late.submit(-30)
    late.clear(-27)
    late.publish(-25, number=9)
    story.on(-24, lambda now: _copy_to(late.edition, story.cast.office, now))

    wrong = _Run(story, "public-health", "更新发热门诊地址", "卫生院搬迁", Trigger.RESOURCE)
    wrong.draft(-128)
    wrong.submit(-127)
    wrong.clear(-124)
    wrong.publish(-120, number=5)
    story.on(-118, lambda now: publication.withdraw_edition(
        wrong.edition, reason="附件2地址印错，收回重印", by=story.cast.leader, now=now))  # fmt: skip
    again = _Run(story, "public-health", "更正发热门诊地址", "更正上一版附件2", Trigger.OTHER)
    again.draft(-117)
    again.submit(-116)
    again.clear(-114)
    again.publish(-113, number=6)
    again.file(-100, "高政应备〔示例〕41号")
    again.announce(-105)

    storm = _Run(story, "sandstorm", "大风沙尘停课通知提前", "预报有特强沙尘暴")
    storm.draft(-150)
    storm.publish_urgently(-149, number=7)
    story.on(-148, lambda now: publication.approve_edition(
        storm.edition, by=story.cast.other_leader, now=now))  # fmt: skip
    storm.file(-135, "高政应备〔示例〕29号")
    storm.announce(-140)


def _tell_open(story: Story) -> None:
    """Editions under way: one of each kind that people meet."""
    drought = _Run(story, "drought", "调整应急送水路线", "机井布局变化", Trigger.RESOURCE)
    drought.draft(-16)
    drought.submit(-3)

    weather = _Run(story, "weather", "霜冻预警叫到棚区", "去年春季霜冻中棚区漏叫")
    weather.draft(-20)
    weather.submit(-12)
    weather.clear(-2)

    fire = _Run(story, "wildfire", "增设两处入山检查点", "高火险天气持续", Trigger.RISK)
    fire.draft(-3)
    fire.publish_urgently(-2, number=11, by=story.cast.other_leader)

    quake = _Run(story, "earthquake", "学校疏散路线改走东门", "演练发现西门拥堵", Trigger.COMMAND)
    quake.draft(-9)
    story.on(-8, lambda now: _answer_one_demand(quake.edition, story.cast.office, now))

    given_up = _Run(story, "work-safety", "与县里新预案衔接", "县预案征求意见稿", Trigger.LAW)
    given_up.draft(-70)
    story.on(-60, lambda now: services.abandon_edition(
        given_up.edition, reason="县里推迟印发，待正式文本下来再改", by=story.cast.office,
        now=now))  # fmt: skip


def _tell_village(story: Story) -> None:
    """A village's own plan, from its first text to the receipt."""
    run = _Run(story, VILLAGE_SLUG, "首次编制", "汛前村里新划两处风险点", Trigger.FIRST)
    story.on(-96, lambda now: _add_village_plan(story, now))
    story.on(-95, lambda now: run.begin_with(VILLAGE_TEXT, now))
    run.submit(-93)
    run.clear(-90)
    run.publish(-87, number=12)
    run.announce(-84)
    run.file(-80, "南应备〔示例〕2号")


def _add_village_plan(story: Story, now: datetime) -> None:
    village = story.shown_village
    plan = Plan(
        place=village, place_code=village.code, number=1, slug=VILLAGE_SLUG,
        title=f"{village.name}防汛应急预案（示例）", hazard="洪涝", category=Category.NATURAL,
        lead_department="村委会", season="5月—6月", review_months=36, drill_months=12,
        legal_basis="《中华人民共和国突发事件应对法》",
    )  # fmt: skip
    story.plans[VILLAGE_SLUG] = services.add_plan(plan, by=story.cast.office, now=now)


class _Run:
    """One edition on its way; each step is put on the line at its day."""

    edition: Edition

    def __init__(
        self, story: Story, slug: str, note: str, reason: str, trigger: Trigger = Trigger.PRACTICE
    ) -> None:
        self.trigger = trigger
        self.story, self.slug, self.note, self.reason = (
            story,
            slug,
            f"示例：{note}",
            f"示例：{reason}",
        )

    def draft(self, days: int) -> None:
        """Begin, and save one text an hour later."""
        self.story.on(days, self._begin)
        self.story.on(days, lambda now: self._save(now, f"示例补充：{self.note}。"), hour=10)

    def _begin(self, now: datetime) -> None:
        plan, office = self.story.plans[self.slug], self.story.cast.office
        self.edition = services.begin_edition(
            plan, trigger=self.trigger, reason=self.reason, is_major=True, by=office, now=now
        )

    def _save(self, now: datetime, words: str) -> None:
        drafting.save_draft(
            self.edition, body=f"{self.edition.body}\n\n{words}\n", note=self.note, now=now,
            based_on_id=self.edition.head_id, by=self.story.cast.office,
        )  # fmt: skip

    def begin_with(self, body: str, now: datetime) -> None:
        """Begin with a whole text of its own."""
        self._begin(now)
        self._save(now, body)

    def save_again(self, days: int) -> None:
        """Mend what the reviewer found."""
        self.story.on(days, lambda now: self._save(now, "示例补充：叫应顺序与县预案一致。"))

    def submit(self, days: int) -> None:
        """Hand it to the legal reviewer."""
        self.story.on(days, self._submit, hour=15)

    def _submit(self, now: datetime) -> None:
        _keep_clauses(self.edition, self.story.cast.office, now)
        services.submit_edition(
            self.edition, change_note=self.note, by=self.story.cast.office, now=now
        )

    def send_back(self, days: int, reason: str) -> None:
        """The reviewer returns it."""
        self.story.on(days, lambda now: services.return_edition(
            self.edition, reason=f"示例：{reason}", by=self.story.cast.legal, now=now))  # fmt: skip

    def clear(self, days: int) -> None:
        """The reviewer finds nothing."""
        self.story.on(days, lambda now: services.clear_edition(
            self.edition, sha256=_hash(self.edition), points=ALL_MET, by=self.story.cast.legal,
            now=now))  # fmt: skip

    def publish(self, days: int, *, number: int) -> None:
        """The leader signs."""
        self.story.on(days, lambda now: publication.publish_edition(
            self.edition, sha256=_hash(self.edition), issue_number=_issue_number(now, number),
            effective_on=clock.day_of(now), by=self.story.cast.leader, now=now))  # fmt: skip

    def publish_urgently(self, days: int, *, number: int, by: Account | None = None) -> None:
        """A leader signs at once; another one approves it afterwards."""
        self.story.on(days, lambda now: publication.publish_urgently(
            self.edition, sha256=_hash(self.edition), issue_number=_issue_number(now, number),
            reason=self.reason, by=by or self.story.cast.leader, now=now), hour=18)  # fmt: skip

    def file(self, days: int, receipt: str) -> None:
        """The county's receipt comes back."""
        self.story.on(days, lambda now: _file(self.edition, receipt, self.story.cast.office, now))

    def announce(self, days: int) -> None:
        """It hangs in the town hall and stands on the county's site."""
        self.story.on(days, lambda now: publication.announce_edition(
            self.edition, announced_on=clock.day_of(now), where="示例：镇政务公开栏、县政府网站",
            by=self.story.cast.office, now=now))  # fmt: skip


def _hash(edition: Edition) -> str:
    assert edition.head is not None
    return edition.head.sha256


def _issue_number(now: datetime, number: int) -> str:
    return f"南政发〔{clock.day_of(now).year}〕示例{number}号"


def _keep_clauses(edition: Edition, office: Account, now: datetime) -> None:
    for answer in demands.list_answers(edition):
        if not answer.is_answered:
            demands.keep_clause(edition, answer.demand, reason="示例：已用培训解决，条文不改",
                                by=office, now=now)  # fmt: skip


def _answer_one_demand(edition: Edition, office: Account, now: datetime) -> None:
    for answer in demands.list_answers(edition)[:1]:
        demands.keep_clause(edition, answer.demand, by=office, now=now,
                            reason="示例：属执行问题，已对村组干部重新培训")  # fmt: skip


def _file(edition: Edition, receipt: str, office: Account, now: datetime) -> None:
    for filing in queries.list_filings(edition):
        publication.file_edition(filing, filed_on=clock.day_of(now), receipt_number=receipt,
                                 by=office, now=now)  # fmt: skip


def _copy_to(edition: Edition, office: Account, now: datetime) -> None:
    copy = publication.add_filing(
        edition, recipient="示例：工业园区管委会（抄送）", by=office, now=now
    )
    publication.file_edition(
        copy, filed_on=clock.day_of(now), receipt_number="园收〔示例〕3号", by=office,
        now=now + timedelta(hours=1),
    )  # fmt: skip


def _close_review(story: Story, slug: str, outcome: Outcome, now: datetime) -> None:
    plan, office = story.plans[slug], story.cast.office
    review = queries.find_unclosed_review(plan)
    assert review is not None
    is_kept = outcome is Outcome.NO_CHANGE
    publication.close_review(
        review, outcome=outcome, checked="示例：对照了现行法规、县预案和近三年演练记录", by=office,
        now=now, reasons="示例：没有重大变化" if is_kept else "示例：集体聚餐报备改由村里登记，需修订",
    )  # fmt: skip
    if not is_kept:
        findings.raise_finding(
            place=story.town, source=Source.REVIEW, source_id=review.id, by=office, now=now,
            text=f"示例：《{plan.title}》评估认为需要修订，年底前启动", owner=story.cast.other_office,
            due_on=story.today + timedelta(days=30),
        )  # fmt: skip
