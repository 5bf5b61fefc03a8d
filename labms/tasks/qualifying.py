"""Which records of bodies have what the plan counts: role, place and papers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from labms.db import db
from labms.i18n import N_, Message
from labms.organisations.models import Organisation, OrganisationRoleRow
from labms.organisations.rules import OrganisationRole
from labms.places.models import Commune, CommuneSuccession
from labms.places.queries import district_names, keys_in
from labms.places.rules import AREAS
from labms.plan.data import definition
from labms.plan.models import BodyRaised
from labms.plan.rules import RaisedKind
from labms.standing import stood
from labms.tasks.models import Accreditation, Assessment
from labms.tasks.rules import Conclusion

_NO_BODY = N_("it is not a verification, calibration or testing body")
_STATE = N_("it is a state authority")
_ELSEWHERE = N_("it does not lie in the area, or its commune is not entered")
_NO_CERTIFICATE = N_("its certificate is not entered: number, issuing body, days")
_NO_RECOGNITION = N_("its recognition is not entered: number, issuing body, days")
_NOT_ASSESSED = N_("no assessment found that it meets the national criteria")
#: What is said instead where it was entered, but too late for the day.
_LATE = {
    _NO_CERTIFICATE: N_("its certificate was entered on {day}, too late for this day"),
    _NO_RECOGNITION: N_("its recognition was entered on {day}, too late for this day"),
    _NOT_ASSESSED: N_("its assessment was entered on {day}, too late for this day"),
}
_NOT_IN_CITY = N_("it does not lie in {place} as it was until 30/06/2025")


def unfit(
    condition: sa.ColumnElement[bool], *, on: date, entered_before: date | None = None
) -> Mapping[int, tuple[Message, ...]]:
    """Return why records of bodies do not count on a day, by id; none that does.

    What an organisation is and where it lies is taken as it stands; papers count from
    their day, if they stood by what was entered before another. Two queries at most.
    """
    paper, found_fit = _papers(on), _assessments()
    rows = db.session.execute(
        sa.select(
            BodyRaised.id,
            BodyRaised.kind,
            _has_role(OrganisationRole.BODY).label("is_body"),
            _has_role(OrganisationRole.AUTHORITY).label("is_authority"),
            _lies_in_its_area().label("is_here"),
            _lies_in_district(_district()).label("is_in_city"),
            _is_there(Accreditation, paper, entered_before).label("is_certified"),
            _is_there(Assessment, found_fit, entered_before).label("is_assessed"),
            _first_entry(Accreditation, paper).label("certified_late"),
            _first_entry(Assessment, found_fit).label("assessed_late"),
        )
        .join(Organisation, Organisation.id == BodyRaised.organisation_id)
        .where(condition)
    )
    found: dict[int, tuple[Message, ...]] = {}
    for row in rows:
        if reasons := tuple(text for text, holds in CHECKS[row.kind] if not holds(row)):
            found[row.id] = tuple(_told(text, row) for text in reasons)
    return found


def _told(text: str, row: Any) -> Message:
    """Return what is said of a condition that does not hold."""
    if text == _NOT_IN_CITY:
        return Message(text, {"place": _city()})
    day = row.assessed_late if text == _NOT_ASSESSED else row.certified_late
    if text in _LATE and day is not None:
        return Message(_LATE[text], {"day": day.strftime("%d/%m/%Y")})
    return Message(text)


Check = tuple[str, Callable[[Any], bool]]
_EVERY: tuple[Check, ...] = (
    (_NO_BODY, lambda row: row.is_body),
    (_ELSEWHERE, lambda row: row.is_here),
)
#: What a record of each kind needs, and what is said where it is missing.
CHECKS: Mapping[RaisedKind, tuple[Check, ...]] = {
    RaisedKind.SOCIALISED: (*_EVERY, (_STATE, lambda row: not row.is_authority)),
    RaisedKind.CAPABILITY: (*_EVERY, (_NO_CERTIFICATE, lambda row: row.is_certified)),
    RaisedKind.CRITERIA: (
        *_EVERY,
        (_NOT_IN_CITY, lambda row: row.is_in_city),
        (_NOT_ASSESSED, lambda row: row.is_assessed),
        (_NO_RECOGNITION, lambda row: row.is_certified),
    ),
}


def _district() -> str:
    return definition("laboratories-assessed").district


def _city() -> str:
    return district_names().get(_district(), _district())


def _has_role(role: OrganisationRole) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        OrganisationRoleRow.organisation_id == Organisation.id,
        OrganisationRoleRow.role == role,
    )


def _lies_in_its_area() -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.and_(
                BodyRaised.area == code, Organisation.commune_key.in_(keys_in(code))
            )
            for code in AREAS
        )
    )


def _lies_in_district(code: str) -> sa.ColumnElement[bool]:
    """Whether a commune is one of an old district, or was made of one of them."""
    old = aliased(Commune)
    of_old = sa.exists().where(
        old.key == Organisation.commune_key, old.district_code == code
    )
    made_of = sa.exists().where(
        CommuneSuccession.new_key == Organisation.commune_key,
        CommuneSuccession.old_key == old.key,
        old.district_code == code,
    )
    return sa.or_(of_old, made_of)


def _papers(on: date) -> sa.ColumnElement[bool]:
    """Return the condition for a certificate or recognition that makes a body count."""
    return sa.and_(
        Accreditation.raised_id == BodyRaised.id,
        Accreditation.issued_on <= on,
        Accreditation.valid_until >= BodyRaised.achieved_on,
    )


def _assessments() -> sa.ColumnElement[bool]:
    return sa.and_(
        Assessment.raised_id == BodyRaised.id,
        Assessment.conclusion == Conclusion.MEETS,
    )


def _is_there(
    model: type[Accreditation | Assessment],
    condition: sa.ColumnElement[bool],
    before: date | None,
) -> sa.ColumnElement[bool]:
    return sa.exists().where(condition, stood(model, before))


def _first_entry(
    model: type[Accreditation | Assessment], condition: sa.ColumnElement[bool]
) -> sa.ScalarSelect[Any]:
    """Return when the first that stands today was entered."""
    rows = sa.select(sa.func.min(model.entered_on)).where(condition, stood(model))
    return rows.correlate(BodyRaised).scalar_subquery()
