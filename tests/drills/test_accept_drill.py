"""Put a village's proposal into the plan of the year."""

import pytest

from conftest import Browse
from drill_factories import a_drill
from factories import Cast, a_plan, keep, stored
from nanhua_emergency.clock import now
from nanhua_emergency.drills import services
from nanhua_emergency.drills.models import Drill, DrillState


@pytest.fixture
def proposal(cast: Cast) -> int:
    return keep(a_drill(a_plan(), by=cast.village))


def test_it_puts_the_proposal_into_the_plan(proposal: int, cast: Cast, browse: Browse) -> None:
    page = browse(cast.office).get(f"/drills/{proposal}")
    assert "村里提议" in page.text
    page = page.forms[max(k for k in page.forms if isinstance(k, int))].submit().follow()
    assert "已接受" in page.text
    assert stored(Drill.state, proposal) is DrillState.SCHEDULED
    assert stored(Drill.date_version, proposal) == 1


def test_it_is_not_for_the_village_itself(proposal: int, cast: Cast, browse: Browse) -> None:
    page = browse(cast.village).get(f"/drills/{proposal}")
    assert f"/drills/{proposal}/accept" not in page.text
    browse(cast.village).post(f"/drills/{proposal}/accept", status=403)


def test_it_accepts_once(proposal: int, cast: Cast, browse: Browse) -> None:
    form = browse(cast.office).get(f"/drills/{proposal}")
    form = form.forms[max(k for k in form.forms if isinstance(k, int))]
    form.submit()
    assert "不是待接受的提议" in form.submit(status=409).text


def test_it_does_not_bring_back_a_cancelled_one(cast: Cast) -> None:
    drill = a_drill(a_plan(), by=cast.village)
    services.cancel_drill(drill, reason="示例", by=cast.office, now=now())
    with pytest.raises(services.DrillClosed):
        services.accept_drill(drill, by=cast.office, now=now())
