"""The register of documents as a sheet: sổ theo dõi cấp giấy chứng nhận.

Read a few hundred at a time, so that a year of a large laboratory fits through.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.certificates.life import CORRECTION_REASONS
from labms.certificates.models import Certificate, Correction
from labms.certificates.queries import content_of_document, standings_of
from labms.certificates.rules import (
    CERTIFICATE_STATES,
    DOCUMENT_KINDS,
    REVOCATION_REASONS,
    CertificateState,
)
from labms.db import db, scoped
from labms.i18n import N_, gettext, language
from labms.policy import Scope
from labms.registry.standings import STANDINGS

#: So many documents are read at once.
AT_ONCE = 500
COLUMNS = (
    N_("Number"),
    N_("Kind"),
    N_("State"),
    N_("Worth today"),
    N_("Issued on"),
    N_("Valid until"),
    N_("Day of the measurements"),
    N_("Instrument"),
    N_("Maker"),
    N_("Model"),
    N_("Serial number"),
    N_("User"),
    N_("Address"),
    N_("Stamp number"),
    N_("Performed by"),
    N_("Signed for the body by"),
    N_("Takes the place of"),
    N_("Signed on"),
    N_("Handed over on"),
    N_("Handed over to"),
    N_("Reason"),
)


def headings() -> list[str]:
    """Return the names of the columns in the language in use."""
    return [gettext(name) for name in COLUMNS]


def register_rows(
    rows: sa.Select[Any], *, scope: Scope, on: date, expiring_days: int
) -> Iterator[Sequence[object]]:
    """Return a line for each document of a query, in its order. Days are days.

    Lines are read when they are asked for, which may be after the request is over: so
    whose rows are seen is said here.
    """
    with scoped(scope):
        keys = db.session.scalars(rows.with_only_columns(Certificate.id)).all()
    worth_on = {"on": on, "expiring_days": expiring_days}
    for first in range(0, len(keys), AT_ONCE):
        with scoped(scope):
            lines = _lines(keys[first : first + AT_ONCE], worth_on)
        yield from lines


def _lines(keys: Sequence[int], worth_on: Any) -> list[Sequence[object]]:
    wanted = sa.select(Certificate).where(Certificate.id.in_(keys))
    found = {row.id: row for row in db.session.scalars(wanted)}
    worth = standings_of(found.values(), **worth_on)
    corrections = _corrections_of(keys)
    lines = [
        _line(found[key], STANDINGS[worth[key]], corrections.get(key))
        for key in keys
        if key in found
    ]
    for row in found.values():  # or a year of them stays in memory
        db.session.expunge(row)
    return lines


def _corrections_of(keys: Sequence[int]) -> dict[int, Correction]:
    """Return why documents were superseded, by their ids."""
    rows = (
        sa.select(Correction)
        .join(Certificate, Certificate.id == Correction.certificate_id)
        .where(
            Correction.corrects_id.in_(keys),
            Certificate.supersedes_id == Correction.corrects_id,
        )
    )
    return {row.corrects_id: row for row in db.session.scalars(rows)}


def _line(
    one: Certificate, worth: str, correction: Correction | None
) -> Sequence[object]:
    says = content_of_document(one)
    instrument, owner = says["instrument"], says["owner"]
    is_document = one.state not in (CertificateState.RESERVED, CertificateState.VOID)
    return (
        one.number,
        gettext(DOCUMENT_KINDS[one.kind]),
        gettext(CERTIFICATE_STATES[one.state]),
        gettext(worth) if is_document else "",
        one.issued_on,
        one.valid_until or "",
        date.fromisoformat(says["performed_on"]),
        instrument["name_en" if language() == "en" else "name_vi"],
        instrument["maker"],
        instrument["model"],
        instrument["serial"],
        owner["name"],
        owner["address"],
        says.get("stamp_number", ""),
        says["performer"]["name"],
        says["head"]["name"],
        says.get("supersedes", ""),
        one.signed_on or "",
        one.handed_over_on or "",
        one.handed_over_to,
        _reason(one, correction),
    )


def _reason(one: Certificate, correction: Correction | None) -> str:
    if one.revocation_reason is not None:
        coded = gettext(REVOCATION_REASONS[one.revocation_reason])
        return f"{coded}: {one.revocation_text}"
    if correction is not None:
        return f"{gettext(CORRECTION_REASONS[correction.reason])}: " + (
            correction.explanation
        )
    return one.void_reason or ""
