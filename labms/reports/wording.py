"""Figures as a Vietnamese report says them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from labms.i18n import gettext, speaking
from labms.indicators.rules import Figure, Judgement, Standing, rounded
from labms.plan.rules import UNIT_NAMES, Comparison, Count, Target, Unit

_COMPARED = {
    Comparison.MORE_THAN: "trên",
    Comparison.AT_LEAST: "ít nhất",
    Comparison.ABOUT: "khoảng",
}

_JUDGED = {
    Judgement.UNKNOWN: "Chưa đủ số liệu",
    Judgement.NOT_JUDGED: "Không xét đạt (mục tiêu “khoảng”)",
    Judgement.MET: "Đạt",
    Judgement.MISSED: "Không đạt",
    Judgement.ABOVE: "Hiện trên mức, còn trong thời hạn",
    Judgement.BELOW: "Chưa đạt, còn trong thời hạn",
}


def dmy(day: date) -> str:
    """Return a day as "31/03/2026"."""
    return day.strftime("%d/%m/%Y")


def whole(number: int | Decimal | None) -> str:
    """Return a whole number in groups of three; a dash for none."""
    return "–" if number is None else f"{int(number):,}".replace(",", ".")


def decimal(number: Decimal | None) -> str:
    """Return a decimal with comma; a dash for none."""
    if number is None:
        return "–"
    return format(number, "f").replace(".", ",").replace("-", "\u2212")


def unit_of(unit: Unit) -> str:
    """Return what a figure is a number of."""
    with speaking("vi"):
        return gettext(UNIT_NAMES[unit])


def value_of(figure: Figure, target: Target | None = None) -> str:
    """Return a figure with its unit: "80,6 %", "50 lượt doanh nghiệp"."""
    shown = rounded(figure, target)
    if shown is None:
        return "chưa xác định được"
    integral = shown == shown.to_integral_value() and figure.share is None
    text = whole(shown) if integral else decimal(shown)
    return f"{text} {unit_of(figure.definition.unit)}"


def parts_of(figure: Figure) -> str:
    """Return what a figure is made of, in short."""
    if figure.share is not None:
        return f"{whole(figure.share.numerator)}/{whole(figure.share.denominator)}"
    if figure.turns is not None and figure.distinct is not None:
        most = "tối đa " if figure.is_distinct_at_most else ""
        of = "lượt" if figure.definition.counts is Count.TURNS else "bản ghi"
        return f"{whole(figure.turns)} {of}, {most}{whole(figure.distinct)} khác nhau"
    return ""


def asked(target: Target) -> str:
    """Return what a target asks for: "trên 75 %"."""
    integral = target.value == target.value.to_integral_value()
    text = whole(target.value) if integral else decimal(target.value)
    return f"{_COMPARED[target.comparison]} {text} {unit_of(target.unit)}"


def verdict(one: Standing) -> str:
    """Return how a figure stands against its target, without more than is known."""
    return _JUDGED[one.judgement] if one.target else ""


def listed(names: Sequence[str]) -> str:
    """Return names one after the other: "a, b và c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} và {names[-1]}"
