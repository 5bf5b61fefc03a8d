"""What the catalogue answers: by day, by revision, and how sure it is."""

import re
from datetime import date, timedelta

import pytest

from labms.catalogue.figures import is_mostly_from_memory
from labms.catalogue.files.loading import load_catalogue
from labms.catalogue.rules import (
    Confidence,
    Control,
    NoSuchProcedure,
    NoSuchTable,
    NoSuchType,
)
from labms.catalogue.shipped import shipped_catalogue, use_catalogue

SCALE = "procedures/can-dong-ho-lo-xo-2026-1.toml"
CHANGE = date(2026, 4, 15)


def test_every_type_of_the_lists_is_there_under_a_slug_of_its_own(catalogue):
    assert len(catalogue.types) == 99
    assert len({kind.code for kind in catalogue.types.values()}) == 99


def test_every_type_has_an_entry_on_the_newest_list(catalogue):
    assert all(catalogue.entry_on(slug, CHANGE) for slug in catalogue.types)


@pytest.mark.parametrize(
    ("slug", "before", "after"),
    [
        ("can-o-to", 12, 24),
        ("can-dong-ho-lo-xo", 24, 24),
        ("dong-ho-do-nuoc-lanh-co-co-cau-dien-tu", 36, 60),
        ("thuoc-cuon", None, None),
    ],
)
def test_the_cycle_that_counts_is_that_of_the_day(catalogue, slug, before, after):
    day_before = CHANGE - timedelta(days=1)
    assert catalogue.entry_on(slug, day_before).cycle_months == before
    assert catalogue.entry_on(slug, CHANGE).cycle_months == after


def test_before_the_oldest_list_nothing_is_known(catalogue):
    assert catalogue.entry_on("can-o-to", date(2019, 12, 31)) is None


def test_what_a_list_dropped_is_not_controlled_until_it_is_listed_again(catalogue):
    slug = "cong-to-dien-xoay-chieu-1-pha-kieu-cam-ung"
    assert catalogue.entry_on(slug, date(2024, 10, 14)).cycle_months == 60
    assert catalogue.entry_on(slug, date(2024, 10, 15)) is None
    assert catalogue.entry_on(slug, CHANGE).cycle_months == 60


def test_what_came_with_a_later_list_was_not_controlled_before(catalogue):
    assert catalogue.entry_on("xi-tec-duong-sat", CHANGE - timedelta(days=1)) is None
    assert catalogue.entry_on("can-don", CHANGE).cycle_months == 24


def test_an_entry_of_a_list_that_was_not_released_does_not_count(catalogue):
    assert catalogue.entry_on("can-o-to", CHANGE, lists={"tt-07-2019"}) is None
    assert catalogue.entry_on("can-o-to", CHANGE, lists={"tt-04-2026"})


def test_controls_are_what_the_law_marks(catalogue):
    entry = catalogue.entry_on("thuoc-cuon", CHANGE)
    assert entry.controls == {Control.INITIAL}


def test_the_damaged_transcription_is_never_taken_for_seen(catalogue):
    newest = catalogue.lists["tt-04-2026"]
    assert {e.source.confidence for e in newest.entries} == {Confidence.TRANSCRIPTION}
    assert {e.controls_source.confidence for e in newest.entries} == {Confidence.MEMORY}


def test_lists_in_force_are_asked_for_by_day(catalogue):
    on_day = [each.slug for each in catalogue.lists_on(date(2025, 1, 1))]
    assert on_day == ["tt-07-2019", "tt-03-2024"]
    assert [each.slug for each in catalogue.lists_on(CHANGE)] == ["tt-04-2026"]


def test_what_is_not_there_is_refused_by_name(catalogue):
    with pytest.raises(NoSuchType):
        catalogue.type("can")
    with pytest.raises(NoSuchProcedure):
        catalogue.procedure("can")
    with pytest.raises(NoSuchProcedure):
        catalogue.procedure("cot-do-xang-dau", "1999-1")
    with pytest.raises(NoSuchTable):
        catalogue.table("can")


def test_whoever_releases_sees_every_figure_that_nobody_compared(catalogue):
    procedure = catalogue.procedure("cot-do-xang-dau")
    everything = {each.key for each in catalogue.unchecked(procedure)}
    assert "limit-cot-do-xang-dau-dlvn-10-2011" in everything
    chosen = catalogue.unchecked(procedure, options={"cot-do-xang-dau": "dlvn-10-2013"})
    assert "limit-cot-do-xang-dau-dlvn-10-2011" not in {each.key for each in chosen}


def test_a_figure_counts_as_checked_once_two_people_compared_it(folder):
    path = folder / SCALE
    text = path.read_text("utf-8")
    for names, left in (('["An"]', 19), ('["An", "Bình"]', 18)):
        path.write_text(text.replace("checked_by = []", f"checked_by = {names}", 1))
        catalogue = load_catalogue(folder)
        unchecked = catalogue.unchecked(catalogue.procedure("can-dong-ho-lo-xo"))
        assert len(unchecked) == left


def test_a_list_names_its_unchecked_cycles_too(catalogue):
    newest = catalogue.lists["tt-04-2026"]
    assert len(catalogue.unchecked(newest)) == 2 * 99


def test_a_procedure_mostly_from_memory_says_so(catalogue):
    assert is_mostly_from_memory(catalogue.procedure("can-dong-ho-lo-xo"))
    assert not is_mostly_from_memory(catalogue.procedure("cot-do-xang-dau"))


def test_the_newest_revision_is_the_default_and_the_older_stays(folder):
    text = (folder / SCALE).read_text("utf-8")
    for revision in ("2026-10", "2026-9"):
        path = folder / f"procedures/can-dong-ho-lo-xo-{revision}.toml"
        path.write_text(text.replace("2026-1", revision), "utf-8")
    catalogue = load_catalogue(folder)
    assert catalogue.procedure("can-dong-ho-lo-xo").revision == "2026-10"
    assert catalogue.procedure("can-dong-ho-lo-xo", "2026-1").revision == "2026-1"
    found = catalogue.procedures_for("can-dong-ho-lo-xo")
    assert [each.revision for each in found] == ["2026-1", "2026-9", "2026-10"]


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        (SCALE, "repetitions = 3", "repetitions = 4", True),
        ("limits/oiml-r-76.toml", '["50", "0.5"]', '["51", "0.5"]', True),
        ("limits/oiml-r-111.toml", '"0.06"', '"0.05"', True),
        ("limits/oiml-r-35.toml", "checked_by = []", 'checked_by = ["An"]', False),
        (SCALE, "# Verification", "# The verification", False),
    ],
)
def test_the_hash_of_a_revision_covers_all_that_it_judges_by(
    folder, catalogue, file, old, new, changes
):
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    changed = load_catalogue(folder)
    slug = "can-dong-ho-lo-xo"
    before = catalogue.content_hash(catalogue.procedure(slug))
    assert (changed.content_hash(changed.procedure(slug)) != before) is changes


def test_another_catalogue_is_in_use_within_its_block_only(folder, catalogue):
    other = load_catalogue(folder)
    with use_catalogue(other):
        assert shipped_catalogue() is other
    assert shipped_catalogue() is catalogue


def test_what_a_page_shows_of_a_type_as_its_document_is_no_remark_in_english(catalogue):
    shown = {each.dlvn for each in catalogue.types.values() if each.dlvn}
    assert [each for each in shown if re.search(r"edition|seen|memory", each)] == []
