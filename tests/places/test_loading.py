"""The communes get into the database, old and new ones side by side."""

from datetime import date

import pytest
import sqlalchemy as sa

from labms.db import db
from labms.places.models import Commune, CommuneSuccession
from labms.places.queries import commune_by_key, commune_choices, communes, communes_on
from labms.places.rules import UnknownPlace
from labms.places.services import load_places

EVE, CHANGE = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def loaded(app):
    load_places()


def _count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_loading_twice_is_loading_once(loaded):
    before = _count(Commune), _count(CommuneSuccession)

    load_places()

    assert (_count(Commune), _count(CommuneSuccession)) == before == (272, 148)


def test_a_form_offers_the_communes_of_its_day(loaded):
    assert len(communes_on(CHANGE)) == 124
    assert len(communes_on(CHANGE, "ben-tre-old")) == 48
    assert len(communes_on(EVE, "ben-tre-old")) == 148
    assert ("28756@2025-07-01", "Phường Phú Khương") in commune_choices(CHANGE)


def test_old_and_new_commune_of_one_code_are_two(loaded):
    old = commune_by_key("28756@before")
    new = commune_by_key("28756@2025-07-01")

    assert old.valid_until == EVE
    assert new.valid_from == CHANGE
    assert old.former_province_code == new.former_province_code == "83"


@pytest.mark.parametrize("typed", ["an hội", "AN HOI", "an hoi"])
def test_a_search_needs_no_accents(loaded, typed):
    found = db.session.scalars(communes(on=CHANGE, q=typed)).all()

    assert "Phường An Hội" in [commune.name for commune in found]


def test_a_new_commune_is_found_by_the_name_of_an_old_one(loaded):
    found = db.session.scalars(communes(on=CHANGE, q="phường 8")).all()

    assert [commune.name for commune in found] == ["Phường Phú Khương"]


def test_an_unknown_key_is_refused(loaded):
    with pytest.raises(UnknownPlace):
        commune_by_key("99999@2025-07-01")
