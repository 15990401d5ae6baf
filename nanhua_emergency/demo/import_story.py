"""The sheets of the demo: one brought in, one that waits for a yes, one with rows to mend."""

from datetime import datetime

from nanhua_emergency.accounts.models import Account
from nanhua_emergency.demo.story import Story
from nanhua_emergency.registers import import_services
from nanhua_emergency.registers.catalogue import get_register
from nanhua_emergency.registers.import_models import Import

DONE = (
    "名称,类别,单位,数量,存放地点\n"
    "雨衣（示例）,防汛,件,80,镇应急物资库（示例）\n"
    "雨鞋（示例）,防汛,双,80,镇应急物资库（示例）\n"
    "反光背心（示例）,通用,件,60,镇应急物资库（示例）\n"
)
WAITING = (
    "名称,类别,单位,数量,存放地点\n"
    "雨衣（示例）,防汛,件,80,镇应急物资库（示例）\n"
    "折叠担架（示例）,医疗,副,6,镇应急物资库（示例）\n"
    "警戒带（示例）,通用,卷,40,镇应急物资库（示例）\n"
)
WRONG = (
    "品名,类别,单位,数量,存放地点,有效期至\n"
    "铜锣（示例）,通信,面,三面,示例：村委会库房,\n"
    "救生绳（示例）,防汛,根,8,示例：村委会库房,2027年13月\n"
    "饮用水（示例）,生活,箱,20,示例：村委会库房,2027-05-01\n"
)


def tell(story: Story) -> None:
    """Put the sheets on the line of happenings."""
    office, shown = story.cast.office, story.head(story.shown_village)

    def bring_in(now: datetime) -> None:
        _carry_out(story, _begin(story, DONE, "镇物资台账（示例）.csv", office, now), now)

    def let_wait(now: datetime) -> None:
        _begin(story, WAITING, "新到物资（示例）.csv", office, now)

    def let_mend(now: datetime) -> None:
        _begin(story, WRONG, "村物资（示例）.csv", shown, now)

    story.on(-40, bring_in, hour=15)
    story.on(-1, let_wait, hour=16)
    story.on(-1, let_mend, hour=17)


def _begin(story: Story, text: str, name: str, by: Account, now: datetime) -> Import:
    return import_services.begin_import(
        get_register("supplies"), data=text.encode(), filename=name, default=by.place,
        folder=story.folder, by=by, now=now,
    )  # fmt: skip


def _carry_out(story: Story, sheet: Import, now: datetime) -> None:
    claim = import_services.claim_import(
        sheet, digest=sheet.digest, folder=story.folder, by=sheet.by, now=now
    )
    import_services.carry_out(
        sheet, claim=claim, folder=story.folder, by=sheet.by, now=now, tell=lambda _done: None
    )
