"""Pages on which the office sees how reminders leave, chooses days and words, and tries a mail."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import allow, current_person
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.forms import Confirmation
from nanhua_emergency.languages import _
from nanhua_emergency.places import services as places
from nanhua_emergency.places.models import Place
from nanhua_emergency.reminders import rounds, services
from nanhua_emergency.reminders.forms import SettingsForm
from nanhua_emergency.reminders.models import REPLY_KIND_NAMES
from nanhua_emergency.reminders.sending_facts import list_sending_facts
from nanhua_emergency.reminders.sources import DRILL_DAYS
from nanhua_emergency.reminders.views import SENDERS, bp


@bp.route("/reminders/settings", methods=["GET", "POST"])
@allow(*SENDERS)
def settings() -> ResponseReturnValue:
    """How mails go, the town's days before a drill, and its words for the group chat."""
    person = current_person()
    town = _town_of(person)
    form = SettingsForm(**_chosen(town))
    if form.submitted():
        with form.refusals():
            services.set_rule(
                town, days=form.chosen_days(), short_text=form.short_text.data or "", by=person,
                now=clock.now(),
            )  # fmt: skip
            db.session.commit()
            flash(_("已保存，从下一轮起照此提醒。"))
            return redirect(url_for("reminders.settings"))
    return render_template(
        "reminders/settings.html", form=form, town=town, person=person,
        facts=list_sending_facts(), has_server=bool(current_setting("MAIL_URL")),
        confirmation=Confirmation(formdata=None),
    ), form.status  # fmt: skip


def _town_of(person: Account) -> Place:
    """The person's town; for somebody of the county, the town that this site opens on."""
    home = places.get_home(current_setting("PLACE"))
    if person.place.contains(home.code):
        return home
    return places.get_place(person.place.town_code)


def _chosen(town: Place) -> dict[str, str]:
    rule = services.find_rule(town)
    days = rule.days if rule else ",".join(str(day) for day in DRILL_DAYS)
    words = (rule and rule.short_text) or services.SHORT_TEXT
    return {"days": days, "short_text": words}


@bp.post("/reminders/settings/test")
@allow(*SENDERS)
def send_test_mail() -> ResponseReturnValue:
    """Send one mail to one's own address now, and show what the server says."""
    form, reply = Confirmation(), None
    if form.submitted():
        with form.refusals():
            reply = rounds.send_test_mail(current_person(), now=clock.now())
    return render_template(
        "reminders/send_test_mail.html", form=form, reply=reply, person=current_person(),
        names=REPLY_KIND_NAMES,
    ), form.status  # fmt: skip
