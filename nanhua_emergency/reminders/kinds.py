"""The kinds of reminders, their names, and which of them a person may pause."""

from enum import StrEnum


class Kind(StrEnum):
    """What a message is about."""

    DRILL_COMING = "drill_coming"
    DRILL_MOVED = "drill_moved"
    DRILL_CANCELLED = "drill_cancelled"
    DRILL_UNRECORDED = "drill_unrecorded"
    RECORD_UNCONFIRMED = "record_unconfirmed"
    FILING_DUE = "filing_due"
    ANNOUNCEMENT_DUE = "announcement_due"
    REVIEW_DUE = "review_due"
    URGENT_UNAPPROVED = "urgent_unapproved"
    FINDING_DUE = "finding_due"
    SUPPLY_EXPIRING = "supply_expiring"
    POST_UNCONFIRMED = "post_unconfirmed"
    SIGN_IN_UNUSED = "sign_in_unused"
    WEEKLY_DIGEST = "weekly_digest"
    REGISTER_ATTENTION = "register_attention"
    AUDIT_DUE = "audit_due"


KIND_NAMES = {
    Kind.DRILL_COMING: "演练提醒",
    Kind.DRILL_MOVED: "演练改期",
    Kind.DRILL_CANCELLED: "演练取消",
    Kind.DRILL_UNRECORDED: "演练待记录",
    Kind.RECORD_UNCONFIRMED: "记录待确认",
    Kind.FILING_DUE: "备案到期",
    Kind.ANNOUNCEMENT_DUE: "公布到期",
    Kind.REVIEW_DUE: "定期评估到期",
    Kind.URGENT_UNAPPROVED: "紧急签发待补签",
    Kind.FINDING_DUE: "整改到期",
    Kind.SUPPLY_EXPIRING: "物资到期",
    Kind.POST_UNCONFIRMED: "岗位待核实",
    Kind.SIGN_IN_UNUSED: "账号还没有用过",
    Kind.WEEKLY_DIGEST: "每周待办",
    Kind.REGISTER_ATTENTION: "名册每月清单",
    Kind.AUDIT_DUE: "核查到期",
}

# What somebody was told of a drill's date.
DATES = (Kind.DRILL_COMING, Kind.DRILL_MOVED)
TOLD = (*DATES, Kind.DRILL_CANCELLED)
# One's own drills, one's own signature, one's own post and one's own account are not for pausing.
PAUSABLE = (
    Kind.RECORD_UNCONFIRMED,
    Kind.FILING_DUE,
    Kind.ANNOUNCEMENT_DUE,
    Kind.REVIEW_DUE,
    Kind.FINDING_DUE,
    Kind.SUPPLY_EXPIRING,
    Kind.WEEKLY_DIGEST,
    Kind.REGISTER_ATTENTION,
    Kind.AUDIT_DUE,
)
