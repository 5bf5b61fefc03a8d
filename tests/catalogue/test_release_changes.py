"""Whoever releases sees what changed since the body's last release."""

import pytest

from labms.catalogue.comparing import cycle_differences, procedure_differences
from labms.catalogue.models import CycleRelease, ProcedureRelease
from labms.catalogue.services import release_cycles, release_procedure
from labms.catalogue.shipped import shipped_catalogue
from labms.catalogue.since import cycle_changes, procedure_changes
from labms.db import db, transaction
from labms.i18n import speaking
from labms.policy import Role
from tests.factories import SPRING_SCALE


def edited(document, **changes):
    """Return a document with something else in its check of the loads."""
    stages = [
        {
            **stage,
            "check": [
                {**check, **changes} if check["slug"] == "loads" else check
                for check in stage["check"]
            ],
        }
        for stage in document["stage"]
    ]
    return {**document, "stage": stages}


@pytest.mark.parametrize(
    ("changes", "what", "before", "after"),
    [
        ({"repetitions": 3}, "Repetitions", "1", "3"),
        ({"directions": ["up"]}, "Directions", "up, down", "up"),
        ({"points": ["Max"]}, "Points", "Min; 50 × e;", "Max"),
        ({"error": "nominal"}, "Formula of the error", "indication - n", "nominal"),
        ({"surprise": "!"}, "surprise", "nothing", "!"),
        ({"confidence": "seen"}, "Source", "(from memory)", "(read in the source)"),
        (
            {"limit": [{"reasons": ["in_service"], "plus": "2 * e"}]},
            "Limit: In service",
            "±(if(nominal",
            "±(2 * e)",
        ),
    ],
)
def test_each_field_that_changed_is_told_in_words(
    catalogue, changes, what, before, after
):
    old = catalogue.procedure(SPRING_SCALE).raw
    with speaking("en"):
        found = procedure_differences(old, edited(old, **changes))

    told = {each.what: each for each in found}
    assert told[what].place == "Errors at the loads"
    assert told[what].before.startswith(before) or told[what].before.endswith(before)
    assert told[what].after.startswith(after) or told[what].after.endswith(after)


def test_what_came_and_what_went_is_told(catalogue):
    old = catalogue.procedure(SPRING_SCALE).raw
    humidity = {
        "key": "humidity",
        "name_vi": "Độ ẩm",
        "name_en": "Humidity",
        "unit": "%RH",
        "max": "80.5",
        "required": True,
    }
    new = {**old, "environment": [humidity]}

    with speaking("vi"):
        found = {each.what: each for each in procedure_differences(old, new)}

    assert found["Độ ẩm"].before == "chưa có"
    assert "80,5" in found["Độ ẩm"].after
    assert found["Nhiệt độ"].after == "bị bỏ"
    assert procedure_differences(old, old) == ()


def test_a_shared_table_that_changed_is_told_too(catalogue):
    table = catalogue.tables["oiml-r-76"].raw
    option = {**table["option"][0], "result": "limit * d"}
    with speaking("en"):
        (found,) = procedure_differences(
            {},
            {},
            tables_before={"oiml-r-76": table},
            tables_after={"oiml-r-76": {**table, "option": [option]}},
        )

    assert found.what == "Limit from the number"
    assert found.place.startswith("Maximum permissible errors of non-automatic")


def test_the_lists_of_the_law_are_compared_type_by_type(catalogue):
    old, new = catalogue.lists["tt-07-2019"], catalogue.lists["tt-04-2026"]
    old, new = (
        {each.type_slug: each for each in legal.entries} for legal in (old, new)
    )
    with speaking("en"):
        found = cycle_differences(old, new, types=catalogue.types)

    assert len(found) > 0
    assert {each.what for each in found} <= {"Cycle", "Controls"}
    assert all(each.before != each.after for each in found)
    assert cycle_differences(new, new, types=catalogue.types) == ()


def test_a_release_keeps_what_it_released_and_the_page_tells_what_changed(client, make):
    body = make.body()
    manager = make.user(Role.QUALITY_MANAGER, body=body)
    catalogue = shipped_catalogue()
    procedure, legal = catalogue.procedure(SPRING_SCALE), catalogue.lists["tt-04-2026"]
    with transaction():
        release_procedure(
            body.id,
            slug=SPRING_SCALE,
            revision=procedure.revision,
            options={},
            shown=catalogue.content_hash(procedure),
            actor=manager,
        )
        release_cycles(
            body.id,
            list_slug=legal.slug,
            shown=catalogue.content_hash(legal),
            actor=manager,
        )
    assert procedure_changes(body.id, procedure).differences == ()
    assert cycle_changes(body.id, legal) is None

    released = db.session.scalars(db.select(ProcedureRelease)).one()
    content = {**released.content, "content": edited(procedure.raw, repetitions=7)}
    listed = db.session.scalars(db.select(CycleRelease)).one()
    entry = {**listed.content["content"]["entry"][0], "cycle_months": 99}
    entry["controls"] = ["initial", "periodic"]
    others = listed.content["content"]["entry"][1:]
    rewrite(released, content=content, content_hash="1" * 64)
    old_list = {**listed.content["content"], "entry": [entry, *others]}
    rewrite(listed, content={"content": old_list}, content_hash="1" * 64)

    make.sign_in(client, manager)
    page = client.get(f"/catalogue/procedures/{SPRING_SCALE}/2026-1").text
    cycles = client.get("/catalogue/cycles/tt-04-2026").text
    assert "Số lần lặp" in page
    assert ">7<" in page
    assert "99 tháng" in cycles


def test_a_list_of_a_few_types_is_compared_with_all_that_counted_before(make):
    body, catalogue = make.body(), shipped_catalogue()
    manager = make.user(Role.QUALITY_MANAGER, body=body)

    def changes(slug):
        with speaking("en"):
            return cycle_changes(body.id, catalogue.lists[slug])

    def release(slug):
        shown = catalogue.content_hash(catalogue.lists[slug])
        with transaction():
            release_cycles(body.id, list_slug=slug, shown=shown, actor=manager)

    release("tt-07-2019")
    few = changes("tt-03-2024")
    assert few.name == "TT 07/2019/TT-BKHCN"
    told = [(each.before, each.after) for each in few.differences]
    assert len(told) == 4  # three came, and one went
    assert [each for each in told if each[1] == "not listed"] == [
        ("60 months", "not listed")
    ]

    release("tt-03-2024")
    many = changes("tt-04-2026")
    assert many.name == "TT 07/2019/TT-BKHCN, TT 03/2024/TT-BKHCN"
    assert many.release.list_slug == "tt-03-2024"
    scale = [
        (each.what, each.before, each.after)
        for each in many.differences
        if each.place == "10 Truck scale (weighbridge)"
    ]
    assert scale == [("Cycle", "12 months", "24 months")]
    came = [each for each in many.differences if each.before == "not listed"]
    assert len(came) < len(catalogue.lists["tt-04-2026"].entries) / 3


def rewrite(row, **values):
    """Change a row as if it had always been so."""
    kind, key = type(row), row.id
    db.session.execute(db.update(kind).where(kind.id == key).values(**values))
    db.session.commit()
    db.session.expire_all()
