"""Finding organisations and bodies, and what bodies are designated for."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from labms.catalogue.rules import VerificationReason
from labms.db import db
from labms.errors import NotFound
from labms.organisations.models import (
    Body,
    Designation,
    Letterhead,
    Organisation,
    OrganisationRoleRow,
    Picture,
    Registration,
)
from labms.organisations.rules import (
    DocumentLanguage,
    NotDesignated,
    OrganisationKind,
    OrganisationRole,
)
from labms.organisations.types import type_name
from labms.remembering import once
from labms.text import like


def organisation_by_id(organisation_id: int) -> Organisation:
    """Return one organisation. Raises NotFound."""
    if (found := db.session.get(Organisation, organisation_id)) is None:
        raise NotFound
    return found


def organisation_by_tax_code(tax_code: str) -> Organisation | None:
    """Return who has a tax code, as it is kept."""
    return db.session.scalar(
        sa.select(Organisation).where(Organisation.tax_code == tax_code)
    )


def organisations(
    *,
    q: str = "",
    role: OrganisationRole | None = None,
    kind: OrganisationKind | None = None,
    commune_key: str = "",
) -> sa.Select[Any]:
    """Return the query of organisations by name, perhaps only some of them."""
    rows = sa.select(Organisation).order_by(Organisation.folded, Organisation.id)
    if q:
        rows = rows.where(Organisation.folded.like(like(q), escape="\\"))
    if role is not None:
        rows = rows.where(
            sa.exists().where(
                OrganisationRoleRow.organisation_id == Organisation.id,
                OrganisationRoleRow.role == role,
            )
        )
    if kind is not None:
        rows = rows.where(Organisation.kind == kind)
    if commune_key:
        rows = rows.where(Organisation.commune_key == commune_key)
    return rows


def organisations_named(
    q: str, *, role: OrganisationRole | None = None, limit: int = 20
) -> list[Organisation]:
    """Return the first organisations whose name, tax code or address holds `q`."""
    return list(db.session.scalars(organisations(q=q, role=role).limit(limit)))


def body_by_id(body_id: int) -> Body:
    """Return one verification body. Raises NotFound."""
    found = once(("body", body_id), lambda: db.session.get(Body, body_id))
    if found is None:
        raise NotFound
    return found


def find_body(body_id: int) -> Body | None:
    """Return the verification body that an organisation is, or None."""
    return db.session.get(Body, body_id)


def body_by_code(code: str) -> Body:
    """Return the body whose code stands on a stamp. Raises NotFound."""
    found = db.session.scalar(sa.select(Body).where(Body.code == code))
    if found is None:
        raise NotFound
    return found


def bodies() -> list[Body]:
    """Return all verification bodies, by name."""
    return list(
        db.session.scalars(
            sa.select(Body)
            .join(Organisation, Organisation.id == Body.id)
            .order_by(Organisation.folded, Body.id)
        )
    )


def registrations_of(body_id: int) -> list[Registration]:
    """Return a body's registration certificates, newest first."""
    return once(("registrations", body_id), lambda: _registrations_of(body_id))


def _registrations_of(body_id: int) -> list[Registration]:
    return list(
        db.session.scalars(
            sa.select(Registration)
            .where(Registration.body_id == body_id)
            .order_by(Registration.issued_on.desc(), Registration.id.desc())
        )
    )


def registration_on(body_id: int, day: date) -> Registration | None:
    """Return the registration certificate that a body works under on a day."""
    return next((r for r in registrations_of(body_id) if r.issued_on <= day), None)


def designations_of(body_id: int) -> list[Designation]:
    """Return a body's designations with their scopes, newest first."""
    return once(("designations", body_id), lambda: _designations_of(body_id))


def _designations_of(body_id: int) -> list[Designation]:
    return list(
        db.session.scalars(
            sa.select(Designation)
            .where(Designation.body_id == body_id)
            .options(selectinload(Designation.scopes))
            .order_by(Designation.issued_on.desc(), Designation.id.desc())
        )
    )


def designation_by_id(designation_id: int) -> Designation:
    """Return one designation with its scopes. Raises NotFound."""
    found = db.session.scalar(
        sa.select(Designation)
        .where(Designation.id == designation_id)
        .options(selectinload(Designation.scopes))
    )
    if found is None:
        raise NotFound
    return found


def designations_on(body_id: int, day: date) -> list[Designation]:
    """Return a body's designations that hold on a day, with scopes, newest first."""
    return [one for one in designations_of(body_id) if one.holds(day)]


def designated_types(
    body_id: int, day: date
) -> Mapping[str, frozenset[VerificationReason]]:
    """Return what a body is designated for on a day: for each type, which reasons."""
    found: dict[str, frozenset[VerificationReason]] = {}
    for designation in designations_on(body_id, day):
        for scope in designation.scopes:
            reasons = frozenset(map(VerificationReason, scope.reasons))
            found[scope.type_slug] = found.get(scope.type_slug, frozenset()) | reasons
    return found


def check_designated(
    body: Body, type_slug: str, reason: VerificationReason, *, on: date
) -> None:
    """Raise NotDesignated unless a body is designated for this on that day."""
    if reason not in designated_types(body.id, on).get(type_slug, frozenset()):
        raise NotDesignated(
            body=body.name, day=on.strftime("%d/%m/%Y"), type=type_name(type_slug)
        )


def employers() -> list[Organisation]:
    """Return those whose people work with labms, bodies and authorities, by name."""
    return list(
        db.session.scalars(
            organisations().where(
                sa.exists().where(
                    OrganisationRoleRow.organisation_id == Organisation.id,
                    OrganisationRoleRow.role.in_(
                        (OrganisationRole.BODY, OrganisationRole.AUTHORITY)
                    ),
                )
            )
        )
    )


def organisation_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of organisations by id. One query."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return dict(rows.all())


def letterhead_of(body_id: int) -> Letterhead | None:
    """Return what a body prints on its documents, or None if it never said."""
    return once(
        ("letterhead", body_id),
        lambda: db.session.scalar(
            sa.select(Letterhead).where(Letterhead.body_id == body_id)
        ),
    )


def speaks_vietnamese_alone(body_id: int) -> bool:
    """Return whether a body's documents bear no English."""
    found = letterhead_of(body_id)
    return found is not None and found.language is DocumentLanguage.VIETNAMESE


def picture_called(digest: str) -> bytes:
    """Return the data of a picture by their hash. Raises NotFound."""
    data = db.session.scalar(sa.select(Picture.data).where(Picture.hash == digest))
    if data is None:
        raise NotFound
    return bytes(data)
