"""What is printed of limits says where they are from memory, as the screen does."""

import pytest

from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.queries import release_for
from labms.catalogue.rules import ProcedureKind
from labms.catalogue.sheet import evaluate, plan_sheet
from labms.catalogue.shipped import shipped_catalogue
from labms.jobs.laying import laid_out
from labms.jobs.queries import job_by_id
from labms.jobs.record import record_content
from labms.jobs.record_tables import FROM_MEMORY, REMEMBERED, table_of
from tests.jobs.filling import flawless
from tests.jobs.test_calibration import GAUGE, Bench


def checks_of(procedure, *, is_read=False):
    """The checks with readings of its typical instrument, as a record lays them out."""
    sheet = plan_sheet(
        procedure,
        characteristics=procedure.example,
        reason=next(iter(procedure.reasons), None),
        options={
            slug: table.options[0].slug for slug, table in procedure.tables.items()
        },
    )
    entries = flawless(sheet, procedure.example) if is_read else {}
    laid = laid_out(sheet, evaluate(sheet, entries))
    return [
        check
        for stage in laid["stages"]
        for check in stage["checks"]
        if check["kind"] != "yes_no"
    ]


@pytest.mark.parametrize(
    ("slug", "check", "known"),
    [
        ("can-dong-ho-lo-xo", "loads", "transcription"),
        ("can-o-to", "zero", "memory"),
        ("ap-ke-lo-xo", None, "memory"),
        ("cong-to-dien-dien-tu-1-pha", None, "memory"),
    ],
)
def test_the_tables_of_a_record_mark_limits_from_memory(slug, check, known):
    found = checks_of(shipped_catalogue().procedure(slug))
    named = [each for each in found if check in (None, each["slug"])]
    assert known in {each["limits_known"] for each in named}
    for each in found:
        printed = table_of(each, is_blank=False)
        is_marked = any(heading.endswith(REMEMBERED) for heading in printed["columns"])
        known_by = each["each_limit_known"]
        assert is_marked == (known_by.get("error") == "memory"), each["slug"]
        assert (FROM_MEMORY in printed["note"]) >= is_marked
        if each["limits_known"] != "memory":
            assert FROM_MEMORY not in printed["note"]


def test_only_the_limit_that_is_from_memory_bears_the_mark():
    [check] = [
        each
        for each in checks_of(procedure_of("cot-do-xang-dau"), is_read=True)
        if each["slug"] == "volume-error"
    ]
    assert check["each_limit_known"] == {"error": "seen", "spread": "memory"}
    printed = table_of(check, is_blank=False)
    assert not any(REMEMBERED in heading for heading in printed["columns"])
    assert "≤ 0,12 %) (*)" in printed["note"]
    assert FROM_MEMORY in printed["note"]
    before = {key: each for key, each in check.items() if key != "each_limit_known"}
    columns = table_of(before, is_blank=False)["columns"]
    assert any(REMEMBERED in heading for heading in columns)  # an old record


def test_a_limit_that_two_people_compared_bears_no_mark():
    [loads, *_] = checks_of(shipped_catalogue().procedure("can-o-to"))
    checked = {"limits_known": "checked", "each_limit_known": {"error": "checked"}}
    compared = loads | checked
    assert not any("*" in each for each in table_of(compared, is_blank=True)["columns"])
    before = {key: each for key, each in loads.items() if key not in checked}
    assert FROM_MEMORY not in table_of(before, is_blank=True)["note"]  # an old record


def test_a_record_says_that_its_procedure_is_mostly_from_memory(make):
    bench = Bench(make)
    job = job_by_id(bench.submitted(GAUGE))
    _, procedure = release_for(bench.body.id, GAUGE, kind=ProcedureKind.CALIBRATION)
    is_so = is_mostly_from_memory(procedure)

    content = record_content(job, test_print=False)

    assert ("theo trí nhớ" in content["procedure_revision"]) == is_so
    assert job.evaluation["procedure"]["is_from_memory"] == is_so


def test_the_page_of_a_type_says_how_each_picture_is_known(client, lab):
    lab.make.sign_in(client, lab.verifier)
    page = client.get("/catalogue/types/can-o-to").text
    pictures = page.split('id="limits"')[1].split("<section")[1:]
    assert any("band__line" in each for each in pictures)
    assert all('class="sources"' in each for each in pictures)
    assert any("trí nhớ" in each for each in pictures)


def test_what_is_only_recorded_has_no_columns_of_errors():
    found = {each["slug"]: each for each in checks_of(procedure_of("can-o-to"))}
    for slug, is_judged in (("standards", False), ("loads", True)):
        printed = table_of(found[slug], is_blank=False)
        assert ("Kết quả" in printed["columns"]) == is_judged
        assert {len(row) for row in printed["rows"]} == {len(printed["columns"])}


def procedure_of(slug):
    return shipped_catalogue().procedure(slug)
