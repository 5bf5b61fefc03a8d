"""Numbers of certificates, notices and orders: closed series, by the body's pattern."""

import sqlalchemy as sa

from labms.db import db
from labms.organisations.models import Body
from labms.organisations.rules import NotABody, NumberKind, format_number, has_year

#: One statement on both engines: whoever comes second waits, then counts on.
_TAKE = sa.text(
    "INSERT INTO number_series (body_id, kind, year, last) "
    "VALUES (:body_id, :kind, :year, 1) "
    "ON CONFLICT (body_id, kind, year) DO UPDATE SET last = number_series.last + 1 "
    "RETURNING last"
)


def next_number(body_id: int, kind: NumberKind, *, year: int) -> tuple[int, str]:
    """Take the next number of a body's series: how many it is, and how it is written.

    Belongs to the transaction: if that is rolled back, nobody has had the number.
    A pattern without a year makes one series that goes on for ever, since it would
    give the same numbers again in January. Raises NotABody.
    """
    body = db.session.get(Body, body_id)
    if body is None:
        raise NotABody(name=body_id)
    pattern = body.pattern(kind)
    series = year if has_year(pattern) else 0
    taken = db.session.execute(
        _TAKE, {"body_id": body_id, "kind": kind.value, "year": series}
    ).scalar_one()
    return taken, format_number(pattern, taken, year=year)


#: Rows and patterns have kept another name, from before other certificates were there.
_WORDS = {NumberKind.CERTIFICATE: "verification"}


def series_word(kind: NumberKind) -> str:
    """Return what commands call a series: as pages call its kind of document."""
    return _WORDS.get(kind, kind.value)


def number_kind(word: str) -> NumberKind | None:
    """Return the series that a command means; the name in the rows is taken as well."""
    for kind in NumberKind:
        if word in (series_word(kind), kind.value):
            return kind
    return None
