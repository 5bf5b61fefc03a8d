"""Look-ups for anybody, in plain SQL: one statement for each page.

The public sees whatever was issued, by whichever body, so no scope applies; what may
be shown of it is decided here, by what is selected and masked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.life import HoldReason
from labms.certificates.rules import CertificateState, DocumentKind, RevocationReason
from labms.certificates.serials import masked_serial
from labms.certificates.signatures.sending import Doubt
from labms.organisations.rules import OrganisationKind
from labms.public.models import ProblemReport
from labms.public.plain import PlainSelect, driver_error, plain_rows
from labms.public.problems import ProblemState
from labms.public.rules import CannotTell
from labms.registry.rules import EndingReason
from labms.registry.standings import HELD, HoldKind, Standing, stamp_standing, standing
from labms.signing.rules import SigningWay, Trust
from labms.stamps.rules import StampState

#: Of what ended the evidence: the first thing after it was established.
_ENDING = (
    "LEFT JOIN evidence_ending e ON e.id = (SELECT x.id FROM evidence_ending x "
    "WHERE x.instrument_id = {table}.instrument_id AND x.ended_at > {table}.{moment} "
    "AND x.withdrawn_at IS NULL ORDER BY x.ended_at, x.id LIMIT 1) "
)
#: A doubt that stands on a document: suspended, or under review.
_HOLD = (
    "LEFT JOIN certificate_hold h ON h.certificate_id = c.id AND h.lifted_at IS NULL "
)
#: The newest file that bears an electronic signature.
_SIGNED = (
    "LEFT JOIN certificate_file f ON f.id = (SELECT x.id FROM certificate_file x "
    "WHERE x.certificate_id = c.id AND x.kind <> 'scan' ORDER BY x.id DESC LIMIT 1) "
)
_SIGNED_FILE = PlainSelect(
    (),
    "FROM certificate_file WHERE file_hash = :key AND kind <> 'scan' "
    "ORDER BY id DESC LIMIT 1",
    documents=("details",),
)
_SHOWN = "IN ('issued', 'revoked', 'superseded')"


def _document_where(condition: str) -> PlainSelect:
    return PlainSelect(
        (
            *("c.kind", "c.state", "c.number", "c.lookup_token", "c.issued_on"),
            *("c.valid_until", "c.revoked_on", "c.revocation_reason"),
            *("c.revocation_text", "c.file_hash", "c.signed_on"),
            *("o.kind", "e.ended_on", "e.reason", "h.kind", "h.reason", "h.held_on"),
            *("f.file_hash", "f.kind", "n.number", "n.lookup_token", "n.state"),
        ),
        "FROM certificate c JOIN organisation o ON o.id = c.owner_id "
        + _ENDING.format(table="c", moment="evidence_at")
        + _HOLD
        + _SIGNED
        + f"LEFT JOIN certificate n ON n.supersedes_id = c.id AND n.state {_SHOWN} "
        f"WHERE c.state {_SHOWN} AND {condition}",
        documents=("c.content", "f.details"),
    )


_BY_TOKEN = _document_where("c.lookup_token = :key")
_BY_FILE = _document_where(
    "c.id IN (SELECT id FROM certificate WHERE file_hash = :key "
    "UNION SELECT certificate_id FROM certificate_file WHERE file_hash = :key)"
)
_BY_NUMBER = _document_where("c.number = :key ORDER BY c.id LIMIT 10")
_BODIES = PlainSelect(
    ("b.code", "o.name"),
    "FROM stamp s JOIN body b ON b.id = s.body_id "
    "JOIN organisation o ON o.id = b.id WHERE s.serial = :serial "
    "AND s.state <> 'released' ORDER BY o.name, b.id LIMIT 20",
)
_STAMP = PlainSelect(
    (
        *("s.state", "s.serial", "s.applied_on", "s.valid_until", "s.confirmed_at"),
        *("s.cancelled_on", "i.type_slug", "i.maker", "i.model", "i.serial"),
        *("o.name", "o.kind", "m.name", "p.name", "e.ended_on", "e.reason"),
        *("c.number", "c.lookup_token", "c.state", "h.kind", "h.reason", "h.held_on"),
    ),
    "FROM stamp s JOIN body b ON b.id = s.body_id "
    "JOIN organisation p ON p.id = b.id "
    "JOIN instrument i ON i.id = s.instrument_id "
    "JOIN organisation o ON o.id = i.owner_id "
    "JOIN commune m ON m.key = i.commune_key "
    + _ENDING.format(table="s", moment="applied_at")
    + f"LEFT JOIN certificate c ON c.job_id = s.job_id AND c.state {_SHOWN} "
    + _HOLD
    + "WHERE b.code = :body AND s.serial = :serial AND s.state <> 'released' "
    "ORDER BY c.id DESC",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What a reader compares with the instrument before them."""

    name_vi: str
    name_en: str
    maker: str
    model: str
    serial: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed a file electronically, and whether somebody known here vouches.

    As it was found when the file came. Anybody can make a key in anybody's name.
    """

    signer: str = ""
    """The names in the certificates, as they stand there; empty: nobody signed."""
    is_vouched_for: bool = False
    """Whether authorities that are trusted here vouch for every signer."""
    is_other_name: bool = False
    """Whether no signer had the name of the signatory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the public page of a document or a stamp shows; nothing more is known."""

    standing: Standing
    number: str
    kind: DocumentKind | None
    """None: a stamp."""
    instrument: Instrument
    owner_name: str
    """Empty for a natural person or household: their name stays on the paper."""
    commune: str
    body_name: str
    issued_on: date | None
    valid_until: date | None
    performed_on: date | None = None
    stamp_number: str = ""
    conclusion_vi: str = ""
    conclusion_en: str = ""
    ended_on: date | None = None
    ended_reason: EndingReason | None = None
    revoked_on: date | None = None
    revocation_reason: RevocationReason | None = None
    revocation_text: str = ""
    cancelled_on: date | None = None
    code: str = ""
    held_on: date | None = None
    hold_reason: HoldReason | None = None
    corrects: str = ""
    """Number of the document whose place it takes."""
    other_number: str = ""
    """Of a document that took its place, or that the stamp belongs to."""
    other_code: str = ""
    is_test: bool = False
    file_hash: str = ""
    """Of the newest file: signed since it was issued, perhaps."""
    signed: str = ""
    """Its way, if it is signed electronically and the file bears that already, or if
    it is signed by hand: whose hand that was stays inside."""
    is_signing_recorded: bool = False
    """Whether the body has recorded that the paper was signed by hand."""
    signature: Signed = Signed()
    """The electronic one that the newest file bears."""
    is_other_revoked: bool = False
    """Whether the document that took its place was revoked itself."""
    content: Mapping[str, Any] | None = None
    is_masked: bool = False
    """Whether the end of the instrument's serial number is hidden."""

    def masked(self) -> "Found":
        """Return it for somebody who has not shown to know the instrument."""
        hidden = masked_serial(self.instrument.serial)
        return replace(
            self,
            instrument=replace(self.instrument, serial=hidden),
            other_code="",
            is_masked=True,
        )


