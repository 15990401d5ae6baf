"""Bring a folder of plan files into the register: flask import-plans."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from factories import (
    ROOT,
    TOWN,
    VILLAGE,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan_text,
    command,
    count_rows,
    refusal_of,
)  # fmt: skip
from nanhua_emergency.activity.models import ActivityEntry
from nanhua_emergency.activity.services import find_breaks
from nanhua_emergency.database import db
from nanhua_emergency.plans.importing import find_changed_revisions
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition, Plan, Review, Revision, hash_body

FLOOD, DROUGHT = "01-flood-control.md", "02-drought.md"


def a_folder(path: Path, **texts: str | bytes) -> Path:
    """A folder with the flood plan in it, and what else is given by name."""
    for name, text in {"flood": a_plan_text(), **texts}.items():
        data = text if isinstance(text, bytes) else text.encode()
        (path / f"{name}.md").write_bytes(data)
    return path


def rows() -> dict[str, int]:
    return count_rows(Plan, Edition, Revision, Review, ActivityEntry)


def the_plan(number: int = 1) -> Plan:
    db.session.rollback()
    return db.session.scalars(select(Plan).where(Plan.number == number)).one()


def editions_of(plan: Plan) -> list[Edition]:
    query = select(Edition).where(Edition.plan_id == plan.id).order_by(Edition.number)
    return list(db.session.scalars(query))


def test_it_puts_a_new_plan_in_force_at_once(app: Flask, cast: Cast, tmp_path: Path) -> None:
    done = command(app, "import-plans", str(a_folder(tmp_path)))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{FLOOD}：新增", "预案 新增 1"]
    plan = the_plan()
    assert (plan.slug, plan.place_code, plan.hazard) == ("flood-control", TOWN, "洪涝")
    edition = editions_of(plan)[0]
    assert (edition.state, edition.number, edition.body) == (State.PUBLISHED, 1, a_body())
    assert edition.published_sha256 == hash_body(a_body())
    assert edition.issue_number == ""
    assert db.session.scalars(select(Review.plan_id)).all() == [plan.id]
    assert list(find_breaks()) == []
    assert find_changed_revisions() == []


def test_it_reads_the_towns_own_seventeen(app: Flask, cast: Cast) -> None:
    done = command(app, "import-plans")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == "预案 新增 17"
    assert db.session.query(Plan).count() == 17


def test_it_brings_plans_to_another_place(app: Flask, cast: Cast, tmp_path: Path) -> None:
    folder = str(a_folder(tmp_path))
    assert command(app, "import-plans", folder).exit_code == 0
    assert command(app, "import-plans", folder, "--place", VILLAGE).exit_code == 0
    places = db.session.scalars(select(Plan.place_code).order_by(Plan.place_code)).all()
    assert places == [TOWN, VILLAGE]


def test_it_changes_nothing_the_second_time(app: Flask, cast: Cast, tmp_path: Path) -> None:
    folder = str(a_folder(tmp_path))
    command(app, "import-plans", folder)
    before = rows()
    done = command(app, "import-plans", folder)
    assert done.stdout.splitlines() == [f"{FLOOD}：没有变化", "预案 没有变化 1"]
    assert rows() == before


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_it_reads_a_file_as_windows_saves_it(
    mark: str, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    a_folder(tmp_path, flood=mark + a_plan_text().replace("\n", "\r\n"))
    done = command(app, "import-plans", str(tmp_path))
    assert done.stdout.splitlines()[0] == f"{FLOOD}：没有变化"


def test_it_makes_a_draft_of_a_changed_text(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    a_folder(tmp_path, flood=a_plan_text(body=a_changed_body()))
    done = command(app, "import-plans", str(tmp_path))
    assert done.stdout.splitlines()[0] == f"{FLOOD}：内容有变，已起草新版"
    in_force, draft = editions_of(the_plan())
    assert (in_force.state, in_force.body) == (State.PUBLISHED, a_body())
    assert (draft.state, draft.body) == (State.DRAFTED, a_changed_body())
    assert draft.head is not None
    based_on = db.session.get_one(Revision, draft.head.based_on_id)
    assert based_on.body == a_body()
    assert list(find_breaks()) == []
    assert find_changed_revisions() == []


def test_it_makes_one_draft_of_the_same_change(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    a_folder(tmp_path, flood=a_plan_text(body=a_changed_body()))
    command(app, "import-plans", str(tmp_path))
    before = rows()
    done = command(app, "import-plans", str(tmp_path))
    assert done.stdout.splitlines()[0] == f"{FLOOD}：没有变化"
    assert rows() == before


def test_it_leaves_an_edition_under_way_alone(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    draft = a_draft(the_plan(), by=cast.office, body=a_changed_body())
    db.session.commit()
    before = rows()
    a_folder(tmp_path, flood=a_plan_text(body=a_changed_body("另一处改动。")),
             drought=(ROOT / "plans" / DROUGHT).read_bytes())  # fmt: skip
    told = refusal_of(command(app, "import-plans", str(tmp_path)))
    assert f"{FLOOD}：《南华镇防汛应急预案》正有一版在编修" in told
    assert rows() == before
    assert draft.body == a_changed_body()


FIELDS = [
    "number", "slug", "title", "category", "hazard", "lead_department", "legal_basis", "season",
    "review_months", "drill_months",
]  # fmt: skip
WRONG_FILES = [
    ("正文\n", "wrong.md：开头缺登记项"),
    ("", "wrong.md"),
    ("---\nnumber: [\n---\n\n正文\n", "wrong.md 第"),
    ("---\nnumber: 2\n", "wrong.md"),
    ("---\n- 2\n---\n\n正文\n", "wrong.md"),
    ("---\nnumber: !!python/object:os.system {}\n---\n\n正文\n", "wrong.md"),
    (a_plan_text(number=2, slug="x", body="\n"), "wrong.md：正文是空的"),
    (a_plan_text(number=2, slug="x", body="<script>alert(1)</script>\n"), "wrong.md：第 1 行含有网页代码"),
    (a_plan_text(number=2, slug="x", body="字\n\n<iframe src='x'></iframe>\n"), "wrong.md：第 3 行"),
    (a_plan_text(number=2, slug="x", body="字\x00\n"), "wrong.md"),
    (a_plan_text(number=2, slug="x", body="字" * 1_000_001), "wrong.md：正文有"),
    (a_plan_text(number="二", slug="x"), "wrong.md"),
    (a_plan_text(number=200, slug="x"), "wrong.md"),
    (a_plan_text(number=2, slug="X Y"), "wrong.md"),
    (a_plan_text(number=2, slug="x", category="天灾"), "wrong.md"),
    (a_plan_text(number=2, slug="x", legal_basis="一部法"), "wrong.md"),
    (a_plan_text(number=2, slug="x", legal_basis=[]), "wrong.md"),
    (a_plan_text(number=2, slug="x", review_months=37), "wrong.md"),
    (a_plan_text(number=2, slug="x", title="名" * 500), "wrong.md"),
    (a_plan_text(number=2, slug="x").encode("gb18030"), "wrong.md 不是 UTF-8 编码"),
    (b"\xff\xfe\x00-", "wrong.md 不是 UTF-8 编码"),
    (a_plan_text(slug="another"), "wrong.md：number “1”已由 flood.md 占用"),
    (a_plan_text(number=2), "wrong.md：slug “flood-control”已由 flood.md 占用"),
    *((a_plan_text(number=2, slug="x") if name in ("number", "slug") else
       a_plan_text(number=2, slug="x", **{name: None}), name) for name in FIELDS[2:]),
    (a_plan_text(number=None, slug="x"), "number"),
    (a_plan_text(number=2, slug=None), "slug"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"), WRONG_FILES, ids=[str(n) for n in range(len(WRONG_FILES))]
)
def test_it_names_the_file_that_is_wrong_and_takes_none(
    text: str | bytes, message: str, app: Flask, cast: Cast, tmp_path: Path
) -> None:
    before = rows()
    told = refusal_of(command(app, "import-plans", str(a_folder(tmp_path, wrong=text))))
    assert "wrong.md" in told
    assert message in told
    assert rows() == before


def test_it_refuses_a_number_that_another_plan_has(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    before = rows()
    a_folder(tmp_path, flood=a_plan_text(slug="another"))
    told = refusal_of(command(app, "import-plans", str(tmp_path)))
    assert "01-another.md：“1”已由《南华镇防汛应急预案》占用" in told
    assert rows() == before


def test_it_refuses_to_renumber_a_plan(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans", str(a_folder(tmp_path)))
    before = rows()
    a_folder(tmp_path, flood=a_plan_text(number=5))
    told = refusal_of(command(app, "import-plans", str(tmp_path)))
    assert "登记的编号是 1，文件里是 5" in told
    assert rows() == before


def test_it_refuses_a_folder_without_plans(app: Flask, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("说明")
    assert "没有预案文件" in refusal_of(command(app, "import-plans", str(tmp_path)))


def test_it_says_so_when_a_file_cannot_be_read(app: Flask, cast: Cast, tmp_path: Path) -> None:
    (a_folder(tmp_path) / "folder.md").mkdir()
    assert "folder.md" in refusal_of(command(app, "import-plans", str(tmp_path)))


def test_it_refuses_a_folder_that_is_not_there(app: Flask, cast: Cast, tmp_path: Path) -> None:
    done = command(app, "import-plans", str(tmp_path / "nowhere"))
    assert done.exit_code == 2
    assert "nowhere" in done.stderr.strip().splitlines()[-1]


def test_it_refuses_a_place_that_is_not_there(app: Flask, cast: Cast, tmp_path: Path) -> None:
    folder = str(a_folder(tmp_path))
    told = refusal_of(command(app, "import-plans", folder, "--place", "620724103000"))
    assert "没有代码为“620724103000”的地方" in told
