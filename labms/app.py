"""The application factory, where the parts meet."""

import importlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from labms.accounts import signing_in
from labms.accounts import views as accounts
from labms.beginning import views as beginning
from labms.bulk import views as bulk
from labms.catalogue import views as catalogue
from labms.certificates import views as certificates
from labms.db import db, engine_options
from labms.demand import views as demand
from labms.golden import views as golden
from labms.indicators import views as indicators
from labms.jobs import views as jobs
from labms.organisations import views as organisations
from labms.outlook import views as outlook
from labms.paper import views as paper
from labms.people import views as people
from labms.places import views as places
from labms.plan import views as plan
from labms.policy import allowed
from labms.proof import views as proof
from labms.public import views as public
from labms.public.doorway import Doorway
from labms.registry import views as registry
from labms.reports import views as reports
from labms.settings import Settings
from labms.stamps import views as stamps
from labms.supply import views as supply
from labms.tasks import views as tasks
from labms.traceability import views as traceability
from labms.trail import views as trail
from labms.web import access, errors, headers, health, languages, navigation, show

#: The parts that have pages, in the order of the menu.
BLUEPRINTS = (
    accounts.bp,
    beginning.bp,
    bulk.bp,
    catalogue.bp,
    certificates.bp,
    demand.bp,
    golden.bp,
    health.bp,
    indicators.bp,
    jobs.bp,
    organisations.bp,
    outlook.bp,
    paper.bp,
    people.bp,
    places.bp,
    plan.bp,
    proof.bp,
    public.bp,
    registry.bp,
    reports.bp,
    stamps.bp,
    supply.bp,
    tasks.bp,
    traceability.bp,
    trail.bp,
)
#: The parts that have tables; imported so that every table is known.
TABLES = (
    "accounts",
    "audit",
    "bulk",
    "catalogue",
    "certificates",
    "dcc",
    "demand",
    "indicators",
    "jobs",
    "organisations",
    "outlook",
    "people",
    "places",
    "plan",
    "proof",
    "public",
    "registry",
    "signing",
    "stamps",
    "summaries",
    "supply",
    "tasks",
    "traceability",
)

for _part in TABLES:
    importlib.import_module(f"labms.{_part}.models")
#: Listens to what changes, for the figures that are kept.
importlib.import_module("labms.summaries.marking")

#: Beside the package in a checkout, inside it when installed from a wheel.
PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Return a folder that comes with the program: templates or migrations."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / f"_{name}"


def create_app(settings: Settings) -> Flask:
    """Make the application for one instance."""
    app = Flask(__name__, template_folder=str(shipped("templates")))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.engine_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.engine_url),
        SESSION_COOKIE_NAME="__Host-labms" if settings.is_secure else "labms",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.upload_megabytes * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=settings.is_secure,
        BOOTSTRAP_SERVE_LOCAL=True,
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.extensions["labms"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # as Flask tells
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0
        )
    db.init_app(app)
    Bootstrap5(app)
    CSRFProtect(app)
    signing_in.register(app)
    languages.register(app)
    headers.register(app, is_secure=settings.is_secure)
    errors.register(app)
    show.register(app)
    navigation.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _mark_library_views(app)
    app.add_url_rule("/", "home", home)
    app.wsgi_app = Doorway(app, settings)  # type: ignore[method-assign] # as Flask tells
    return app


def _mark_library_views(app: Flask) -> None:
    """Declare the access of views that libraries bring: their files are no secret."""
    for endpoint in ("static", "bootstrap.static"):
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = _public_files(view)


def _public_files(view: Any) -> access.View:
    def serve(**given: str) -> ResponseReturnValue:
        answer: ResponseReturnValue = view(**given)
        return answer

    return access.public("style sheets and scripts")(serve)


@access.public("sends everybody to where they begin")
def home() -> ResponseReturnValue:
    """Go to the page where this person's work begins; strangers look up."""
    kept: dict[str, Any] = (
        {"lang": request.args["lang"]} if "lang" in request.args else {}
    )
    if not current_user.is_authenticated:
        return redirect(url_for("accounts.log_in", **kept))
    if beginning.leads():
        return redirect(url_for("beginning.index", **kept))
    for permission, endpoint in navigation.BEGINNINGS:
        if endpoint in current_app.view_functions and allowed(current_user, permission):
            return redirect(url_for(endpoint, **kept))
    return redirect(url_for("accounts.password", **kept))


def load(instance: Path, env: Mapping[str, str] = os.environ) -> Flask:
    """Make the application of an instance folder. Raises SettingsError."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return create_app(Settings.load(instance, env))
