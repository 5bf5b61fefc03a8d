"""What a body may correct besides the readings, and that each thing is cited alone."""

from dataclasses import replace

import pytest

from labms.catalogue.correction.editing import (
    THE_CHECK,
    Citation,
    begun,
    check_typed,
    corrected_check,
    find_check,
)
from labms.catalogue.correction.own_revisions import (
    document_of,
    own_revision_by_id,
    read_own,
)
from labms.catalogue.files.types import kind_of
from labms.db import transaction
from tests.catalogue.test_correcting import (
    author,
    begin,
    confirm,
    drafted,
    fields,
    figures_of,
    in_draft,
    run,
)
from tests.factories import SPRING_SCALE

pytestmark = pytest.mark.long

__all__ = ["author"]

CITED = Citation(document="ĐLVN 30:2019", page="7", reader="A")


def loads_typed(catalogue, **changes):
    """The loads of a spring scale as typed with something changed, in a document."""
    procedure = catalogue.procedure(SPRING_SCALE)
    tables = {slug: each.raw for slug, each in procedure.tables.items()}
    document = begun(procedure.raw, revision="own.1")
    typed = check_typed(document, find_check(document, "loads")[1], tables=tables)
    limits = [
        replace(each, **changes.get(f"limit_{place}", {}))
        for place, each in enumerate(typed.limits, start=1)
    ]
    own = {key: each for key, each in changes.items() if "limit_" not in key}
    kinds = {each.key: kind_of(each) for each in procedure.characteristics}
    return corrected_check(
        document,
        "loads",
        replace(typed, limits=limits, **own),
        cited=CITED,
        tables=tables,
        kinds=kinds,
    )


def cited_in(document):
    """What of the loads bears the citation: the check, and limits by their place."""
    check = find_check(document, "loads")[1]
    found = {THE_CHECK} if check["source"] == CITED.source["source"] else set()
    return found | {
        place
        for place, use in enumerate(check["limit"], start=1)
        if "ĐLVN 30:2019, 7" in (use.get("source", ""), own_source(document, use))
    }


def own_source(document, use):
    for table in document.get("table", ()):
        if table["slug"] == use.get("table"):
            return table["option"][0]["source"]
    return ""


FORMULA = {"how": "formula", "plus": "e / 2"}


@pytest.mark.parametrize(
    ("changes", "cited"),
    [
        ({}, set()),
        ({"limit_1": FORMULA}, {1}),
        ({"limit_2": FORMULA}, {2}),
        ({"limit_1": FORMULA, "limit_2": FORMULA}, {1, 2}),
        ({"limit_2": {"how": "steps"}}, {2}),
        ({"points": "Min\r\nMax | Max | Max"}, {THE_CHECK}),
        ({"repetitions": "3"}, {THE_CHECK}),
        ({"name_en": "Other"}, {THE_CHECK}),
        ({"compared": frozenset({THE_CHECK})}, {THE_CHECK}),
        ({"points": "Min", "limit_1": FORMULA}, {THE_CHECK, 1}),
    ],
)
def test_only_what_was_corrected_or_compared_is_cited(catalogue, changes, cited):
    assert cited_in(loads_typed(catalogue, **changes)) == cited


def test_a_limit_corrected_before_stays_as_it_was_cited_then(catalogue):
    document = loads_typed(catalogue, limit_1=FORMULA)
    tables = {
        slug: each.raw
        for slug, each in catalogue.procedure(SPRING_SCALE).tables.items()
    }
    typed = check_typed(document, find_check(document, "loads")[1], tables=tables)
    later = replace(CITED, page="9")

    again = corrected_check(
        document,
        "loads",
        replace(typed, points="Max"),
        cited=later,
        tables=tables,
        kinds={},
    )
    check = find_check(again, "loads")[1]
    assert (check["source"], check["limit"][0]["source"]) == (
        "ĐLVN 30:2019, 9",
        "ĐLVN 30:2019, 7",
    )
    ticked = corrected_check(
        document,
        "loads",
        replace(typed, compared=frozenset({"limit-1"})),
        cited=later,
        tables=tables,
        kinds={},
    )
    limits = find_check(ticked, "loads")[1]["limit"]
    assert limits[0]["source"] == "ĐLVN 30:2019, 9"
    assert limits[1]["source"] != "ĐLVN 30:2019, 9"


def test_what_is_read_is_corrected_line_by_line(client, make, author):
    own = begin(client, make, author)
    page = f"{own}/checks/loads"
    typed = fields(client.get(page).text) | {"page": "7"}
    typed.pop("compared")  # a box that nobody ticked

    nothing = client.post(page, data=typed)
    assert "Chưa sửa" in nothing.text
    lines = "indication | Chỉ thị I | Indication I\nweights | Quả cân | Weights | kg"
    wrong = client.post(page, data=typed | {"columns": "indication | a | b | c | d"})
    assert wrong.status_code == 200
    right = typed | {"columns": lines, "error": "indication - nominal + 0 * weights"}
    assert client.post(page, data=right).status_code == 302

    columns = read_own(own_revision_by_id(int(own.rsplit("/", 1)[1])))
    columns = columns.stages[2].checks[0].columns
    assert [(each.key, each.unit) for each in columns] == [
        ("indication", ""),
        ("weights", "kg"),
    ]
    assert fields(client.get(page).text)["columns"].splitlines() == lines.splitlines()


