"""Whether what is entered about an instrument can be true, by what measures it."""

from collections.abc import Mapping

from labms.catalogue.entries import InstrumentType, Procedure
from labms.catalogue.plates import (
    Doubt,
    FiguresContradict,
    Trial,
    doubt_about,
    sign_problems,
)
from labms.catalogue.queries import release_for
from labms.catalogue.rules import Both, ProcedureKind
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.trial.trying import options_of
from labms.errors import raise_all
from labms.remembering import once


def check_plate(
    kind: InstrumentType, given: Mapping[str, str], *, body_id: int | None
) -> None:
    """Raise what is impossible about an instrument's figures, alone or together.

    Figures that are missing are no reason to refuse, nor that nothing here measures
    such an instrument. Raises BelowZero, NotAboveZero or FiguresContradict, or Several.
    """
    raise_all(list(sign_problems(kind.characteristics, given)))
    doubt = plate_doubt(kind, given, body_id=body_id)
    if doubt is not None and doubt.is_contradiction:
        known = {each.key: each for each in kind.characteristics}
        one = known.get(doubt.key)
        name = Both(one.name_vi, one.name_en) if one else ""
        raise FiguresContradict(doubt.key, name=name, problem=doubt.problem)


def plate_doubt(
    kind: InstrumentType, given: Mapping[str, str], *, body_id: int | None
) -> Doubt | None:
    """Return why nothing can be measured with these figures by any procedure, or None.

    The procedures are those that the body has released, else the newest there are.
    """
    asked = (kind.slug, body_id, tuple(sorted(given.items())))
    return once(
        ("plate", *asked), lambda: doubt_about(given, _trials(kind.slug, body_id))
    )


def _trials(type_slug: str, body_id: int | None) -> list[Trial]:
    newest: dict[str, Procedure] = {
        each.slug: each for each in shipped_catalogue().procedures_for(type_slug)
    }
    trials = {slug: Trial(each, options_of(each)) for slug, each in newest.items()}
    for what in ProcedureKind if body_id is not None else ():
        found = release_for(body_id or 0, type_slug, kind=what)
        if found is not None:
            release, procedure = found
            trials[procedure.slug] = Trial(procedure, [release.options])
    return list(trials.values())
