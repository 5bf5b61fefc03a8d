"""What we write as DCC says what the paper says, digit for digit."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from labms.dcc import tabling, units
from labms.dcc.rules import NoTwin
from labms.dcc.units import DIGITAL, DigitalUnit, digital, written
from labms.dcc.writing import dcc_of, file_name
from labms.metrology.units import UNITS
from tests.dcc.examples import calibration, frozen, in_grams, released
from tests.dcc.reading import (
    DCC,
    SI,
    columns,
    printed,
    root_of,
    same,
)
from tests.dcc.schema import faults, schema

KINDS = ("calibration-1", "certificate-1", "certificate-1-readings")
D = Decimal


def differences(data: bytes, says: dict) -> list[str]:
    """Return every printed number that the DCC has otherwise, or has not."""
    (table,) = says["results"]
    found, wrong = columns(root_of(data)), []
    heads = [column["role"] for column in table["columns"]]
    u, k = (heads.index(role) for role in ("uncertainty", "coverage_factor"))
    for place, column in enumerate(table["columns"]):
        if column["role"] in ("uncertainty", "coverage_factor", "conformity", "limit"):
            continue
        rows = [row for row in table["rows"] if row[place] not in ("", "—")]
        values = found.get(column["en"], [])
        if len(values) != len(rows):
            wrong.append(f"{column['en']}: {len(values)} of {len(rows)}")
            continue
        for row, value in zip(rows, values, strict=True):
            expected, unit = printed(row[place], column["unit"])
            if not same(value.value, expected) or value.unit != unit:
                wrong.append(f"{column['en']}: {value.value} {value.unit}")
            if column["role"] == "error":
                expected, _ = printed(row[u], table["columns"][u]["unit"])
                if value.uncertainty is None or not same(value.uncertainty, expected):
                    wrong.append(f"U: {value.uncertainty}")
                if value.factor != D(row[k].replace(",", ".")):
                    wrong.append(f"k: {value.factor}")
                if value.conformity != row[heads.index("conformity")].split(" / ")[1]:
                    wrong.append(f"conformity: {value.conformity}")
    return wrong


@pytest.mark.parametrize("name", KINDS)
def test_what_a_released_version_wrote_is_written_today(name):
    assert dcc_of(frozen(name)) == released(name)


@pytest.mark.parametrize("name", KINDS)
def test_it_is_valid_by_the_schema(name):
    one = schema()

    assert one.validate(_parsed(dcc_of(frozen(name)))), one.error_log
    broken = dcc_of(frozen(name)).replace(b"coverageFactorXMLList", b"factorXMLList")
    broken = broken.replace(b"<dcc:uniqueIdentifier>", b"<dcc:uniqueIdentifier> ")
    assert not one.validate(_parsed(broken))


def _parsed(data: bytes):
    from lxml import etree

    return etree.fromstring(data)


@pytest.mark.parametrize("says", [calibration(), in_grams()], ids=["bar", "g"])
def test_every_number_is_the_printed_one(says):
    assert differences(dcc_of(says), says) == []


def test_a_wrong_unit_a_missing_u_or_a_rounded_number_is_found(monkeypatch):
    says = in_grams()
    right = dcc_of(says)
    with monkeypatch.context() as wrong:
        wrong.setitem(units.DIGITAL, "g", DigitalUnit(r"\gram"))
        assert differences(dcc_of(says), says)
    with monkeypatch.context() as wrong:
        wrong.setattr(tabling, "_STATED", ())
        assert any("U: None" in one for one in differences(dcc_of(says), says))
    with monkeypatch.context() as wrong:
        wrong.setattr(tabling, "written", _by_floats)
        assert differences(dcc_of(says), says)
    assert differences(right, says) == []


def _by_floats(value: Decimal, unit: DigitalUnit) -> str:
    return repr(float(value) * float(unit.factor or 1))


def test_grams_become_kilograms_digit_for_digit():
    assert written(D("1.50"), digital("g")) == "0.00150"
    assert written(D("-0.015"), digital("mg")) == "-0.000000015"
    assert written(D("0.1234567890123456789012345678901"), digital("µg")) == (
        "0.0000000001234567890123456789012345678901"
    )
    assert written(D("2"), digital("t")) == "2000"
    assert written(D("1.5"), digital("kgf/cm²")) == "147099.75"


def test_every_unit_that_we_know_is_written_or_named_beside():
    beside = {symbol for symbol in UNITS if symbol not in DIGITAL}

    assert beside == {"VND", "pH", "°Z", "°Brix", "Abs"}
    assert digital("pH") == DigitalUnit(r"\one", beside="pH")
    says = calibration()
    for column in says["results"][0]["columns"]:
        column["unit"] = column["unit"] and "pH"
    data = dcc_of(says)
    assert b"<dcc:nonSIUnit>pH</dcc:nonSIUnit>" in data
    assert faults(data) == []


@pytest.mark.parametrize("name", KINDS)
def test_it_has_what_readers_need_in_the_order_of_the_schema(name):
    root = root_of(dcc_of(frozen(name)))

    assert root.get("schemaVersion") == "3.3.0"
    assert [each.tag for each in root] == [
        f"{DCC}administrativeData",
        f"{DCC}measurementResults",
    ]
    core = root.find(f".//{DCC}coreData")
    assert [each.tag.removeprefix(DCC) for each in core] == [
        *("countryCodeISO3166_1", "usedLangCodeISO639_1", "usedLangCodeISO639_1"),
        *("mandatoryLangCodeISO639_1", "uniqueIdentifier", "identifications"),
        *("beginPerformanceDate", "endPerformanceDate", "performanceLocation"),
        "issueDate",
    ]
    result = root.find(f".//{DCC}measurementResult")
    order = [each.tag.removeprefix(DCC) for each in result]
    assert order[:6] == [
        *("name", "usedMethods", "usedSoftware", "measuringEquipments"),
        *("influenceConditions", "results"),
    ]
    known = [each.get("id") for each in root.iter() if each.get("id")]
    wanted = {ref for each in root.iter() for ref in each.get("refId", "").split()}
    assert len(known) == len(set(known))
    assert wanted <= set(known)


@pytest.mark.parametrize("name", KINDS)
def test_a_text_is_there_in_both_languages_or_names_none(name):
    root = root_of(dcc_of(frozen(name)))
    english = 0
    for each in root.iter():
        named = [one.get("lang") for one in each if one.tag == f"{DCC}content"]
        assert named in ([], [None], ["vi", "en"]), ET.tostring(each)
        english += named == ["vi", "en"]
    assert english > 10
    for each in root.iter():
        if each.text and not len(each):
            assert each.text == each.text.strip() != "", each.tag


def test_every_stated_value_has_u_and_k_and_every_quantity_a_unit():
    root = root_of(dcc_of(calibration()))

    for one in root.iter(f"{SI}realListXMLList"):
        assert one.findtext(f"{SI}unitXMLList", "").startswith("\\")
    (stated,) = root.iterfind(f".//{DCC}quantity[@refType='basic_measurementError']")
    count = len(stated.findtext(f".//{SI}valueXMLList").split())
    for tag in ("valueExpandedMU", "coverageFactor", "coverageProbability"):
        assert len(stated.findtext(f".//{SI}{tag}XMLList").split()) == count == 6


def test_the_chain_goes_up_by_linked_reports():
    says = calibration()
    root = root_of(dcc_of(says))
    (standard,) = says["standards"]
    (above,) = standard["above"]

    one = root.find(f".//{DCC}measuringEquipment/{DCC}certificate")
    assert one.findtext(f"{DCC}referralID") == standard["certificate_number"]
    assert one.findtext(f"{DCC}procedure") == "sha256"
    assert one.findtext(f"{DCC}value") == standard["file_hash"]
    up = one.find(f"{DCC}linkedReport")
    assert up.findtext(f"{DCC}referralID") == above["certificate_number"]
    assert up.findtext(f"{DCC}procedure") == "analogue"
    assert up.findtext(f"{DCC}traceable") == one.findtext(f"{DCC}traceable") == "true"
    assert up.find(f"{DCC}linkedReport") is None
    above["is_root"] = False
    up = root_of(dcc_of(says)).find(f".//{DCC}linkedReport")
    assert up.findtext(f"{DCC}traceable") == "false"


def test_markup_in_a_name_stays_a_name():
    says = calibration()
    says["owner"]["name"] = "  Cty <b>A & B</b>\n ]]> "
    says["instrument"]["serial"] = ""

    root = root_of(dcc_of(says))
    name = root.findtext(f".//{DCC}customer/{DCC}name/{DCC}content")
    assert name == "Cty <b>A & B</b> ]]>"
    assert faults(dcc_of(says)) == []


def test_points_without_a_value_are_left_out_and_the_others_numbered():
    says = calibration()
    (table,) = says["results"]
    back = next(n for n, one in enumerate(table["columns"]) if "decr" in one["en"])
    assert table["rows"][-1][back] == "—"

    root = root_of(dcc_of(says))
    labels = [one.text for one in root.iter(f"{SI}labelXMLList")]
    assert set(labels) == {"1 2 3 4 5"}


def test_what_the_rule_has_no_word_for_is_said_in_words():
    says = calibration()
    (table,) = says["results"]
    table["rows"][2][-1] = "không kết luận: U quá lớn / no statement: U too large"
    root = root_of(dcc_of(says))

    assert root.find(f".//{DCC}conformityXMLList") is None
    told = root.find(f".//{DCC}metaData[@refType='basic_conformity']")
    texts = [one.text for one in told.iterfind(f"{DCC}declaration/{DCC}content")]
    assert "3: no statement: U too large" in texts[1]


def test_a_test_print_and_a_correction_say_so():
    data = dcc_of(calibration(test_print=True, supersedes="HC30.00009"))

    root = root_of(data)
    assert "Bản in thử" in root.findtext(f".//{DCC}statement/{DCC}name/{DCC}content")
    replaced = root.find(f".//{DCC}reportAmendedSubstituted")
    assert [each.text for each in replaced] == [
        "substituted",
        "kiemdinh.example.vn/HC30.00009",
    ]
    assert faults(data) == []


def test_what_was_frozen_too_early_or_states_nothing_has_no_twin():
    early = calibration()
    del early["machine"]
    unreadable = calibration()
    unreadable["results"][0]["rows"][0][0] = "1e5"
    without = calibration(results=[])
    for says in (early, unreadable, without, {"schema": "notice-1"}):
        with pytest.raises(NoTwin):
            dcc_of(says)


def test_its_file_name_is_safe_anywhere():
    assert file_name({"number": "HC 26/00012-ĐL"}) == "HC-26-00012--L.xml"
    assert file_name({"number": "..."}) == "dcc.xml"


#: In which order the schema has what we write, so that this is known without it.
#: Source: PTB, DCC schema 3.3.0 and D-SI 2.2.1.
ORDER = {
    "coreData": "countryCodeISO3166_1 usedLangCodeISO639_1 mandatoryLangCodeISO639_1 "
    "uniqueIdentifier identifications receiptDate beginPerformanceDate "
    "endPerformanceDate performanceLocation issueDate reportAmendedSubstituted",
    "software": "name release",
    "item": "name manufacturer model identifications itemQuantities",
    "identification": "issuer value name",
    "calibrationLaboratory": "calibrationLaboratoryCode contact",
    "contact": "name phone location",
    "customer": "name phone location",
    "respPerson": "person description role mainSigner",
    "statement": "name declaration date",
    "measurementResult": "name usedMethods usedSoftware measuringEquipments "
    "influenceConditions results measurementMetaData",
    "usedMethod": "name norm",
    "measuringEquipment": "name certificate manufacturer model identifications",
    "certificate": "referral referralID procedure value description inValidityRange "
    "traceable linkedReport",
    "linkedReport": "referral referralID procedure value description inValidityRange "
    "traceable linkedReport",
    "influenceCondition": "name data",
    "result": "name data",
    "quantity": "name charsXMLList real realListXMLList measurementMetaData",
    "metaData": "name norm declaration conformity conformityXMLList "
    "nonSIDefinition nonSIUnit",
    "real": "value unit",
    "realListXMLList": "labelXMLList valueXMLList unitXMLList "
    "measurementUncertaintyUnivariateXMLList",
    "expandedMUXMLList": "valueExpandedMUXMLList coverageFactorXMLList "
    "coverageProbabilityXMLList",
}


def disorder(root: ET.Element) -> list[str]:
    """Return the elements whose children stand otherwise than the schema has them."""
    found = []
    for each in root.iter():
        tag = each.tag.rpartition("}")[2]
        if tag not in ORDER:
            continue
        order = ORDER[tag].split()
        children = [child.tag.rpartition("}")[2] for child in each]
        if not set(children) <= set(order) or children != sorted(
            children, key=order.index
        ):
            found.append(f"{tag}: {children}")
    return found


@pytest.mark.parametrize("name", KINDS)
def test_elements_stand_in_the_order_of_the_schema(name):
    root = root_of(dcc_of(frozen(name)))

    assert disorder(root) == []
    for core in root.iter(f"{DCC}item"):
        core.insert(0, core[-1])
    assert len(disorder(root)) == 1
