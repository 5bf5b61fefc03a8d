"""What documents say: plain frozen content, from which they are drawn and nothing else.

Content is JSON: mappings, lists, texts, yes or no. It is frozen when a document is
reserved and stays readable for ever, so keys are only ever added, in a new schema.

- Days are ISO dates ("2026-03-31"); a document prints them as its language does.
- Quantities are texts as they shall be printed, unit included, with a decimal comma.
- A text that is empty or missing is "not stated" and its row is left out or dashed,
  as each form does; nothing is invented for it.
- Pairs like `name_vi` and `name_en` are printed together, English smaller.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NotRequired, TypedDict

from labms.paper.fonts import check_printable
from labms.paper.measured import ConditionContent, StageContent
from labms.paper.parts import (
    BodyContent,
    HeadContent,
    InstrumentContent,
    LookupContent,
    MachineContent,
    MethodContent,
    OwnerContent,
    PerformerContent,
    SignatureContent,
    StandardContent,
    ValueContent,
)


class CertificateContent(TypedDict):
    """A certificate of verification (giấy chứng nhận kiểm định).

    Source of its fields: TT 24/2013/TT-BKHCN, Art. 40 and 41, form 18.GCNKĐ.
    """

    schema: Literal["certificate-1"]
    language: NotRequired[str]
    """"vi" for Vietnamese alone; in both languages unless it is said."""
    number: str
    body: BodyContent
    instrument: InstrumentContent
    owner: OwnerContent
    place: str
    """Where the instrument was verified (địa điểm thực hiện)."""
    reason_vi: str
    """Why: "định kỳ", "ban đầu", "sau sửa chữa" (chế độ kiểm định)."""
    reason_en: NotRequired[str]
    method: MethodContent
    standards: list[StandardContent]
    environment: list[ValueContent]
    conclusion_vi: str
    """As the law words it: "Đạt yêu cầu kỹ thuật đo lường"."""
    conclusion_en: NotRequired[str]
    stamp_number: str
    """Series and number in full; empty if no stamp was put on."""
    mark: NotRequired[str]
    """Verification mark or seals put on, in words."""
    record_number: NotRequired[str]
    """Of the record (biên bản) that the readings stand in."""
    performed_on: str
    issued_on: str
    issued_at_place: NotRequired[str]
    """The place named before the date ("Vĩnh Long")."""
    valid_until: str
    """Last day; empty for a kind without cycle."""
    performer: PerformerContent
    head: HeadContent
    signature: NotRequired[SignatureContent]
    lookup: LookupContent
    machine: NotRequired[MachineContent]
    supersedes: NotRequired[str]
    """Number of the certificate that this one takes the place of."""
    test_print: bool
    """Whether it is worthless by intention: the demo, a training, a template."""


class ExceededContent(TypedDict):
    """One finding that the verification failed on."""

    what: str
    """The point, the check or the quantity."""
    what_en: NotRequired[str]
    value: NotRequired[str]
    """The error or the indication that was found."""
    limit: NotRequired[str]
    """What it may be at most."""


class NoticeContent(TypedDict):
    """A notice that an instrument failed (thông báo kiểm định không đạt)."""

    schema: Literal["notice-1"]
    language: NotRequired[str]
    """"vi" for Vietnamese alone; in both languages unless it is said."""
    number: str
    body: BodyContent
    instrument: InstrumentContent
    owner: OwnerContent
    place: str
    reason_vi: str
    reason_en: NotRequired[str]
    method: MethodContent
    failed_stage: str
    """The examination that it failed: "Kiểm tra đo lường"."""
    failed_stage_en: NotRequired[str]
    explanation: NotRequired[str]
    """In the verifier's words."""
    exceeded: list[ExceededContent]
    ended: NotRequired[list[str]]
    """What was valid until now and ended: "Giấy chứng nhận V25.00012", "Tem …"."""
    duties: NotRequired[list[str]]
    """What the owner must do; the usual three if it isn't given."""
    record_number: NotRequired[str]
    performed_on: str
    issued_on: str
    issued_at_place: NotRequired[str]
    performer: PerformerContent
    head: HeadContent
    signature: NotRequired[SignatureContent]
    lookup: LookupContent
    supersedes: NotRequired[str]
    test_print: bool


class HeadingContent(TypedDict):
    """A column of a table of results."""

    vi: str
    en: str
    unit: str
    role: NotRequired[str]
    """What it holds, for machines: "nominal", "reading", "error", "uncertainty", …"""


class ResultsContent(TypedDict):
    """What a calibration states: a line for each point."""

    title_vi: str
    title_en: NotRequired[str]
    columns: list[HeadingContent]
    rows: list[list[str]]


class StatementContent(TypedDict):
    """A sentence about the results, in both languages."""

    vi: str
    en: NotRequired[str]


