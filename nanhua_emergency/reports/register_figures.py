"""Figures of the registers: trainings of a year; teams and posts as they stood at its end."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.people_models import Post, Team, Training
from nanhua_emergency.registers.privacy import mask_phone
from nanhua_emergency.registers.words import Level, Seat
from nanhua_emergency.reports.figures import PLACE, Column, Figure, Link
from nanhua_emergency.reports.year import Year

# The posts that the annual report counts, by the names they have in data/references.yaml.
GRID_POST = "网格长"
OBSERVER = "地震观测员"


def _was_in_use(year: Year, model: type[Entry]) -> ColumnElement[bool]:
    return model.retired_at.is_(None) | (model.retired_at >= year.reached_at)


def _trainings(year: Year) -> Select[Any]:
    """Trainings held in the year; an entry that was taken back is none."""
    return select(Training).where(
        year.covers(Training.place_code), Training.held_on.between(*year.days),
        Training.retired_at.is_(None),
    )  # fmt: skip


def _trained(year: Year) -> Select[int]:
    people = _trainings(year).with_only_columns(Training.people).subquery()
    return select(func.coalesce(func.sum(people.c.people), 0))


def _teams(year: Year, *, level: Level) -> Select[Any]:
    """Teams of a level; where the level is not said, the place tells it."""
    is_village = func.substr(Team.place_code, 10) != "000"
    by_place = is_village if level is Level.VILLAGE else ~is_village
    return select(Team).where(
        year.covers(Team.place_code), Team.added_at < year.reached_at, _was_in_use(year, Team),
        or_(Team.level == level, and_(Team.level.is_(None), by_place)),
    )  # fmt: skip


def _posts(year: Year, title: str) -> Select[Any]:
    """Posts of a title that somebody held at the end of the year, as its first holder.

    A term that is written down says when a post was held; without one it counts from its entry.
    """
    on = year.reached_on
    has_begun = or_(
        Post.term_from <= on, and_(Post.term_from.is_(None), Post.added_at < year.reached_at)
    )
    return select(Post).where(
        year.covers(Post.place_code), Post.title == title, Post.seat == Seat.FIRST,
        (Post.holder != "") | Post.is_forgotten, has_begun, _was_in_use(year, Post),
        Post.term_until.is_(None) | (Post.term_until >= on),
    )  # fmt: skip


def _link(register: str) -> Any:
    def link(entry: Entry) -> Link:
        return "registers.show_entry", {"register_slug": register, "entry_id": entry.id}

    return link


_TRAINING_COLUMNS = (
    Column("主题", lambda one: one.topic),
    PLACE,
    Column("日期", lambda one: one.held_on),
    Column("培训对象", lambda one: one.audience),
    Column("人数", lambda one: one.people),
)
_TEAM_COLUMNS = (
    Column("队伍", lambda one: one.name),
    PLACE,
    Column("类型", lambda one: one.kind.value if one.kind else "", is_word=True),
    Column("队长", lambda one: one.leader),
    Column("电话", lambda one: mask_phone(one.leader_phone)),
    Column("集结点", lambda one: one.assembly_point),
)
_POST_COLUMNS = (
    Column("姓名", lambda one: one.holder or "（个人信息已清除）"),
    PLACE,
    Column("电话", lambda one: mask_phone(one.phone)),
    Column("岗位", lambda one: one.title),
    Column("网格", lambda one: one.grid_code),
    Column("任期自", lambda one: one.term_from),
)


def _training(slug: str, name: str, unit: str, **more: Any) -> Figure:
    order = (Training.held_on, Training.place_code, Training.id)
    return Figure(slug, name, unit, _trainings, Training.id, order, _TRAINING_COLUMNS,
                  _link("trainings"), **more)  # fmt: skip


def _team(slug: str, name: str, level: Level) -> Figure:
    return Figure(slug, name, "支", lambda year: _teams(year, level=level), Team.id,
                  (Team.place_code, Team.name, Team.id), _TEAM_COLUMNS, _link("teams"),
                  is_of_town=level is Level.TOWN, note="到年底（今年到今天）在册的。")  # fmt: skip


def _post(slug: str, title: str) -> Figure:
    return Figure(slug, title, "名", lambda year: _posts(year, title), Post.id,
                  (Post.place_code, Post.grid_code, Post.id), _POST_COLUMNS, _link("posts"),
                  note="到年底（今年到今天）在岗的 A 角；空缺的不算。")  # fmt: skip


TRAINING_FIGURES = (
    _training("trainings", "举办的培训", "期"),
    _training("training-people", "参加培训", "人次", total=_trained,
              amount=lambda one: one.people or 0, note="各期培训登记的人数相加。"),
)  # fmt: skip
FORCE_FIGURES = (
    _team("town-teams", "镇级救援队伍", Level.TOWN),
    _team("village-teams", "村级救援队伍", Level.VILLAGE),
    _post("grid-posts", GRID_POST),
    _post("observers", OBSERVER),
)
