"""Write the texts in force to a folder of files: flask export-plans."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from factories import (
    NOW,
    ROOT,
    VILLAGE,
    Cast,
    a_body,
    a_changed_body,
    a_draft,
    a_plan,
    a_published,
    command,
    refusal_of,
)  # fmt: skip
from nanhua_emergency.database import db
from nanhua_emergency.plans.library import PlanFile, format_plan, parse_plan, read_plan_file
from nanhua_emergency.plans.models import Plan
from nanhua_emergency.plans.words import Category

FILES = sorted(path.name for path in (ROOT / "plans").glob("*.md"))


def test_it_writes_back_what_was_imported(app: Flask, cast: Cast, tmp_path: Path) -> None:
    command(app, "import-plans")
    done = command(app, "export-plans", str(tmp_path / "out"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.strip() == f"已写出 17 个预案到 {tmp_path / 'out'}"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    for name in FILES:
        written, given = (
            read_plan_file(folder / name) for folder in (tmp_path / "out", ROOT / "plans")
        )
        assert written == given


def test_it_gives_files_of_which_an_import_says_unchanged(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    command(app, "import-plans")
    command(app, "export-plans", str(tmp_path))
    done = command(app, "import-plans", str(tmp_path))
    assert done.stdout.splitlines()[-1] == "预案 没有变化 17"


def test_it_writes_the_text_in_force_not_the_draft(app: Flask, cast: Cast, tmp_path: Path) -> None:
    plan = a_plan()
    a_published(plan, cast, body=a_body())
    a_draft(plan, by=cast.office, body=a_changed_body())
    command(app, "export-plans", str(tmp_path))
    assert read_plan_file(tmp_path / "01-flood-control.md").body == a_body()


def test_it_writes_what_people_have_changed_since(app: Flask, cast: Cast, tmp_path: Path) -> None:
    plan = a_plan(season="10月—4月", review_months=12)
    a_published(plan, cast, body=a_body())
    a_published(plan, cast, body=a_changed_body(), now=NOW + timedelta(days=1))
    command(app, "export-plans", str(tmp_path))
    file = read_plan_file(tmp_path / "01-flood-control.md")
    assert (file.body, file.season, file.review_months) == (a_changed_body(), "10月—4月", 12)


def test_it_writes_a_draft_where_nothing_is_in_force(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    a_draft(a_plan(), by=cast.office)
    a_plan(number=2, slug="drought")
    done = command(app, "export-plans", str(tmp_path))
    assert done.exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["01-flood-control.md"]


def test_it_writes_the_plans_of_one_place_only(app: Flask, cast: Cast, tmp_path: Path) -> None:
    a_draft(a_plan(), by=cast.office)
    a_draft(a_plan(place=VILLAGE, number=3, slug="village"), by=cast.office)
    command(app, "export-plans", str(tmp_path / "town"))
    command(app, "export-plans", str(tmp_path / "village"), "--place", VILLAGE)
    assert [path.name for path in (tmp_path / "town").iterdir()] == ["01-flood-control.md"]
    assert [path.name for path in (tmp_path / "village").iterdir()] == ["03-village.md"]


def test_it_writes_more_than_one_page_of_plans(app: Flask, cast: Cast, tmp_path: Path) -> None:
    for number in range(1, 61):
        a_draft(a_plan(number=number, slug=f"plan-{number}"), by=cast.office)
    command(app, "export-plans", str(tmp_path))
    assert len(list(tmp_path.iterdir())) == 60


def test_it_says_so_when_the_folder_cannot_be_written(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    a_draft(a_plan(), by=cast.office)
    (tmp_path / "file").write_text("这里是一个文件")
    done = command(app, "export-plans", str(tmp_path / "file" / "out"))
    assert "文件不能读写" in refusal_of(done)
    assert (tmp_path / "file").read_text() == "这里是一个文件"


@pytest.mark.parametrize("name", FILES)
def test_it_gives_the_same_plan_when_read_again(name: str) -> None:
    plan = read_plan_file(ROOT / "plans" / name)
    assert parse_plan(format_plan(plan), name) == plan
    assert format_plan(parse_plan(format_plan(plan), name)) == format_plan(plan)


ODD = ["on", "null", "2026-05-01", "1.0", "a: b", "#号", "'单'\"双\"", "- 横线", "@示例", "多 余  空格",
       "！叹号", "{花}", "[方]", "*星", "&和", "%百", "名" * 118, "反斜\\杠", "yes", "0x1F", "~"]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_it_gives_odd_words_back_as_they_were(odd: str) -> None:
    plan = PlanFile(
        number=7, slug="odd", title=f"示例{odd}", category=Category.NATURAL, hazard="洪涝",
        lead_department=odd, legal_basis=(odd, f"《{odd}》"), season="5月—6月", review_months=36,
        drill_months=12, body="## 一\n\n---\n\nnumber: 8\n\n---\n",
    )  # fmt: skip
    assert parse_plan(format_plan(plan), "07-odd.md") == plan


def test_it_stores_no_change(app: Flask, cast: Cast, tmp_path: Path) -> None:
    a_draft(a_plan(), by=cast.office)
    db.session.commit()
    before = db.session.execute(select(Plan.title, Plan.number)).all()
    command(app, "export-plans", str(tmp_path))
    assert db.session.execute(select(Plan.title, Plan.number)).all() == before
