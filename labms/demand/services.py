"""Entering what a survey or a list found, and correcting it."""

from dataclasses import asdict
from datetime import date

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import record
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.demand.doubts import (
    ENOUGH,
    CellKey,
    DoubtfulFigure,
    beside_all,
    doubts,
    with_check,
)
from labms.demand.models import DemandFigure
from labms.demand.rules import (
    USUAL,
    About,
    AlreadyReplaced,
    DemandSource,
    NoSuchStandard,
    Subject,
    check_about,
    check_figure,
)
from labms.places.queries import commune_by_key
from labms.policy import Actor, Permission, authorize
from labms.registry.queries import standard_kinds


def enter_figure(
    *,
    type_slug: str,
    commune_key: str,
    year: int,
    in_use_count: int,
    source: DemandSource,
    document: str,
    method: str,
    counted_on: date,
    actor: Actor,
    about: About = USUAL,
    checked: str | None = None,
) -> DemandFigure:
    """Enter how many instruments of a type were in use in a commune in a year.

    Earlier figures stay; which one counts is for `choosing.chosen`. With `checked`,
    one that looks wrong needs a reason there why it is right. Refuses with NotAllowed,
    BadFigure, NoSuchType, UnknownPlace or DoubtfulFigure.
    """
    authorize(actor, Permission.DEMAND_EDIT)
    check_kind(type_slug, about.subject)
    commune_by_key(commune_key)
    check_about(about)
    check_figure(
        in_use_count=in_use_count,
        year=year,
        counted_on=counted_on,
        document=document,
        on=clock.today(),
    )
    if checked is not None:
        key = (type_slug, commune_key, about.subject, about.purpose, about.holder)
        method = _checked(key, in_use_count, about, method, checked)
    figure = DemandFigure(
        type_slug=type_slug,
        commune_key=commune_key,
        year=year,
        in_use_count=in_use_count,
        source=source,
        document=document,
        method=method,
        counted_on=counted_on,
        entered_on=clock.today(),
        entered_by_id=actor.id,
        **asdict(about),
    )
    db.session.add(figure)
    db.session.flush()
    record(EventType.DEMAND_ENTERED, figure, actor=actor)
    return figure


def _checked(
    key: CellKey, in_use_count: int, about: About, method: str, checked: str
) -> str:
    """Return how it was counted, with why it is right. Raises DoubtfulFigure."""
    found = doubts(in_use_count, about, beside_all(clock.today(), key[0])(key))
    if not found:
        return method
    if len(checked.strip()) < ENOUGH:
        raise DoubtfulFigure(found)
    return with_check(method, checked)


def check_kind(type_slug: str, subject: Subject) -> None:
    """Raise NoSuchType or NoSuchStandard unless the catalogue knows it."""
    if subject is Subject.INSTRUMENT:
        shipped_catalogue().type(type_slug)
    elif type_slug not in standard_kinds():
        raise NoSuchStandard(slug=type_slug)


def about_of(figure: DemandFigure) -> About:
    """Return what a figure counts."""
    return About(**{name: getattr(figure, name) for name in About.__dataclass_fields__})


def correct_figure(
    figure: DemandFigure,
    *,
    in_use_count: int,
    source: DemandSource,
    document: str,
    method: str,
    counted_on: date,
    reason: str,
    actor: Actor,
    about: About | None = None,
) -> DemandFigure:
    """Put another figure in the place of a wrong one, which stays to be seen.

    For the same type, commune, year, holders and purpose. Refuses with
    AlreadyReplaced, and as `enter_figure` does.
    """
    authorize(actor, Permission.DEMAND_EDIT)
    if figure.replaced_by_id is not None:
        raise AlreadyReplaced
    newer = enter_figure(
        type_slug=figure.type_slug,
        commune_key=figure.commune_key,
        year=figure.year,
        in_use_count=in_use_count,
        source=source,
        document=document,
        method=method,
        counted_on=counted_on,
        actor=actor,
        about=about or about_of(figure),
    )
    figure.replaced_by_id = newer.id
    db.session.flush()
    record(EventType.DEMAND_CHANGED, figure, actor=actor, reason=reason)
    return newer
