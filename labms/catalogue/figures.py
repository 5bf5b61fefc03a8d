"""Every figure of a procedure with its source, for whoever releases it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from labms.catalogue.entries import InstrumentType, LegalList, Procedure, Source
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


def is_mostly_from_memory(procedure: Procedure) -> bool:
    """Whether more than half of its figures were written down from memory."""
    found = figures(procedure)
    remembered = sum(each.confidence is Confidence.MEMORY for each in found)
    return 2 * remembered > len(found)


_Row = tuple[str, str, str, Source]


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
    yield "evidence", "Chứng chỉ kiểm định", "Evidence", procedure.evidence.source


def _of_checks(procedure: Procedure) -> Iterator[_Row]:
    for stage in procedure.stages:
        for check in stage.checks:
            key = f"{stage.slug}-{check.slug}"
            yield key, check.name_vi, check.name_en, check.source
            for use in check.limits:
                if use.source is not None:
                    yield (
                        f"{key}-limit",
                        f"{check.name_vi}: giới hạn",
                        f"{check.name_en}: limit",
                        use.source,
                    )
            if check.spread is not None:
                yield (
                    f"{key}-spread",
                    f"{check.name_vi}: độ phân tán",
                    f"{check.name_en}: spread",
                    check.spread.source,
                )
            if check.uncertainty is not None:
                yield (
                    f"{key}-uncertainty",
                    f"{check.name_vi}: mô hình độ không đảm bảo đo",
                    f"{check.name_en}: uncertainty model",
                    check.uncertainty.source,
                )
            if check.hysteresis is not None:
                yield (
                    f"{key}-hysteresis",
                    f"{check.name_vi}: độ hồi sai",
                    f"{check.name_en}: hysteresis",
                    check.hysteresis.source,
                )
            if check.shift is not None:
                yield (
                    f"{key}-shift",
                    f"{check.name_vi}: độ dịch chỉ thị",
                    f"{check.name_en}: shift of the indication",
                    check.shift.source,
                )
            if check.one_sign is not None:
                yield (
                    f"{key}-one-sign",
                    f"{check.name_vi}: các sai số cùng dấu",
                    f"{check.name_en}: all errors of one sign",
                    check.one_sign.source,
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
