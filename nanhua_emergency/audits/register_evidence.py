"""What the registers say about an item: posts, teams, supplies, shelters, wake-ups, trainings."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from nanhua_emergency.audits.statements import Asked, Link, Statement, nothing, tally
from nanhua_emergency.database import db
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.people_models import Member, Post, Team, Training, WakeUp
from nanhua_emergency.registers.site_models import RiskPoint, Shelter, Supply

# Who must be there at any hour; the town's own working standard (item 七有-1).
DUTY_POSTS = ("镇应急总指挥", "镇应急副总指挥", "应急办负责人", "应急值班员", "信息报送员")
# Share of households that must answer a test of the wake-up list: the town's working standard.
ANSWERED_PERCENT = 95
LINK_NAMES = {
    "posts": "看岗位", "teams": "看队伍", "members": "看队员", "supplies": "看物资",
    "shelters": "看避难场所", "risks": "看风险点", "wake-ups": "看叫应名册", "trainings": "看培训",
}  # fmt: skip


def _link(slug: str) -> Link:
    return Link(LINK_NAMES[slug], "registers.list_entries", {"register_slug": slug})


def _of(asked: Asked, model: type[Entry], *conditions: ColumnElement[bool]) -> Select[Any]:
    """How many entries in use belong to exactly this place."""
    query = select(func.count(model.id)).where(model.place_code == asked.place.code)
    return query.where(model.retired_at.is_(None), *conditions)


def _within(asked: Asked, model: type[Entry], *conditions: ColumnElement[bool]) -> Select[Any]:
    """How many entries in use lie within the place, its villages included."""
    query = select(func.count(model.id)).where(asked.place.covers(model.place_code))
    return query.where(model.retired_at.is_(None), *conditions)


def _count(query: Select[Any]) -> int:
    return db.session.scalar(query) or 0


def duty_posts_filled(asked: Asked) -> Statement:
    """The posts that must be there at any hour, each with a holder and a phone."""
    query = select(Post.title).where(
        Post.place_code == asked.place.code, Post.retired_at.is_(None),
        Post.title.in_(DUTY_POSTS), Post.holder != "", Post.phone != "",
    )  # fmt: skip
    filled = set(db.session.scalars(query.distinct()))
    if not filled:
        return nothing("岗位名册里没有应急值守的岗位。", _link("posts"))
    missing = [title for title in DUTY_POSTS if title not in filled]
    text = f"{len(DUTY_POSTS)} 个值守岗位中，有人有电话的 {len(filled)} 个"
    text += f"；缺 {'、'.join(missing)}。" if missing else "。"
    return tally(text, len(filled), len(DUTY_POSTS), _link("posts"))


def posts_confirmed(asked: Asked) -> Statement:
    """Posts whose phone was confirmed within so many days."""
    total = _count(_of(asked, Post))
    if total == 0:
        return nothing("岗位名册里没有登记。", _link("posts"))
    since = asked.today - timedelta(days=asked.figure)
    count = _count(_of(asked, Post, Post.confirmed_on >= since))
    text = f"登记岗位 {total} 个，{asked.figure} 天内核对过的 {count} 个。"
    return tally(text, count, total, _link("posts"))


def team_size(asked: Asked) -> Statement:
    """Members of the place's rescue teams against the number there should be."""
    members, teams = _count(_of(asked, Member)), _count(_of(asked, Team))
    if members == 0:
        return nothing("队员名册里没有登记。", _link("members"), _link("teams"))
    text = f"登记队伍 {teams} 支、队员 {members} 人，应有 {asked.figure} 人。"
    return tally(text, members, asked.figure, _link("members"), _link("teams"))


def roster_complete(asked: Asked) -> Statement:
    """Members with phone and skill, in teams that have a leader and a deputy."""
    total = _count(_of(asked, Member))
    if total == 0:
        return nothing("队员名册里没有登记。", _link("members"))
    whole = _count(_of(asked, Member, Member.phone != "", Member.skill != ""))
    headless = _count(_of(asked, Team, (Team.leader == "") | (Team.leader_phone == "")))
    text = f"队员 {total} 人，电话和特长齐全的 {whole} 人；没写队长或队长电话的队伍 {headless} 支。"
    links = (_link("members"), _link("teams"))
    return Statement(text, whole == total and headless == 0, whole, total, links)


def insurance_valid(asked: Asked) -> Statement:
    """Teams whose insurance (突发事件应对法 Article 40) has not ended."""
    total = _count(_of(asked, Team))
    if total == 0:
        return nothing("队伍名册里没有登记。", _link("teams"))
    count = _count(_of(asked, Team, Team.insured_until >= asked.today))
    return tally(f"登记队伍 {total} 支，保险在期的 {count} 支。", count, total, _link("teams"))