def document_by_code(code: str, *, on: date, expiring_days: int) -> Found | None:
    """Return the issued document with this secret code. One query."""
    rows = _rows(_BY_TOKEN, key=code)
    return _document(rows[0], on=on, expiring_days=expiring_days) if rows else None


def document_by_file(digest: str, *, on: date, expiring_days: int) -> Found | None:
    """Return the issued document whose PDF has this hash. One query."""
    rows = _rows(_BY_FILE, key=digest)
    return _document(rows[0], on=on, expiring_days=expiring_days) if rows else None


def documents_by_number(number: str, *, on: date, expiring_days: int) -> list[Found]:
    """Return the issued documents with this number, of whichever body. One query."""
    rows = _rows(_BY_NUMBER, key=number.strip())
    return [_document(row, on=on, expiring_days=expiring_days) for row in rows]


def _rows(select: PlainSelect, **given: str) -> Sequence[Sequence[Any]]:
    """Run one statement. Raises CannotTell if the database does not answer."""
    try:
        return plain_rows(select, given)
    except (DBAPIError, driver_error()) as error:
        raise CannotTell from error


def _day(value: Any) -> date | None:
    """Return a day as the driver gives it: SQLite text, PostgreSQL a date."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def _document(row: Sequence[Any], *, on: date, expiring_days: int) -> Found:
    kind, state, number, code, issued_on = row[:5]
    valid_until, revoked_on, revocation_reason = row[5:8]
    revocation_text, file_hash, signed_on = row[8:11]
    owner_kind, ended_on, ended_reason, held, hold_reason, held_on = row[11:17]
    signed_hash, signed_kind, other_number, other_code, other_state = row[17:22]
    says, details = row[22:]
    kind = DocumentKind(kind)
    ended_on, valid_until = _day(ended_on), _day(valid_until)
    worth = standing(
        CertificateState(state),
        kind,
        valid_until=valid_until,
        ended_on=ended_on,
        on=on,
        expiring_days=expiring_days,
        held=HoldKind(held) if held else None,
    )
    instrument, owner = says["instrument"], says["owner"]
    is_person = owner_kind == OrganisationKind.PERSON or owner.get("is_person", True)
    return Found(
        standing=worth,
        number=number,
        kind=kind,
        instrument=Instrument(
            name_vi=instrument["name_vi"],
            name_en=instrument["name_en"],
            maker=instrument["maker"],
            model=instrument["model"],
            serial=instrument["serial"],
        ),
        owner_name="" if is_person else owner["name"],
        commune=owner.get("commune", ""),
        body_name=says["body"]["name"],
        issued_on=_day(issued_on),
        valid_until=valid_until,
        performed_on=_day(says["performed_on"]),
        stamp_number=says.get("stamp_number", ""),
        conclusion_vi=says.get("conclusion_vi", ""),
        conclusion_en=says.get("conclusion_en", ""),
        ended_on=ended_on if worth is Standing.ENDED else None,
        ended_reason=EndingReason(ended_reason) if worth is Standing.ENDED else None,
        revoked_on=_day(revoked_on),
        revocation_reason=(
            RevocationReason(revocation_reason) if revocation_reason else None
        ),
        revocation_text=revocation_text or "",
        **_doubt(worth, hold_reason, held_on),
        corrects=says.get("supersedes", ""),
        code=code,
        other_number=other_number or "",
        other_code=other_code or "",
        is_test=says["test_print"],
        file_hash=signed_hash or file_hash or "",
        signed=_way(says, is_signed=bool(signed_kind)),
        is_signing_recorded=signed_on is not None,
        signature=_signed(details or {}),
        is_other_revoked=other_state == CertificateState.REVOKED,
        content=says,
    )


def _way(says: Mapping[str, Any], *, is_signed: bool) -> str:
    """Return how a document is signed; nothing if that still has to be done."""
    if "signature" not in says:
        return SigningWay.HAND
    return str(says["signature"]["way"]) if is_signed else ""


def _signed(says: Mapping[str, Any]) -> Signed:
    names = says.get("signers") or [says.get("signer", "")]
    return Signed(
        signer="; ".join(filter(None, names)),
        is_vouched_for=says.get("trust") == Trust.TRUSTED,
        is_other_name=Doubt.OTHER_NAME in says.get("despite", ()),
    )


def signature_in(digest: str) -> Signed:
    """Return who signed the kept file with this hash: its own, not a later file's."""
    rows = _rows(_SIGNED_FILE, key=digest)
    return _signed(rows[0][0] or {}) if rows else Signed()


