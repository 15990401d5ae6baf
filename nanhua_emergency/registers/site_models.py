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

    code: Mapped[str] = columns.text("编码", 40, is_key=True, example="WZ-001")
    name: Mapped[str] = columns.text(
        "名称", is_required=True, is_key=True, in_list=True, example="编织袋"
    )
    kind: Mapped[SupplyKind] = columns.choice(
        "类别", SupplyKind, is_filter=True, in_list=True, default=SupplyKind.GENERAL, example="防汛"
    )
    spec: Mapped[str] = columns.text("规格型号", 80, is_key=True, example="60×100厘米")
    quantity: Mapped[int] = columns.whole_number(
        "数量", MOST_PIECES, is_required=True, is_set_once=True, in_list=True, default=0,
        example="500", hint="整数；不足一个单位的换小一级单位，例如吨改成公斤。",
    )  # fmt: skip
    unit: Mapped[str] = columns.text("单位", 10, is_required=True, in_list=True, example="条")
    minimum: Mapped[int | None] = columns.whole_number(
        "最低储备", MOST_PIECES, in_list=True, example="300"
    )
    location: Mapped[str] = columns.text(
        "存放点", 120, is_key=True, in_list=True, example="村委会库房"
    )
    source: Mapped[Origin | None] = columns.choice("来源", Origin, example="采购")
    received_on: Mapped[date | None] = columns.day("入库日期", is_past=True, example="2026-04-01")
    made_on: Mapped[date | None] = columns.day("生产日期", is_past=True, example="2026-03-01")
    expires_on: Mapped[date | None] = columns.day("有效期至", in_list=True, example="2029-03-01")
    keeper: Mapped[str] = columns.person("保管人", in_list=True, example="示例甲")
    keeper_phone: Mapped[str] = columns.phone("保管人电话")
    counted_on: Mapped[date | None] = columns.day(
        "最近盘点日期", is_past=True, example="2026-05-12"
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
        "名称", is_required=True, is_key=True, in_list=True, example="示例村文化广场"
    )
    level: Mapped[Level | None] = columns.choice("级别", Level, example="村级")
    kind: Mapped[ShelterKind | None] = columns.choice(
        "类型", ShelterKind, is_filter=True, in_list=True, example="室外"
    )
    address: Mapped[str] = columns.text("地址", 200, in_list=True, example="村委会东侧")
    # China's land lies between 3 and 54 degrees north, 73 and 136 east; the two are often swapped.
    latitude: Mapped[float | None] = columns.decimal("纬度", low=3, high=54, example="39.3")
    longitude: Mapped[float | None] = columns.decimal("经度", low=73, high=136, example="99.8")
    area: Mapped[int | None] = columns.whole_number(
        "有效面积（平方米）", 10_000_000, example="1200"
    )
    capacity: Mapped[int | None] = columns.whole_number("可容纳人数", in_list=True, example="400")
    has_water: Mapped[bool | None] = columns.yes_no("有水", example="是")
    has_power: Mapped[bool | None] = columns.yes_no("有电", example="是")
    has_toilet: Mapped[bool | None] = columns.yes_no("有厕所", example="是")
    has_sign: Mapped[bool | None] = columns.yes_no("有标志牌", example="是")
    keeper: Mapped[str] = columns.person("管护人", in_list=True, example="示例甲")
    keeper_phone: Mapped[str] = columns.phone("管护人电话", in_list=True)
    route: Mapped[str] = columns.long_text("疏散路线", example="沿村道向东，步行10分钟")
    checked_on: Mapped[date | None] = columns.day(
        "最近检查日期", is_past=True, example="2026-05-12"
    )


class RiskPoint(Entry):
    """One site where something may happen, and who watches it."""

    __tablename__ = "risk_point"
    __table_args__ = (
        *in_use_once("risk_point", "name"),
        CheckConstraint("households BETWEEN 0 AND 100000", "households"),
        CheckConstraint("people BETWEEN 0 AND 100000", "people"),
    )

    code: Mapped[str] = columns.text("编号", 40, example="FX-01")
    name: Mapped[str] = columns.text(
        "位置（名称）", 120, is_required=True, is_key=True, in_list=True, example="示例沟口"
    )
    kind: Mapped[RiskKind | None] = columns.choice(
        "类型", RiskKind, is_filter=True, in_list=True, example="山洪"
    )
    level: Mapped[RiskLevel | None] = columns.choice(
        "等级", RiskLevel, is_filter=True, in_list=True, example="黄"
    )
    households: Mapped[int | None] = columns.whole_number("影响户数", example="12")
    people: Mapped[int | None] = columns.whole_number("影响人数", in_list=True, example="40")
    owner: Mapped[str] = columns.person("责任人", in_list=True, example="示例甲")
    owner_phone: Mapped[str] = columns.phone("责任人电话", in_list=True)
    patrol: Mapped[str] = columns.text("巡查频次", 60, example="汛期每天一次")
    route: Mapped[str] = columns.long_text("转移路线", example="沿村道向东")
    shelter_name: Mapped[str] = columns.text("安置点", 120, example="示例村文化广场")
    measures: Mapped[str] = columns.long_text("防范措施", example="设警示牌，雨前清沟")
    checked_on: Mapped[date | None] = columns.day(
        "最近检查日期", is_past=True, example="2026-05-12"
    )