def test_a_question_comes_and_another_goes_and_both_are_read_twice(
    client, make, lab, author
):
    own = begin(client, make, author)
    own_id = int(own.rsplit("/", 1)[1])
    before = read_own(own_revision_by_id(own_id)).stages[0].checks
    question = {
        "name_vi": "Có dấu niêm phong",
        "name_en": "Bears a seal",
        "may_not_apply": "y",
    }
    cited = {"document": "ĐLVN 30:2019", "page": "7.1"}

    incomplete = client.post(f"{own}/stages/external/new", data=question)
    assert incomplete.status_code == 200
    assert "Có dấu niêm phong" in incomplete.text
    added = client.post(f"{own}/stages/external/new", data=question | cited)
    assert added.status_code == 302
    gone = client.post(f"{own}/checks/{before[0].slug}/remove", data=cited)
    assert gone.status_code == 302

    checks = read_own(own_revision_by_id(own_id)).stages[0].checks
    assert before[0].slug not in [each.slug for each in checks]
    assert (checks[-1].name_vi, checks[-1].may_not_apply) == (
        "Có dấu niêm phong",
        True,
    )
    assert "bị bỏ" in client.get(own).text
    assert {key.split("/")[0] for key in figures_of(own_id)} == {"stage", "removed"}
    assert client.get(f"{own}/checks/loads/remove").status_code == 404
    assert client.get(f"{own}/stages/nowhere/new").status_code == 404
    confirm(own_id, lab.verifier)
    content = document_of(own_revision_by_id(own_id))
    assert content["removed"][0]["checked_by"] == [
        author.full_name,
        lab.verifier.full_name,
    ]


def test_what_is_needed_of_a_standard_is_corrected(client, make, author):
    own = begin(client, make, author)
    page = f"{own}/standards/weights"
    shown = client.get(page).text
    typed = fields(shown) | {"page": "4.2", "required": "y", "several": "y"}
    typed |= {"checks": ["loads"], "accuracy": "accuracy <= tolerence / 2"}

    refused = client.post(page, data=typed)
    assert refused.status_code == 200
    assert "không có tên này: tolerence" in refused.text
    accepted = client.post(page, data=typed | {"accuracy": "accuracy <= tolerance / 2"})
    assert accepted.status_code == 302

    own_id = int(own.rsplit("/", 1)[1])
    need = read_own(own_revision_by_id(own_id)).standards[0]
    assert need.accuracy.source == "accuracy <= tolerance / 2"
    assert (need.checks, need.source.text) == (("loads",), "ĐLVN 30:2019, 4.2")
    assert figures_of(own_id) == ["standard/weights"]
    assert client.get(f"{own}/standards/none").status_code == 404


def test_only_conditions_that_changed_or_were_compared_are_cited(client, make, author):
    own = begin(client, make, author)
    own_id = int(own.rsplit("/", 1)[1])
    path = f"{own}/conditions"
    typed = fields(client.get(path).text) | {"rows-0-is_asked": "y", "page": "5.2"}
    typed.pop("rows-0-is_compared", None)
    required = "rows-0-is_required" in client.get(path).text
    typed |= {"rows-0-is_required": "y"} if required else {}

    added = client.post(path, data=typed | {"added": "humidity"})
    assert added.status_code == 302
    assert figures_of(own_id) == ["environment/humidity"]
    assert (
        client.post(path, data=typed | {"rows-0-is_compared": "y"}).status_code == 302
    )
    assert "environment/temperature" in figures_of(own_id)


def test_the_forms_of_what_is_fixed_do_not_open(client, make, lab, author):
    own_id = drafted(lab, author)
    in_draft(own_id, author, title_vi="Quy trình khác")
    pages = (
        *("checks/loads", "checks/markings/remove", "stages/external/new"),
        *("conditions", "texts", "standards/weights"),
    )
    other = make.user(*author.roles, body=lab.body)
    for person, status in ((author, 200), (other, 409)):
        make.sign_in(client, person)
        for page in pages:
            assert client.get(f"/catalogue/own/{own_id}/{page}").status_code == status
    confirm(own_id, lab.verifier)
    make.sign_in(client, author)
    for page in pages:
        answer = client.get(f"/catalogue/own/{own_id}/{page}")
        assert answer.status_code == 409, page


def test_a_release_by_command_tells_what_nobody_checked(lab, author):
    with transaction():
        own_id = drafted(lab, author)
    in_draft(own_id, author, title_vi="Quy trình khác")
    confirm(own_id, lab.reviewer)
    revision = own_revision_by_id(own_id).revision

    released = run("release", SPRING_SCALE, revision, "--as", author.login)
    lines = [line.split("\t") for line in released.stderr.splitlines()]

    unchecked = [line for line in lines if line[0] == "unchecked"]
    assert len(unchecked) > 10
    assert any("R 76" in line[3] for line in unchecked)
    assert any(line[0] == "changed" and line[3] == "Quy trình khác" for line in lines)
    assert released.stdout.strip().isdecimal()
