"""Chains of traceability and recalls (`trace-v1`)."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from labms.golden.comparing import Unordered
from labms.golden.reading import also
from labms.traceability.chains import Chain, Network, Use, chain_from
from labms.traceability.facts import CalibrationFacts, Scope, StandardFacts
from labms.traceability.rules import IssuerKind

#: Rules about a use or a standard; the others are about a certificate.
_OF_STANDARDS = frozenset({"T01", "T04", "T11", "T12", "T13", "T14", "T15"})

_ISSUERS = {
    "NMI": IssuerKind.NATIONAL_INSTITUTE,
    "DI": IssuerKind.NATIONAL_INSTITUTE,
    "accredited": IssuerKind.ACCREDITED,
    "designated": IssuerKind.DESIGNATED,
    "in_house": IssuerKind.IN_HOUSE,
    "root": IssuerKind.IN_HOUSE,
    "own_realisation": IssuerKind.IN_HOUSE,
}
_DECLARED = frozenset({"root", "own_realisation"})

Told = Mapping[str, Any]


def work_out(vector: Told) -> dict[str, Any]:
    """Return what breaks a chain, or what a recall reaches."""
    if "recall" in vector:
        return {"affected": Unordered(affected(vector["recall"]))}
    told = vector["chain"]
    found = set(_violations(also(told, vector)))
    return {
        "traceable": not found,
        "violations": Unordered({"rule": rule, "on": on} for rule, on in found),
    }


def _violations(told: Told) -> Iterator[tuple[str, str]]:
    use, certificates = told["use"], told["certificates"]
    network = _network(certificates, use, told.get("withdrawn", []))
    for key in use["standards"]:
        own = [each for each in certificates if each["item"] == key]
        unit = use.get("quantity") or (own[0]["quantity"] if own else "")
        chain = chain_from(network, [key], _use(use, unit))
        for problem in chain.problems:
            on = problem.standard_key
            if problem.code not in _OF_STANDARDS:
                on = problem.calibration_key
            yield problem.code, str(on)
        yield from _unstated_roots(chain)


def _unstated_roots(chain: Chain) -> Iterator[tuple[str, str]]:
    """Yield T05 for an institute's certificate that states no uncertainty."""
    for link in chain.links:
        one = link.calibration
        if one is None or one.issuer_kind is not IssuerKind.NATIONAL_INSTITUTE:
            continue
        if not (one.uncertainty and one.coverage_factor and one.coverage_factor > 0):
            yield "T05", str(one.key)


def _use(told: Told, unit: str) -> Use:
    return Use(
        on=date.fromisoformat(told["date"]),
        value=_decimal(told.get("value")),
        mpe=_decimal(told.get("mpe")),
        ratio=_decimal(told.get("ratio")) or Decimal(3),
        unit=unit,
        accuracy_class=str(told.get("class", "")),
    )


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _network(certificates: list[Told], use: Told, withdrawn: list[Told]) -> Network:
    items = {*use["standards"], *(each["item"] for each in certificates)}
    for each in certificates:
        items.update(each.get("standards", []))
    calibrations: dict[Any, tuple[CalibrationFacts, ...]] = {}
    for each in certificates:
        known = calibrations.get(each["item"], ())
        calibrations[each["item"]] = (*known, _calibration(each))
    standards = {
        item: StandardFacts(key=item, name=item, outages=_outages(item, withdrawn))
        for item in items
    }
    return Network(standards, calibrations)


def _outages(item: str, withdrawn: list[Told]) -> tuple[tuple[date, date | None], ...]:
    return tuple(
        (
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["to"]) if each.get("to") else None,
        )
        for each in withdrawn
        if each["item"] == item
    )


def _calibration(told: Told) -> CalibrationFacts:
    issuer = told["issuer"]
    kind = _ISSUERS.get(str(issuer["type"]), IssuerKind.OTHER)
    declared = str(issuer["type"]) in _DECLARED
    if kind is IssuerKind.IN_HOUSE and not (
        issuer.get("documented_method") or declared
    ):
        kind = IssuerKind.OTHER
    has_capability = bool(issuer.get("cmc"))
    is_institute = kind is IssuerKind.NATIONAL_INSTITUTE and has_capability
    papers = issuer.get("accreditation") or {}
    low, high = told["range"]
    scope = papers.get("scope")
    return CalibrationFacts(
        key=told["id"],
        number=told["id"],
        issuer_kind=kind,
        issuer_name=str(issuer.get("name", "")),
        calibrated_on=date.fromisoformat(told["calibrated_on"]),
        due_on=date.fromisoformat(told["due_on"]),
        unit=told["quantity"],
        range_from=Decimal(low),
        range_to=Decimal(high),
        uncertainty=_decimal(told.get("U")),
        coverage_factor=_decimal(told.get("k")),
        references=tuple(told.get("standards", [])),
        is_root=is_institute or declared,
        accreditation_number=str(papers.get("id", "")),
        accreditation_from=_day(papers.get("from")),
        accreditation_until=_day(papers.get("to")),
        scope=None if scope is None else tuple(map(_scope, scope)),
        accuracy_class=str(told.get("class") or ""),
    )


def _scope(told: Told) -> Scope:
    return Scope(
        unit=told["quantity"],
        range_from=Decimal(told["low"]),
        range_to=Decimal(told["high"]),
        best_uncertainty=_decimal(told.get("cmc_U")),
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def affected(told: Told) -> list[str]:
    """Return the uses that a bad standard may have spoilt, by name.

    Its own since it was last known to be good, until it was found bad; and those of
    what was calibrated by one of them, until that was calibrated again by another.
    """
    uses = sorted(told["uses"], key=lambda each: (each["date"], each["id"]))
    good, bad = told["last_known_good"], told.get("found_bad") or "9999-12-31"

    def is_spoilt(use: Told, path: frozenset[str]) -> bool:
        if use["id"] in path:
            return False
        if use["standard"] == told["bad_standard"]:
            return bool(good <= use["date"] <= bad)
        before = [
            each
            for each in uses
            if each["item"] == use["standard"] and each["date"] <= use["date"]
        ]
        return bool(before) and is_spoilt(before[-1], path | {use["id"]})

    return sorted(each["id"] for each in uses if is_spoilt(each, frozenset()))
