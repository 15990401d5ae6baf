"""What mails tell of an audit whose round is due: to answer it, or to verify what was handed in."""

from nanhua_emergency.access import Role
from nanhua_emergency.audits.models import Audit
from nanhua_emergency.database import db
from nanhua_emergency.reminders.desk import Case
from nanhua_emergency.reminders.mail import OFFICE, Item
from nanhua_emergency.templating import day


def write_audit(case: Case) -> Item | None:
    """An audit to answer or to verify; nothing for a village that has handed it in meanwhile."""
    audit = db.session.get(Audit, case.message.thing_id)
    reader = case.message.account
    if audit is None or (reader and reader.role is Role.VILLAGE and not audit.is_answerable):
        return None
    if audit.is_answerable:
        word = "请自评"
        words = f"{audit.title}还没有交。一项一页，填一半也能存，填完点“交应急办核实”。"
    else:
        word = "请核实"
        words = f"{audit.title}已经交上来，等着核实。不同意的，写明理由。"
    return Item(
        subject=f"{OFFICE}{word}：{audit.title}（{case.left()}）", paragraphs=(words,),
        facts=(("地方", audit.place.name), ("期限", day(case.message.about_on))),
        link=case.desk.address("audits.show_audit", audit_id=audit.id), link_name="去办理",
    )  # fmt: skip
