"""Names of the Word styles by which an exported plan reads back as it was."""

# An exported paragraph that begins with a number is no heading for that.
TEXT_STYLE = "预案正文"
ITEM_STYLE = "预案清单"
# Left out when an exported file is read again: the register holds them itself.
PARTICULARS_STYLE = "预案登记项"
SIGN_OFF_STYLE = "审签单"
SIGN_OFF_NOTE_STYLE = "审签单说明"
SHEET_STYLES = frozenset({SIGN_OFF_STYLE, SIGN_OFF_NOTE_STYLE})
MARKED_STYLES = SHEET_STYLES | {PARTICULARS_STYLE}
