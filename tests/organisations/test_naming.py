"""What tells organisations apart in a list, and which one is meant."""

import pytest

from labms.organisations.naming import labels, organisations_called
from labms.policy import Role
from labms.registry.queries import owner_called
from labms.registry.rules import NoSuchOwner, SeveralOwners

POWER = "Điện lực Thiên Lôi"


@pytest.fixture
def twice(make):
    """Two of one name, one without a tax code."""
    return (
        make.organisation(name=POWER, tax_code="0000000015"),
        make.organisation(name=POWER, commune_key=None),
    )


def test_a_label_tells_name_commune_and_tax_code_or_number(twice):
    first, second = twice

    assert dict(labels(ids=[first.id, second.id])) == {
        first.id: f"{POWER} · Phường Phú Khương · 0000000015",
        second.id: f"{POWER} · số {second.id}",
    }


def test_every_label_that_is_offered_is_accepted(twice, make):
    make.organisation(name="Công ty A · B")
    for number, label in labels():
        assert owner_called(label).id == number


def test_one_name_of_two_lists_whom_it_may_mean(twice):
    with pytest.raises(SeveralOwners) as refused:
        owner_called(POWER)

    told = str(refused.value.text)
    assert "0000000015" in told
    assert f"{POWER} · số {twice[1].id}" in told


def test_a_number_of_somebody_else_is_not_taken(twice):
    with pytest.raises(NoSuchOwner):
        owner_called(f"Chợ Lách · số {twice[1].id}")


def test_a_number_alone_and_a_part_without_accents_are_enough(twice, make):
    market = make.organisation(name="Chợ Lách")

    assert organisations_called(f"no. {twice[0].id}") == [twice[0]]
    assert owner_called("cho lach") == market


def test_the_field_offers_labels_keeps_what_was_typed_and_says_whom(
    client, make, twice
):
    manager = make.sign_in(client, make.user(Role.MANAGER))
    typed = {
        "organisation": POWER,
        "type_slug": "cot-do-xang-dau",
        "per_year": "7",
        "from_on": "01/02/2031",
        "limited_by": "time",
        "basis": "1 bàn",
        "document": "Công văn 8",
    }
    page = manager.post("/supply/capacity/enter", data=typed).text

    assert 'id="organisation-errors"' in page
    assert f'value="{POWER}"' in page
    assert f"số {twice[1].id}" in page
    with_others = manager.post("/supply/capacity/enter", data={"organisation": POWER})
    assert 'id="organisation-errors"' in with_others.text
    clear = typed | {"organisation": f"{POWER} · số {twice[1].id}"}
    assert manager.post("/supply/capacity/enter", data=clear).status_code == 302
    offered = manager.get("/supply/capacity/enter").text
    assert f'<option value="{POWER} · số {twice[1].id}">' in offered
