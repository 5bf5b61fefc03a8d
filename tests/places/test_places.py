"""The communes of Vĩnh Long, and what became of those of old Bến Tre."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.i18n import speaking
from labms.places.data import check, communes_of, places, sources, successors
from labms.places.rules import (
    CommuneKind,
    Part,
    Succession,
    UnknownPlace,
    area_named,
    faults,
)

EVE = date(2025, 6, 30)
CHANGE = date(2025, 7, 1)


def test_new_vinh_long_has_124_communes_of_three_former_provinces():
    communes = communes_of("vinh-long-new", on=CHANGE)

    assert Counter(c.kind for c in communes) == {
        CommuneKind.RURAL: 105,
        CommuneKind.WARD: 19,
    }
    assert Counter(c.former_province_code for c in communes) == {
        "83": 48,
        "84": 41,
        "86": 35,
    }


def test_old_ben_tre_had_148_communes_in_9_districts_and_has_48_without():
    old = communes_of("ben-tre-old", on=EVE)
    new = communes_of("ben-tre-old", on=CHANGE)

    assert (len(old), len(new)) == (148, 48)
    assert Counter(c.district_code for c in old) == {
        "829": 12,
        "831": 16,
        "832": 11,
        "833": 16,
        "834": 21,
        "835": 19,
        "836": 22,
        "837": 18,
        "838": 13,
    }
    assert all(places().district_of(commune) for commune in old)
    assert not any(places().district_of(commune) for commune in new)


def test_new_vinh_long_had_no_communes_before_it_existed():
    assert communes_of("vinh-long-new", on=EVE) == ()


def test_an_unknown_area_is_refused():
    with pytest.raises(UnknownPlace):
        communes_of("somewhere", on=CHANGE)


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_old_ben_tre_has_communes_on_every_day_and_never_two_with_one_code(day):
    codes = [commune.code for commune in communes_of("ben-tre-old", on=day)]

    assert codes
    assert len(codes) == len(set(codes))


def test_a_code_used_again_means_another_commune_from_the_day_of_the_change():
    old = places().commune("28756", on=EVE)
    new = places().commune("28756", on=CHANGE)

    assert old.province_name == "Bến Tre"
    assert new.province_name == "Vĩnh Long"
    assert old.key != new.key
    assert places().commune_with_key(old.key) is old
    assert places().commune_with_key(new.key) is new


def test_a_commune_is_called_by_its_kind_and_name():
    assert places().commune("28807", on=CHANGE).full_name == "Xã Giao Long"
    assert places().commune("28777", on=CHANGE).full_name == "Phường An Hội"


def test_every_old_commune_of_ben_tre_went_to_one_of_the_48():
    new = {commune.code for commune in communes_of("ben-tre-old", on=CHANGE)}

    reached = {
        succession.new_code
        for commune in communes_of("ben-tre-old", on=EVE)
        for succession in successors(commune.code)
    }

    assert reached == new
    assert all(
        successors(commune.code) for commune in communes_of("ben-tre-old", on=EVE)
    )


def test_hoa_loc_of_mo_cay_bac_did_not_go_to_hoa_hiep_far_away():
    """A published table confuses it with Hòa Lộc of Tam Bình in Vĩnh Long."""
    assert [s.new_code for s in successors("28924")] == ["28921"]
    assert "29734" in successors("28924")[0].note


def test_every_refused_succession_leaves_its_province_and_says_why():
    refusals = places().refusals

    assert {(r.old_code, r.new_code) for r in refusals} == {
        ("28924", "29734"),
        ("29734", "28921"),
        ("29623", "29182"),
    }
    assert all(r.old_province_code != r.new_former_province_code for r in refusals)
    assert all("namesake" in r.reason for r in refusals)


def test_the_data_has_no_faults():
    assert check() == ()


@pytest.mark.parametrize(
    ("planted", "problem"),
    [
        (Succession("28924", "29734", Part.PART), "leaves its old province"),
        (Succession("28924", "29734", Part.PART), "was refused"),
        (Succession("28924", "28921", Part.WHOLE), "more than one"),
        (Succession("11111", "28921", Part.WHOLE), "unknown commune"),
        (Succession("28924", "11111", Part.WHOLE), "unknown commune"),
    ],
)
def test_a_wrong_succession_is_found(planted, problem):
    wrong = replace(places(), successions=(*places().successions, planted))

    with speaking("en"):
        assert any(problem in str(fault) for fault in faults(wrong))


def test_a_succession_across_the_border_is_allowed_once_confirmed_by_hand():
    planted = (*places().successions, Succession("29227", "29734", Part.PART))

    with speaking("en"):
        found = faults(
            replace(
                places(),
                successions=planted,
                confirmed=frozenset({("29227", "29734")}),
            )
        )
        assert not any("leaves" in str(fault) for fault in found)


def test_an_old_commune_without_a_successor_is_found():
    missing = replace(places(), successions=places().successions[1:])

    with speaking("en"):
        assert [str(fault) for fault in faults(missing)] == [
            f"Nothing says what became of {places().successions[0].old_code}."
        ]


def test_two_communes_with_one_code_on_one_day_are_found():
    twice = replace(places(), communes=(*places().communes, places().communes[0]))

    with speaking("en"):
        assert any("on the same day" in str(fault) for fault in faults(twice))


def test_new_communes_have_a_point_within_the_province():
    for commune in communes_of("vinh-long-new", on=CHANGE):
        assert commune.latitude is not None
        assert commune.longitude is not None
        assert 9.4 < commune.latitude < 10.4
        assert 105.7 < commune.longitude < 106.9


def test_predecessors_and_successors_tell_the_same_story():
    for succession in places().successions:
        assert succession in places().predecessors(succession.new_code)


def test_the_levels_end_on_the_eve_and_begin_on_the_day():
    assert {d.validity.valid_until for d in places().districts} == {EVE}
    assert {
        c.validity.valid_from or c.validity.valid_until for c in places().communes
    } == {
        EVE,
        EVE + timedelta(days=1),
    }


def test_every_table_names_its_source():
    tables = {"provinces", "districts", "communes", "successions", "refusals"}

    assert set(sources()) == tables
    assert all(entry["source"] and entry["confidence"] for entry in sources().values())


def test_an_area_is_called_in_the_language_in_use():
    with speaking("vi"):
        assert str(area_named("ben-tre-old").name) == "Bến Tre cũ"
    with speaking("en"):
        assert str(area_named("ben-tre-old").name) == "Old Bến Tre"
