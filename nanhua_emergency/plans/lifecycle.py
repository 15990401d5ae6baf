"""The table of states, verbs and roles of an edition; nothing else decides a move."""

from dataclasses import dataclass
from enum import StrEnum

from nanhua_emergency.access import Role
from nanhua_emergency.errors import RuleBroken


class State(StrEnum):
    """Where an edition stands."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    CLEARED = "cleared"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    ABANDONED = "abandoned"


class Verb(StrEnum):
    """What people do with an edition."""

    SAVE = "save"
    SUBMIT = "submit"
    CLEAR = "clear"
    RETURN = "return"
    PUBLISH = "publish"
    PUBLISH_URGENTLY = "publish_urgently"
    APPROVE = "approve"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    ABANDON = "abandon"


STATE_NAMES = {
    State.DRAFTED: "起草中",
    State.SUBMITTED: "待合法性审核",
    State.CLEARED: "待签发",
    State.PUBLISHED: "现行",
    State.SUPERSEDED: "已被新版取代",
    State.WITHDRAWN: "已撤回",
    State.ABANDONED: "已放弃",
}

VERB_NAMES = {
    Verb.SAVE: "修改文本",
    Verb.SUBMIT: "提交送审",
    Verb.CLEAR: "审核通过",
    Verb.RETURN: "退回",
    Verb.PUBLISH: "签发",
    Verb.PUBLISH_URGENTLY: "紧急签发",
    Verb.APPROVE: "补签",
    Verb.SUPERSEDE: "由新版取代",
    Verb.WITHDRAW: "撤回",
    Verb.ABANDON: "放弃本稿",
}


@dataclass(frozen=True)
class Move:
    """From a state, by a verb of a role, to a state."""

    state: State
    verb: Verb
    role: Role
    next_state: State


MOVES = (
    Move(State.DRAFTED, Verb.SAVE, Role.OFFICE, State.DRAFTED),
    Move(State.DRAFTED, Verb.SUBMIT, Role.OFFICE, State.SUBMITTED),
    Move(State.SUBMITTED, Verb.CLEAR, Role.LEGAL, State.CLEARED),
    Move(State.SUBMITTED, Verb.RETURN, Role.LEGAL, State.DRAFTED),
    Move(State.CLEARED, Verb.PUBLISH, Role.LEADER, State.PUBLISHED),
    Move(State.CLEARED, Verb.RETURN, Role.LEADER, State.DRAFTED),
    Move(State.PUBLISHED, Verb.WITHDRAW, Role.LEADER, State.WITHDRAWN),
    Move(State.DRAFTED, Verb.ABANDON, Role.OFFICE, State.ABANDONED),
    # A save after submission voids what was cleared: the text goes back to its author.
    Move(State.SUBMITTED, Verb.SAVE, Role.OFFICE, State.DRAFTED),
    Move(State.CLEARED, Verb.SAVE, Role.OFFICE, State.DRAFTED),
    # In an emergency a leader publishes at once; another person approves within three days.
    Move(State.DRAFTED, Verb.PUBLISH_URGENTLY, Role.LEADER, State.PUBLISHED),
    Move(State.SUBMITTED, Verb.PUBLISH_URGENTLY, Role.LEADER, State.PUBLISHED),
    Move(State.PUBLISHED, Verb.APPROVE, Role.LEADER, State.PUBLISHED),
)

# The one move that nobody makes by hand: the next edition's publication makes it.
SUPERSEDING = Move(State.PUBLISHED, Verb.SUPERSEDE, Role.LEADER, State.SUPERSEDED)

OPEN_STATES = (State.DRAFTED, State.SUBMITTED, State.CLEARED)
PUBLIC_STATES = (State.PUBLISHED, State.SUPERSEDED)

_TABLE = {(move.state, move.verb): move for move in MOVES}


class IllegalMove(RuleBroken):
    """The edition is not in a state in which this can be done, or not by this role."""

    status = 409


def get_move(state: State, verb: Verb, role: Role) -> Move:
    """The move of that state, verb and role; IllegalMove where the table has none."""
    move = _TABLE.get((state, verb))
    if move is None:
        raise IllegalMove(
            "这一版现在是“%(state)s”，不能%(verb)s", state=STATE_NAMES[state], verb=VERB_NAMES[verb]
        )
    if move.role is not role:
        raise IllegalMove("您的角色不能%(verb)s", verb=VERB_NAMES[verb])
    return move


def list_verbs(state: State, role: Role) -> list[Verb]:
    """What a role may do with an edition in that state, in the order of the table."""
    return [move.verb for move in MOVES if move.state is state and move.role is role]
