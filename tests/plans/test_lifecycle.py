"""Every state, verb and role of an edition: what the table allows is done, the rest is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from factories import (
    ALL_MET,
    NOW,
    TODAY,
    Cast,
    a_changed_body,
    a_cleared,
    a_draft,
    a_plan,
    a_published,
    a_submitted,
)
from nanhua_emergency.access import Role
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.plans import drafting, publication, services
from nanhua_emergency.plans.lifecycle import (
    MOVES,
    IllegalMove,
    State,
    Verb,
    get_move,
    list_verbs,
)
from nanhua_emergency.plans.models import Edition, Plan
from nanhua_emergency.plans.words import Trigger

D, S, C, P = State.DRAFTED, State.SUBMITTED, State.CLEARED, State.PUBLISHED

# The picture of design.md, written a second time on purpose.
TABLE = {
    (D, Verb.SAVE): (Role.OFFICE, D),
    (D, Verb.SUBMIT): (Role.OFFICE, S),
    (D, Verb.ABANDON): (Role.OFFICE, State.ABANDONED),
    (D, Verb.PUBLISH_URGENTLY): (Role.LEADER, P),
    (S, Verb.SAVE): (Role.OFFICE, D),
    (S, Verb.CLEAR): (Role.LEGAL, C),
    (S, Verb.RETURN): (Role.LEGAL, D),
    (S, Verb.PUBLISH_URGENTLY): (Role.LEADER, P),
    (C, Verb.SAVE): (Role.OFFICE, D),
    (C, Verb.PUBLISH): (Role.LEADER, P),
    (C, Verb.RETURN): (Role.LEADER, D),
    (P, Verb.WITHDRAW): (Role.LEADER, State.WITHDRAWN),
    (P, Verb.APPROVE): (Role.LEADER, P),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("verb", list(Verb))
def test_it_allows_exactly_the_moves_of_the_table(state: State, verb: Verb) -> None:
    for role in Role:
        allowed = TABLE.get((state, verb))
        if allowed and allowed[0] is role:
            assert get_move(state, verb, role).next_state is allowed[1]
            assert verb in list_verbs(state, role)
        else:
            with pytest.raises(IllegalMove) as refusal:
                get_move(state, verb, role)
            assert refusal.value.status == 409
            assert verb not in list_verbs(state, role)


def test_it_has_one_move_for_each_state_and_verb() -> None:
    assert len(MOVES) == len({(move.state, move.verb) for move in MOVES}) == len(TABLE)


def _superseded(plan: Plan, cast: Cast) -> Edition:
    first = a_published(plan, cast)
    a_published(plan, cast, body=a_changed_body())
    return first


def _withdrawn(plan: Plan, cast: Cast) -> Edition:
    edition = a_published(plan, cast)
    publication.withdraw_edition(edition, reason="示例", by=cast.leader, now=NOW)
    return edition


def _abandoned(plan: Plan, cast: Cast) -> Edition:
    edition = a_draft(plan, by=cast.office)
    services.abandon_edition(edition, reason="示例", by=cast.office, now=NOW)
    return edition


def _urgent(plan: Plan, cast: Cast) -> Edition:
    edition = a_submitted(plan, cast)
    publication.publish_urgently(edition, sha256=edition.head.sha256, issue_number="示例1号",
                                 reason="汛情紧急", by=cast.leader, now=NOW)  # fmt: skip
    return edition


MAKE: dict[State, Callable[[Plan, Cast], Edition]] = {
    D: lambda plan, cast: a_draft(plan, by=cast.office),
    S: a_submitted,
    C: a_cleared,
    P: _urgent,
    State.SUPERSEDED: _superseded,
    State.WITHDRAWN: _withdrawn,
    State.ABANDONED: _abandoned,
}


def _do(verb: Verb, edition: Edition, by: Account) -> None:
    """The service of a verb, with answers that are in order."""
    sha256 = edition.head.sha256
    todo: dict[Verb, Callable[[], object]] = {
        Verb.SAVE: lambda: drafting.save_draft(
            edition, body=a_changed_body("又改一处。"), based_on_id=edition.head_id, note="",
            by=by, now=NOW),
        Verb.SUBMIT: lambda: services.submit_edition(edition, change_note="示例", by=by, now=NOW),
        Verb.CLEAR: lambda: services.clear_edition(
            edition, sha256=sha256, points=ALL_MET, by=by, now=NOW),
        Verb.RETURN: lambda: services.return_edition(edition, reason="示例", by=by, now=NOW),
        Verb.ABANDON: lambda: services.abandon_edition(edition, reason="示例", by=by, now=NOW),
        Verb.PUBLISH: lambda: publication.publish_edition(
            edition, sha256=sha256, issue_number="示例2号", effective_on=TODAY, by=by, now=NOW),
        Verb.PUBLISH_URGENTLY: lambda: publication.publish_urgently(
            edition, sha256=sha256, issue_number="示例3号", reason="汛情", by=by, now=NOW),
        Verb.APPROVE: lambda: publication.approve_edition(
            edition, by=by, now=NOW + timedelta(days=1)),
        Verb.WITHDRAW: lambda: publication.withdraw_edition(
            edition, reason="示例", by=by, now=NOW),
    }  # fmt: skip
    todo[verb]()


DOABLE = [verb for verb in Verb if verb is not Verb.SUPERSEDE]


@pytest.mark.parametrize("state", list(State))
def test_it_refuses_every_other_move_in_the_service(app: Flask, cast: Cast, state: State) -> None:
    edition = MAKE[state](a_plan(), cast)
    before = (edition.state, edition.head_id, edition.cleared_sha256, edition.published_sha256)
    for verb in DOABLE:
        for person in (cast.office, cast.legal, cast.other_leader, cast.village, cast.admin):
            if TABLE.get((state, verb), (None,))[0] is not person.role:
                with pytest.raises(IllegalMove):
                    _do(verb, edition, person)
    db.session.flush()
    db.session.refresh(edition)
    after = (edition.state, edition.head_id, edition.cleared_sha256, edition.published_sha256)
    assert after == before


@pytest.mark.parametrize(("state", "verb"), list(TABLE))
def test_it_makes_every_move_of_the_table_by_the_service(
    app: Flask, cast: Cast, state: State, verb: Verb
) -> None:
    role, next_state = TABLE[(state, verb)]
    people = {Role.OFFICE: cast.office, Role.LEGAL: cast.legal, Role.LEADER: cast.other_leader}
    edition = MAKE[state](a_plan(), cast)
    _do(verb, edition, people[role])
    db.session.flush()
    db.session.refresh(edition)
    assert edition.state is next_state


def _another(plan: Plan, state: State) -> Edition:
    return Edition(plan=plan, number=99, state=state, trigger=Trigger.OTHER, began_at=NOW)


@pytest.mark.parametrize("first", [D, S, C])
@pytest.mark.parametrize("second", [D, S, C])
def test_it_cannot_store_a_second_open_edition(
    app: Flask, cast: Cast, first: State, second: State
) -> None:
    plan = a_plan()
    MAKE[first](plan, cast)
    db.session.add(_another(plan, second))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_it_cannot_store_a_second_published_edition(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    db.session.add(_another(plan, P))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_it_stores_an_open_edition_beside_the_published_one(app: Flask, cast: Cast) -> None:
    plan = a_plan()
    a_published(plan, cast)
    db.session.add(_another(plan, D))
    db.session.flush()
    assert services.find_open(plan).number == 99
