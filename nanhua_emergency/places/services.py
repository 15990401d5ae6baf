"""Load places from data/places.csv and find them."""

import csv
import re
from pathlib import Path

from sqlalchemy import select

from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places.models import Place, PlaceKind

CODE = re.compile("[0-9]{12}")


def get_place(code: str) -> Place:
    """The place of that code; NotFound where there is none."""
    place = find_place(code)
    if place is None:
        raise NotFound("没有代码为“%(code)s”的地方", code=code)
    return place


def find_place(code: str) -> Place | None:
    """The place of that code, if there is one."""
    return db.session.get(Place, code) if CODE.fullmatch(code) else None


def get_home(code: str = "") -> Place:
    """The place this site opens on: the one set by PLACE, or the first town."""
    if code:
        return get_place(code)
    query = select(Place).where(Place.kind == PlaceKind.TOWN).order_by(Place.code).limit(1)
    place = db.session.scalar(query)
    if place is None:
        raise NotFound("还没有登记任何乡镇。请运行 flask init")
    return place


def list_places(within: Place) -> list[Place]:
    """A place and all that lies within it, by code."""
    query = select(Place).where(within.covers(Place.code)).order_by(Place.code)
    return list(db.session.scalars(query))


def list_villages(town: Place) -> list[Place]:
    """The villages and communities within a place, by code."""
    return [place for place in list_places(town) if place.is_village]


def load_places(path: Path) -> int:
    """Add or rename the places of a CSV file; gives the number of rows read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except UnicodeDecodeError as error:
        raise RuleBroken("%(file)s 不是 UTF-8 编码，请另存为 UTF-8", file=path.name) from error
    for number, row in enumerate(rows, start=2):
        db.session.merge(_read_row(row, f"{path.name} 第 {number} 行"))
    db.session.flush()
    return len(rows)


def _read_row(row: dict[str, str], where: str) -> Place:
    code = (row.get("code") or "").strip()
    if not CODE.fullmatch(code):
        raise RuleBroken("%(where)s：代码“%(code)s”不是 12 位数字", where=where, code=code)
    if row.get("kind") not in list(PlaceKind):
        raise RuleBroken("%(where)s：不认识的类别“%(kind)s”", where=where, kind=row.get("kind"))
    name = (row.get("name") or "").strip()
    if not name:
        raise RuleBroken("%(where)s：缺名称", where=where)
    return Place(
        code=code,
        name=name,
        official_name=row.get("official_name") or name,
        kind=PlaceKind(row["kind"]),
        urban_rural_class=row.get("urban_rural_class") or "",
    )
