"""What tells one organisation from another in a list, and which one is meant."""

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from labms.db import db
from labms.i18n import N_, Message
from labms.organisations.models import Organisation
from labms.organisations.rules import OrganisationKind
from labms.places.models import Commune
from labms.text import like

#: More than a list to choose from should hold; beyond it one has to search.
MOST_LABELS = 2000
_SEPARATOR = " · "
_NUMBER = re.compile(r"(?:no\.|số)\s*([0-9]{1,9})", re.IGNORECASE)


def labels(
    *, kind: OrganisationKind | None = None, ids: Iterable[int] | None = None
) -> list[tuple[int, str]]:
    """Return id and label of organisations, by name: of a kind, or these. One query.

    A label is name, commune and tax code, or our number where there is none; no two are
    the same, and `organisations_called` finds by it exactly the one.
    """
    rows = (
        sa.select(
            Organisation.id, Organisation.name, Organisation.tax_code, Commune.name
        )
        .outerjoin(Commune, Commune.key == Organisation.commune_key)
        .order_by(Organisation.folded, Organisation.id)
        .limit(MOST_LABELS)
    )
    if kind is not None:
        rows = rows.where(Organisation.kind == kind)
    if ids is not None:
        rows = rows.where(Organisation.id.in_(list(ids)))
    return [
        (number, _label(number, name, code, commune))
        for number, name, code, commune in db.session.execute(rows)
    ]


def label_of(organisation: Organisation) -> str:
    """Return the label of one organisation."""
    return labels(ids=[organisation.id])[0][1]


def _label(number: int, name: str, tax_code: str | None, commune: str | None) -> str:
    last = tax_code or str(Message(N_("no. {number}"), {"number": number}))
    return _SEPARATOR.join(part for part in (name, commune, last) if part)


def organisations_called(typed: str, *, limit: int = 6) -> Sequence[Organisation]:
    """Return whom somebody may mean: one if it is clear, several, or nobody.

    By label, number or tax code; else by the exact name; else by a part of it, which
    may leave out accents.
    """
    typed = typed.strip()
    rows = sa.select(Organisation).order_by(Organisation.folded, Organisation.id)
    last = typed.rpartition(_SEPARATOR)[2]
    if numbered := _NUMBER.fullmatch(last):
        exactly = Organisation.id == int(numbered[1])
    else:
        exactly = Organisation.tax_code == last
    is_label = last != typed
    for condition in (
        sa.and_(exactly, sa.true() if not is_label else _begins(typed)),
        Organisation.name == typed,
        Organisation.folded.like(like(typed), escape="\\"),
    ):
        if found := db.session.scalars(rows.where(condition).limit(limit)).all():
            return found
    return ()


def _begins(typed: str) -> sa.ColumnElement[bool]:
    """Whether a label begins with the organisation's name: nobody else's number."""
    length = sa.func.length(Organisation.name)
    return sa.func.substr(typed, 1, length) == Organisation.name
