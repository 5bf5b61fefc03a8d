"""A set of weights: two of one value are told apart wherever they are printed."""

from labms.catalogue.sheet import Around, evaluate, plan_sheet
from labms.catalogue.sheet.rows import ANSWER
from labms.catalogue.shipped import shipped_catalogue
from labms.certificates.calibrated import _table
from labms.dcc.tabling import results as digital_results
from labms.jobs.conformity import AgreedRule
from labms.jobs.results import results_of
from tests.catalogue.test_weighing import weights

SET = {"class": "F1", "nominal_mass": "200", "least": "100", "composition": "1-2-2-5"}
ZERO = {"deviation_given": "0", "U_given": "0.02", "scatter": "0.01"}


def tables(**plate):
    """The printed tables of a set whose second weight of a value lies far off."""
    sheet = plan_sheet(
        shipped_catalogue().procedure("hieu-chuan-qua-can"),
        characteristics=SET | plate,
        reason=None,
        options={},
    )
    entries = {}
    for row in sheet.rows:
        for column in row.columns:
            plain = "yes" if column.key == ANSWER else f"{row.nominal:f}.0000"
            off = row.point_label.endswith("*") and column.key in ("B1", "B2")
            entries[f"{row.key}.{column.key}"] = ZERO.get(
                column.key, f"{row.nominal:f}.0300" if off else plain
            )
    around = Around(standards={"weights": (weights("1000", "0.00002"),)})
    evaluation = evaluate(sheet, entries, around=around)
    found = results_of(sheet, evaluation, rule=AgreedRule.SIMPLE)
    return [_table(table) for table in found if table["rows"]]


def test_two_weights_of_one_value_are_told_apart_on_the_certificate():
    (table,) = tables()
    roles = [column["role"] for column in table["columns"]]
    rows = [dict(zip(roles, row, strict=True)) for row in table["rows"]]
    assert [(row["nominal"], row["mark"], row["conformity"]) for row in rows] == [
        ("100", "", "đạt / pass"),
        ("200", "200 g", "đạt / pass"),
        ("200", "200 g*", "không đạt / fail"),
    ]


def test_they_are_told_apart_in_the_digital_certificate_too():
    assert ">— 200_g 200_g*</" in digital_results(tables())


def test_a_set_without_twins_has_no_column_of_marks():
    (table,) = tables(composition="1-2-5")
    assert "mark" not in [column["role"] for column in table["columns"]]
