"""What mails tell of the registers: a post to confirm, a supply that expires, the month's list."""

from nanhua_emergency.database import db
from nanhua_emergency.registers.freshness import count_all_attention
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.site_models import Supply
from nanhua_emergency.reminders.confirm_links import sign_confirm_link
from nanhua_emergency.reminders.desk import Case
from nanhua_emergency.reminders.mail import OFFICE, Item
from nanhua_emergency.templating import day


def write_post(case: Case) -> Item | None:
    """A post of the reader's, and the link behind which one tap says that it is still right."""
    post = db.session.get(Post, case.message.thing_id)
    if post is None:
        return None
    seal = sign_confirm_link(
        post, address=case.message.address, secret=case.desk.secret, now=case.now
    )
    facts = (
        ("岗位", f"{post.place.name} {post.title}（{post.seat}）"),
        ("姓名", post.holder), ("网格", post.grid_name or post.grid_code),
    )  # fmt: skip
    return Item(
        subject=f"{OFFICE}请核实岗位：{post.place.name}{post.title}",
        paragraphs=("每季度核实一次：还是您本人、电话没变，点开下面的链接按一下“信息无误”就行。",
                    "有变动的，也从这个链接告诉我们。链接 30 天内有效，请不要转发。"),
        facts=tuple((name, value) for name, value in facts if value),
        link=case.desk.address("confirming.confirm_post", seal=seal),
        link_name="点这里核实（不用登录）",
    )  # fmt: skip


def write_supply(case: Case) -> Item | None:
    """A supply that must be replaced before its day."""
    supply = db.session.get(Supply, case.message.thing_id)
    if supply is None:
        return None
    facts = (
        ("存放", " ".join(filter(None, (supply.place.name, supply.location)))),
        ("数量", f"{supply.quantity} {supply.unit}"), ("有效期至", day(supply.expires_on)),
    )  # fmt: skip
    return Item(
        subject=f"{OFFICE}物资到期：{supply.name}（{case.left()}）",
        paragraphs=("请提前准备更换。换了新的，请登记新的，停用旧的。",), facts=facts,
        link=case.desk.address(
            "registers.show_entry", register_slug="supplies", entry_id=supply.id
        ),
        link_name="看这项物资",
    )  # fmt: skip


def write_attention(case: Case) -> Item | None:
    """What in the reader's registers asks for somebody; None in a month with nothing."""
    account = case.message.account
    counts = count_all_attention(account, today=case.today) if account else {}
    if not counts:
        return None
    lines = tuple(
        f"{reason.register.name}：{reason.name} {count} 条。{reason.advice}"
        for reason, count in counts.items()
    )
    return Item(
        subject=f"{OFFICE}名册里有 {sum(counts.values())} 条要处理",
        paragraphs=("以下各条请在本月内处理，先急后缓。",), facts=(), steps_title="",
        steps=lines, link=case.desk.address("registers.list_attention"), link_name="逐条查看",
    )  # fmt: skip
