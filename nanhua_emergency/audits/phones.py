"""Mobile numbers of private persons in texts that leave the house: masked but for their ends."""

import re

_MOBILE = re.compile(r"(?<![\d.])((?:\+?86[- ]?)?1[3-9]\d)[- ]?\d{4}[- ]?(\d{4})(?!\d)", re.ASCII)


def mask_phones(text: str) -> str:
    """The text with the four digits in the middle of every mobile number hidden."""
    return _MOBILE.sub(r"\1****\2", text)
