"""Pages of signing in and out, one's own password and devices, and the admin's accounts."""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from nanhua_emergency import clock
from nanhua_emergency.access import EVERYONE, SIGNED_IN, Role, SignInNeeded, allow, current_person
from nanhua_emergency.accounts import carrying, passwords, queries, services
from nanhua_emergency.accounts.forms import (
    AccountForm,
    AddAccountForm,
    ChangePasswordForm,
    EndSessionForm,
    FindAccountsForm,
    SignInForm,
)
from nanhua_emergency.config import current_setting
from nanhua_emergency.database import db
from nanhua_emergency.errors import error_page
from nanhua_emergency.forms import Confirmation, asked_page, choices
from nanhua_emergency.languages import _
from nanhua_emergency.places import services as places

bp = Blueprint("accounts", __name__)

# What somebody may open before having changed a first password.
FIRST_STEPS = ("accounts.change_password", "accounts.sign_out", "static", "home.show_health")


@bp.before_app_request
def load_person() -> ResponseReturnValue | None:
    """Find out who is at the page; ask for a new password where the first is still in use."""
    token = session.get("token")
    found = queries.find_session(token, now=clock.now()) if token else None
    g.sign_in_session = found
    g.person = found.account if found else None
    if found and found.account.must_change_password and request.endpoint not in FIRST_STEPS:
        return redirect(url_for("accounts.change_password"))
    return None


@bp.app_errorhandler(SignInNeeded)
def ask_to_sign_in(_needed: SignInNeeded) -> ResponseReturnValue:
    """The sign-in ended while a form was filled in: sign in again, then send it on."""
    if request.accept_mimetypes.best == "application/json":
        return error_page(401)
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for("home.front_page"))
    form = SignInForm(formdata=None, next=request.full_path.rstrip("?"))
    if not carrying.is_from_here():
        form.notices.append(_("请先登录。别的网站送来的内容不会提交。"))
        return render_template("accounts/sign_in.html", form=form, kept=None), 401
    form.notices.append(_("登录已失效，还没有提交。请重新登录，您填的内容会接着提交。"))
    kept = carrying.list_sent()
    return render_template("accounts/sign_in.html", form=form, kept=kept), 401


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(*EVERYONE)
def sign_in() -> ResponseReturnValue:
    """Sign in by name and password; too many wrong ones must wait."""
    form = SignInForm(next=request.args.get("next", ""))
    kept, target = carrying.list_kept(), carrying.safe_next(form.next.data)
    if form.submitted() and _try_sign_in(form):
        if kept is not None:
            return render_template("accounts/resume.html", target=target, kept=kept)
        return redirect(target)
    return render_template("accounts/sign_in.html", form=form, kept=kept), form.status


def _try_sign_in(form: SignInForm) -> bool:
    name, address, now = form.sign_in.data, request.remote_addr or "", clock.now()
    throttle = services.find_throttle(name, address=address, now=now)
    if throttle is not None:
        form.reject(throttle)
        return False
    services.record_attempt(name, address=address, now=now)
    db.session.commit()  # a wrong password undoes the sign-in, never its count
    with form.refusals():
        signed_in = services.sign_in(
            name, form.password.data, address=address, now=now,
            device=request.user_agent.string, days=current_setting("SESSION_DAYS"),
        )  # fmt: skip
        db.session.commit()
        keep_token(signed_in.token)
        g.person = signed_in.session.account
        return True
    return False


def keep_token(token: str) -> None:
    """Let this browser carry the sign-in from here on."""
    session.clear()
    g.pop("csrf_token", None)  # it belonged to the session that has just been cleared
    session.permanent = True
    session["token"] = token


