"""The menu: what there is, for whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from labms.i18n import N_
from labms.policy import Permission, allowed


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    permission: Permission
    endpoint: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a heading."""

    text: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        N_("Work"),
        (
            Entry(Permission.ORDER_READ, "jobs.orders", N_("Orders")),
            Entry(Permission.JOB_READ, "jobs.index", N_("Jobs")),
            Entry(Permission.JOB_REVIEW, "bulk.approve", N_("Approve several at once")),
            Entry(
                Permission.CERTIFICATE_ISSUE, "bulk.issue", N_("Issue several at once")
            ),
            Entry(
                Permission.CERTIFICATE_READ, "certificates.index", N_("Certificates")
            ),
            Entry(Permission.STAMP_READ, "stamps.index", N_("Stamps")),
            Entry(
                Permission.CERTIFICATE_EXAMINE,
                "public.problem_list",
                N_("Reported problems"),
            ),
        ),
    ),
    Group(
        N_("Registers"),
        (
            Entry(
                Permission.INSTRUMENT_READ, "registry.instruments", N_("Instruments")
            ),
            Entry(Permission.STANDARD_READ, "traceability.standards", N_("Standards")),
            Entry(
                Permission.ORGANISATION_READ, "organisations.index", N_("Organisations")
            ),
            Entry(Permission.CARD_READ, "people.cards", N_("Verifier cards")),
        ),
    ),
    Group(
        N_("Rules"),
        (
            Entry(Permission.CATALOGUE_READ, "catalogue.types", N_("Instrument types")),
            Entry(Permission.CATALOGUE_READ, "catalogue.procedures", N_("Procedures")),
            Entry(Permission.CATALOGUE_READ, "catalogue.cycles", N_("Cycles")),
            Entry(Permission.CATALOGUE_READ, "golden.index", N_("Golden numbers")),
        ),
    ),
    Group(
        N_("Province"),
        (
            Entry(Permission.INDICATOR_READ, "reports.dashboard", N_("Dashboard")),
            Entry(Permission.INDICATOR_READ, "indicators.index", N_("Indicators")),
            Entry(Permission.INDICATOR_READ, "outlook.index", N_("What to add")),
            Entry(Permission.INDICATOR_READ, "reports.index", N_("Report on the plan")),
            Entry(Permission.PLAN_READ, "plan.show", N_("Plan")),
            Entry(Permission.PLAN_READ, "tasks.index", N_("Work on the plan")),
            Entry(Permission.PLAN_READ, "plan.undertakings", N_("Activities")),
            Entry(Permission.DEMAND_READ, "demand.index", N_("Demand")),
            Entry(
                Permission.INDICATOR_READ,
                "indicators.capability",
                N_("Who can verify what"),
            ),
            Entry(Permission.SUPPLY_READ, "supply.index", N_("Reports of bodies")),
            Entry(Permission.INDICATOR_READ, "indicators.frozen", N_("Frozen reports")),
            Entry(Permission.ORGANISATION_READ, "places.index", N_("Communes")),
        ),
    ),
    Group(
        N_("System"),
        (
            Entry(Permission.ACCOUNT_MANAGE, "people.users", N_("Accounts")),
            Entry(Permission.AUDIT_READ, "trail.index", N_("Audit trail")),
        ),
    ),
)

#: Where a person's work begins: the first that they may open.
BEGINNINGS: tuple[tuple[Permission, str], ...] = (
    (Permission.PLAN_EDIT, "reports.dashboard"),
    (Permission.JOB_READ, "jobs.index"),
    (Permission.CERTIFICATE_READ, "certificates.index"),
    (Permission.ACCOUNT_MANAGE, "people.users"),
)


def menu() -> list[tuple[str, list[Mapping[str, object]]]]:
    """Return what the person may open, and where they are."""
    if not current_user.is_authenticated:
        return []
    here = request.endpoint or ""
    shown = []
    for group in MENU:
        lines: list[Mapping[str, object]] = [
            {
                "text": entry.text,
                "address": url_for(entry.endpoint),
                "is_here": here == entry.endpoint,
            }
            for entry in group.entries
            if entry.endpoint in current_app.view_functions
            and allowed(current_user, entry.permission)
        ]
        if lines:
            shown.append((group.text, lines))
    return shown


def register(app: Flask) -> None:
    """Give the base template its menu."""
    app.jinja_env.globals["menu"] = menu
