"""Whether a mail address can be written to, said before anything is sent there."""

import re
from email.headerregistry import Address

from nanhua_emergency.errors import RuleBroken

# RFC 5321 §4.5.3.1: 64 for the part before the @, 254 for what fits into a path of 256.
_LONGEST, _LONGEST_NAME = 254, 64
# RFC 5322 §3.2.3 “dot-atom”; quoted names are allowed there, and no mailbox here has one.
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class AddressWrong(RuleBroken):
    """An address to which no mail can go."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, field="email", **values)


def check_address(address: str) -> None:
    """Refuse what is no address: empty, line breaks, two @, a name that is not ASCII, no domain."""
    tidy_address(address)


def mask_address(address: str) -> str:
    """The address for somebody who need not know it: its first letters and its domain."""
    name, at, domain = address.partition("@")
    return f"{name[:2]}***{at}{domain}"


def tidy_address(address: str) -> str:
    """The address as servers take it, a Chinese domain in punycode; `AddressWrong` if it is none."""
    if not address:
        raise AddressWrong("没有填邮箱地址")
    if any(each.isspace() or not each.isprintable() for each in address):
        raise AddressWrong("邮箱地址里有空格、换行或看不见的字符，请删去")
    name, at, domain = address.partition("@")
    if not at or "@" in domain:
        raise AddressWrong("邮箱地址“%(address)s”里应当有一个 @", address=address)
    if not name.isascii():
        raise AddressWrong(
            "邮箱地址“%(address)s”在 @ 前面只能用英文字母、数字和符号", address=address
        )
    tidy = f"{name}@{_tidy_domain(domain, address)}"
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or len(tidy) > _LONGEST:
        raise AddressWrong("邮箱地址“%(address)s”在 @ 前面写得不对", address=address)
    # The last word is the library's that writes the header.
    return Address(addr_spec=tidy).addr_spec


def _tidy_domain(domain: str, address: str) -> str:
    try:
        plain = domain.encode("idna").decode().lower()
    except UnicodeError:
        plain = ""
    labels = plain.split(".")
    if (
        len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
        or labels[-1].isdigit()
    ):
        raise AddressWrong(
            "邮箱地址“%(address)s”在 @ 后面写得不对，应当像 qq.com", address=address
        )  # fmt: skip
    return plain
