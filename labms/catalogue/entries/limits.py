"""Tables of limits, and how a check uses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from labms.catalogue.entries.sources import Source
from labms.catalogue.rules import VerificationReason
from labms.metrology.expressions import Expression
from labms.metrology.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOption:
    """One document's limits; where sources disagree a table has several."""

    slug: str
    document: str
    edition: str
    clause: str
    source: Source
    limit: Limit
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    in_force_from: date | None = None
    in_force_until: date | None = None
    note: str = ""
    name_vi: str = ""
    """What it comes to, for whoever chooses among several."""
    name_en: str = ""
    source_vi: str = ""
    """Where it comes from, in Vietnamese for whoever chooses; may be empty."""

    @property
    def title(self) -> str:
        """How it is cited: document and edition."""
        return f"{self.document}:{self.edition}"

    def named(self, language: str) -> str:
        """Return it as it is offered: what it comes to, and by which document."""
        name = self.name_vi if language == "vi" else self.name_en
        return f"{name} ({self.title})" if name else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitTable:
    """Limits of error under one name, with the options to choose from."""

    slug: str
    title_vi: str
    title_en: str
    unit: str
    inputs: Mapping[str, str]
    options: tuple[LimitOption, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False, default_factory=dict)

    @property
    def needs_choice(self) -> bool:
        """Whether whoever releases a procedure has to name an option."""
        return len(self.options) > 1

    def offered(self, language: str) -> str:
        """Return its options as they are offered, one after the other."""
        return "; ".join(option.named(language) for option in self.options)

    def option(self, slug: str) -> LimitOption | None:
        """Return an option by its name, or None."""
        for each in self.options:
            if each.slug == slug:
                return each
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """How a check gets its limit: from a table, by a formula of its own, or not yet."""

    reasons: frozenset[VerificationReason]
    table: str = ""
    given: Mapping[str, Expression] = field(default_factory=dict)
    factor: str = ""
    formula: Limit | None = None
    is_unknown: bool = False
    """There is a limit, but nobody has seen it: no pass until somebody enters it."""
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimit:
    """A limit on several readings together; may name the limit of one, `mpe`."""

    limit: Expression | None
    """None: there is one, but it is not known."""
    source: Source
    reasons: frozenset[VerificationReason] = frozenset(VerificationReason)
    value: Expression | None = None
    """What of one reading it is on, if it isn't on several."""
