"""The page of communes shows old and new ones, and how they hang together."""

import pytest

from labms.places.services import load_places
from labms.policy import Role


@pytest.fixture
def reader(make, client):
    load_places()
    return make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))


def test_a_new_commune_names_what_it_was_made_of(reader):
    page = reader.get("/places/?q=phu+khuong").text

    assert "Phường Phú Khương" in page
    assert "Phường 8" in page


def test_an_old_commune_names_what_became_of_it(reader):
    page = reader.get("/places/?when=before&q=phuong+8").text

    assert "Phường 8" in page
    assert "Phường Phú Khương" in page
    assert "Thành phố Bến Tre" in page


@pytest.mark.parametrize(
    "address", ["", "?when=before", "?area=ben-tre-old", "?area=x"]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_view_of_the_list_answers(reader, address, language):
    mark = "&" if address else "?"

    assert reader.get(f"/places/{address}{mark}lang={language}").status_code == 200


def test_the_list_asks_the_database_a_fixed_number_of_times(reader, selects):
    selects.clear()

    reader.get("/places/")

    assert len(selects) <= 7


def test_an_empty_instance_says_so(make, client):
    make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))

    assert client.get("/places/?area=vinh-long-new&when=before").status_code == 200
