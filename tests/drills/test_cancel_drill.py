"""Take a drill out of the plan of the year, with the reason."""

import pytest

from conftest import Browse
from drill_factories import a_drill, a_record
from factories import NOW, Cast, a_plan, a_published, form_of, keep, stored
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Drill, DrillState
from nanhua_emergency.errors import RuleBroken


@pytest.fixture
def drill(cast: Cast) -> Drill:
    plan = a_plan()
    a_published(plan, cast)
    return a_drill(plan, by=cast.office)


def test_it_cancels_and_stays_readable(drill: Drill, cast: Cast, browse: Browse) -> None:
    key = keep(drill)
    form = form_of(browse(cast.office).get(f"/drills/{key}/cancel"))
    form["reason"] = "大风黄色预警"
    form.submit()
    page = browse(cast.village).get(f"/drills/{key}")
    assert "已取消" in page.text
    assert "大风黄色预警" in page.text
    assert f"/drills/{key}/record" not in page.text
    assert stored(Drill.state, key) is DrillState.CANCELLED
    assert stored(Drill.date_version, key) == 2


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_asks_why(reason: str, drill: Drill, cast: Cast, browse: Browse) -> None:
    key = keep(drill)
    form = form_of(browse(cast.office).get(f"/drills/{key}/cancel"))
    form["reason"] = reason
    assert "请写明" in form.submit(status=422).text
    assert stored(Drill.state, key) is DrillState.SCHEDULED
    with pytest.raises(RuleBroken, match="取消的原因"):
        services.cancel_drill(drill, reason=reason, by=cast.office, now=NOW)


def test_it_turns_down_a_proposal(cast: Cast) -> None:
    proposal = a_drill(a_plan(), by=cast.village)
    services.cancel_drill(proposal, reason="与全镇演练重复", by=cast.office, now=NOW)
    assert proposal.state is DrillState.CANCELLED


def test_it_cancels_once(drill: Drill, cast: Cast, browse: Browse) -> None:
    key = keep(drill)
    form = form_of(browse(cast.office).get(f"/drills/{key}/cancel"))
    form["reason"] = "第一个原因"
    form.submit()
    form["reason"] = "第二个原因"
    page = form.submit(status=409)
    assert "已经取消" in page.text
    assert form_of(page)["reason"].value == "第二个原因"
    assert stored(Drill.cancel_reason, key) == "第一个原因"
    assert stored(Drill.date_version, key) == 2


def test_it_leaves_what_was_held(drill: Drill, cast: Cast) -> None:
    a_record(drill, by=cast.village)
    with pytest.raises(services.DrillClosed, match="已经有记录"):
        services.cancel_drill(drill, reason="示例", by=cast.office, now=NOW)
