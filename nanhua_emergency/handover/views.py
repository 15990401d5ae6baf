"""Pages of a handover: all that hangs on an account or on the holder of a post, and its move."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import Role, allow, current_person
from nanhua_emergency.accounts import queries as accounts
from nanhua_emergency.accounts.models import Account
from nanhua_emergency.database import db
from nanhua_emergency.drills.queries import find_feed_of
from nanhua_emergency.errors import NotFound
from nanhua_emergency.forms import BaseForm, asked_page, choices
from nanhua_emergency.handover import services
from nanhua_emergency.handover.forms import HandOverAccountForm, HandOverPostForm
from nanhua_emergency.handover.holdings import Person, list_groups
from nanhua_emergency.languages import _
from nanhua_emergency.registers.catalogue import POSTS
from nanhua_emergency.registers.people_models import Post
from nanhua_emergency.registers.queries import get_kept_entry
from nanhua_emergency.reminders.record_links import count_open_links
from nanhua_emergency.reminders.services import list_paused

bp = Blueprint("handover", __name__)


@bp.route("/handover/accounts/<int:account_id>", methods=["GET", "POST"])
@allow(Role.OFFICE, Role.ADMIN)
def hand_over_account(account_id: int) -> ResponseReturnValue:
    """All that hangs on an account, and its move to another account."""
    person, now = current_person(), clock.now()
    account = accounts.get_account(account_id, seen_by=person)
    successors = {one.id: one for one in services.list_successors(account)}
    form = HandOverAccountForm()
    names = [(str(key), f"{one.name}（{one.sign_in}）") for key, one in successors.items()]
    form.successor_id.choices = choices([("0", _("请选择")), *names])
    if form.submitted():
        with form.refusals():
            done = services.hand_over(
                account,
                _get_successor(successors, form),
                what=form.what.data,
                endings=_read_endings(form),
                by=person,
                now=now,
            )
            db.session.commit()
            flash(_("已移交 %(count)s 件，收回链接 %(links)s 个。",
                    count=done.count, links=done.links))  # fmt: skip
            return redirect(url_for("handover.hand_over_account", account_id=account.id))
    page = _list_page(services.person_of(account), form)
    return render_template(
        "handover/hand_over_account.html",
        account=account,
        successors=successors,
        links=count_open_links(account, now=now),
        has_feed=find_feed_of(account.place) is not None,
        paused=list_paused(account),
        may_close=person.role is Role.ADMIN and account.is_active and account.id != person.id,
        **page,
    ), form.status


def _get_successor(successors: dict[int, Account], form: HandOverAccountForm) -> Account:
    found = successors.get(form.successor_id.data)
    if found is None:
        raise services.NoSuccessor("请选接手人", field="successor_id")
    return found


def _read_endings(form: HandOverAccountForm) -> services.Endings:
    return services.Endings(
        links=form.is_ending_links.data,
        feed=form.is_renewing_feed.data,
        sessions=form.is_signing_out.data,
        account=form.is_closing.data,
    )


@bp.route("/handover/posts/<int:entry_id>", methods=["GET", "POST"])
@allow(Role.OFFICE)
def hand_over_post(entry_id: int) -> ResponseReturnValue:
    """All that names the holder of a post, and its move to the next holder."""
    person = current_person()
    post: Post = get_kept_entry(POSTS, entry_id, kept_by=person)
    if post.is_retired or not post.holder:
        raise NotFound("这个岗位停用了或者空缺，没有可移交的")
    form = HandOverPostForm(version=post.version)
    if form.submitted():
        with form.refusals():
            done = services.hand_over_post(
                post,
                name=form.name.data,
                phone=form.phone.data or "",
                email=form.email.data or "",
                what=form.what.data,
                version=form.shown_version(),
                by=person,
                now=clock.now(),
            )
            db.session.commit()
            flash(_("已移交 %(count)s 件。原来的人手里的链接不能再用。", count=done.count))
            return redirect(
                url_for("registers.show_entry", register_slug="posts", entry_id=post.id)
            )
        form.version.data = post.version
    page = _list_page(services.holder_of(post), form)
    return render_template(
        "handover/hand_over_post.html",
        post=post,
        own=f"post-{post.id}",
        holders=services.list_accounts_of(post),
        **page,
    ), form.status


def _list_page(person: Person, form: BaseForm) -> dict[str, Any]:
    """What both pages show: one page of each kind of thing, ticked as it was sent, or all at first."""
    page = asked_page()
    groups = list_groups(person, seen_by=current_person(), page=page)
    keys = [one.key for group in groups for one in group.holdings]
    return {
        "form": form,
        "groups": groups,
        "ticked": (form["what"].data or []) if form.is_submitted() else keys,
        "page": page,
        "has_more": any(group.has_more for group in groups),
        "today": clock.today(),
    }