def _doubt(worth: Standing, reason: str | None, held_on: Any) -> dict[str, Any]:
    """Return why and since when a document is held, where that is what it is worth."""
    if worth not in HELD.values() or not reason:
        return {}
    return {"held_on": _day(held_on), "hold_reason": HoldReason(reason)}


def bodies_with_stamp(serial: str) -> list[tuple[str, str]]:
    """Return code and name of each body that put on a stamp of this serial."""
    return [(row[0], row[1]) for row in _rows(_BODIES, serial=serial)]


def stamp_by_serial(
    body: str, serial: str, *, on: date, expiring_days: int
) -> Found | None:
    """Return the stamp of a body with this serial. One query."""
    rows = _rows(_STAMP, body=body, serial=serial)
    if not rows:
        return None
    row = rows[0]
    ended_on = _day(row[14])
    worth = stamp_standing(
        is_destroyed=row[0] == StampState.CANCELLED,
        is_confirmed=row[4] is not None,
        valid_until=_day(row[3]),
        ended_on=ended_on,
        on=on,
        expiring_days=expiring_days,
        is_revoked=row[18] == CertificateState.REVOKED,
        held=HoldKind(row[19]) if row[19] else None,
    )
    kind = shipped_catalogue().type(row[6])
    is_person = row[11] == OrganisationKind.PERSON
    return Found(
        standing=worth,
        number=row[1],
        kind=None,
        instrument=Instrument(
            name_vi=kind.name_vi,
            name_en=kind.name_en,
            maker=row[7],
            model=row[8],
            serial=row[9],
        ),
        owner_name="" if is_person else row[10],
        commune=row[12],
        body_name=row[13],
        issued_on=_day(row[2]),
        valid_until=_day(row[3]),
        ended_on=ended_on if worth is Standing.ENDED else None,
        ended_reason=EndingReason(row[15]) if worth is Standing.ENDED else None,
        cancelled_on=_day(row[5]),
        **_doubt(worth, row[20], row[21]),
        other_number=row[16] or "",
        other_code=row[17] or "",
    )


def problems(*, state: ProblemState | None = None) -> sa.Select[Any]:
    """Return the query of what people reported: what is open first, then the newest."""
    rows = sa.select(ProblemReport).order_by(
        ProblemReport.closed_at.is_not(None), ProblemReport.id.desc()
    )
    return rows if state is None else rows.where(ProblemReport.state == state)
