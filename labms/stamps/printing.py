"""Rolls of stamps for a label printer, before anything was verified with them."""

import re
from collections.abc import Sequence
from datetime import date

from labms.errors import Invalid
from labms.i18n import N_
from labms.organisations.models import Body
from labms.organisations.queries import designations_on, registration_on
from labms.paper.stickers import MOST, Sticker, StickerKind
from labms.policy import Actor, Permission, authorize
from labms.stamps.queries import stamps_called
from labms.stamps.rules import StampUsed, stamp_serial

_COUNTED = re.compile(r"(.*?)([0-9]+)")


class BadRange(Invalid):
    """Two serials that no roll leads from and to."""

    code = "stamp.bad_range"
    message = N_(
        "From {first} to {last} is no roll: both need the same beginning, as many "
        "digits at the end, and at most {most} lie between them."
    )


def serials_between(first: str, last: str) -> list[str]:
    """Return the serials of a roll, both ends included.

    Raises BadStampSerial or BadRange.

    >>> serials_between("26V.00009", "26V.00011")
    ['26V.00009', '26V.00010', '26V.00011']
    """
    begin, end = stamp_serial(first), stamp_serial(last)
    parts = _COUNTED.fullmatch(begin), _COUNTED.fullmatch(end)
    refusal = BadRange(first=begin, last=end, most=MOST)
    if parts[0] is None or parts[1] is None:
        raise refusal
    (head, low), (other, high) = parts[0].groups(), parts[1].groups()
    if head != other or len(low) != len(high):
        raise refusal
    if not 0 <= int(high) - int(low) < MOST:
        raise refusal
    return [f"{head}{n:0{len(low)}}" for n in range(int(low), int(high) + 1)]


def roll(
    body: Body, first: str, last: str, *, public_url: str, on: date, actor: Actor
) -> list[Sticker]:
    """Return stamps to print, from one serial to another, none of them used.

    Where month and year are written by hand: nobody knows them yet. Refuses with
    NotAllowed, BadStampSerial, BadRange or StampUsed.
    """
    authorize(actor, Permission.STAMP_PRINT, body)
    serials = serials_between(first, last)
    used = stamps_called(body.id, serials)
    if used:
        raise StampUsed(serial=min(used))
    return stickers_of(
        body, [(serial, "") for serial in serials], public_url=public_url, on=on
    )


def stickers_of(
    body: Body,
    stamps: Sequence[tuple[str, str]],
    *,
    public_url: str,
    on: date,
    is_blank: bool = True,
) -> list[Sticker]:
    """Return stickers for serials with their last day; the code leads to each."""
    host = public_url.split("://", 1)[-1]
    authority = authority_of(body, on)
    return [
        Sticker(
            kind=StickerKind.VERIFIED,
            body=body.name,
            authority=authority,
            number=serial,
            until=until,
            url=f"{public_url}/s/{body.code}/{serial}",
            host=host,
            is_blank=is_blank,
        )
        for serial, until in stamps
    ]


def authority_of(body: Body, on: date) -> str:
    """Return the number of the newest designation that holds, or the registration's."""
    held = designations_on(body.id, on)
    if held:
        return max(held, key=lambda one: one.issued_on).decision_number
    registration = registration_on(body.id, on)
    return registration.number if registration else ""
