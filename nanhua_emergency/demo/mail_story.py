"""The mails of the demo: due and delivered as on any site, to a server that is played."""

from datetime import datetime, timedelta
from typing import Any

from nanhua_emergency.database import db
from nanhua_emergency.demo.story import Story
from nanhua_emergency.registers import holders
from nanhua_emergency.registers import services as register
from nanhua_emergency.registers.catalogue import get_register
from nanhua_emergency.registers.queries import list_entries
from nanhua_emergency.reminders import services
from nanhua_emergency.reminders.collecting import collect_messages
from nanhua_emergency.reminders.delivery import deliver_message
from nanhua_emergency.reminders.kinds import Kind
from nanhua_emergency.reminders.mail import Letter
from nanhua_emergency.reminders.replies import Reply, ReplyKind
from nanhua_emergency.reminders.rounds import make_desk

TAKEN = Reply(ReplyKind.SENT, 250, "2.0.0 OK queued（示例）")
LATER = Reply(ReplyKind.LATER, 451, "4.7.1 Greylisted, try again later（示例）")
REFUSED = Reply(ReplyKind.REFUSED, 550, "5.1.1 User unknown（示例）")
BROKEN = Reply(ReplyKind.BROKEN, None, "连接超时（示例）")
UNSURE = Reply(ReplyKind.UNSURE, None, "最后一个点之后断线（示例）")
SENDER = "示例应急办 <yingji@example.com>"
# Before that the year holds only what a drill brings: the days on which somebody is told.
DAILY_FROM = -32
# What fell due after this day is told within the last hour, so that some of it still waits.
LAST_DAY = -2
SLOW_ADDRESS = "zhiban@example.com"


class _SenderDied(BaseException):
    """The process ended between claiming a mail and hearing the server's answer.

    No Exception, because nothing in a process sees its own end.
    """


class _Server:
    """Answers as mail servers do: mostly yes."""

    def __init__(self, story: Story) -> None:
        self.story, self.is_dying = story, False
        self.is_waiting = False

    def send(self, mail: Letter) -> Reply:
        """What the server says to one mail."""
        if self.is_dying:
            raise _SenderDied
        if self.is_waiting and self.story.chance.random() < 0.5:
            return LATER
        if mail.to.startswith("village-203@"):
            return REFUSED
        if mail.to == SLOW_ADDRESS:
            return LATER
        dice = self.story.chance.random()
        for limit, reply in ((0.03, LATER), (0.045, BROKEN), (0.055, UNSURE)):
            if dice < limit:
                return reply
        return TAKEN


def tell(story: Story) -> None:
    """Put the rounds of the timetable on the line of happenings."""
    server = _Server(story)
    days = sorted({*range(-350, DAILY_FROM, 12), *range(DAILY_FROM, LAST_DAY + 1)})
    for one in days:
        story.on(one, lambda now: _tick(server, now), hour=7, minute=20)
        story.on(one, lambda now: _deliver(server, now), hour=8, minute=50)
    story.on(-200, lambda now: _set_wishes(story, now))
    _tell_holders(story)
    _tell_last_hours(story, server)


def _tell_holders(story: Story) -> None:
    """One holder confirms before the mail that asks comes through; another reports a change."""
    posts, village = get_register("posts"), story.villages[3]

    def find(number: int) -> Any:
        return [one for one in list_entries(posts, village) if one.place_code == village.code][
            number
        ]

    def write_down_address(now: datetime) -> None:
        post = find(0)
        register.change_entry(posts, post, {"email": SLOW_ADDRESS}, based_on=post.version,
                              by=story.head(village), now=now)  # fmt: skip

    def confirm(now: datetime) -> None:
        register.confirm_entry(posts, find(0), by=story.head(village), now=now)

    def report(now: datetime) -> None:
        holders.report_change(find(1), text="示例：我换了电话，新号码稍后告诉村里",
                              by=holders.HOLDER, now=now)  # fmt: skip

    story.on(-3, write_down_address, hour=6)
    story.on(-3, confirm, hour=8)
    story.on(-2, report, hour=10)


def _set_wishes(story: Story, now: datetime) -> None:
    services.set_rule(story.town, days=(7, 3, 1, 0), by=story.cast.office, now=now,
                      short_text="【演练】示例：{时间}{村}{演练}，地点{地点}，{还有}，请准时参加")  # fmt: skip
    services.pause_kinds(story.cast.other_office, [Kind.WEEKLY_DIGEST], now=now)


def _tell_last_hours(story: Story, server: _Server) -> None:
    """The last mails: some wait for the server, and one hangs because its sender died."""

    def let_wait(now: datetime) -> None:
        server.is_waiting = True
        _tick(server, now)

    def die(now: datetime) -> None:
        server.is_waiting, server.is_dying = False, True
        _deliver(server, now)

    story.at(story.now - timedelta(minutes=50), let_wait)
    story.at(story.now - timedelta(minutes=20), die)


def _tick(server: _Server, now: datetime) -> None:
    collect_messages(now)
    db.session.commit()
    _deliver(server, now)


def _deliver(server: _Server, now: datetime) -> None:
    desk = make_desk(SENDER)
    try:
        while deliver_message(now, server.send, desk) is not None:
            pass
    except _SenderDied:
        db.session.rollback()
        server.is_dying = False
