"""A limit that is computed is read by people who never programmed."""

import pytest

from labms.catalogue.formulas import formula_words, point_words
from labms.catalogue.shipped import shipped_catalogue
from labms.i18n import speaking

STEPS = "if(nominal <= 50 * d, 1, if(nominal <= 200 * d, 2, 3)) * d"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("e / 4", "e / 4"),
        ("1000 * e / 4", "1000 × e / 4"),
        ("2 * (a + b)", "2 × (a + b)"),
        ("a - (b - 0.5)", "a − (b − 0.5)"),
        ("max(0.3 * e, 0.1)", "max(0.3 × e; 0.1)"),
        (
            "if(class == '0.5', 1.5, if(class == '1', 2, 3))",
            "1.5 if class = 0.5; 2 if class = 1; else 3",
        ),
        (STEPS, "1 × d if point ≤ 50 × d; 2 × d if point ≤ 200 × d; else 3 × d"),
        ("if(", "if("),
    ],
)
def test_a_formula_is_told_case_by_case(source, said):
    with speaking("en"):
        assert formula_words(source) == said


def test_it_is_told_in_the_language_of_the_page():
    with speaking("vi"):
        assert formula_words("if(nominal <= 2.5, 1, 0.5)") == (
            "1 nếu điểm đo ≤ 2,5; ngoài ra 0,5"
        )


def test_the_page_of_a_procedure_has_no_formula_of_a_program(client, lab):
    lab.make.sign_in(client, lab.verifier)
    page = client.get("/catalogue/procedures/cong-to-dien-cam-ung-3-pha/2026-1").text
    assert "±(1,5 nếu cấp = 0,5;" in page
    assert "±(if(" not in page


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"at": "1000", "unit": "kg"}, "1000 kg"),
        ({"at": "41.5", "unit": "°C"}, "41,5 °C"),
        ({"at": "0.001", "label": "1 mg*", "unit": "g"}, "0,001 g (1 mg*)"),
        ({"at": "Max", "label": "Max", "unit": "g"}, "Max"),
        ({"at": "50 * e", "label": "50e", "unit": "g"}, "50 × e"),
        ({"at": "Max / 2", "label": "½ Max", "unit": "g"}, "½ Max = Max / 2"),
        ({"at": "50 * e", "when": "class == 'IIII'"}, "50 × e nếu cấp = IIII"),
        ({"at": "if("}, "if("),
    ],
)
def test_a_point_is_told_with_its_unit_whether_or_not_it_has_a_name(point, said):
    with speaking("vi"):
        assert point_words(**point) == said


@pytest.mark.long
def test_no_point_of_any_procedure_is_released_unseen(client, lab):
    lab.make.sign_in(client, lab.verifier)
    for each in shipped_catalogue().procedures:
        url = f"/catalogue/procedures/{each.slug}/{each.revision}"
        page = client.get(url).text
        assert "<code></code>" not in page, each.name
    assert (
        "<code>41,5 °C</code>"
        in client.get("/catalogue/procedures/nhiet-ke-y-hoc-dien-tu/2026-1").text
    )
