"""Load places from a CSV file."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from factories import COUNTY, ROOT, TOWN, VILLAGE
from nanhua_emergency.database import db
from nanhua_emergency.errors import NotFound, RuleBroken
from nanhua_emergency.places import services
from nanhua_emergency.places.models import Place, PlaceKind

HEAD = "code,name,official_name,kind,urban_rural_class\n"
ROW = "620724103000,巷道镇,巷道镇,town,\n"


def a_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "places.csv"
    path.write_bytes(text.encode(encoding))
    return path


def codes() -> list[str]:
    return list(db.session.scalars(select(Place.code).order_by(Place.code)))


def test_it_loads_county_town_and_villages(app: Flask) -> None:
    assert services.load_places(ROOT / "data" / "places.csv") == 18
    assert len(codes()) == 18
    village = services.get_place(VILLAGE)
    assert (village.name, village.official_name) == ("明水村", "明水村村民委员会")
    assert (village.kind, village.urban_rural_class) == (PlaceKind.VILLAGE, "220")
    assert services.get_place(TOWN).kind is PlaceKind.TOWN
    assert services.get_place(COUNTY).kind is PlaceKind.COUNTY


def test_it_loads_twice_without_doubling(app: Flask) -> None:
    before = codes()
    services.load_places(ROOT / "data" / "places.csv")
    db.session.commit()
    assert codes() == before


def test_it_adds_and_renames_but_takes_none_away(app: Flask, tmp_path: Path) -> None:
    before = codes()
    text = HEAD + ROW + f"{VILLAGE},明水新村,,village,220\n"
    assert services.load_places(a_file(tmp_path, text)) == 2
    db.session.commit()
    assert codes() == sorted([*before, "620724103000"])
    assert services.get_place(VILLAGE).official_name == "明水新村"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_it_reads_a_file_as_excel_saves_it(encoding: str, app: Flask, tmp_path: Path) -> None:
    text = (HEAD + ROW).replace("\n", "\r\n")
    assert services.load_places(a_file(tmp_path, text, encoding)) == 1
    assert services.get_place("620724103000").name == "巷道镇"


WRONG = [
    ("62072410300,巷道镇,巷道镇,town,\n", "第 2 行：代码“62072410300”不是 12 位数字"),
    ("６２０７２４１０３０００,巷道镇,巷道镇,town,\n", "不是 12 位数字"),
    (",巷道镇,巷道镇,town,\n", "第 2 行"),
    (ROW + "620724104000,某镇,某镇,village-town,\n", "第 3 行：不认识的类别“village-town”"),
    (ROW + "620724104000\n", "第 3 行"),
    ("620724103000,,,town,\n", "第 2 行：缺名称"),
    ("620724103000, ,巷道镇,town,\n", "第 2 行：缺名称"),
]


@pytest.mark.parametrize(("rows", "message"), WRONG)
def test_it_names_the_row_that_is_wrong(
    rows: str, message: str, app: Flask, tmp_path: Path
) -> None:
    before = codes()
    with pytest.raises(RuleBroken) as refusal:
        services.load_places(a_file(tmp_path, HEAD + rows))
    assert message in str(refusal.value)
    assert "places.csv" in str(refusal.value)
    db.session.rollback()
    assert codes() == before


def test_it_says_so_when_a_column_is_missing(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="缺名称"):
        services.load_places(a_file(tmp_path, "code,kind\n620724103000,town\n"))


def test_it_says_so_when_a_file_is_not_utf_8(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match=r"places\.csv 不是 UTF-8"):
        services.load_places(a_file(tmp_path, HEAD + ROW, "gb18030"))


def test_it_finds_the_place_the_site_opens_on(app: Flask) -> None:
    assert services.get_home().code == TOWN
    assert services.get_home(VILLAGE).code == VILLAGE
    with pytest.raises(NotFound):
        services.get_home("620724103000")


def test_it_tells_what_is_not_there(app: Flask) -> None:
    assert services.find_place("620724103000") is None
    with pytest.raises(NotFound, match="620724103000"):
        services.get_place("620724103000")
    db.session.query(Place).delete()
    with pytest.raises(NotFound, match="flask init"):
        services.get_home()
