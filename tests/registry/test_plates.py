"""What no instrument bears is refused where it is typed."""

import pytest

from labms.catalogue.plates import doubt_about, sign_problems
from labms.catalogue.shipped import shipped_catalogue
from labms.db import db
from labms.policy import Role
from labms.registry.models import Instrument
from labms.registry.plates import _trials
from tests.factories import SPRING_SCALE
from tests.registry.test_pages import typed

WATER_METER = "dong-ho-do-nuoc-lanh-co-khi"
ABOVE_ZERO = "phải lớn hơn 0"
BELOW_ZERO = "không thể nhỏ hơn 0"
CONTRADICTION = "không phù hợp với nhau"
NOT_YET = "chưa đo được"


@pytest.fixture
def reception(make, client):
    """A browser on which a receptionist is signed in."""
    return make.sign_in(client, make.user(Role.RECEPTIONIST, body=make.body()))


def meter(owner, **given):
    plate = typed(owner, c_DN="15", c_Q3="2,5", c_class="1", **given)
    return {key: plate[key] for key in plate if key not in ("c_Max", "c_e")}


@pytest.mark.parametrize(
    ("figures", "refusal", "beside"),
    [
        ({"c_e": "-20"}, BELOW_ZERO, "c_e"),
        ({"c_e": "0"}, ABOVE_ZERO, "c_e"),
        ({"c_Max": "5", "c_e": "7000"}, CONTRADICTION, "c_e"),
        ({"c_Max": "-60"}, BELOW_ZERO, "c_Max"),
    ],
)
def test_impossible_figures_are_refused_beside_their_field(
    make, reception, figures, refusal, beside
):
    owner = make.organisation()
    address = f"/instruments/new?type={SPRING_SCALE}"

    answer = reception.post(address, data=typed(owner, **figures))

    after = answer.text.split(f'name="{beside}"', 1)[1]
    assert refusal in after.split("</div>", 1)[0]
    assert f'value="{figures[beside]}"' in answer.text
    assert "NH-000777" in answer.text
    assert not db.session.query(Instrument).count()
    # the same plate with its right figures is taken
    reception.post(address, data=typed(owner))
    assert db.session.query(Instrument).count() == 1


def test_an_instrument_may_be_registered_before_everything_is_known(make, reception):
    owner = make.organisation()
    address = f"/instruments/new?type={WATER_METER}"

    page = reception.post(address, data=meter(owner), follow_redirects=True)
    assert NOT_YET in page.text
    assert "tỷ số R" in page.text
    onwards = reception.post(
        f"{address}&next=/instruments",
        data=meter(owner) | {"serial": "NH-888"},
        follow_redirects=True,
    )
    assert NOT_YET in onwards.text

    known = reception.post(
        address,
        data=meter(owner, c_ratio="80") | {"serial": "NH-999"},
        follow_redirects=True,
    )
    assert NOT_YET not in known.text


def test_an_edit_is_refused_alike_and_what_stood_there_may_stay(make, reception):
    owner = make.organisation()
    found = make.instrument(
        owner_id=owner.id, characteristics={"Max": "5", "e": "7000", "class": "IIII"}
    )
    address = f"/instruments/{found.id}/edit"
    plate = typed(owner, serial=found.serial, maker=found.maker)

    worse = reception.post(
        address, data=plate | {"c_Max": "5", "c_e": "-1", "was_altered": "no"}
    )
    assert BELOW_ZERO in worse.text
    same = reception.post(
        address, data=plate | {"c_Max": "5", "c_e": "7000", "place_of_use": "Kho"}
    )
    assert same.status_code == 302
    page = reception.get(f"/instruments/{found.id}")
    assert "Kho" in page.text
    assert NOT_YET in page.text


def test_a_list_is_refused_beside_the_figure(lab, client):
    customer = lab.make.organisation()
    lab.make.sign_in(client, lab.receptionist)
    before = db.session.query(Instrument).count()

    answer = client.post(
        f"/jobs/orders/new/intake?customer={customer.id}&type={SPRING_SCALE}",
        data=typed(customer, c_Max="5", c_e="7000")
        | {"serials": "A-1\nA-2", "reason": "periodic"},
    )

    assert CONTRADICTION in answer.text
    assert "A-1" in answer.text
    assert db.session.query(Instrument).count() == before


def test_every_typical_instrument_of_the_catalogue_can_be_registered(app):
    catalogue = shipped_catalogue()
    for procedure in catalogue.procedures:
        for slug in procedure.types:
            expected = catalogue.type(slug).characteristics
            assert doubt_about(procedure.example, _trials(slug, None)) is None
            assert not list(sign_problems(expected, procedure.example))


@pytest.mark.parametrize(
    ("slug", "given", "key", "contradicts"),
    [
        ("ap-ke-lo-xo", {"lower": "0", "upper": "-1", "unit": "MPa"}, "upper", True),
        (WATER_METER, {"Q3": "2.5", "class": "1", "ratio": "0.5"}, "Q3", True),
        (WATER_METER, {"Q3": "2.5", "class": "1"}, "ratio", False),
        (SPRING_SCALE, {"Max": "300", "e": "500", "class": "IIII"}, "Max", False),
    ],
)
def test_a_contradiction_is_told_from_what_is_missing(
    app, slug, given, key, contradicts
):
    plates = {"class": "1.6", "DN": "15"} | given

    doubt = doubt_about(plates, _trials(slug, None))

    assert (doubt.key, doubt.is_contradiction) == (key, contradicts)
    signed = sign_problems(shipped_catalogue().type(slug).characteristics, plates)
    assert not list(signed)  # a vacuum gauge reaches below zero
