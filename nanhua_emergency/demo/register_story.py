"""What stands in the registers of the demo, as good and as bad as registers are."""

from datetime import date, datetime, timedelta
from typing import Any

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.demo.story import Story, name_of
from nanhua_emergency.places.models import Place
from nanhua_emergency.registers import references, services, stock
from nanhua_emergency.registers.catalogue import get_register
from nanhua_emergency.registers.forgetting import forget_entries
from nanhua_emergency.registers.queries import list_entries
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.registers.words import MovementKind

# Town's stock: name, kind, unit, quantity, minimum, days until it expires (None: it does not).
TOWN_SUPPLIES = (
    ("编织袋", "防汛", "条", 8000, 5000, 900), ("铁锹", "通用", "把", 260, 200, None),
    ("救生衣", "防汛", "件", 60, 80, 700), ("潜水泵", "防汛", "台", 12, 10, None),
    ("发电机", "通用", "台", 3, 2, None), ("强光手电", "通用", "支", 90, 60, None),
    ("棉被", "生活", "床", 320, 300, None), ("帐篷", "生活", "顶", 40, 40, 1500),
    ("方便食品", "生活", "箱", 120, 100, -12), ("瓶装水", "生活", "箱", 150, 150, 25),
    ("急救包", "医疗", "个", 36, 30, -40), ("灭火器", "防火", "具", 70, 60, 200),
    ("风力灭火机", "防火", "台", 14, 10, None), ("手摇报警器", "通信", "台", 18, 16, None),
    ("对讲机", "通信", "部", 22, 30, None), ("卫星电话", "通信", "部", 1, 1, None),
)  # fmt: skip
VILLAGE_SUPPLIES = (
    ("铜锣", "通信", "面", 3, 2, None), ("编织袋", "防汛", "条", 600, 400, 900),
    ("应急手电", "通用", "支", 12, 10, None), ("急救包", "医疗", "个", 2, 2, 90),
    ("绳索", "通用", "米", 200, 100, None),
)  # fmt: skip
TOPICS = ("防汛叫应与转移", "地震应急避险", "网格员信息首报", "消防器材使用", "急救与心肺复苏",
          "沙尘暴防护", "森林草原防火巡护", "预案解读", "物资盘点与保管", "危化品避险常识",
          "地震观测员业务", "安全生产月宣讲")  # fmt: skip
SKILLS = ("会水", "会开挖掘机", "电工", "驾驶", "急救", "瓦工", "无线电", "摩托车")


class _Keeper:
    """Enters things of one place in the name of one person, all at one moment."""

    def __init__(self, story: Story, place: Place, by: Account, now: datetime) -> None:
        self.story, self.place, self.by, self.now = story, place, by, now

    def add(self, slug: str, **said: Any) -> Any:
        """Enter one thing."""
        return services.add_entry(
            get_register(slug), said, place=self.place, by=self.by, now=self.now
        )

    def person(self) -> tuple[str, str]:
        """Somebody else each time: name and phone."""
        return name_of(self.story.chance.randrange(120)), self.story.phone()

    def day(self, days: int) -> date:
        """A day counted from today."""
        return self.story.today + timedelta(days=days)


def tell(story: Story) -> None:
    """Put everything about the registers on the line of happenings."""
    story.on(-390, lambda now: _fill_town(_Keeper(story, story.town, story.cast.office, now)))
    story.on(-26, lambda now: _confirm_posts(story.town, story.cast.other_office, now))
    for number, village in enumerate(story.villages, start=1):
        _tell_village(story, village, number)
    _tell_retired(story)
    for number, topic in enumerate(TOPICS):
        days = -340 + 28 * number
        story.on(days, lambda now, topic=topic: _train(story, topic, now), hour=17)  # type: ignore[misc]


def _tell_village(story: Story, village: Place, number: int) -> None:
    head = story.head(village)
    story.on(-385 + number, lambda now: _fill_village(_Keeper(story, village, head, now), number))
    story.on(-30 - number * 3, lambda now: _look_after(story, village, head, number, now))


