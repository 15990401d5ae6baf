"""The registers of things and sites: supplies, shelters, risk points."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from nanhua_emergency.registers import columns
from nanhua_emergency.registers.columns import MOST_PIECES
from nanhua_emergency.registers.models import Entry, in_use_once
from nanhua_emergency.registers.words import (
    Level,
    Origin,
    RiskKind,
    RiskLevel,
    ShelterKind,
    SupplyKind,
)


class Supply(Entry):
    """One supply at one place of storage, and how much of it is there."""

    __tablename__ = "supply"
    __table_args__ = (
        *in_use_once("supply", "code", "name", "spec", "location"),
        CheckConstraint("quantity BETWEEN 0 AND 999999", "quantity"),
        CheckConstraint("minimum BETWEEN 0 AND 999999", "minimum"),
        CheckConstraint("expires_on >= made_on", "expires_on"),
    )

    code: Mapped[str] = columns.text(
        "编码", 40, is_key=True, example="WZ-001", aliases=("物资编码", "编号")
    )
    name: Mapped[str] = columns.text(
        "名称",
        is_required=True,
        is_key=True,
        in_list=True,
        example="编织袋",
        aliases=("物资名称", "品名"),
    )
    kind: Mapped[SupplyKind] = columns.choice(
        "类别",
        SupplyKind,
        is_filter=True,
        in_list=True,
        default=SupplyKind.GENERAL,
        example="防汛",
        aliases=("物资类别", "类型"),
    )
    spec: Mapped[str] = columns.text(
        "规格型号", 80, is_key=True, example="60×100厘米", aliases=("规格", "型号")
    )
    quantity: Mapped[int] = columns.whole_number(
        "数量", MOST_PIECES, is_required=True, is_set_once=True, in_list=True, default=0,
        example="500", hint="整数；不足一个单位的换小一级单位，例如吨改成公斤。",
        aliases=("现有数量", "库存数量", "库存", "储备数量"),
    )  # fmt: skip
    unit: Mapped[str] = columns.text(
        "单位", 10, is_required=True, in_list=True, example="条", aliases=("计量单位",)
    )
    minimum: Mapped[int | None] = columns.whole_number(
        "最低储备",
        MOST_PIECES,
        in_list=True,
        example="300",
        aliases=("最低储备量", "最低库存", "储备下限"),
    )
    location: Mapped[str] = columns.text(
        "存放点",
        120,
        is_key=True,
        in_list=True,
        example="村委会库房",
        aliases=("存放地点", "存放位置", "仓库", "储存地点"),
    )
    source: Mapped[Origin | None] = columns.choice(
        "来源", Origin, example="采购", aliases=("物资来源",)
    )
    received_on: Mapped[date | None] = columns.day(
        "入库日期", is_past=True, example="2026-04-01", aliases=("购入日期", "入库时间", "采购日期")
    )
    made_on: Mapped[date | None] = columns.day(
        "生产日期", is_past=True, example="2026-03-01", aliases=("生产时间", "出厂日期")
    )
    expires_on: Mapped[date | None] = columns.day(
        "有效期至",
        in_list=True,
        example="2029-03-01",
        aliases=("有效期", "到期日期", "失效日期", "过期日期"),
    )
    keeper: Mapped[str] = columns.person(
        "保管人",
        in_list=True,
        example="示例甲",
        aliases=("保管员", "负责人", "管理人", "保管人姓名"),
    )
    keeper_phone: Mapped[str] = columns.phone(
        "保管人电话", aliases=("联系电话", "电话", "负责人电话", "保管员电话", "手机号")
    )
    counted_on: Mapped[date | None] = columns.day(
        "最近盘点日期", is_past=True, example="2026-05-12", aliases=("盘点日期", "最近盘点")
    )


class Shelter(Entry):
    """One site to which people move."""

    __tablename__ = "shelter"
    __table_args__ = (
        *in_use_once("shelter", "name"),
        CheckConstraint("latitude BETWEEN 3 AND 54", "latitude"),
        CheckConstraint("longitude BETWEEN 73 AND 136", "longitude"),
        CheckConstraint("capacity BETWEEN 0 AND 100000", "capacity"),
    )

    code: Mapped[str] = columns.text("编号", 40, example="BN-01")
    name: Mapped[str] = columns.text(
        "名称",
        is_required=True,
        is_key=True,
        in_list=True,
        example="示例村文化广场",
        aliases=("场所名称", "避难场所", "避难场所名称"),
    )
    level: Mapped[Level | None] = columns.choice("级别", Level, example="村级")
    kind: Mapped[ShelterKind | None] = columns.choice(
        "类型",
        ShelterKind,
        is_filter=True,
        in_list=True,
        example="室外",
        aliases=("场所类型", "类别"),
    )
    address: Mapped[str] = columns.text("地址", 200, in_list=True, example="村委会东侧")
    # China's land lies between 3 and 54 degrees north, 73 and 136 east; the two are often swapped.
    latitude: Mapped[float | None] = columns.decimal(
        "纬度", low=3, high=54, example="39.3", aliases=("北纬",)
    )
    longitude: Mapped[float | None] = columns.decimal(
        "经度", low=73, high=136, example="99.8", aliases=("东经",)
    )
    area: Mapped[int | None] = columns.whole_number(
        "有效面积（平方米）", 10_000_000, example="1200", aliases=("面积", "有效面积")
    )
    capacity: Mapped[int | None] = columns.whole_number(
        "可容纳人数", in_list=True, example="400", aliases=("容纳人数", "可容纳")
    )
    has_water: Mapped[bool | None] = columns.yes_no("有水", example="是")
    has_power: Mapped[bool | None] = columns.yes_no("有电", example="是")
    has_toilet: Mapped[bool | None] = columns.yes_no("有厕所", example="是")
    has_sign: Mapped[bool | None] = columns.yes_no("有标志牌", example="是")
    keeper: Mapped[str] = columns.person(
        "管护人", in_list=True, example="示例甲", aliases=("负责人", "管护责任人", "责任人")
    )
    keeper_phone: Mapped[str] = columns.phone(
        "管护人电话", in_list=True, aliases=("联系电话", "负责人电话", "电话")
    )
    route: Mapped[str] = columns.long_text(
        "疏散路线", example="沿村道向东，步行10分钟", aliases=("转移路线", "路线")
    )
    checked_on: Mapped[date | None] = columns.day(
        "最近检查日期", is_past=True, example="2026-05-12", aliases=("检查日期",)
    )


class RiskPoint(Entry):
    """One site where something may happen, and who watches it."""

    __tablename__ = "risk_point"
    __table_args__ = (
        *in_use_once("risk_point", "name"),
        CheckConstraint("households BETWEEN 0 AND 100000", "households"),
        CheckConstraint("people BETWEEN 0 AND 100000", "people"),
    )

    code: Mapped[str] = columns.text("编号", 40, example="FX-01", aliases=("风险点编号",))
    name: Mapped[str] = columns.text(
        "位置（名称）",
        120,
        is_required=True,
        is_key=True,
        in_list=True,
        example="示例沟口",
        aliases=("名称", "位置", "风险点", "风险点名称", "隐患点名称"),
    )
    kind: Mapped[RiskKind | None] = columns.choice(
        "类型", RiskKind, is_filter=True, in_list=True, example="山洪", aliases=("风险类型", "类别")
    )
    level: Mapped[RiskLevel | None] = columns.choice(
        "等级", RiskLevel, is_filter=True, in_list=True, example="黄", aliases=("风险等级",)
    )
    households: Mapped[int | None] = columns.whole_number(
        "影响户数", example="12", aliases=("户数", "威胁户数")
    )
    people: Mapped[int | None] = columns.whole_number(
        "影响人数", in_list=True, example="40", aliases=("人数", "威胁人数")
    )
    owner: Mapped[str] = columns.person(
        "责任人", in_list=True, example="示例甲", aliases=("负责人", "监测人", "责任人姓名")
    )
    owner_phone: Mapped[str] = columns.phone(
        "责任人电话", in_list=True, aliases=("联系电话", "负责人电话", "电话")
    )
    patrol: Mapped[str] = columns.text(
        "巡查频次", 60, example="汛期每天一次", aliases=("巡查频率",)
    )
    route: Mapped[str] = columns.long_text("转移路线", example="沿村道向东", aliases=("撤离路线",))
    shelter_name: Mapped[str] = columns.text(
        "安置点", 120, example="示例村文化广场", aliases=("安置地点", "避难场所")
    )
    measures: Mapped[str] = columns.long_text(
        "防范措施", example="设警示牌，雨前清沟", aliases=("措施", "管控措施")
    )
    checked_on: Mapped[date | None] = columns.day(
        "最近检查日期", is_past=True, example="2026-05-12", aliases=("检查日期",)
    )
