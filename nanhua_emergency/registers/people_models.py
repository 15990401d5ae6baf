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
        example="网格长", hint="预案里提到的岗位请用相同的名称。", aliases=("岗位名称", "职务", "岗位职务"),
    )  # fmt: skip
    seat: Mapped[Seat] = columns.choice(
        "A/B角",
        Seat,
        is_key=True,
        in_list=True,
        default=Seat.FIRST,
        example="A角",
        aliases=("AB角", "主备"),
    )
    holder: Mapped[str] = columns.person(
        "姓名",
        in_list=True,
        example="示例甲",
        hint="空缺就不填。",
        aliases=("负责人", "责任人", "人员姓名", "岗位人员"),
    )
    phone: Mapped[str] = columns.phone(
        in_list=True, aliases=("联系电话", "手机", "手机号", "手机号码", "联系方式")
    )
    alias: Mapped[str] = columns.text(
        "岗位说明", is_key=True, example="",
        hint="本地叫法，或同一岗位有几个人时的序号，例如“第一班”。",
    )  # fmt: skip
    grid_code: Mapped[str] = columns.text(
        "网格编号", 20, is_key=True, example="G01", aliases=("网格号", "网格编码")
    )
    grid_name: Mapped[str] = columns.text(
        "网格名称", example="示例网格", aliases=("网格", "所属网格")
    )
    scope: Mapped[str] = columns.text(
        "负责范围", 200, example="示例：一组至三组", aliases=("责任范围", "网格范围")
    )
    term_from: Mapped[date | None] = columns.day("任期自", aliases=("任期开始",))
    term_until: Mapped[date | None] = columns.day("任期至", aliases=("任期结束",))
    trained_on: Mapped[date | None] = columns.day(
        "最近培训日期", is_past=True, aliases=("培训日期",)
    )
    email: Mapped[str] = columns.email(hint="每季度发一封核实信。", aliases=("电子邮箱",))
    account_id: Mapped[int | None] = columns.account("登录账号", aliases=("账号",))


class Team(Entry):
    """One rescue team of a place."""

    __tablename__ = "team"
    __table_args__ = (
        *in_use_once("team", "name"),
        CheckConstraint("response_minutes BETWEEN 0 AND 1440", "response_minutes"),
    )

    name: Mapped[str] = columns.text(
        "队伍名称",
        is_required=True,
        is_key=True,
        in_list=True,
        example="示例村救援队",
        aliases=("队伍", "队名", "救援队", "救援队名称", "名称"),
    )
    level: Mapped[Level | None] = columns.choice(
        "级别", Level, is_filter=True, example="村级", aliases=("队伍级别",)
    )
    kind: Mapped[TeamKind | None] = columns.choice(
        "类型",
        TeamKind,
        is_filter=True,
        in_list=True,
        example="综合",
        aliases=("队伍类型", "队伍类别", "类别"),
    )
    leader: Mapped[str] = columns.person(
        "队长", in_list=True, example="示例甲", aliases=("负责人", "队长姓名", "负责人姓名")
    )
    leader_phone: Mapped[str] = columns.phone(
        "队长电话", in_list=True, aliases=("联系电话", "负责人电话", "联系方式", "电话")
    )
    deputy: Mapped[str] = columns.person("副队长", example="示例乙", aliases=("副队长姓名",))
    deputy_phone: Mapped[str] = columns.phone("副队长电话", example="13900000001")
    assembly_point: Mapped[str] = columns.text(
        "集结点", 120, in_list=True, example="村委会门口", aliases=("集合点", "集结地点")
    )
    response_minutes: Mapped[int | None] = columns.whole_number(
        "响应时限（分钟）", 1440, example="30", aliases=("响应时间", "集结时间")
    )
    equipment: Mapped[str] = columns.long_text(
        "装备", example="铁锹10把、救生衣8件", aliases=("主要装备", "装备情况")
    )
    insurance_number: Mapped[str] = columns.text(
        "保险单号", 60, example="示例保单001", aliases=("保单号",)
    )
    insured_until: Mapped[date | None] = columns.day(
        "保险到期日", example="2027-05-31", aliases=("保险到期", "保险有效期")
    )


