"""What applies to a type on a day: the law, the procedures, and limits as a picture."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from labms.catalogue.drawing import draw
from labms.catalogue.rules import VerificationReason
from labms.policy import Role
from tests.factories import SPRING_SCALE

PAGE = f"/catalogue/types/{SPRING_SCALE}"


@pytest.fixture
def page(client, make):
    body = make.body()
    make.procedure_release(body)
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=body))

    def get(query="", language="vi"):
        client.set_cookie("language", language)
        answer = client.get(PAGE + query)
        assert answer.status_code == 200
        return answer.text

    return get


def test_the_day_decides_which_list_and_which_release_count(page):
    now, before = page(), page("?on=15/06/2021")

    assert "TT 04/2026/TT-BKHCN, 08.1" in now
    assert "TT 07/2019/TT-BKHCN, 08.1" in before
    assert "Ban hành ngày 01/01/2030" in now
    assert "chưa ban hành vào ngày này" in before
    assert "Không danh mục nào" in page("?on=01/01/2010")
    assert "On the day" in page("?on=31/02/2026", "en")


def test_the_picture_is_of_the_instrument_that_was_typed(page):
    shown = page("?c-Max=15&c-e=50&c-class=IIII")
    start = shown.index('<svg viewBox="0 0 640')
    svg = shown[start : shown.index("</svg>", start) + 6]
    picture = ElementTree.fromstring(svg)

    tags = [each.tag for each in picture.iter()]
    assert tags.count("path") == 4
    assert {"title", "desc"} <= set(tags)
    assert "style=" not in svg
    width, height = (float(x) for x in picture.attrib["viewBox"].split()[2:])
    for text in picture.iter("text"):  # up to 19 units high on a phone
        assert 19 <= float(text.attrib["y"]) <= height - 5
        assert 0 <= float(text.attrib["x"]) <= width
    assert "15000" in svg
    assert "±75" in shown
    assert "Mức cân lớn nhất" in page("?c-Max=abc&c-e=50&c-class=IIII")
    assert 'role="alert"' in page("?c-Max=&c-e=50&c-class=IIII")


def test_the_numbers_of_the_picture_are_those_of_the_sheet(catalogue):
    procedure = catalogue.procedure(SPRING_SCALE)
    drawn = draw(procedure, characteristics={"class": "IIII", "Max": "30", "e": "100"})

    loads = drawn.drawings[0]
    reasons = [line.reasons for line in loads.lines]
    assert reasons[1] == (VerificationReason.IN_SERVICE,)
    assert loads.points[-1].limits == (
        (Decimal(150), Decimal(150)),
        (Decimal(300), Decimal(300)),
    )
    assert loads.has_range
    assert not drawn.drawings[1].has_range


@pytest.mark.parametrize("slug", ["dong-ho-nuoc-lanh", "qua-can", "ap-ke-lo-xo"])
def test_flows_weights_and_gauges_are_drawn_as_well(catalogue, slug):
    procedure = catalogue.procedure(slug)

    drawn = draw(procedure, characteristics=procedure.example)

    assert drawn.problem is None
    assert drawn.drawings
    assert all(each.points for each in drawn.drawings)


def test_a_load_made_of_weights_and_what_replaces_them_has_its_line_too(catalogue):
    procedure = catalogue.procedure("can-o-to")
    drawn = draw(procedure, characteristics=procedure.example)
    loads = next(each for each in drawn.drawings if each.check.slug == "loads")
    assert all(line.upper.count("L") > 2 for line in loads.lines)


@pytest.mark.parametrize(
    ("slug", "across"),
    [
        ("can-o-to", [0, 20000, 40000, 60000, 80000]),
        ("nhiet-ke-y-hoc-thuy-tinh", [37, 38, 39, 40, 41]),  # nothing is read at 0 °C
        ("huyet-ap-ke-lo-xo", [0, 50, 100, 150, 200, 250]),
    ],
)
def test_round_numbers_stand_along_the_range_that_is_measured(catalogue, slug, across):
    procedure = catalogue.procedure(slug)
    drawn = draw(procedure, characteristics=procedure.example)
    found = next(each for each in drawn.drawings if each.has_range)
    assert [tick.value for tick in found.across] == across
