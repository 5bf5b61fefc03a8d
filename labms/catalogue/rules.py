"""The vocabulary of the catalogue, and what it refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from labms.errors import Invalid, LabError, NotFound
from labms.i18n import N_, language


@dataclass(frozen=True, slots=True)
class Both:
    """A text of the catalogue's files in both languages, for a message."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.en if language() == "en" else self.vi


class ProcedureKind(StrEnum):
    """What a procedure is for."""

    VERIFICATION = "verification"
    CALIBRATION = "calibration"


class VerificationReason(StrEnum):
    """Why an instrument is verified (TT 23/2013/TT-BKHCN, Art. 19-22).

    `IN_SERVICE` is no verification: those limits are for inspecting what is in use.
    """

    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after_repair"
    COUNTER = "counter"
    IN_SERVICE = "in_service"


#: What may be ordered and done as a verification.
REASON_NAMES: Mapping[VerificationReason, str] = {
    VerificationReason.INITIAL: N_("Initial verification"),
    VerificationReason.PERIODIC: N_("Periodic verification"),
    VerificationReason.AFTER_REPAIR: N_("Verification after repair"),
    VerificationReason.COUNTER: N_("Re-verification on dispute"),
}
#: What limits may be for.
MODE_NAMES: Mapping[VerificationReason, str] = {
    **REASON_NAMES,
    VerificationReason.IN_SERVICE: N_("In service"),
}
VERIFICATIONS = tuple(REASON_NAMES)


class Control(StrEnum):
    """What the law asks for a type of instrument."""

    TYPE_APPROVAL = "type_approval"
    INITIAL = "initial"
    PERIODIC = "periodic"
    AFTER_REPAIR = "after_repair"


CONTROL_NAMES: Mapping[Control, str] = {
    Control.TYPE_APPROVAL: N_("type approval"),
    Control.INITIAL: N_("initial verification"),
    Control.PERIODIC: N_("periodic verification"),
    Control.AFTER_REPAIR: N_("verification after repair"),
}


#: What a list has to ask for, that a type may be verified for a reason. The
#: counter-verification is a form of the periodic one (TT 23/2013/TT-BKHCN, Art. 19-22;
#: read in the codification, not compared with the official text).
ASKED_BY: Mapping[VerificationReason, Control] = {
    VerificationReason.INITIAL: Control.INITIAL,
    VerificationReason.PERIODIC: Control.PERIODIC,
    VerificationReason.AFTER_REPAIR: Control.AFTER_REPAIR,
    VerificationReason.COUNTER: Control.PERIODIC,
}


class Evidence(StrEnum):
    """What a passing verification gives (TT 24/2013/TT-BKHCN, Art. 38-40)."""

    CERTIFICATE = "certificate"
    STAMP = "stamp"
    MARK = "mark"
    STAMP_AND_MARK = "stamp_and_mark"


EVIDENCE_NAMES: Mapping[Evidence, str] = {
    Evidence.CERTIFICATE: N_("Certificate"),
    Evidence.STAMP: N_("Stamp alone"),
    Evidence.MARK: N_("Mark alone"),
    Evidence.STAMP_AND_MARK: N_("Stamp and mark"),
}


class Confidence(StrEnum):
    """How a figure is known; only people's names beside it make it checked."""

    SEEN = "seen"
    TRANSCRIPTION = "transcription"
    MEMORY = "memory"


CONFIDENCE_NAMES: Mapping[Confidence, str] = {
    Confidence.SEEN: N_("read in the source"),
    Confidence.TRANSCRIPTION: N_("read in a transcription only"),
    Confidence.MEMORY: N_("from memory"),
}

#: So many people compare a figure with the official text before it counts as checked.
CHECKERS_NEEDED = 2


class NoSuchType(NotFound):
    """The catalogue has no such type of instrument."""

    code = "catalogue.no_such_type"
    message = N_("The catalogue has no instrument type “{slug}”.")


class NoSuchProcedure(NotFound):
    """The catalogue has no such procedure, or no such revision of it."""

    code = "catalogue.no_such_procedure"
    message = N_("The catalogue has no procedure “{slug}”.")


class NoSuchTable(NotFound):
    """The catalogue has no such table of limits."""

    code = "catalogue.no_such_table"
    message = N_("The catalogue has no table of limits “{slug}”.")


class Offering(Protocol):
    """What has a title and options to choose from."""

    @property
    def title_vi(self) -> str: ...
    @property
    def title_en(self) -> str: ...
    def offered(self, language: str) -> str:
        """Return the options as they are offered."""
        ...


class UnknownOption(Invalid):
    """A table of limits has several options, and none of them was named."""

    code = "catalogue.unknown_option"
    message = N_("For the limits “{table}” one of these has to be chosen: {options}.")

    @classmethod
    def of(cls, table: "Offering") -> "UnknownOption":
        """Return the refusal with table and options as a page names them."""
        return cls(
            table=Both(table.title_vi, table.title_en),
            options=Both(table.offered("vi"), table.offered("en")),
        )


class WrongReason(Invalid):
    """The procedure is not for this kind of verification."""

    code = "catalogue.wrong_reason"
    message = N_("{procedure} is not for this kind of verification.")


class CharacteristicMissing(Invalid):
    """Without this the points or limits cannot be worked out."""

    code = "catalogue.characteristic_missing"
    message = N_("The instrument's {name} is missing.")


class CharacteristicUnusable(Invalid):
    """What is written for a characteristic is not of its kind."""

    code = "catalogue.characteristic_unusable"
    message = N_("“{value}” cannot be used as the instrument's {name}.")


class NotAsRequired(Invalid):
    """A reading was not taken as the procedure asks, so that it says nothing."""

    code = "catalogue.not_as_required"
    message = N_("This reading does not count: {rule}")


class NoPoints(Invalid):
    """None of the points of a check falls on this instrument: nothing would be read."""

    code = "catalogue.no_points"
    message = N_("{procedure} has no point for this instrument in “{check}”.")


class OutOfScope(Invalid):
    """The procedure does not cover this instrument."""

    code = "catalogue.out_of_scope"
    message = N_("{procedure} does not cover this instrument: {rule}")


class CatalogueFaults(LabError):
    """The files of the catalogue cannot be used as they are."""

    code = "catalogue.faults"
    message = N_("The catalogue has faults: {faults}")
    status = 500

    def __init__(self, faults: object) -> None:
        self.faults = faults
        super().__init__(faults=faults)
