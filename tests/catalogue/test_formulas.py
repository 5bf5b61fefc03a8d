"""A limit that is computed is read by people who never programmed."""

import pytest

from labms.catalogue.formulas import formula_words
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