def assembly_set(asked: Asked) -> Statement:
    """Teams that know where and how fast to assemble."""
    total = _count(_of(asked, Team))
    if total == 0:
        return nothing("队伍名册里没有登记。", _link("teams"))
    known = (Team.assembly_point != "", Team.response_minutes.is_not(None))
    count = _count(_of(asked, Team, *known))
    text = f"登记队伍 {total} 支，写明集结点和时限的 {count} 支。"
    return tally(text, count, total, _link("teams"))


def trainings_this_year(asked: Asked) -> Statement:
    """Trainings held within the place since New Year."""
    year = asked.today.year
    days = Training.held_on.between(date(year, 1, 1), asked.today)
    count = _count(_within(asked, Training, days))
    if count == 0:
        return nothing(f"{year} 年没有登记培训。", _link("trainings"))
    people = select(func.sum(Training.people)).where(
        asked.place.covers(Training.place_code), Training.retired_at.is_(None), days
    )
    text = f"{year} 年登记培训 {count} 次、{_count(people)} 人次，应有 {asked.figure} 次。"
    return tally(text, count, asked.figure, _link("trainings"))


def supplies_kept(asked: Asked) -> Statement:
    """Supplies with a keeper and the keeper's phone."""
    total = _count(_of(asked, Supply))
    if total == 0:
        return nothing("物资名册里没有登记。", _link("supplies"))
    count = _count(_of(asked, Supply, Supply.keeper != "", Supply.keeper_phone != ""))
    text = f"登记物资 {total} 种，有保管人和电话的 {count} 种。"
    return tally(text, count, total, _link("supplies"))


def stock_above_minimum(asked: Asked) -> Statement:
    """Supplies for which a minimum is set, and which do not lie below it."""
    total = _count(_of(asked, Supply))
    if total == 0:
        return nothing("物资名册里没有登记。", _link("supplies"))
    ruled = _count(_of(asked, Supply, Supply.minimum.is_not(None)))
    if ruled == 0:
        return Statement(
            f"登记物资 {total} 种，都没有写最低储备。", None, 0, total, (_link("supplies"),)
        )
    low = _count(_of(asked, Supply, Supply.quantity < Supply.minimum))
    text = f"登记物资 {total} 种，定了最低储备的 {ruled} 种，其中不足的 {low} 种。"
    return tally(text, ruled - low, ruled, _link("supplies"))


def _expired(asked: Asked) -> Select[Any]:
    return _of(asked, Supply, Supply.expires_on < asked.today, Supply.quantity > 0)


def nothing_expired(asked: Asked) -> Statement:
    """Supplies that are not past their day."""
    total = _count(_of(asked, Supply))
    if total == 0:
        return nothing("物资名册里没有登记。", _link("supplies"))
    expired = _count(_expired(asked))
    text = f"登记物资 {total} 种，已过期的 {expired} 种。"
    return tally(text, total - expired, total, _link("supplies"))


def stock_sound(asked: Asked) -> Statement:
    """Supplies neither past their day nor below their minimum."""
    total = _count(_of(asked, Supply))
    if total == 0:
        return nothing("物资名册里没有登记。", _link("supplies"))
    expired = _count(_expired(asked))
    low = _count(_of(asked, Supply, Supply.quantity < Supply.minimum))
    text = f"登记物资 {total} 种，已过期 {expired} 种，低于最低储备 {low} 种。"
    is_met = expired + low == 0
    return Statement(text, is_met, max(0, total - expired - low), total, (_link("supplies"),))


def stock_counted(asked: Asked) -> Statement:
    """Supplies whose last stock-take is at most so many days ago."""
    total = _count(_of(asked, Supply))
    if total == 0:
        return nothing("物资名册里没有登记。", _link("supplies"))
    since = asked.today - timedelta(days=asked.figure)
    count = _count(_of(asked, Supply, Supply.counted_on >= since))
    text = f"登记物资 {total} 种，{asked.figure} 天内盘点过的 {count} 种。"
    return tally(text, count, total, _link("supplies"))


def shelters_known(asked: Asked) -> Statement:
    """Shelters with area, capacity and keeper."""
    total = _count(_of(asked, Shelter))
    if total == 0:
        return nothing("避难场所名册里没有登记。", _link("shelters"))
    known = (
        Shelter.address != "", Shelter.area.is_not(None), Shelter.capacity.is_not(None),
        Shelter.keeper != "",
    )  # fmt: skip
    count = _count(_of(asked, Shelter, *known))
    text = f"登记避难场所 {total} 处，地址、面积、容量、管护人齐全的 {count} 处。"
    return Statement(text, count >= 1, count, total, (_link("shelters"),))


