"""What a document, a stamp and an instrument are worth on a day: the words of one list.

Documents and stamps belong to parts above; whoever shows one of the three asks here, so
that they never say different things of one instrument.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from labms.i18n import N_
from labms.registry.rules import EndingReason


class Standing(StrEnum):
    """What something is worth on a day, as anybody may know."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    ENDED = "ended"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNDER_REVIEW = "under_review"
    NOTICE = "notice"
    CALIBRATED = "calibrated"
    AWAITING = "awaiting"
    CANCELLED = "cancelled"
    NOTHING = "nothing"


STANDINGS: Mapping[Standing, str] = {
    Standing.VALID: N_("Valid"),
    Standing.EXPIRING: N_("Valid, expiring soon"),
    Standing.EXPIRED: N_("Expired"),
    Standing.ENDED: N_("Ended"),
    Standing.SUPERSEDED: N_("Superseded"),
    Standing.REVOKED: N_("Revoked"),
    Standing.SUSPENDED: N_("Suspended"),
    Standing.UNDER_REVIEW: N_("Under review"),
    Standing.NOTICE: N_("Did not comply"),
    Standing.CALIBRATED: N_("Issued"),
    Standing.AWAITING: N_("Awaiting confirmation"),
    Standing.CANCELLED: N_("Destroyed"),
    Standing.NOTHING: N_("Nothing in force"),
}


class HoldKind(StrEnum):
    """What is decided about a document while a doubt is looked into."""

    SUSPENDED = "suspended"
    UNDER_REVIEW = "under_review"


#: What a hold makes of a document that would count otherwise.
HELD: Mapping[HoldKind, Standing] = {
    HoldKind.SUSPENDED: Standing.SUSPENDED,
    HoldKind.UNDER_REVIEW: Standing.UNDER_REVIEW,
}

#: What a stamp may be worth for a doubt about its certificate to matter.
COUNT = frozenset({Standing.VALID, Standing.EXPIRING, Standing.AWAITING})
#: Kinds of documents that state what was found on a day, without a last day.
_VALUES = frozenset({"calibration", "test"})


def standing(
    state: str,
    kind: str,
    *,
    valid_until: date | None,
    ended_on: date | None,
    on: date,
    expiring_days: int,
    held: HoldKind | None = None,
) -> Standing:
    """Return what an issued document of a state and a kind is worth on a day.

    What people decided comes first (revoked, superseded), then what happened to the
    instrument (ended), then the calendar; the last day itself is still valid. A doubt
    (suspended, under review) touches only what would count without it.
    """
    if state in (Standing.REVOKED, Standing.SUPERSEDED):
        return Standing(state)
    if kind == "notice":
        return HELD[held] if held else Standing.NOTICE
    if kind in _VALUES:
        return HELD[held] if held else Standing.CALIBRATED
    if ended_on is not None and ended_in_time(ended_on, valid_until):
        return Standing.ENDED
    worth = calendar_standing(valid_until, on=on, expiring_days=expiring_days)
    return HELD[held] if held and worth is not Standing.EXPIRED else worth


def stamp_standing(
    *,
    is_destroyed: bool,
    is_confirmed: bool,
    valid_until: date | None,
    ended_on: date | None,
    on: date,
    expiring_days: int,
    is_revoked: bool = False,
    held: HoldKind | None = None,
) -> Standing:
    """Return what a stamp is worth on a day.

    `is_revoked` and `held` are of the certificate of the same job, if there is one.
    """
    if is_destroyed:
        return Standing.CANCELLED
    if is_revoked:
        return Standing.REVOKED
    if ended_on is not None and ended_in_time(ended_on, valid_until):
        return Standing.ENDED
    worth = Standing.AWAITING
    if is_confirmed:
        worth = calendar_standing(valid_until, on=on, expiring_days=expiring_days)
    return HELD[held] if held and worth in COUNT else worth


def ended_in_time(ended_on: date, valid_until: date | None) -> bool:
    """Whether evidence was still valid when it was ended: else it had just expired."""
    return valid_until is None or ended_on <= valid_until


def calendar_standing(
    valid_until: date | None, *, on: date, expiring_days: int
) -> Standing:
    """Return what the calendar alone says of evidence; without a last day, valid."""
    if valid_until is None:
        return Standing.VALID
    if on > valid_until:
        return Standing.EXPIRED
    if on > valid_until - timedelta(days=expiring_days):
        return Standing.EXPIRING
    return Standing.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Something that a body gave about an instrument: a document, a stamp, a mark."""

    kind: str
    """As documents are called ("verification", …), or "stamp", or "mark"."""
    number: str
    """Of the document or the stamp; a mark has none."""
    standing: Standing
    given_on: date
    valid_until: date | None = None
    ended_on: date | None = None
    ended_reason: EndingReason | None = None
    code: str = ""
    """The document's secret code."""
    owner_id: int | None = None
    """Whose the instrument was when the document was issued."""
    stamp_number: str = ""
    """Of the stamp that was put on with a document."""


#: What says that an instrument may be used, or may be again, the strongest first.
_STRONGEST = (
    frozenset({Standing.VALID, Standing.EXPIRING}),
    frozenset({Standing.UNDER_REVIEW}),
    frozenset({Standing.SUSPENDED}),
    frozenset({Standing.AWAITING}),
    frozenset({Standing.EXPIRED, Standing.ENDED, Standing.NOTICE}),
    frozenset({Standing.REVOKED}),
)


def paper_that_counts(papers: Iterable[Paper]) -> Paper | None:
    """Return the paper that an instrument's state today comes from, if one does.

    What is in force comes before everything else, and there what is valid longest; then
    what is in doubt, then what waits; then the newest of what is over. Values of a
    calibration or a test say nothing about whether an instrument complies, and what was
    superseded or destroyed has made room for something else.
    """
    legal = [one for one in papers if one.kind not in _VALUES]
    for group in _STRONGEST:
        found = [one for one in legal if one.standing in group]
        if found:
            last = date.max
            by_end = group is _STRONGEST[0]
            return max(
                found,
                key=lambda one: (
                    (one.valid_until or last) if by_end else one.given_on,
                    one.given_on,
                ),
            )
    return None
