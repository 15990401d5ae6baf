"""What came of sending a mail: sent, later, refused, broken or unsure, by the server's reply."""

import re
from dataclasses import dataclass
from enum import StrEnum

# The server's own words are kept up to this many characters.
LONGEST_REPLY = 500
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# RFC 3463: the class, the subject and the detail of a status, at the start of a reply.
_STATUS = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})\b")
# Replies to “who is it for” that tell of our sign-in, the order of words or a full box,
# none of which makes the address a wrong one (RFC 5321 §4.2.3 and §4.5.3.1.10, RFC 4954 §6).
_NOT_THE_ADDRESS = frozenset({500, 502, 503, 504, 530, 534, 535, 538})
_FULL = frozenset({452, 552})
# QQ and 163 accept every address and say only after the whole mail that it does not exist.
_NO_SUCH_PERSON = re.compile(
    r"non-?existent|not exist|no such user|user (?:unknown|not found)|mailbox not found", re.I
)
_TOO_MUCH = re.compile(r"frequen|limit|too many|too fast|quota|频率|过于频繁", re.I)


class ReplyKind(StrEnum):
    """What came of it; only `REFUSED` is about the address, only `UNSURE` may have arrived."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    BROKEN = "broken"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of one mail, with the server's number, if it gave one, and its own words."""

    kind: ReplyKind
    code: int | None
    text: str


class Stage(StrEnum):
    """How far a mail had come when the server replied."""

    SIGN_IN = "sign_in"
    SENDER = "sender"
    ADDRESS = "address"
    CONTENT = "content"


def read_words(words: bytes | str) -> str:
    """The server's words on one line, without control characters, cut to what is kept."""
    text = words if isinstance(words, str) else _decode(words)
    return _CONTROL.sub(" ", text).strip()[:LONGEST_REPLY]


def judge(stage: Stage, code: int, words: bytes | str) -> Reply:
    """What a number other than 2xx means at that stage; the words are kept."""
    text = read_words(words)
    return Reply(_judge_kind(stage, code, text), code, text)


def _judge_kind(stage: Stage, code: int, text: str) -> ReplyKind:
    if code < 500 or code in _FULL:
        return ReplyKind.LATER if 400 <= code < 600 else ReplyKind.BROKEN
    if _TOO_MUCH.search(text):
        return ReplyKind.LATER
    if stage is Stage.ADDRESS:
        return ReplyKind.BROKEN if _is_our_fault(code, text) else ReplyKind.REFUSED
    if stage is Stage.CONTENT and _is_no_such_person(text):
        return ReplyKind.REFUSED
    return ReplyKind.BROKEN


def _is_our_fault(code: int, text: str) -> bool:
    """Whether the server objects to us: RFC 3463 §3.8 keeps 5.7 for safety and policy."""
    status = _STATUS.match(text)
    return code in _NOT_THE_ADDRESS or bool(status and status[1] == "7")


def _is_no_such_person(text: str) -> bool:
    """RFC 3463 §3.2: 5.1.1 is an unknown mailbox, 5.2.1 a disabled one."""
    status = _STATUS.match(text)
    return bool(_NO_SUCH_PERSON.search(text)) or (
        status is not None and (status[1], status[2]) in (("1", "1"), ("2", "1"))
    )


def _decode(words: bytes) -> str:
    try:
        return words.decode()
    except UnicodeDecodeError:
        return words.decode("gb18030", "replace")
