"""Work with a text of a megabyte on one line: everything answers, nothing is lost."""

import pytest
from flask import Flask

from conftest import Browse
from factories import Cast, a_draft, a_plan, form_of, keep, stored
from nanhua_emergency.plans.models import Edition, Revision

MEGABYTE = 333_333  # characters of three bytes each
SHAPES = {
    "one sentence": ("先转移老人、孩子、病人，" * MEGABYTE)[:MEGABYTE],
    "blanks between": ("防 " * MEGABYTE)[:MEGABYTE],
}


@pytest.mark.parametrize("name", list(SHAPES))
def test_it_is_saved_merged_compared_and_kept(
    app: Flask, cast: Cast, browse: Browse, name: str
) -> None:
    line = SHAPES[name]
    edition_id = keep(a_draft(a_plan(), by=cast.office, body=f"{line}\n"))
    address = f"/work/editions/{edition_id}"
    mine, theirs = browse(cast.office), browse(cast.other_office)
    form, other = (form_of(one.get(f"{address}/edit")) for one in (mine, theirs))
    first = stored(Edition.head_id, edition_id)

    token = form["csrf_token"].value
    fields = {"csrf_token": token, "body": f"甲{line}", "based_on_id": str(first)}
    assert mine.post(f"{address}/keep", fields).json["kept_at"]
    assert line[:9] in mine.post("/work/preview", fields).json["html"]

    other["body"] = f"{line}乙"
    other.submit("save", status=302)
    form["body"] = f"甲{line}"
    page = form.submit("save", status=409)
    again = form_of(page)
    assert again["body"].value.strip() == f"甲{line}"
    again["pick_0"] = "both"
    again.submit(status=302)
    head = stored(Edition.head_id, edition_id)
    assert stored(Revision.body, head) == f"{line}乙\n\n甲{line}\n"
    for view in ("", "&view=side"):
        page = mine.get(f"/work/revisions/compare?old={first}&new={head}{view}")
        assert "甲" in "".join(one.get_text() for one in page.html.select(".diff ins"))
