"""The words from which people choose; stored, shown and imported as the same Chinese word."""

from enum import StrEnum


class Seat(StrEnum):
    """First holder of a post, or the one who stands in."""

    FIRST = "A角"
    SUBSTITUTE = "B角"


class Level(StrEnum):
    """Whose team or shelter it is."""

    TOWN = "镇级"
    VILLAGE = "村级"


class TeamKind(StrEnum):
    """What a rescue team is for."""

    GENERAL = "综合"
    FLOOD = "防汛抗旱"
    FIRE = "防灭火"
    EARTHQUAKE = "地震"
    MEDICAL = "医疗"
    MILITIA = "民兵"
    OTHER = "其他"


class Gender(StrEnum):
    """Of a member."""

    FEMALE = "女"
    MALE = "男"


class MemberKind(StrEnum):
    """Where a member comes from."""

    PARTY = "党员"
    MILITIA = "民兵"
    VOLUNTEER = "志愿者"
    OTHER = "其他"


class SupplyKind(StrEnum):
    """The hazard a supply is kept for (the groups of DB37/T 4824-2025, by use)."""

    FLOOD = "防汛"
    DROUGHT = "抗旱"
    EARTHQUAKE = "地震"
    FIRE = "防火"
    LIVING = "生活"
    COMMUNICATION = "通信"
    MEDICAL = "医疗"
    GENERAL = "通用"


class Origin(StrEnum):
    """How a supply came."""

    BOUGHT = "采购"
    ALLOTTED = "调拨"
    DONATED = "捐赠"
    AGREED = "协议"


class ShelterKind(StrEnum):
    """Indoors or outdoors; GB/T 44013-2024 also tells how long one may stay."""

    INDOOR = "室内"
    OUTDOOR = "室外"
    BOTH = "室内外"


class RiskKind(StrEnum):
    """What may happen at a risk point."""

    FLASH_FLOOD = "山洪"
    RIVER = "河道漫溢"
    WATERLOGGING = "内涝"
    RESERVOIR = "塘坝水库"
    LANDSLIDE = "滑坡泥石流"
    FIRE = "火灾"
    HOUSE = "危旧房屋"
    ROAD = "道路交通"
    CHEMICAL = "危险化学品"
    OTHER = "其他"


class RiskLevel(StrEnum):
    """The four colours, worst first."""

    RED = "红"
    ORANGE = "橙"
    YELLOW = "黄"
    BLUE = "蓝"


class Means(StrEnum):
    """How a household is called."""

    PHONE = "电话"
    BROADCAST = "广播"
    DOOR = "敲门"
    GONG = "锣哨"


class MovementKind(StrEnum):
    """How stock changes."""

    IN = "入库"
    OUT = "出库"
    COUNT = "盘点"


class ChangeKind(StrEnum):
    """What was done to an entry."""

    ADDED = "登记"
    CHANGED = "修改"
    CONFIRMED = "核实"
    MOVED = "出入库"
    REPORTED = "报告变动"
    RETIRED = "停用"
    RESTORED = "恢复"
    FORGOTTEN = "清除个人信息"
