"""What the holder of a post says of it without an account: it is right, or something has changed."""

from datetime import datetime

from nanhua_emergency import clock
from nanhua_emergency.access import Person, Role
from nanhua_emergency.database import db, lock
from nanhua_emergency.errors import RuleBroken
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.history import HOLDER_NAME, list_open_reports, record_change
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.services import AlreadyDone
from nanhua_emergency.registers.words import ChangeKind

LONGEST_REPORT = 500
# More than this waiting at once is somebody playing with the link.
MOST_REPORTS = 5


class _Holder:
    """Whoever holds a post and opened the link in the mail; the log of activity names nobody."""

    id = None
    name = HOLDER_NAME
    role = Role.VISITOR
    place_code = "000000000000"


HOLDER: Person = _Holder()


class PostChanged(RuleBroken):
    """What the holder was shown is not what the register says now."""

    status = 409


def confirm_post(post: Post, *, version: int, by: Person, now: datetime) -> bool:
    """The holder says that all is still right; `version` is what they were shown.

    Gives whether this is news: a second tap on the same day changes nothing.
    """
    _begin(post)
    if post.version != version:
        raise PostChanged("这条登记刚刚有人改过，请看一看下面的内容，无误再点一次")
    today = clock.day_of(now)
    if post.confirmed_on == today and not list_open_reports(post):
        return False
    post.confirmed_on = today
    record_change(POSTS, post, ChangeKind.CONFIRMED, before={}, after={}, by=by, now=now)
    return True


def report_change(post: Post, *, text: str, by: Person, now: datetime) -> bool:
    """The holder says what has changed; it waits for whoever keeps the register.

    Gives whether this is news: the same words sent twice are one report.
    """
    _begin(post)
    text = text.strip()
    if not text:
        raise RuleBroken("请写明有什么变动", field="text")
    if len(text) > LONGEST_REPORT:
        raise RuleBroken("最多写 %(most)s 字", most=LONGEST_REPORT, field="text")
    waiting = list_open_reports(post)
    if text in (report.note for report in waiting):
        return False
    if len(waiting) >= MOST_REPORTS:
        raise RuleBroken("已经收到您的 %(count)s 条变动，正等着核对，不用再报", count=len(waiting))
    record_change(POSTS, post, ChangeKind.REPORTED, before={}, after={}, by=by, now=now, note=text)
    db.session.flush()
    return True


def _begin(post: Post) -> None:
    lock(post)
    if post.is_retired:
        raise AlreadyDone("这个岗位已经停用，不用核实")
