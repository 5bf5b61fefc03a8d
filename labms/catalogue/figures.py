"""Every figure of a procedure with its source, for whoever releases it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from labms.catalogue.entries import Check, InstrumentType, LegalList, Procedure, Source
from labms.catalogue.rules import Confidence


class Figure(NamedTuple):
    """Something a procedure relies on, and how it is known."""

    key: str
    what_vi: str
    what_en: str
    confidence: Confidence
    source: str
    is_checked: bool


def figures(
    procedure: Procedure, *, options: Mapping[str, str] | None = None
) -> tuple[Figure, ...]:
    """Return all figures, those of the tables of limits included."""
    return tuple(
        Figure(key, vi, en, source.confidence, source.text, source.is_checked)
        for key, vi, en, source in (
            *_own(procedure),
            *_of_checks(procedure),
            *_of_tables(procedure, options or {}),
        )
    )


def list_figures(
    legal: LegalList, *, types: Mapping[str, InstrumentType]
) -> tuple[Figure, ...]:
    """Return the cycles and controls that a list of the law sets."""
    found = []
    for entry in legal.entries:
        kind, source = types[entry.type_slug], entry.source
        months = entry.cycle_months
        vi = f"{kind.name_vi}: {months} tháng" if months else kind.name_vi
        en = f"{kind.name_en}: {months} months" if months else kind.name_en
        sources = dict.fromkeys((source, entry.controls_source))
        for each in sources:
            key = f"{legal.slug}-{entry.type_slug}"
            if each is not source:
                key, vi = f"{key}-controls", f"{kind.name_vi}: các loại kiểm định"
                en = f"{kind.name_en}: kinds of verification"
            found.append(
                Figure(key, vi, en, each.confidence, each.text, each.is_checked)
            )
    return tuple(found)


def from_memory(procedure: Procedure) -> tuple[int, int]:
    """Return how many of its figures were written down from memory, and of how many."""
    found = figures(procedure)
    remembered = sum(
        each.confidence is Confidence.MEMORY and not each.is_checked for each in found
    )
    return remembered, len(found)


def is_mostly_from_memory(procedure: Procedure) -> bool:
    """Whether more than half of its figures were written down from memory."""
    remembered, count = from_memory(procedure)
    return 2 * remembered > count


_Row = tuple[str, str, str, Source]
NOT_KNOWN_VI, NOT_KNOWN_EN = " chưa biết", " not known"
#: What is judged of several readings together, and what an uncertainty follows from.
_PARTS = (
    ("spread", "độ phân tán", "spread"),
    ("uncertainty", "mô hình độ không đảm bảo đo", "uncertainty model"),
    ("hysteresis", "độ hồi sai", "hysteresis"),
    ("shift", "độ dịch chỉ thị", "shift of the indication"),
    ("one_sign", "các sai số cùng dấu", "all errors of one sign"),
)


def _own(procedure: Procedure) -> Iterator[_Row]:
    yield "document", procedure.document, procedure.document, procedure.source
    for place, rule in enumerate(procedure.scope, start=1):
        yield f"scope-{place}", rule.text_vi, rule.text_en, rule.source
    for item in procedure.environment:
        yield f"environment-{item.key}", item.name_vi, item.name_en, item.source
    for standard in procedure.standards:
        yield (
            f"standard-{standard.slug}",
            f"{standard.name_vi}: {standard.text_vi}".rstrip(": "),
            f"{standard.name_en}: {standard.text_en}".rstrip(": "),
            standard.source,
        )
    if not procedure.is_calibration:
        yield "evidence", "Chứng chỉ kiểm định", "Evidence", procedure.evidence.source


def _of_checks(procedure: Procedure) -> Iterator[_Row]:
    for stage in procedure.stages:
        for check in stage.checks:
            key = f"{stage.slug}-{check.slug}"
            yield key, check.name_vi, check.name_en, check.source
            yield from _of_check(key, check)


def _of_check(key: str, check: Check) -> Iterator[_Row]:
    for use in check.limits:
        if use.source is not None:
            yield (
                f"{key}-limit",
                f"{check.name_vi}: giới hạn{NOT_KNOWN_VI * use.is_unknown}",
                f"{check.name_en}: limit{NOT_KNOWN_EN * use.is_unknown}",
                use.source,
            )
    for place, rule in enumerate(check.requires, start=1):
        yield f"{key}-rule-{place}", rule.text_vi, rule.text_en, rule.source
    for name, vi, en in _PARTS:
        part = getattr(check, name)
        if part is not None:
            yield (
                f"{key}-{name.replace('_', '-')}",
                f"{check.name_vi}: {vi}",
                f"{check.name_en}: {en}",
                part.source,
            )


def _of_tables(procedure: Procedure, options: Mapping[str, str]) -> Iterator[_Row]:
    for table in procedure.tables.values():
        for option in table.options:
            if options.get(table.slug, option.slug) == option.slug:
                yield (
                    f"limit-{table.slug}-{option.slug}",
                    f"{table.title_vi} ({option.title})",
                    f"{table.title_en} ({option.title})",
                    option.source,
                )
