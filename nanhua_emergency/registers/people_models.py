"""The registers of people: posts, teams and their members, wake-up lists, trainings."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, relationship

from nanhua_emergency.database import UNNESTED
from nanhua_emergency.registers import columns
from nanhua_emergency.registers.models import Entry, in_use_once
from nanhua_emergency.registers.words import Gender, Level, Means, MemberKind, Seat, TeamKind


class Post(Entry):
    """One seat of a post of a place, and who holds it."""

    __tablename__ = "post"
    __table_args__ = in_use_once("post", "title", "alias", "grid_code", "seat")

    title: Mapped[str] = columns.text(
        "岗位", is_required=True, is_key=True, is_filter=True, in_list=True, suggests="岗位",
        example="网格长", hint="预案里提到的岗位请用相同的名称。",
    )  # fmt: skip
    seat: Mapped[Seat] = columns.choice(
        "A/B角", Seat, is_key=True, in_list=True, default=Seat.FIRST, example="A角"
    )
    holder: Mapped[str] = columns.person(
        "姓名", in_list=True, example="示例甲", hint="空缺就不填。"
    )
    phone: Mapped[str] = columns.phone(in_list=True)
    alias: Mapped[str] = columns.text(
        "岗位说明", is_key=True, example="",
        hint="本地叫法，或同一岗位有几个人时的序号，例如“第一班”。",
    )  # fmt: skip
    grid_code: Mapped[str] = columns.text("网格编号", 20, is_key=True, example="G01")
    grid_name: Mapped[str] = columns.text("网格名称", example="示例网格")
    scope: Mapped[str] = columns.text("负责范围", 200, example="示例：一组至三组")
    term_from: Mapped[date | None] = columns.day("任期自")
    term_until: Mapped[date | None] = columns.day("任期至")
    trained_on: Mapped[date | None] = columns.day("最近培训日期", is_past=True)
    email: Mapped[str] = columns.email(hint="每季度发一封核实信。")
    account_id: Mapped[int | None] = columns.account("登录账号")


class Team(Entry):
    """One rescue team of a place."""

    __tablename__ = "team"
    __table_args__ = (
        *in_use_once("team", "name"),
        CheckConstraint("response_minutes BETWEEN 0 AND 1440", "response_minutes"),
    )

    name: Mapped[str] = columns.text(
        "队伍名称", is_required=True, is_key=True, in_list=True, example="示例村救援队"
    )
    level: Mapped[Level | None] = columns.choice("级别", Level, is_filter=True, example="村级")
    kind: Mapped[TeamKind | None] = columns.choice(
        "类型", TeamKind, is_filter=True, in_list=True, example="综合"
    )
    leader: Mapped[str] = columns.person("队长", in_list=True, example="示例甲")
    leader_phone: Mapped[str] = columns.phone("队长电话", in_list=True)
    deputy: Mapped[str] = columns.person("副队长", example="示例乙")
    deputy_phone: Mapped[str] = columns.phone("副队长电话", example="13900000001")
    assembly_point: Mapped[str] = columns.text("集结点", 120, in_list=True, example="村委会门口")
    response_minutes: Mapped[int | None] = columns.whole_number(
        "响应时限（分钟）", 1440, example="30"
    )
    equipment: Mapped[str] = columns.long_text("装备", example="铁锹10把、救生衣8件")
    insurance_number: Mapped[str] = columns.text("保险单号", 60, example="示例保单001")
    insured_until: Mapped[date | None] = columns.day("保险到期日", example="2027-05-31")


class Member(Entry):
    """One person in a rescue team."""

    __tablename__ = "member"
    __table_args__ = (
        *in_use_once("member", "team_id", "name"),
        CheckConstraint("birth_year BETWEEN 1920 AND 2100", "birth_year"),
    )

    team_id: Mapped[int] = columns.entry_of(
        "队伍", "teams", "team", is_required=True, is_key=True, is_filter=True, in_list=True,
        example="示例村救援队",
    )  # fmt: skip
    name: Mapped[str] = columns.person(
        "姓名", is_required=True, is_key=True, in_list=True, example="示例甲",
        hint="同一队里有同名的，在姓名后注明，例如“示例甲（大）”。",
    )  # fmt: skip
    gender: Mapped[Gender | None] = columns.choice("性别", Gender, is_personal=True, example="女")
    birth_year: Mapped[int | None] = columns.whole_number(
        "出生年", 2100, low=1920, is_personal=True, is_private=True, example="1985"
    )
    phone: Mapped[str] = columns.phone(in_list=True)
    skill: Mapped[str] = columns.text("特长", 120, in_list=True, example="会水、会开挖掘机")
    kind: Mapped[MemberKind | None] = columns.choice(
        "身份", MemberKind, is_filter=True, example="民兵"
    )
    insured_until: Mapped[date | None] = columns.day("保险到期日", example="2027-05-31")

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=UNNESTED)


class WakeUp(Entry):
    """One household that somebody calls or wakes when it must move."""

    __tablename__ = "wake_up"
    __table_args__ = (
        *in_use_once("wake_up", "household", "address"),
        CheckConstraint("people BETWEEN 0 AND 100", "people"),
    )

    sequence: Mapped[int | None] = columns.whole_number("叫应顺序", 9999, in_list=True, example="1")
    household: Mapped[str] = columns.person(
        "户主", is_required=True, is_key=True, is_private=True, in_list=True, example="示例户"
    )
    address: Mapped[str] = columns.text("住址", 120, is_key=True, is_personal=True, is_private=True,
                                in_list=True, example="一组12号")  # fmt: skip
    people: Mapped[int | None] = columns.whole_number("人数", 100, in_list=True, example="3")
    vulnerable: Mapped[str] = columns.text(
        "需要帮助的人", 200, is_personal=True, is_private=True, example="老人1名，行动不便"
    )
    phone: Mapped[str] = columns.phone()
    waker: Mapped[str] = columns.person("叫醒人", in_list=True, example="示例甲")
    waker_phone: Mapped[str] = columns.phone("叫醒人电话", in_list=True)
    means: Mapped[Means | None] = columns.choice(
        "方式", Means, is_filter=True, in_list=True, example="敲门"
    )
    substitute: Mapped[str] = columns.person("替补人", example="示例乙")
    substitute_phone: Mapped[str] = columns.phone("替补人电话", example="13900000001")
    tested_on: Mapped[date | None] = columns.day("最近测试日期", is_past=True, example="2026-05-12")
    is_answered: Mapped[bool | None] = columns.yes_no("测试有应答", is_filter=True, example="是")


class Training(Entry):
    """One training that was held."""

    __tablename__ = "training"
    __table_args__ = (
        *in_use_once("training", "held_on", "topic"),
        CheckConstraint("people BETWEEN 0 AND 100000", "people"),
    )

    held_on: Mapped[date] = columns.day(
        "日期", is_past=True, is_required=True, is_key=True, in_list=True, example="2026-05-12"
    )
    topic: Mapped[str] = columns.text(
        "主题", 120, is_required=True, is_key=True, in_list=True, example="防汛叫应与转移"
    )
    audience: Mapped[str] = columns.text("培训对象", 120, in_list=True, example="村组干部、网格员")
    people: Mapped[int | None] = columns.whole_number("人数", in_list=True, example="40")
    trainer: Mapped[str] = columns.person("讲师", example="示例甲")
    location: Mapped[str] = columns.text("地点", 120, example="村委会会议室")
    note: Mapped[str] = columns.long_text("备注", example="有签到表和照片")
