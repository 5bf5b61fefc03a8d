"""What changed in an event, before and after, as a person reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from labms.catalogue.rules import EVIDENCE_NAMES, MODE_NAMES, Evidence
from labms.catalogue.rules import VerificationReason as Reason
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.rules import (
    CERTIFICATE_STATES,
    DOCUMENT_KINDS,
    FILE_KINDS,
    REVOCATION_REASONS,
    CertificateState,
    DocumentKind,
    FileKind,
    RevocationReason,
)
from labms.db import ExactDecimal, Model, UTCDateTime
from labms.dcc.rules import TWIN_REACHES, TwinReach
from labms.demand.rules import DEMAND_SOURCES, DemandSource
from labms.i18n import gettext
from labms.jobs.conformity import AGREED_RULES, AgreedRule
from labms.jobs.rules import JOB_KINDS, JOB_STATES, JobKind, JobState
from labms.jobs.wording import ANSWERS, VERDICTS, number_text
from labms.metrology.verdicts import Verdict
from labms.organisations.rules import (
    DOCUMENT_LANGUAGES,
    ORGANISATION_KINDS,
    VALIDITY_RULES,
    DocumentLanguage,
    OrganisationKind,
    ValidityRule,
)
from labms.organisations.types import type_name
from labms.places.rules import AREAS
from labms.plan.rules import RaisedKind
from labms.plan.undertakings import RAISED_KINDS
from labms.public.problems import (
    PROBLEM_KINDS,
    PROBLEM_STATES,
    ProblemKind,
    ProblemState,
)
from labms.registry.queries import standard_kinds
from labms.registry.rules import (
    ENDING_REASONS,
    INSTRUMENT_STATES,
    STANDARD_RANKS,
    STANDARD_STATES,
    EndingReason,
    InstrumentState,
    StandardRank,
    StandardState,
)
from labms.signing.rules import WAYS, SigningWay
from labms.stamps.rules import STAMP_STATES, StampState
from labms.tasks.rules import (
    ACTIVITY_KINDS,
    BUDGET_STAGES,
    CONCLUSIONS,
    FUNDING_SOURCES,
    ITEM_STATES,
    OPTION_KINDS,
    PURCHASE_STAGES,
    PURPOSES,
    ActivityKind,
    BudgetStage,
    Conclusion,
    FundingSource,
    ItemState,
    OptionKind,
    PurchaseStage,
    Purpose,
)
from labms.traceability.rules import ISSUER_KINDS, IssuerKind
from labms.trail.naming import Key, Thing, list_title
from labms.trail.rules import FIELD_NAMES, UNSHOWN
from labms.trail.supplied import SUPPLY_WORDS
from labms.web.show import dmy, local, moment, number

#: The words of the choices that columns hold.
WORDS: Mapping[Any, Mapping[Any, str]] = {
    **SUPPLY_WORDS,
    ActivityKind: ACTIVITY_KINDS,
    AgreedRule: AGREED_RULES,
    BudgetStage: BUDGET_STAGES,
    CertificateState: CERTIFICATE_STATES,
    Conclusion: CONCLUSIONS,
    DemandSource: DEMAND_SOURCES,
    DocumentKind: DOCUMENT_KINDS,
    DocumentLanguage: DOCUMENT_LANGUAGES,
    EndingReason: ENDING_REASONS,
    Evidence: EVIDENCE_NAMES,
    FileKind: FILE_KINDS,
    FundingSource: FUNDING_SOURCES,
    InstrumentState: INSTRUMENT_STATES,
    IssuerKind: ISSUER_KINDS,
    ItemState: ITEM_STATES,
    JobKind: JOB_KINDS,
    JobState: JOB_STATES,
    OptionKind: OPTION_KINDS,
    OrganisationKind: ORGANISATION_KINDS,
    PurchaseStage: PURCHASE_STAGES,
    ProblemKind: PROBLEM_KINDS,
    ProblemState: PROBLEM_STATES,
    Purpose: PURPOSES,
    RaisedKind: RAISED_KINDS,
    Reason: MODE_NAMES,
    RevocationReason: REVOCATION_REASONS,
    SigningWay: WAYS,
    TwinReach: TWIN_REACHES,
    StampState: STAMP_STATES,
    StandardRank: STANDARD_RANKS,
    StandardState: STANDARD_STATES,
    ValidityRule: VALIDITY_RULES,
    Verdict: VERDICTS,
}
READING = "reading "


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what changed."""

    name: str
    before: str
    after: str
    is_data: bool
    """Whether people entered it: names and words that no language changes."""


def keys_in(table: str, changes: Mapping[str, list[Any]]) -> Iterable[Key]:
    """Return the rows that the changes of one event point to."""
    for column, pair in changes.items():
        if column == "standards":
            yield from (("standard", one) for ids in pair for one in ids or ())
        elif (target := _target(table, column)) is not None:
            yield from ((target, one) for one in pair if one is not None)


