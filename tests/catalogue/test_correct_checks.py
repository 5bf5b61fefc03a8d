"""What a corrected check says, without pages: the same unless somebody changed it."""

from dataclasses import replace

import pytest

from labms.catalogue.correction.editing import (
    Citation,
    begun,
    check_typed,
    checks_of,
    corrected_check,
    find_check,
)
from labms.catalogue.correction.own_revisions import (
    read_document,
)
from labms.catalogue.files.types import kind_of
from labms.catalogue.rules import VerificationReason
from labms.catalogue.sheet.planning import plan_sheet
from tests.factories import SPRING_SCALE

pytestmark = pytest.mark.long


def test_every_check_can_be_saved_as_it_stands(catalogue):
    """Whatever a procedure has, its form says it again without a fault."""
    for procedure in catalogue.procedures:
        tables = {slug: each.raw for slug, each in procedure.tables.items()}
        cited = Citation(document=procedure.document, page="1", reader="A")
        kinds = {each.key: kind_of(each) for each in procedure.characteristics}
        document = begun(procedure.raw, revision="own.1")
        for _, check in list(checks_of(document)):
            typed = check_typed(document, check, tables=tables)
            document = corrected_check(
                document,
                check["slug"],
                typed,
                cited=cited,
                tables=tables,
                kinds=kinds,
            )

        # Nobody said that they compared anything: so nothing is cited.
        assert document == begun(procedure.raw, revision="own.1")
        again, faults = read_document(document, tables=tables, catalogue=catalogue)

        assert faults == [], procedure.name
        for old, new in zip(procedure.stages, again.stages, strict=True):
            for before, after in zip(old.checks, new.checks, strict=True):
                assert before.points == after.points
                assert uncited(before.limits) == uncited(after.limits)
                assert before.repetitions == after.repetitions


def uncited(limits):
    """Without where they come from: that is now what was cited."""
    return [replace(use, source=None) for use in limits]


def test_the_numbers_of_a_shared_table_can_be_made_its_own(catalogue):
    """They are in the form beforehand, and come to the same limits."""
    procedure = catalogue.procedure(SPRING_SCALE)
    tables = {slug: each.raw for slug, each in procedure.tables.items()}
    document = begun(procedure.raw, revision="own.1")
    typed = check_typed(document, find_check(document, "loads")[1], tables=tables)
    first, *others = typed.limits
    own = replace(typed, limits=[replace(first, how="steps"), *others])
    cited = Citation(document="ĐLVN 30:2019", page="7", reader="A")
    kinds = {each.key: kind_of(each) for each in procedure.characteristics}

    document = corrected_check(
        document, "loads", own, cited=cited, tables=tables, kinds=kinds
    )

    again, faults = read_document(document, tables=tables, catalogue=catalogue)
    assert faults == []
    scale = {"Max": "30", "Min": "0.5", "e": "100", "d": "100", "class": "IIII"}
    sheets = [
        plan_sheet(
            each,
            characteristics=scale,
            reason=VerificationReason.PERIODIC,
            options={},
        )
        for each in (procedure, again)
    ]
    limits = [[row.limit for row in sheet.rows] for sheet in sheets]
    assert limits[0] == limits[1]
    assert again.tables["loads-limit"].unit == procedure.tables["oiml-r-76"].unit
    assert len(again.tables) == len(procedure.tables) + 1


def test_a_limit_that_nobody_knew_is_filled_in(catalogue):
    procedure = next(
        each
        for each in catalogue.procedures
        if any(
            check.is_unlimited(each.reasons[0])
            for check in checks(each)
            if check.limits
        )
    )
    unknown = next(c for c in checks(procedure) if any(u.is_unknown for u in c.limits))
    document = begun(procedure.raw, revision="own.1")
    tables = {slug: each.raw for slug, each in procedure.tables.items()}
    raw = find_check(document, unknown.slug)[1]
    typed = check_typed(document, raw, tables=tables)
    assert typed.limits[0].how == "kept"
    limits = [replace(each, how="formula", plus="5") for each in typed.limits]

    document = corrected_check(
        document,
        unknown.slug,
        replace(typed, limits=limits),
        cited=Citation(document="ĐLVN", page="7", reader="A"),
        tables=tables,
        kinds={},
    )

    again, faults = read_document(document, tables=tables, catalogue=catalogue)
    assert faults == []
    known = next(each for each in checks(again) if each.slug == unknown.slug)
    assert not any(use.is_unknown for use in known.limits)
    assert known.limits[0].source.text == "ĐLVN, 7"


def checks(procedure):
    return [check for stage in procedure.stages for check in stage.checks]
