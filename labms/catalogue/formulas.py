"""Formulas of limits and points as a technician reads them: in cases, with signs."""

from fractions import Fraction

from labms.errors import LabError
from labms.i18n import N_, gettext, language
from labms.metrology.decimals import read_decimal, show_decimal
from labms.metrology.parsing import parse_tree
from labms.metrology.rounding import as_decimal
from labms.metrology.tree import Node

_SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "*": "×", "-": "\u2212"}
_WORDS = {"and": N_("and"), "or": N_("or")}
#: How tightly an operator holds what it works on.
_HOLDS = {"or": 0, "and": 1, "+": 3, "-": 3, "*": 4, "/": 4, "**": 6}
_COMPARES = 2
#: What a name is called, where it is no sign of the plate.
_NAMES = {"nominal": N_("point"), "class": N_("class"), "hold": N_("hold")}

#: A value with the condition under which it holds; the last one has none.
Case = tuple[Node, Node | None]


def formula_words(source: str) -> str:
    """Return a formula in words: "1 × d if point ≤ 50 × d; else 2 × d".

    What cannot be read stays as it is written.
    """
    try:
        cases = _cases(parse_tree(source))
        return "; ".join(_case(each, among=len(cases)) for each in cases)
    except LabError:
        return source


def point_words(at: str, *, label: str = "", unit: str = "", when: str = "") -> str:
    """Return where a reading is taken: "1000 kg", "½ Max = Max / 2", "Max".

    `at` and `when` are formulas. What the point is called comes with them; where it has
    no name of its own, the number with its unit is all there is to tell.
    """
    formula = formula_words(at)
    is_number = _is_number(at)
    found = f"{formula} {unit}".strip() if is_number and unit != "1" else formula
    if label and _tight(label) not in (_tight(found), _tight(at)):
        found = f"{found} ({label})" if is_number else f"{label} = {found}"
    if when:
        told = gettext(N_("{value} if {test}"))
        found = told.format(value=found, test=formula_words(when))
    return found


def _is_number(text: str) -> bool:
    try:
        read_decimal(text)
    except LabError:
        return False
    return True


def _tight(text: str) -> str:
    return text.replace(" ", "").replace("×", "").replace("*", "")


def shown_number(text: str) -> str:
    """Return a number of a file as people of the language in use write it."""
    try:
        return show_decimal(read_decimal(text), language=language())
    except LabError:
        return text


def _cases(node: Node) -> list[Case]:
    """Return the values of a formula that has cases, one after the other."""
    if node.what == "if":
        test, then, other = node.parts
        return [(then, test), *_cases(other)]
    if node.what in ("*", "/") and node.parts[0].what == "if":
        factor = node.parts[1]
        return [
            (node._replace(parts=(value, factor)), test)
            for value, test in _cases(node.parts[0])
        ]
    return [(node, None)]


def _case(case: Case, *, among: int) -> str:
    value, test = case
    if test is not None:
        told = gettext(N_("{value} if {test}"))
        return told.format(value=_said(value), test=_said(test))
    told = gettext(N_("else {value}")) if among > 1 else "{value}"
    return told.format(value=_said(value))


def _said(node: Node, within: int = 0) -> str:
    if isinstance(node.value, Fraction) and node.what == "number":
        return show_decimal(as_decimal(node.value), language=language())
    if node.what == "name":
        name = str(node.value)
        return gettext(_NAMES[name]) if name in _NAMES else name
    if node.what in ("text", "truth"):
        return shown_number(str(node.value))
    if node.what == "negative":
        return f"\u2212{_said(node.parts[0], _HOLDS['*'])}"
    if (len(node.parts) == 2 and not node.what.isidentifier()) or node.what in _WORDS:
        return _joined(node, within)
    listed = "; ".join(_said(part) for part in node.parts)
    return f"{node.what}({listed})"


def _joined(node: Node, within: int) -> str:
    holds = _HOLDS.get(node.what, _COMPARES)
    sign = gettext(_WORDS[node.what]) if node.what in _WORDS else node.what
    left, right = node.parts
    said = f"{_said(left, holds)} {_SIGNS.get(sign, sign)} {_said(right, holds + 1)}"
    return f"({said})" if holds < within else said