class Member(Entry):
    """One person in a rescue team."""

    __tablename__ = "member"
    __table_args__ = (
        *in_use_once("member", "team_id", "name"),
        CheckConstraint("birth_year BETWEEN 1920 AND 2100", "birth_year"),
    )

    team_id: Mapped[int] = columns.entry_of(
        "队伍", "teams", "team", is_required=True, is_key=True, is_filter=True, in_list=True,
        example="示例村救援队", aliases=("队伍名称", "所属队伍", "救援队"),
    )  # fmt: skip
    name: Mapped[str] = columns.person(
        "姓名", is_required=True, is_key=True, in_list=True, example="示例甲",
        hint="同一队里有同名的，在姓名后注明，例如“示例甲（大）”。", aliases=("队员", "队员姓名"),
    )  # fmt: skip
    gender: Mapped[Gender | None] = columns.choice("性别", Gender, is_personal=True, example="女")
    birth_year: Mapped[int | None] = columns.whole_number(
        "出生年",
        2100,
        low=1920,
        is_personal=True,
        is_private=True,
        example="1985",
        aliases=("出生年份", "出生年月", "出生日期"),
    )
    phone: Mapped[str] = columns.phone(
        in_list=True, aliases=("联系电话", "手机", "手机号", "手机号码", "联系方式")
    )
    skill: Mapped[str] = columns.text(
        "特长", 120, in_list=True, example="会水、会开挖掘机", aliases=("专长", "技能")
    )
    kind: Mapped[MemberKind | None] = columns.choice(
        "身份", MemberKind, is_filter=True, example="民兵", aliases=("类别", "政治面貌")
    )
    insured_until: Mapped[date | None] = columns.day(
        "保险到期日", example="2027-05-31", aliases=("保险到期", "保险有效期")
    )

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=UNNESTED)


class WakeUp(Entry):
    """One household that somebody calls or wakes when it must move."""

    __tablename__ = "wake_up"
    __table_args__ = (
        *in_use_once("wake_up", "household", "address"),
        CheckConstraint("people BETWEEN 0 AND 100", "people"),
    )

    sequence: Mapped[int | None] = columns.whole_number(
        "叫应顺序", 9999, in_list=True, example="1", aliases=("顺序", "叫应次序")
    )
    household: Mapped[str] = columns.person(
        "户主",
        is_required=True,
        is_key=True,
        is_private=True,
        in_list=True,
        example="示例户",
        aliases=("户主姓名", "农户"),
    )
    address: Mapped[str] = columns.text("住址", 120, is_key=True, is_personal=True, is_private=True,
                                in_list=True, example="一组12号", aliases=("家庭住址", "地址", "住所"),
    )  # fmt: skip
    people: Mapped[int | None] = columns.whole_number(
        "人数", 100, in_list=True, example="3", aliases=("家庭人口", "人口")
    )
    vulnerable: Mapped[str] = columns.text(
        "需要帮助的人",
        200,
        is_personal=True,
        is_private=True,
        example="老人1名，行动不便",
        aliases=("特殊人员", "需要帮助人员", "备注"),
    )
    phone: Mapped[str] = columns.phone(aliases=("联系电话", "户主电话", "手机号"))
    waker: Mapped[str] = columns.person(
        "叫醒人",
        in_list=True,
        example="示例甲",
        aliases=("叫应人", "责任人", "叫应责任人", "包保人"),
    )
    waker_phone: Mapped[str] = columns.phone(
        "叫醒人电话", in_list=True, aliases=("叫应人电话", "责任人电话")
    )
    means: Mapped[Means | None] = columns.choice(
        "方式", Means, is_filter=True, in_list=True, example="敲门", aliases=("叫应方式",)
    )
    substitute: Mapped[str] = columns.person(
        "替补人", example="示例乙", aliases=("替补叫醒人", "第二责任人")
    )
    substitute_phone: Mapped[str] = columns.phone(
        "替补人电话", example="13900000001", aliases=("第二责任人电话",)
    )
    tested_on: Mapped[date | None] = columns.day(
        "最近测试日期", is_past=True, example="2026-05-12", aliases=("测试日期",)
    )
    is_answered: Mapped[bool | None] = columns.yes_no(
        "测试有应答", is_filter=True, example="是", aliases=("是否应答",)
    )


class Training(Entry):
    """One training that was held."""

    __tablename__ = "training"
    __table_args__ = (
        *in_use_once("training", "held_on", "topic"),
        CheckConstraint("people BETWEEN 0 AND 100000", "people"),
    )

    held_on: Mapped[date] = columns.day(
        "日期",
        is_past=True,
        is_required=True,
        is_key=True,
        in_list=True,
        example="2026-05-12",
        aliases=("培训日期", "时间", "培训时间"),
    )
    topic: Mapped[str] = columns.text(
        "主题",
        120,
        is_required=True,
        is_key=True,
        in_list=True,
        example="防汛叫应与转移",
        aliases=("培训主题", "培训内容", "内容"),
    )
    audience: Mapped[str] = columns.text(
        "培训对象", 120, in_list=True, example="村组干部、网格员", aliases=("对象", "参训人员")
    )
    people: Mapped[int | None] = columns.whole_number(
        "人数", in_list=True, example="40", aliases=("参训人数", "培训人数")
    )
    trainer: Mapped[str] = columns.person("讲师", example="示例甲", aliases=("授课人", "主讲人"))
    location: Mapped[str] = columns.text("地点", 120, example="村委会会议室", aliases=("培训地点",))
    note: Mapped[str] = columns.long_text("备注", example="有签到表和照片", aliases=("说明",))