def shelter_capacity(asked: Asked) -> Statement:
    """Room in the place's shelters against the people at its risk points."""
    room = _count(_sum(asked, Shelter, Shelter.capacity))
    at_risk = _count(_sum(asked, RiskPoint, RiskPoint.people))
    links = (_link("shelters"), _link("risks"))
    if _count(_of(asked, Shelter)) == 0:
        return nothing("避难场所名册里没有登记。", *links)
    if _count(_of(asked, RiskPoint)) == 0:
        return Statement(
            f"能容纳 {room} 人；风险点名册里没有登记，比不出够不够。", None, room, 0, links
        )
    return tally(f"能容纳 {room} 人，风险点影响 {at_risk} 人。", room, at_risk, *links)


def _sum(asked: Asked, model: type[Entry], column: Any) -> Select[Any]:
    query = select(func.sum(column)).where(model.place_code == asked.place.code)
    return query.where(model.retired_at.is_(None))


def shelter_signs(asked: Asked) -> Statement:
    """Shelters with a sign and a route."""
    total = _count(_of(asked, Shelter))
    if total == 0:
        return nothing("避难场所名册里没有登记。", _link("shelters"))
    count = _count(_of(asked, Shelter, Shelter.has_sign.is_(True), Shelter.route != ""))
    text = f"登记避难场所 {total} 处，有标志、有路线的 {count} 处。"
    return tally(text, count, total, _link("shelters"))


def _wake_up_tally(asked: Asked, said: str, *conditions: ColumnElement[bool]) -> Statement:
    total = _count(_of(asked, WakeUp))
    if total == 0:
        return nothing("叫应名册里没有登记。", _link("wake-ups"))
    count = _count(_of(asked, WakeUp, *conditions))
    return tally(f"叫应名册 {total} 户，{said}的 {count} 户。", count, total, _link("wake-ups"))


def wake_up_cover(asked: Asked) -> Statement:
    """Households for which it is said who wakes them."""
    conditions = (WakeUp.waker != "", WakeUp.waker_phone != "")
    return _wake_up_tally(asked, "写明叫醒人和电话", *conditions)


def wake_up_substitutes(asked: Asked) -> Statement:
    """Households with a second person to wake them."""
    return _wake_up_tally(asked, "有替补人", WakeUp.substitute != "")


def wake_up_means(asked: Asked) -> Statement:
    """Households for which it is said by what means they are woken."""
    return _wake_up_tally(asked, "写明叫应方式", WakeUp.means.is_not(None))


def wake_ups_tested(asked: Asked) -> Statement:
    """Households tested within so many days, and the share of them that answered."""
    total = _count(_within(asked, WakeUp))
    if total == 0:
        return nothing("叫应名册里没有登记。", _link("wake-ups"))
    since = asked.today - timedelta(days=asked.figure)
    tested = _count(_within(asked, WakeUp, WakeUp.tested_on >= since))
    answered = _count(
        _within(asked, WakeUp, WakeUp.tested_on >= since, WakeUp.is_answered.is_(True))
    )
    text = f"叫应名册 {total} 户，{asked.figure} 天内测试过 {tested} 户，应答 {answered} 户。"
    # Whoever was not tested cannot be said to answer, so the share is of all households.
    is_met = answered * 100 >= ANSWERED_PERCENT * total
    return Statement(text, is_met, answered, total, (_link("wake-ups"),))


REGISTER_EVIDENCE: dict[str, Callable[[Asked], Statement]] = {
    "duty_posts_filled": duty_posts_filled,
    "posts_confirmed": posts_confirmed,
    "team_size": team_size,
    "roster_complete": roster_complete,
    "insurance_valid": insurance_valid,
    "assembly_set": assembly_set,
    "trainings_this_year": trainings_this_year,
    "supplies_kept": supplies_kept,
    "stock_above_minimum": stock_above_minimum,
    "nothing_expired": nothing_expired,
    "stock_sound": stock_sound,
    "stock_counted": stock_counted,
    "shelters_known": shelters_known,
    "shelter_capacity": shelter_capacity,
    "shelter_signs": shelter_signs,
    "wake_up_cover": wake_up_cover,
    "wake_up_substitutes": wake_up_substitutes,
    "wake_up_means": wake_up_means,
    "wake_ups_tested": wake_ups_tested,
}
