"""What the files of the catalogue say, as frozen values."""

from labms.catalogue.entries.checks import (
    Check,
    CheckKind,
    EntryColumn,
    Point,
    Position,
    ReadingRule,
    Stage,
)
from labms.catalogue.entries.limits import (
    GroupLimit,
    LimitOption,
    LimitTable,
    LimitUse,
)
from labms.catalogue.entries.lists import (
    Dropped,
    LegalList,
    ListEntry,
)
from labms.catalogue.entries.procedures import (
    EnvironmentItem,
    EvidenceRule,
    Procedure,
    ScopeRule,
    StandardRequirement,
    StandardUse,
)
from labms.catalogue.entries.sources import (
    Source,
)
from labms.catalogue.entries.types import (
    Characteristic,
    CharacteristicKind,
    InstrumentType,
)

__all__ = [
    "Characteristic",
    "CharacteristicKind",
    "Check",
    "CheckKind",
    "Dropped",
    "EntryColumn",
    "EnvironmentItem",
    "EvidenceRule",
    "GroupLimit",
    "InstrumentType",
    "LegalList",
    "LimitOption",
    "LimitTable",
    "LimitUse",
    "ListEntry",
    "Point",
    "Position",
    "Procedure",
    "ReadingRule",
    "ScopeRule",
    "Source",
    "Stage",
    "StandardRequirement",
    "StandardUse",
]