def _tell_retired(story: Story) -> None:
    """One entry that was given up by mistake, and one that was given up and then forgotten."""
    village, posts = story.villages[0], get_register("posts")
    head, kept = story.head(village), list[Any]()

    def retire(now: datetime) -> None:
        kept.extend(list_entries(posts, village)[:2])
        for post in kept:
            services.retire_entry(posts, post, reason="示例：换届", by=head, now=now,
                                  is_use_known=True)  # fmt: skip

    story.on(-380, retire)
    story.on(-379, lambda now: services.restore_entry(posts, kept[0], by=head, now=now))
    story.on(-2, _forget)


def _forget(now: datetime) -> None:
    forget_entries(days=365, now=now)


def _fill_town(keeper: _Keeper) -> None:
    for title in references.list_titles(keeper.place)[:38]:
        name, phone = keeper.person()
        keeper.add("posts", title=title, holder=name, phone=phone)
    for seat in ("A角", "B角"):
        name, phone = keeper.person()
        keeper.add("posts", title="应急办专职人员", seat=seat, holder=name, phone=phone)
    _add_team(keeper, "南华镇综合应急救援队（示例）", "镇级", "综合", members=24)
    _add_team(keeper, "南华镇森林草原防灭火队（示例）", "镇级", "防灭火", members=15)
    _add_supplies(keeper, TOWN_SUPPLIES, "镇应急物资库（示例）")
    name, phone = keeper.person()
    keeper.add("shelters", name="镇文化广场（示例）", level="镇级", kind="室外", address="镇政府东侧",
               area="6000", capacity="3000", has_water="是", has_power="是", has_toilet="是",
               has_sign="是", keeper=name, keeper_phone=phone, checked_on=keeper.day(-400))  # fmt: skip
    keeper.add("risks", name="工业园区液氨罐区（示例）", kind="危险化学品", level="橙", people="260",
               households="0", owner=name, owner_phone=phone, patrol="每天一次",
               shelter_name="镇文化广场（示例）", measures="设围堰和喷淋，风向标常挂")  # fmt: skip


def _add_team(keeper: _Keeper, name: str, level: str, kind: str, *, members: int) -> None:
    leader, phone = keeper.person()
    deputy, deputy_phone = keeper.person()
    insured = keeper.day(keeper.story.chance.choice((240, 160, 300, -20)))
    team = keeper.add(
        "teams", name=name, level=level, kind=kind, leader=leader, leader_phone=phone,
        deputy=deputy, deputy_phone=deputy_phone, assembly_point="示例：村委会门口",
        response_minutes="30", equipment="铁锹10把、强光手电6支、救生衣8件",
        insurance_number=f"示例保单{keeper.place.code[-3:]}", insured_until=insured,
    )  # fmt: skip
    for number in range(members):
        _add_member(keeper, team.id, number, insured)


def _add_member(keeper: _Keeper, team_id: int, number: int, insured: date) -> None:
    chance = keeper.story.chance
    name = name_of(int(keeper.place.code[-3:]) + number)
    keeper.add(
        "members", team_id=team_id, name=name, phone=keeper.story.phone(),
        gender=chance.choice(("男", "男", "女")), birth_year=str(chance.randint(1968, 2003)),
        skill=chance.choice(SKILLS), kind=chance.choice(("党员", "民兵", "志愿者")),
        insured_until=insured,
    )  # fmt: skip


def _add_supplies(keeper: _Keeper, lines: tuple[Any, ...], location: str) -> None:
    name, phone = keeper.person()
    for label, kind, unit, quantity, minimum, expires in lines:
        keeper.add(
            "supplies", name=label, kind=kind, unit=unit, quantity=str(quantity),
            minimum=str(minimum), location=location, source="采购", keeper=name,
            keeper_phone=phone, counted_on=keeper.day(-400),
            expires_on=keeper.day(expires) if expires is not None else "",
        )  # fmt: skip


def _fill_village(keeper: _Keeper, number: int) -> None:
    short = keeper.place.name
    for title in references.list_titles(keeper.place):
        name, phone = keeper.person()
        said = (
            {"grid_code": f"G{number:02}", "grid_name": f"{short}网格"} if title == "网格长" else {}
        )
        if title == "网格长":
            said["email"] = f"wangge-{number:02}@example.com"
        keeper.add("posts", title=title, holder=name, phone=phone, **said)
    if number % 3:
        name, phone = keeper.person()
        keeper.add("posts", title="网格长", seat="B角", grid_code=f"G{number:02}", holder=name,
                   phone=phone, grid_name=f"{short}网格")  # fmt: skip
    _add_team(keeper, f"{short}综合应急队（示例）", "村级", "综合", members=10 if number % 5 else 7)
    _add_supplies(keeper, VILLAGE_SUPPLIES, f"{short}村委会库房（示例）")
    _add_sites(keeper, number)
    for household in range(6 + number % 4):
        _add_household(keeper, household)


