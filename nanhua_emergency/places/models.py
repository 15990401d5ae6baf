"""What is stored of places."""

from enum import StrEnum

from sqlalchemy import ColumnElement, String
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from nanhua_emergency.database import PLACE_CODE, Base, Word


class PlaceKind(StrEnum):
    """What a place is; villages and communities carry the five haves, towns the seven."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    COMMUNITY = "community"


def prefix_of(code: str) -> str:
    """The digits that every code within a place begins with.

    Statistical division codes: province 2 digits, city 4, county 6, town 9, village 12.
    """
    for length in (2, 4, 6, 9):
        if code[length:] == "0" * (12 - length):
            return code[:length]
    return code


class Place(Base):
    """A county, town, village or community, by its 12-digit statistical division code."""

    __tablename__ = "place"

    code: Mapped[str] = mapped_column(PLACE_CODE, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    official_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[PlaceKind] = mapped_column(Word(PlaceKind))
    urban_rural_class: Mapped[str] = mapped_column(String(3), default="")

    def contains(self, code: str) -> bool:
        """Whether another place lies within this one, or is it."""
        return code.startswith(prefix_of(self.code))

    def covers(self, column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The same as one range on an indexed column; for the lowest level, one value of it."""
        prefix = prefix_of(self.code)
        if len(prefix) == len(self.code):
            return column == self.code
        return column.between(prefix.ljust(12, "0"), prefix.ljust(12, "9"))

    @property
    def is_village(self) -> bool:
        """Whether it is the lowest level: a village or a community."""
        return self.kind in (PlaceKind.VILLAGE, PlaceKind.COMMUNITY)

    @property
    def town_code(self) -> str:
        """The code of the town it belongs to, or its own."""
        return self.code[:9].ljust(12, "0")

    @property
    def county_code(self) -> str:
        """The code of the county it belongs to, or its own."""
        return self.code[:6].ljust(12, "0")