@bp.post("/sign-out")
@allow(*SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End the sign-in of this device."""
    form = Confirmation()
    if form.submitted():
        services.end_session(g.sign_in_session, by=current_person(), now=clock.now())
        db.session.commit()
        session.clear()
        return redirect(url_for("home.front_page"))
    return render_template("errors/resend.html", form=form), form.status


@bp.route("/password", methods=["GET", "POST"])
@allow(*SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Change one's own password."""
    person = current_person()
    form = ChangePasswordForm()
    if form.submitted():
        with form.refusals():
            services.change_password(
                person, old_password=form.old_password.data, new_password=form.new_password.data,
                now=clock.now(), session=g.sign_in_session,
            )  # fmt: skip
            db.session.commit()
            flash(_("密码已改。其他设备上的登录已退出。"))
            return redirect(url_for("home.front_page"))
    return render_template("accounts/change_password.html", form=form, person=person), form.status


@bp.route("/sessions", methods=["GET", "POST"])
@allow(*SIGNED_IN)
def list_sessions() -> ResponseReturnValue:
    """Where one is signed in, and the button to end each."""
    person, now = current_person(), clock.now()
    sessions = queries.list_sessions(person, now=now)
    form = EndSessionForm()
    if form.submitted():
        chosen = [s for s in sessions if str(s.id) == form.session_id.data]
        if not chosen:
            abort(404)
        services.end_session(chosen[0], by=person, now=now)
        db.session.commit()
        flash(_("已在那台设备上退出登录。"))
        return redirect(url_for("accounts.list_sessions"))
    return render_template(
        "accounts/list_sessions.html", form=form, sessions=sessions, here=g.sign_in_session
    ), form.status


@bp.get("/accounts/")
@allow(Role.ADMIN)
def list_accounts() -> ResponseReturnValue:
    """The accounts within the admin's place."""
    form = FindAccountsForm(request.args)
    form.validate()
    page = asked_page()
    role = form.role.data if not form.role.errors else ""
    words = form.words.data if not form.words.errors else ""
    found = queries.list_accounts(current_person(), role=role, words=words, page=page)
    return render_template(
        "accounts/list_accounts.html",
        form=form,
        page=page,
        accounts=found[: queries.PAGE],
        has_more=len(found) > queries.PAGE,
    )


@bp.route("/accounts/add", methods=["GET", "POST"])
@allow(Role.ADMIN)
def add_account() -> ResponseReturnValue:
    """Add a person and show the first password once."""
    person = current_person()
    form = AddAccountForm()
    _offer_places(form)
    if form.submitted():
        with form.refusals():
            password = passwords.make_password()
            account = services.add_account(
                **_answers(form), password=password, by=person, now=clock.now()
            )
            db.session.commit()
            return _show_password(account, password)
    return render_template("accounts/add_account.html", form=form), form.status


@bp.route("/accounts/<int:account_id>", methods=["GET", "POST"])
@allow(Role.ADMIN)
def change_account(account_id: int) -> ResponseReturnValue:
    """Change what is known of a person."""
    person = current_person()
    account = queries.get_account(account_id, seen_by=person)
    form = AccountForm(obj=account)
    _offer_places(form)
    if form.submitted():
        with form.refusals():
            services.change_account(account, **_answers(form), by=person, now=clock.now())
            db.session.commit()
            flash(_("已保存。"))
            return redirect(url_for("accounts.list_accounts"))
    return render_template(
        "accounts/change_account.html", form=form, account=account, confirmation=Confirmation()
    ), form.status


@bp.post("/accounts/<int:account_id>/reset-password")
@allow(Role.ADMIN)
def reset_password(account_id: int) -> ResponseReturnValue:
    """Give a person a new first password and show it once."""
    account = queries.get_account(account_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        password = services.reset_password(account, by=current_person(), now=clock.now())
        db.session.commit()
        return _show_password(account, password)
    return render_template("errors/resend.html", form=form), form.status


@bp.post("/accounts/<int:account_id>/close")
@allow(Role.ADMIN)
def close_account(account_id: int) -> ResponseReturnValue:
    """Stop a person from signing in."""
    account = queries.get_account(account_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        with form.refusals():
            services.close_account(account, by=current_person(), now=clock.now())
            db.session.commit()
            flash(_("已停用。需要时可以恢复。"))
            return redirect(url_for("accounts.list_accounts"))
    return render_template("errors/resend.html", form=form), form.status


@bp.post("/accounts/<int:account_id>/reopen")
@allow(Role.ADMIN)
def reopen_account(account_id: int) -> ResponseReturnValue:
    """Let a person sign in again."""
    account = queries.get_account(account_id, seen_by=current_person())
    form = Confirmation()
    if form.submitted():
        services.reopen_account(account, by=current_person(), now=clock.now())
        db.session.commit()
        flash(_("已恢复。"))
        return redirect(url_for("accounts.list_accounts"))
    return render_template("errors/resend.html", form=form), form.status


def _offer_places(form: AccountForm) -> None:
    within = places.list_places(current_person().place)
    form.place_code.choices = choices((place.code, place.name) for place in within)


def _answers(form: AccountForm) -> dict[str, Any]:
    answers = form.answers()
    return answers | {
        "place": places.get_place(answers.pop("place_code")),
        "role": Role(answers["role"]),
        "email": answers["email"] or "",
        "phone": answers["phone"] or "",
    }


def _show_password(account: object, password: str) -> ResponseReturnValue:
    return render_template("accounts/show_password.html", account=account, password=password)
