"""The register of a township's contingency plans, drills and readiness."""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from nanhua_emergency.config import ROOT, SettingWrong, read_settings


def create_app(overrides: Mapping[str, str] | None = None) -> Flask:
    """Build the site: settings, then database, then features.

    `overrides` are settings as text, taken before the environment; a setting that makes no sense
    raises `config.SettingWrong` with a message for the operator.
    """
    settings = read_settings(overrides or {})
    app = Flask(
        __name__,
        root_path=str(ROOT),
        instance_path=str(settings["INSTANCE"]),
        template_folder="templates",
        static_folder="static",
    )
    app.config.update(settings)
    try:
        Path(app.instance_path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingWrong("INSTANCE", f"{error.filename} 不能建立（{error.strerror}）") from error
    _wire_plumbing(app)
    _wire_features(app)
    _read_checklists(app)
    return app


def _read_checklists(app: Flask) -> None:
    """The checklists are read once; a wrong one must not be found out in the middle of a round."""
    from nanhua_emergency.audits.checklists import ChecklistWrong, read_checklists
    from nanhua_emergency.audits.evidence import EVIDENCE

    try:
        app.extensions["checklists"] = read_checklists(app.config["CHECKLISTS"], EVIDENCE)
    except ChecklistWrong as wrong:
        raise SettingWrong("CHECKLISTS", str(wrong)) from wrong


def _wire_plumbing(app: Flask) -> None:
    """Database, languages, error pages, headers and static files."""
    from nanhua_emergency import (
        access,
        database,
        errors,
        forms,
        headers,
        languages,
        page_cache,
        templating,
    )

    app.request_class = forms.SiteRequest
    database.init_app(app)
    languages.init_app(app)
    templating.init_app(app)
    errors.init_app(app)
    access.init_app(app)
    headers.init_app(app)
    page_cache.init_app(app)


def _wire_features(app: Flask) -> None:
    """Blueprints of every feature, and the operator's commands."""
    from nanhua_emergency import commands
    from nanhua_emergency.accounts.views import bp as accounts
    from nanhua_emergency.activity.views import bp as activity
    from nanhua_emergency.audits import (  # noqa: F401  their pages join the blueprint
        answer_views,
        bundle_views,
        verify_views,
    )
    from nanhua_emergency.audits.views import bp as audits
    from nanhua_emergency.demo.views import bp as demo
    from nanhua_emergency.drills import (  # noqa: F401  their pages join the blueprint
        coverage_views,
        record_views,
        schedule_views,
        sheet_views,
    )
    from nanhua_emergency.drills.views import bp as drills
    from nanhua_emergency.findings.views import bp as findings
    from nanhua_emergency.handover.views import bp as handover
    from nanhua_emergency.home.views import bp as home
    from nanhua_emergency.plans import (  # noqa: F401  their pages join the blueprint
        draft_views,
        duty_views,
        paper_views,
        review_views,
        work_views,
    )
    from nanhua_emergency.plans.views import bp as plans
    from nanhua_emergency.registers import (  # noqa: F401  their pages join the blueprint
        entry_views,
        export_views,
        import_views,
    )
    from nanhua_emergency.registers.views import bp as registers
    from nanhua_emergency.reminders import (  # noqa: F401  their pages join the blueprint
        link_views,
        settings_views,
    )
    from nanhua_emergency.reminders.confirm_views import bp as confirming
    from nanhua_emergency.reminders.views import bp as reminders
    from nanhua_emergency.reports.views import bp as reports

    for blueprint in (
        home,
        accounts,
        activity,
        registers,
        plans,
        findings,
        drills,
        audits,
        reminders,
        reports,
        confirming,
        handover,
        demo,
    ):
        app.register_blueprint(blueprint)
    commands.init_app(app)
