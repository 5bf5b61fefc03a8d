"""What documents say of measurements: examinations, tables of readings, conditions."""

from typing import NotRequired, TypedDict


class CheckContent(TypedDict):
    """One look or trial with a yes or no (bên ngoài, kỹ thuật)."""

    name_vi: str
    name_en: NotRequired[str]
    requirement: NotRequired[str]
    verdict: str
    """One of "đạt", "không đạt", "không áp dụng"; empty if it was not reached."""
    note: NotRequired[str]


class TableContent(TypedDict):
    """Measurements of one kind, as a table."""

    columns: list[str]
    """Headings; may hold a line feed."""
    columns_en: NotRequired[list[str]]
    rows: list[list[str]]
    """As many cells as columns; an empty cell is written by hand on a blank form."""
    given: list[int]
    """Columns (from 0) that are known before measuring: number, point, limit."""
    note: NotRequired[str]
    """Below the table; may hold line feeds."""


class StageContent(TypedDict):
    """One examination of the procedure: external, technical, metrological."""

    title_vi: str
    title_en: NotRequired[str]
    checks: list[CheckContent]
    tables: list["MeasurementContent"]
    verdict: str


class MeasurementContent(TableContent):
    """One test of a stage: "Kiểm tra sai số", with its table."""

    title_vi: str
    title_en: NotRequired[str]


class ConditionContent(TypedDict):
    """A condition of the environment before and after the measurements."""

    name_vi: str
    name_en: NotRequired[str]
    begin: str
    end: str
    required: NotRequired[str]
