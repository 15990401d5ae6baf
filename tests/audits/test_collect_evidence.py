"""Collect evidence: what plans, drills, findings and registers say, and that nothing never says 有."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from audit_factories import an_audit, answer_of
from conftest import Browse
from drill_factories import a_confirmed_record, a_drill, a_finding, a_record, in_china
from factories import (
    NOW,
    OTHER_VILLAGE,
    TODAY,
    TOWN,
    VILLAGE,
    Cast,
    a_plan,
    a_published,
    keep,
)
from nanhua_emergency.audits.evidence import EVIDENCE
from nanhua_emergency.audits.register_evidence import DUTY_POSTS
from nanhua_emergency.audits.services import refresh_evidence
from nanhua_emergency.audits.statements import Asked, Statement
from nanhua_emergency.database import db
from nanhua_emergency.places.services import get_place
from nanhua_emergency.plans import publication
from nanhua_emergency.plans.lifecycle import State
from nanhua_emergency.plans.models import Edition
from nanhua_emergency.plans.queries import find_unclosed_review, list_filings
from nanhua_emergency.plans.words import Trigger
from nanhua_emergency.registers.models import Entry
from nanhua_emergency.registers.people_models import Member, Post, Team, Training, WakeUp
from nanhua_emergency.registers.site_models import RiskPoint, Shelter, Supply

LONG_AGO = TODAY - timedelta(days=200)


def ask(name: str, place: str = VILLAGE, figure: int = 1, today: date = TODAY) -> Statement:
    return EVIDENCE[name](Asked(get_place(place), today, figure))


def enter(model: type[Entry], place: str = VILLAGE, **columns: Any) -> Any:
    entry = model(place_code=place, added_at=NOW, **columns)
    db.session.add(entry)
    db.session.flush()
    return entry


@pytest.mark.parametrize("place", [TOWN, VILLAGE])
@pytest.mark.parametrize("name", EVIDENCE)
def test_an_empty_register_says_so_and_never_met(app: Flask, name: str, place: str) -> None:
    said = ask(name, place)
    assert said.is_met is None
    assert said.count == 0
    assert "没有" in said.text


def test_plans_in_force_are_counted(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    edition = a_published(plan, cast)
    said = ask("plans_in_force", TOWN, 17)
    assert (said.is_met, said.count, said.total) == (False, 1, 17)
    assert ask("plans_in_force", TOWN, 1).is_met is True
    assert ask("plans_in_force", VILLAGE).is_met is None
    assert ask("plans_reviewed", TOWN).is_met is True
    review = find_unclosed_review(plan)
    assert review is not None
    assert ask("plans_reviewed", TOWN, today=review.due_on).is_met is True
    assert ask("plans_reviewed", TOWN, today=review.due_on + timedelta(days=1)).is_met is False
    assert ask("plans_filed", TOWN).is_met is False
    for filing in list_filings(edition):
        publication.file_edition(filing, receipt_number="示例001", filed_on=TODAY, by=cast.office,
                                 now=NOW)  # fmt: skip
    assert ask("plans_filed", TOWN).is_met is True


def test_a_village_s_own_plan_counts_for_it_and_for_the_town(app: Flask) -> None:
    plan = a_plan(place=VILLAGE, slug="own", title="示例明水村处置方案")
    db.session.add(Edition(plan_id=plan.id, number=1, state=State.PUBLISHED, began_at=NOW,
                           trigger=Trigger.FIRST))  # fmt: skip
    db.session.flush()
    assert ask("own_plan").is_met is True
    assert ask("own_plan", OTHER_VILLAGE).is_met is None
    said = ask("village_plans", TOWN)
    assert (said.is_met, said.count, said.total) == (False, 1, 16)


def test_only_confirmed_drills_of_this_year_are_met(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    a_record(a_drill(plan, by=cast.office, planned_at=in_china(2026, 3, 5)), by=cast.village)
    said = ask("drills_this_year")
    assert (said.is_met, said.count) == (False, 0)
    assert "另有 1 次待确认" in said.text
    a_confirmed_record(a_drill(plan, by=cast.office, planned_at=in_china(2026, 4, 5)), cast)
    a_confirmed_record(a_drill(plan, by=cast.office, planned_at=in_china(2025, 12, 30)), cast)
    assert ask("drills_this_year").is_met is True
    assert ask("drills_this_year").count == 1
    assert ask("drills_this_year", TOWN, 3).is_met is False
    assert ask("drills_this_year", OTHER_VILLAGE).is_met is None


def test_a_late_finding_is_said(app: Flask, cast: Cast) -> None:
    a_finding(cast, now=NOW)
    assert ask("findings_in_time", TOWN).is_met is True
    assert ask("findings_in_time", TOWN, today=TODAY + timedelta(days=31)).is_met is False


def test_duty_posts_must_all_have_somebody_with_a_phone(app: Flask) -> None:
    for title in DUTY_POSTS[:-1]:
        enter(Post, TOWN, title=title, holder="示例甲", phone="13900000001")
    enter(Post, TOWN, title=DUTY_POSTS[-1], holder="示例乙", phone="")
    said = ask("duty_posts_filled", TOWN)
    assert (said.is_met, said.count, said.total) == (False, 4, 5)
    assert "缺 信息报送员" in said.text
    enter(Post, TOWN, title=DUTY_POSTS[-1], seat="B角", holder="示例丙", phone="13900000002")
    assert ask("duty_posts_filled", TOWN).is_met is True


def test_posts_are_confirmed_within_the_quarter(app: Flask) -> None:
    post = enter(Post, TOWN, title="网格长", confirmed_on=TODAY - timedelta(days=92))
    assert ask("posts_confirmed", TOWN, 92).is_met is True
    assert ask("posts_confirmed", TOWN, 92, TODAY + timedelta(days=1)).is_met is False
    post.retired_at = NOW
    db.session.flush()
    assert ask("posts_confirmed", TOWN, 92).is_met is None


def a_team(place: str = VILLAGE, members: int = 10, **columns: Any) -> Team:
    columns = {
        "name": "示例队", "leader": "示例甲", "leader_phone": "13900000001",
        "assembly_point": "示例广场", "response_minutes": 30, "insured_until": TODAY,
    } | columns  # fmt: skip
    team: Team = enter(Team, place, **columns)
    for n in range(members):
        enter(Member, place, team_id=team.id, name=f"示例{n}", phone="13900000002", skill="会水")
    return team


def test_a_team_has_its_size_roster_insurance_and_place(app: Flask) -> None:
    team = a_team(members=9)
    assert ask("team_size", figure=10).is_met is False
    enter(Member, team_id=team.id, name="示例末", phone="", skill="会水")
    assert ask("team_size", figure=10).is_met is True
    assert ask("team_size", TOWN, 20).is_met is None
    said = ask("roster_complete")
    assert (said.is_met, said.count, said.total) == (False, 9, 10)
    assert ask("insurance_valid").is_met is True
    assert ask("insurance_valid", today=TODAY + timedelta(days=1)).is_met is False
    assert ask("assembly_set").is_met is True
    team.assembly_point = ""
    db.session.flush()
    assert ask("assembly_set").is_met is False


def test_a_whole_roster_with_a_leader_is_met(app: Flask) -> None:
    team = a_team(members=2)
    assert ask("roster_complete").is_met is True
    team.leader = ""
    db.session.flush()
    assert ask("roster_complete").is_met is False


def test_trainings_of_this_year_are_counted_with_their_people(app: Flask) -> None:
    enter(Training, held_on=date(2025, 12, 31), topic="示例旧", people=9)
    assert ask("trainings_this_year", TOWN).is_met is None
    enter(Training, held_on=TODAY, topic="示例", people=40)
    said = ask("trainings_this_year", TOWN)
    assert said.is_met is True
    assert "1 次、40 人次" in said.text


def a_supply(**columns: Any) -> Supply:
    columns = {
        "name": "编织袋", "unit": "条", "quantity": 10, "minimum": 10, "keeper": "示例甲",
        "keeper_phone": "13900000001", "expires_on": TODAY, "counted_on": TODAY,
    } | columns  # fmt: skip
    supply: Supply = enter(Supply, **columns)
    return supply


STOCK = ("supplies_kept", "stock_above_minimum", "nothing_expired", "stock_sound")


@pytest.mark.parametrize(
    ("change", "unmet"),
    [
        ({}, set()),
        ({"quantity": 9}, {"stock_above_minimum", "stock_sound"}),
        ({"expires_on": TODAY - timedelta(days=1)}, {"nothing_expired", "stock_sound"}),
        ({"keeper_phone": ""}, {"supplies_kept"}),
    ],
)
def test_stock_is_kept_enough_and_in_date(
    app: Flask, change: dict[str, Any], unmet: set[str]
) -> None:
    a_supply(**change)
    assert {name for name in STOCK if ask(name).is_met is False} == unmet
    assert all(ask(name).is_met is True for name in STOCK if name not in unmet)


def test_stock_without_a_minimum_proves_nothing(app: Flask) -> None:
    a_supply(minimum=None)
    assert ask("stock_above_minimum").is_met is None
    a_supply(name="铁锹")
    assert ask("stock_above_minimum").is_met is True


def test_stock_is_counted_within_ninety_days(app: Flask) -> None:
    a_supply(counted_on=TODAY - timedelta(days=90))
    assert ask("stock_counted", figure=90).is_met is True
    a_supply(name="铁锹", counted_on=None)
    said = ask("stock_counted", figure=90)
    assert (said.is_met, said.count, said.total) == (False, 1, 2)


def test_shelters_have_room_for_those_at_risk(app: Flask) -> None:
    shelter = enter(Shelter, name="示例广场", address="示例", area=900, capacity=100, keeper="示例")
    assert ask("shelters_known").is_met is True
    assert ask("shelter_capacity").is_met is None
    risk = enter(RiskPoint, name="示例沟口", people=100)
    assert ask("shelter_capacity").is_met is True
    risk.people = 101
    db.session.flush()
    assert ask("shelter_capacity").is_met is False
    assert ask("shelter_signs").is_met is False
    shelter.has_sign, shelter.route = True, "向东"
    db.session.flush()
    assert ask("shelter_signs").is_met is True


def test_wake_ups_are_covered_substituted_and_tested(app: Flask) -> None:
    whole = {
        "waker": "示例甲", "waker_phone": "13900000001", "substitute": "示例乙", "means": "敲门",
        "tested_on": TODAY, "is_answered": True,
    }  # fmt: skip
    for n in range(19):
        enter(WakeUp, household=f"示例户{n}", **whole)
    for name in ("wake_up_cover", "wake_up_substitutes", "wake_up_means"):
        assert ask(name).is_met is True, name
    assert ask("wake_ups_tested", figure=90).is_met is True
    last = enter(WakeUp, household="示例末户", tested_on=LONG_AGO, is_answered=True)
    for name in ("wake_up_cover", "wake_up_substitutes", "wake_up_means"):
        assert ask(name).is_met is False, name
    assert ask("wake_ups_tested", figure=90).is_met is True  # 19 of 20 are 95 %
    assert ask("wake_ups_tested", TOWN, 90).is_met is True
    enter(WakeUp, household="示例又一户")
    assert ask("wake_ups_tested", figure=90).is_met is False
    assert last.id


def test_the_answer_keeps_what_was_said_on_that_day(app: Flask, cast: Cast) -> None:
    audit = an_audit(cast)
    before = answer_of(audit, "V1.1").evidence
    assert before["text"] == "队员名册里没有登记。"
    assert before["on"] == TODAY.isoformat()
    assert before["is_met"] is None
    assert answer_of(audit, "V1.4").evidence == {}
    a_team(members=12)
    db.session.expire_all()
    assert answer_of(audit, "V1.1").evidence == before
    later = NOW + timedelta(days=3)
    refresh_evidence(audit, by=cast.village, now=later)
    after = answer_of(audit, "V1.1").evidence
    assert (after["is_met"], after["count"], after["total"]) == (True, 12, 10)
    assert after["on"] == (TODAY + timedelta(days=3)).isoformat()


def test_the_page_shows_it_first_with_links_that_work(
    app: Flask, cast: Cast, browse: Browse
) -> None:
    a_team(members=12)
    audit_id = keep(an_audit(cast))
    page = browse(cast.village).get(f"/audits/{audit_id}/items/V1")
    assert "登记队伍 1 支、队员 12 人，应有 10 人。" in page.text
    assert page.html.select_one(".evidence-met") is not None
    for code in ("V1", "V2", "V3", "V4", "V5"):
        page = browse(cast.village).get(f"/audits/{audit_id}/items/{code}")
        for link in page.html.select(".evidence a"):
            browse(cast.village).get(link["href"], status=200)
    leader = browse(cast.leader).get(f"/audits/{audit_id}")
    for link in leader.html.select(".evidence a"):
        browse(cast.leader).get(link["href"], status=200)


def test_it_is_collected_again_from_the_page(app: Flask, cast: Cast, browse: Browse) -> None:
    audit_id = keep(an_audit(cast))
    a_team(members=12)
    db.session.commit()
    page = browse(cast.village).get(f"/audits/{audit_id}")
    [form] = [f for f in page.forms.values() if f.action.endswith("/refresh")]
    page = form.submit(status=302).follow()
    assert "登记里的情况已经重新取过。" in page.text
    assert "队员 12 人" in page.text