def _add_sites(keeper: _Keeper, number: int) -> None:
    short, (name, phone) = keeper.place.name, keeper.person()
    shelter = f"{short}文化广场（示例）"
    keeper.add(
        "shelters", code=f"BN-{number:02}", name=shelter, level="村级", kind=("室外", "室内", "室内外")[number % 3],
        address="示例：村委会东侧", area=str(800 + number * 50), capacity=str(300 + number * 20),
        has_water="是", has_power="是", has_toilet="是" if number % 4 else "否",
        has_sign="是" if number % 3 else "否", keeper=name, keeper_phone=phone,
        route="示例：沿村道向东，步行10分钟", checked_on=keeper.day(-395),
    )  # fmt: skip
    site, kind = ("沟口", "山洪") if number % 2 else ("老庄院", "危旧房屋")
    keeper.add(
        "risks", code=f"FX-{number:02}", name=f"{short}{site}（示例）", kind=kind,
        level="红橙黄蓝"[number % 4], households=str(4 + number), people=str(15 + number * 3),
        owner=name, owner_phone=phone, patrol="汛期每天一次", route="示例：沿村道向高处",
        shelter_name=shelter, measures="示例：设警示牌，雨前清沟", checked_on=keeper.day(-395),
    )  # fmt: skip


def _add_household(keeper: _Keeper, number: int) -> None:
    chance, (waker, phone) = keeper.story.chance, keeper.person()
    said = {}
    if number % 3:
        substitute, substitute_phone = keeper.person()
        said = {"substitute": substitute, "substitute_phone": substitute_phone}
    keeper.add(
        "wake-ups", sequence=str(number + 1), household=f"示例户{number + 1}", phone=keeper.story.phone(),
        address=f"{'一二三四五'[number % 5]}社{number + 3}号", people=str(chance.randint(1, 5)),
        vulnerable=chance.choice(("", "老人1名", "老人2名，行动不便", "幼儿1名")), waker=waker,
        waker_phone=phone, means=chance.choice(("电话", "敲门", "敲门", "广播", "锣哨")), **said,
    )  # fmt: skip


def _train(story: Story, topic: str, now: datetime) -> None:
    keeper = _Keeper(story, story.town, story.cast.office, now)
    keeper.add(
        "trainings", held_on=now.date(), topic=f"示例：{topic}", audience="村组干部、网格员",
        people=str(story.chance.randint(28, 75)), trainer=name_of(story.chance.randrange(120)),
        location="镇政府会议室",
    )  # fmt: skip


def _look_after(story: Story, village: Place, head: Account, number: int, now: datetime) -> None:
    """A careful village confirms, counts and tests; every fourth one has not got round to it."""
    if number % 4 == 0:
        return
    _confirm_posts(village, head, now)
    for supply in list_entries(get_register("supplies"), village):
        _count(story, supply, head, now)
    for shelter in list_entries(get_register("shelters"), village):
        services.change_entry(
            get_register("shelters"), shelter, {"checked_on": now.date()},
            based_on=shelter.version, by=head, now=now,
        )  # fmt: skip
    for line in list_entries(get_register("wake-ups"), village):
        services.change_entry(
            get_register("wake-ups"), line, {"tested_on": now.date(), "is_answered": "是"},
            based_on=line.version, by=head, now=now,
        )  # fmt: skip


def _count(story: Story, supply: Supply, head: Account, now: datetime) -> None:
    if story.chance.random() < 0.3:
        stock.record_movement(supply, kind=MovementKind.OUT, amount=1, reason="示例：演练领用",
                              by=head, now=now)  # fmt: skip
    stock.take_stock(supply, counted=supply.quantity, by=head, now=now)


def _confirm_posts(place: Place, by: Account, now: datetime) -> None:
    posts = get_register("posts")
    for post in list_entries(posts, place):
        if post.place_code == place.code:
            services.confirm_entry(posts, post, by=by, now=now)