class CalibrationContent(TypedDict):
    """A calibration certificate (giấy chứng nhận hiệu chuẩn).

    Source of its fields: ISO/IEC 17025:2017, 7.8.2 and 7.8.4.
    """

    schema: Literal["calibration-1"]
    language: NotRequired[str]
    """"vi" for Vietnamese alone; in both languages unless it is said."""
    number: str
    body: BodyContent
    instrument: InstrumentContent
    owner: OwnerContent
    place: str
    method: MethodContent
    standards: list[StandardContent]
    environment: list[ValueContent]
    results: list[ResultsContent]
    statements: list[StatementContent]
    """On coverage, traceability, and the decision rule if one was agreed."""
    recalibration_on: NotRequired[str]
    """Only if the customer asked for it."""
    record_number: NotRequired[str]
    performed_on: str
    issued_on: str
    issued_at_place: NotRequired[str]
    performer: PerformerContent
    head: HeadContent
    signature: NotRequired[SignatureContent]
    lookup: LookupContent
    machine: NotRequired[MachineContent]
    supersedes: NotRequired[str]
    test_print: bool


class TestReportContent(TypedDict):
    """A report of a test (phiếu kết quả thử nghiệm): no stamp, no last day.

    Source of its fields: TT 24/2013/TT-BKHCN, Art. 40 and 41, form 20.GCNTN;
    ISO/IEC 17025:2017, 7.8.2 and 7.8.3.
    """

    schema: Literal["test-report-1"]
    language: NotRequired[str]
    number: str
    body: BodyContent
    instrument: InstrumentContent
    owner: OwnerContent
    place: str
    method: MethodContent
    standards: list[StandardContent]
    environment: list[ValueContent]
    stages: list[StageContent]
    """What was examined and measured, as in the record."""
    is_within: bool
    """Whether everything lies within its limits."""
    statement_vi: str
    statement_en: NotRequired[str]
    statements: list[StatementContent]
    """On the decision rule, where the limits come from, what the customer asked."""
    record_number: str
    performed_on: str
    issued_on: str
    issued_at_place: NotRequired[str]
    performer: PerformerContent
    head: HeadContent
    signature: NotRequired[SignatureContent]
    lookup: LookupContent
    supersedes: NotRequired[str]
    test_print: bool


class RecordContent(TypedDict):
    """A record of verification (biên bản kiểm định).

    Source of its fields: the records annexed to the ĐLVN procedures, as in use.
    """

    schema: Literal["record-1"]
    language: NotRequired[str]
    """"vi" for Vietnamese alone; in both languages unless it is said."""
    number: str
    """Of the record; empty on a blank form without a job."""
    body: BodyContent
    instrument: InstrumentContent
    owner: OwnerContent
    place_of_use: NotRequired[str]
    place: str
    reason_vi: str
    reason_en: NotRequired[str]
    method: MethodContent
    is_calibration: NotRequired[bool]
    """Whether it records a calibration: then `reason_vi` is what was agreed."""
    is_test: NotRequired[bool]
    """Whether it records a test, which has no stamp and no kind of verification."""
    procedure_revision: NotRequired[str]
    """The released revision that the job remembers ("can-dong-ho-lo-xo@2026-1")."""
    standards: list[StandardContent]
    standard_lines: NotRequired[int]
    """How many standards a hand will write on a blank form."""
    environment: list[ConditionContent]
    stages: list[StageContent]
    conclusion_vi: str
    conclusion_en: NotRequired[str]
    note: NotRequired[str]
    stamp_number: str
    mark: NotRequired[str]
    certificate_number: NotRequired[str]
    """Or that of the notice, if it failed."""
    received_on: NotRequired[str]
    performed_on: str
    reviewed_on: NotRequired[str]
    performer: PerformerContent
    reviewer: PerformerContent
    witness: NotRequired[str]
    """The owner's person who was there (đại diện cơ sở)."""
    test_print: bool


#: The value of `language` in documents that speak Vietnamese alone.
VIETNAMESE = "vi"


def is_bilingual(content: Mapping[str, Any]) -> bool:
    """Return whether a document speaks English too: unless it says otherwise."""
    return content.get("language") != VIETNAMESE


def check_content(content: Mapping[str, Any], *, schema: str) -> None:
    """Raise NotPrintable unless every text within some content can be printed.

    Content of another schema is a mistake of the program: a ValueError.
    """
    if content["schema"] != schema:
        raise ValueError(f"content is {content['schema']!r}, not {schema!r}")
    for path, text in _texts(content, ""):
        check_printable(text, where=path)


def _texts(content: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text with the path of its key: "owner.name", "standards[2].name"."""
    if isinstance(content, str):
        yield where, content
    elif isinstance(content, Mapping):
        for key, value in content.items():
            yield from _texts(value, f"{where}.{key}" if where else str(key))
    elif isinstance(content, list | tuple):
        for place, value in enumerate(content, start=1):
            yield from _texts(value, f"{where}[{place}]")
