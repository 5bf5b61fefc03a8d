"""What makes a figure look like a slip of the keys: said, and to be confirmed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from labms.db import db, scoped
from labms.demand.models import DemandFigure
from labms.demand.registered import joined_successor, present_key
from labms.demand.rules import About, Purpose, Subject
from labms.errors import Invalid
from labms.i18n import N_, Grouped, Message, gettext
from labms.organisations.models import Organisation
from labms.places.models import CommuneSuccession
from labms.policy import EVERYTHING
from labms.registry.models import Instrument

#: From here on two figures of one cell differ more than years and surveys explain:
#: labms' own bounds, both of which have to be passed.
TIMES_APART = 5
APART = 50
#: More than this no commune has of anything, as long as nobody counted otherwise.
MOST_UNHEARD_OF = 50_000
#: So many characters at least make a reason.
ENOUGH = 10


class Doubtful(Invalid):
    """Figures that look wrong are entered by whoever says why they are right."""

    code = "demand.doubtful"
    message = N_(
        "{count} figures look wrong. Compare them with the document; then tick that "
        "you have checked, and say in at least ten characters why they are right."
    )


class DoubtfulFigure(Invalid):
    """One that looks wrong, with what makes it look so."""

    code = "demand.doubtful_figure"
    message = N_(
        "The figure looks wrong. If it is right, tick that you have checked, and say "
        "in at least ten characters why."
    )

    def __init__(self, doubts: Sequence[Message]) -> None:
        self.doubts = doubts
        super().__init__()


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a cell before a figure comes; None: nothing."""

    #: The newest figure that was entered, and its year.
    entered: tuple[int, int] | None = None
    registered: int | None = None


#: (type, commune of today, subject, purpose, holder)
CellKey = tuple[str, str, Subject, Purpose, Any]
FindBeside = Callable[[CellKey], Beside]


def doubts(in_use: int, about: About, beside: Beside) -> tuple[Message, ...]:
    """Return what looks wrong with a figure; nothing if it can well be right.

    It is held against the newest figure of its cell, or without one against the
    register; and new and repaired ones against what is in use.
    """
    found = []
    if beside.entered is not None:
        before, year = beside.entered
        if is_apart(in_use, before):
            text = N_("{count} in use, but {before} by the figure of {year}")
            given = {"before": Grouped(before), "year": year}
            found.append(Message(text, {"count": Grouped(in_use), **given}))
    elif beside.registered is not None and is_apart(in_use, beside.registered):
        text = N_("{count} in use, but the register knows {known}")
        given = {"count": Grouped(in_use), "known": Grouped(beside.registered)}
        found.append(Message(text, given))
    elif beside == Beside() and in_use > MOST_UNHEARD_OF:
        text = N_("{count} in use in one commune of which nothing was known")
        found.append(Message(text, {"count": Grouped(in_use)}))
    for number, text in (
        (about.initial_count, N_("more new ones ({count}) than in use ({in_use})")),
        (
            about.after_repair_count,
            N_("more repaired ones ({count}) than in use ({in_use})"),
        ),
    ):
        if number is not None and number > in_use:
            given = {"count": Grouped(number), "in_use": Grouped(in_use)}
            found.append(Message(text, given))
    return tuple(found)


def is_apart(one: int, other: int) -> bool:
    """Whether two figures of one thing differ more than years and surveys explain."""
    less, more = sorted((one, other))
    return more - less >= APART and more >= TIMES_APART * less


def check_doubts(count: int, *, checked: str) -> None:
    """Raise Doubtful unless nothing looks wrong, or somebody says why it is right."""
    if count and len(checked.strip()) < ENOUGH:
        raise Doubtful(count=Grouped(count))


def with_check(method: str, checked: str) -> str:
    """Return how a doubtful figure was counted, and why it is right."""
    said = gettext(N_("Checked: {reason}")).format(reason=checked.strip())
    return f"{method}. {said}" if method else said


def beside_all(on: date, type_slug: str = "") -> FindBeside:
    """Return how to look up what is known of any cell, or of a type. Three queries."""
    today = _communes_of_today()
    entered = _newest(today, type_slug)
    registered = _registered(on, type_slug)

    def look_up(key: CellKey) -> Beside:
        slug, commune, subject, purpose, holder = key
        key = (slug, today.get(commune, commune), subject, purpose, holder)
        is_verified = (subject, purpose) == (Subject.INSTRUMENT, Purpose.VERIFICATION)
        by = registered.get(key[:2], {}) if is_verified else {}
        known = by.get(holder) if holder else sum(by.values()) or None
        return Beside(entered.get(key), known)

    return look_up


def _communes_of_today() -> Mapping[str, str]:
    rows = db.session.execute(
        sa.select(CommuneSuccession.old_key, CommuneSuccession.new_key).where(
            CommuneSuccession.is_whole.is_(True)
        )
    )
    return dict(rows.all())


def _newest(
    today: Mapping[str, str], type_slug: str
) -> Mapping[CellKey, tuple[int, int]]:
    """Return the newest figure of each cell that was not corrected, with its year."""
    figure = DemandFigure
    rows = sa.select(
        figure.type_slug,
        figure.commune_key,
        figure.subject,
        figure.purpose,
        figure.holder,
        figure.in_use_count,
        figure.year,
    ).where(figure.replaced_by_id.is_(None))
    if type_slug:
        rows = rows.where(figure.type_slug == type_slug)
    rows = rows.order_by(figure.year, figure.counted_on, figure.id)
    found: dict[CellKey, tuple[int, int]] = {}
    for slug, commune, subject, purpose, holder, number, year in db.session.execute(
        rows
    ):
        key = (slug, today.get(commune, commune), subject, purpose, holder)
        found[key] = (number, year)
    return found


def _registered(
    on: date, type_slug: str
) -> Mapping[tuple[str, str], Mapping[Any, int]]:
    commune = present_key(Instrument.commune_key)
    rows = (
        sa.select(Instrument.type_slug, commune, Organisation.kind, sa.func.count())
        .join(Organisation, Organisation.id == Instrument.owner_id)
        .outerjoin(CommuneSuccession, joined_successor(Instrument.commune_key))
        .where(
            Instrument.registered_on <= on,
            sa.or_(Instrument.out_of_use_on.is_(None), Instrument.out_of_use_on > on),
        )
        .group_by(Instrument.type_slug, commune, Organisation.kind)
    )
    if type_slug:
        rows = rows.where(Instrument.type_slug == type_slug)
    found: dict[tuple[str, str], dict[Any, int]] = {}
    with scoped(EVERYTHING):  # a count for the province, whoever asks
        for slug, key, kind, number in db.session.execute(rows):
            found.setdefault((slug, key), {})[kind] = number
    return found
