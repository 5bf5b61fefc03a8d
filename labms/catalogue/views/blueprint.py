"""The blueprint of the catalogue's pages, and what they share."""

from decimal import Decimal

from flask import Blueprint

from labms.catalogue.correction.own_revisions import procedure_called
from labms.catalogue.entries import Check
from labms.catalogue.entries.checks import Point
from labms.catalogue.formulas import formula_words, point_words
from labms.catalogue.models import ProcedureRelease
from labms.catalogue.rules import CONFIDENCE_NAMES, Confidence, NoSuchProcedure
from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import gettext
from labms.web.access import current_actor
from labms.web.show import local, number

bp = Blueprint("catalogue", __name__, url_prefix="/catalogue")


@bp.app_template_global()
def confidence_name(confidence: str) -> str:
    """Return how a figure is known, in words."""
    return gettext(CONFIDENCE_NAMES[Confidence(confidence)])


@bp.app_template_global()
def type_name(slug: str) -> str:
    """Return a type's name in the language in use; the slug of an unknown one."""
    found = shipped_catalogue().types.get(slug)
    return local(found) if found else slug


@bp.app_template_global()
def list_title(slug: str) -> str:
    """Return what a list of the law is called; the slug of an unknown one."""
    found = shipped_catalogue().lists.get(slug)
    return found.title if found else slug


@bp.app_template_filter()
def short(value: Decimal) -> str:
    """Return a number without trailing zeros, at most six decimals of it."""
    plain = round(value, 6).normalize()
    if plain == plain.to_integral():
        plain = plain.quantize(Decimal(1))
    return number(plain)


bp.add_app_template_filter(formula_words, "formula")


@bp.app_template_global()
def point_of_check(point: Point, check: Check) -> str:
    """Return a point of a check in words; its unit, unless the plate names it."""
    return point_words(
        point.at.source,
        label=local(point, "label"),
        unit="" if check.unit_from else check.unit,
        when=point.when.source if point.when else "",
    )


def release_name(release: ProcedureRelease) -> str:
    """Return what was released, in words: the procedure's title and revision."""
    try:
        found = procedure_called(release.procedure_slug, release.revision)
    except NoSuchProcedure:
        return f"{release.procedure_slug} {release.revision}"
    return f"{local(found, 'title')} ({found.document}), {found.revision}"


def body_id() -> int:
    """Return the body of whoever is asking; 0 for one without."""
    return current_actor().organisation_id or 0
