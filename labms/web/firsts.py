"""The way from a refusal to the record that was entered before."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from markupsafe import Markup

from labms.errors import LabError
from labms.i18n import N_, gettext
from labms.web.forms import Form

#: The page of a record, by its table, and what the page calls its number.
PAGES: Mapping[str, tuple[str, str]] = {
    "task_item": ("tasks.item", "item_id"),
    "training": ("tasks.training", "training_id"),
    "assurance_programme": ("tasks.programme", "programme_id"),
    "criteria_assessment": ("tasks.assessment", "assessment_id"),
    "activity_report": ("supply.report", "report_id"),
}
#: The list of records that have no page of their own.
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "programme_support": ("plan.undertakings", {"what": "support"}),
    "body_raised": ("plan.undertakings", {"what": "raised"}),
    "plan_activity": ("tasks.list_activities", {}),
}
#: What stands in a list that can show one of them alone.
ALONE: Mapping[str, str] = {
    "stated_scope": "scope",
    "body_capacity": "capacity",
}


def link_first(form: Form, error: LabError, name: str) -> None:
    """Add a link to the first record beside the field `name` that refused a second.

    Of any refusal that names a table and a number in it.
    """
    table, number = str(error.details.get("table")), error.details.get("number")
    given: Mapping[str, Any]
    if name not in form:
        return
    if table in PAGES:
        endpoint, argument = PAGES[table]
        given = {argument: number}
    elif table in ALONE:
        endpoint, given = "supply.index", {"what": ALONE[table], "number": number}
    elif table in LISTS:
        endpoint, given = LISTS[table]
    else:
        return
    address = url_for(endpoint, **given)
    text = gettext(N_("Show what was entered before"))
    link = Markup('<a href="{}">{}</a>').format(address, text)
    form[name].errors = [*form[name].errors, link]