def shown(
    table: str,
    changes: Mapping[str, list[Any]],
    *,
    names: Mapping[Key, Thing],
    readings: Mapping[str, str],
) -> list[Change]:
    """Return what changed, line by line; without what only the program needs.

    `names` are of the rows that are pointed to, `readings` of the job's readings.
    """
    found = []
    for column, (before, after) in changes.items():
        if column in UNSHOWN:
            continue
        then, now = (_text(table, column, each, names) for each in (before, after))
        if then != now:
            name = _field(table, column, readings)
            found.append(Change(name, then, now, _is_data(table, column)))
    return found


def _field(table: str, column: str, readings: Mapping[str, str]) -> str:
    if column.startswith(READING):
        key = column.removeprefix(READING)
        return readings.get(key, key)
    name = FIELD_NAMES.get(f"{table}.{column}") or FIELD_NAMES.get(column, column)
    return gettext(name)


def _column(table: str, column: str) -> sa.Column[Any] | None:
    known = Model.metadata.tables.get(table)
    return known.columns.get(column) if known is not None else None


def _target(table: str, column: str) -> str | None:
    found = _column(table, column)
    if found is None:
        return None
    return next((key.column.table.name for key in found.foreign_keys), None)


def _text(table: str, column: str, value: Any, names: Mapping[Key, Thing]) -> str:
    if value is None or value in ("", {}, []):
        return ""
    if column == "standards":
        return ", ".join(_name(("standard", one), names) for one in value)
    if column.startswith(READING):
        return gettext(ANSWERS[value]) if value in ANSWERS else number_text(value)
    if (target := _target(table, column)) is not None:
        return _name((target, value), names)
    if column in _BY_COLUMN:
        return str(_BY_COLUMN[column](value))
    return _by_type(_column(table, column), value)


def _is_data(table: str, column: str) -> bool:
    if column.startswith(READING) or column in _BY_COLUMN:
        return False
    if column == "standards" or _target(table, column) is not None:
        return True
    found = _column(table, column)
    kind = found.type if found is not None else None
    return isinstance(kind, sa.String) and not isinstance(kind, sa.Enum)


def _name(key: Key, names: Mapping[Key, Thing]) -> str:
    return names[key].name if key in names else str(key[1])


def _by_type(column: sa.Column[Any] | None, value: Any) -> str:
    kind = column.type if column is not None else None
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        words = WORDS.get(kind.enum_class, {})
        return gettext(words.get(value, str(value)))
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(kind, UTCDateTime):
        return moment(datetime.fromisoformat(value))
    if isinstance(kind, sa.Date):
        return dmy(date.fromisoformat(value))
    if isinstance(kind, ExactDecimal):
        return number(Decimal(value))
    return str(value)


def type_text(slug: str) -> str:
    return str(type_name(slug))


def _area(code: str) -> str:
    return str(AREAS[code].name) if code in AREAS else code


def _kind_of_standard(slug: str) -> str:
    vi, en = standard_kinds().get(slug, (slug, slug))
    return local({"name_vi": vi, "name_en": en})


def _procedure(slug: str) -> str:
    for one in shipped_catalogue().procedures:
        if one.slug == slug:
            return local(one, "title")
    return slug


def _characteristics(values: Mapping[str, str]) -> str:
    known = {
        one.key: one
        for kind in shipped_catalogue().types.values()
        for one in kind.characteristics
    }
    return "; ".join(
        f"{local(known[key]) if key in known else key} {value}"
        f" {known[key].unit if key in known else ''}".rstrip()
        for key, value in values.items()
    )


def _surroundings(values: Mapping[str, Mapping[str, str]]) -> str:
    known = {
        item.key: item
        for procedure in shipped_catalogue().procedures
        for item in procedure.environment
    }
    told = []
    for key, ends in values.items():
        item = known.get(key)
        span = " – ".join(one for one in (ends.get("begin"), ends.get("end")) if one)
        if span:
            told.append(
                f"{local(item) if item else key} {span} {item.unit if item else ''}"
            )
    return "; ".join(one.rstrip() for one in told)


def _options(values: Mapping[str, str]) -> str:
    return "; ".join(f"{table}: {option}" for table, option in values.items())


_BY_COLUMN: Mapping[str, Any] = {
    "area": _area,
    "characteristics": _characteristics,
    "cycle_list": list_title,
    "environment": _surroundings,
    "kind_slug": _kind_of_standard,
    "list_slug": list_title,
    "options": _options,
    "procedure_slug": _procedure,
    "type_slug": type_text,
    "unchecked": lambda value: str(len(value)),
}
