"""The page where an assessor has the examples worked out again."""

import pytest

from labms.golden.queries import golden_files
from labms.policy import Role


def test_an_assessor_sees_published_and_computed_values_side_by_side(client, make):
    make.sign_in(client, make.user(Role.ASSESSOR))

    page = client.get("/golden/").text
    for file in golden_files():
        assert f'href="/golden/{file.name}"' in page

    answer = client.get("/golden/regression")

    assert answer.status_code == 200
    assert "-0.1712" in answer.text
    assert "-0.1712037901" in answer.text
    assert "0.0073 instead of 0.0041" in answer.text


@pytest.mark.parametrize("name", ["rounding", "mpe", "traceability", "decision"])
def test_every_example_of_a_file_is_shown_as_agreeing(client, make, name):
    make.sign_in(client, make.user(Role.ASSESSOR))

    page = client.get(f"/golden/{name}").text

    assert "badge--bad" not in page


def test_an_unknown_file_is_not_found(client, make):
    make.sign_in(client, make.user(Role.ASSESSOR))

    assert client.get("/golden/unheard-of").status_code == 404
