"""Signed links by which the holder of a post confirms it without signing in: for a post, for a time.

Nothing is stored for a link. It holds the post, its last day, and a mark of holder and address; so
it ends by itself when the post passes to somebody else or the address changes.
"""

import hashlib
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from nanhua_emergency import clock
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.reminders.record_links import LinkEnded

PURPOSE = "confirm-post"
# As long as until the next mail asks again.
LIFETIME = timedelta(days=30)


def sign_confirm_link(post: Post, *, address: str, secret: str, now: datetime) -> str:
    """What stands in the link of a mail to the holder of a post, sent to that address."""
    last = clock.day_of(now + LIFETIME).toordinal()
    return str(_sealer(secret).dumps([post.id, last, _mark(post, address)]))


def open_confirm_link(seal: str, *, secret: str, now: datetime) -> Post:
    """The post that a link stands for; LinkEnded, with the way on, when it opens nothing."""
    try:
        post_id, last, mark = _sealer(secret).loads(seal)
    except (BadSignature, TypeError, ValueError) as wrong:
        raise LinkEnded("这个链接不完整，请从邮件里重新点开") from wrong
    post = db.session.get(Post, post_id)
    if post is None or post.is_retired:
        raise LinkEnded("这个岗位已经停用，不用核实")
    if clock.day_of(now).toordinal() > last:
        raise LinkEnded("这个链接已经过期。下次核实会发新的邮件，急的请打应急办电话")
    if mark != _mark(post, find_address(post)):
        raise LinkEnded("这个岗位已经换了人或换了邮箱，这个链接不能再用")
    return post


def find_address(post: Post) -> str:
    """Where the holder of a post is written to: the register's address, or the account's; or empty."""
    if post.email or post.account_id is None:
        return post.email
    account = db.session.get(Account, post.account_id)
    return account.email if account is not None and account.is_active else ""


def _sealer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=PURPOSE)


def _mark(post: Post, address: str) -> str:
    return hashlib.sha256(f"{post.holder}\n{address}".encode()).hexdigest()[:16]
