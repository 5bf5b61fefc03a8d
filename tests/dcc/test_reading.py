"""What others wrote is read with care: hostile files refused, numbers kept."""

import base64
import time
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.dcc import opening
from labms.dcc.opening import NotADcc, opened
from labms.dcc.reading import read_dcc
from labms.dcc.schema import findings
from labms.dcc.tabling import quantity
from labms.dcc.units import digital, symbol_of, written
from labms.metrology.units import convert
from labms.paper.attachments import Attachment
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import prepare_fonts
from labms.traceability.suggesting import (
    NO_DUE_AT_ALL,
    NO_POINTS,
    NO_U,
    NO_UNIT,
    Fit,
    fit_of,
    months_later,
    suggestion,
)
from tests.dcc.examples import calibration, released
from tests.dcc.schema import schema_folder
from tests.keeping import kept_fonts
from tests.paper.examples import certificate

D = Decimal
GOOD = released("calibration-1")


def root_with(inside: str = "", version: str = "3.3.0", head: str = "") -> bytes:
    return (
        f"{head}<dcc:digitalCalibrationCertificate xmlns:dcc='https://ptb.de/dcc' "
        f"xmlns:si='https://ptb.de/si' schemaVersion='{version}'>{inside}"
        "</dcc:digitalCalibrationCertificate>"
    ).encode()


LAUGHS = (
    "<!DOCTYPE d [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)
FILE = "<!DOCTYPE d [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
OUTSIDE = "<!DOCTYPE d SYSTEM 'http://127.0.0.1:9/evil.dtd'>"
DEEP = "<dcc:comment>" + "<a>" * 100 + "</a>" * 100 + "</dcc:comment>"
HOSTILE = {
    "billion laughs": root_with("&j;", head=LAUGHS),
    "a file of ours": root_with("&f;", head=FILE),
    "a document type from outside": root_with(head=OUTSIDE),
    "too deep": root_with(DEEP),
    "deeper than the parser goes": root_with("<a>" * 5000 + "</a>" * 5000),
    "too many": root_with("<a/>" * 400_001),
    "too large": root_with("x" * (opening.LARGEST + 1)),
    "another namespace": GOOD.replace(b"https://ptb.de/dcc", b"https://example.org/"),
    "another element": b"<?xml version='1.0'?><invoice/>",
    "a version to come": root_with(version="4.0.0"),
    "no version": root_with(version=""),
    "UTF-16": GOOD.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "Latin-1": GOOD.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
    "broken letters": GOOD.replace("Áp kế".encode(), b"\xc1p k\xea"),
    "a null byte": GOOD.replace(b"Nh", b"\0h"),
    "cut off": GOOD[:-200],
    "nothing": b"",
    "words": b"Hello",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_no_dcc_is_refused_at_once(name):
    begun = time.process_time()

    with pytest.raises(NotADcc) as refused:
        read_dcc(HOSTILE[name])

    assert str(refused.value.text)
    assert "root:" not in str(refused.value)
    assert time.process_time() - begun < 2


def test_without_its_checks_a_document_type_would_get_through(monkeypatch):
    monkeypatch.setattr(opening, "_check_bytes", lambda data: None)

    with pytest.raises(NotADcc):  # the second line: nothing is expanded or loaded
        read_dcc(HOSTILE["a file of ours"])
    with pytest.raises(NotADcc):
        read_dcc(HOSTILE["billion laughs"])


def test_ours_is_read_back_number_for_number():
    says = calibration()
    (table,) = says["results"]
    read = read_dcc(GOOD)

    assert (read.number, read.version) == (says["number"], "3.3.0")
    assert read.issuer == says["body"]["name"]
    assert read.calibrated_on == date.fromisoformat(says["performed_on"])
    assert read.due_on == date.fromisoformat(says["recalibration_on"])
    assert read.items[0].numbers == (says["instrument"]["serial"],)
    heads = [column["role"] for column in table["columns"]]
    stated = next(one for one in read.series if "basic_measurementError" in one.kinds)
    for row, point in zip(table["rows"], stated.points, strict=True):
        for role, value in (
            ("error", point.value),
            ("uncertainty", point.uncertainty),
            ("coverage_factor", point.factor),
        ):
            assert str(value) == row[heads.index(role)].replace(",", ".")
    assert [(level, one.number) for level, one in read.links] == [
        (0, says["standards"][0]["certificate_number"]),
        (1, says["standards"][0]["above"][0]["certificate_number"]),
    ]
    assert read.signed.count == 0
    assert stated.name == "Sai số"
    english = read_dcc(GOOD, language="en").series
    assert english[0].name == "Point"


OLDER = """
<dcc:administrativeData><dcc:coreData>
<dcc:countryCodeISO3166_1>DE</dcc:countryCodeISO3166_1>
<dcc:uniqueIdentifier>  GB 1234 </dcc:uniqueIdentifier>
<dcc:beginPerformanceDate>2030-02-01</dcc:beginPerformanceDate>
<dcc:endPerformanceDate>2030-02-03Z</dcc:endPerformanceDate></dcc:coreData>
<dcc:items><dcc:item><dcc:name><dcc:content lang="de">Gewicht</dcc:content></dcc:name>
<dcc:identifications><dcc:identification><dcc:issuer>manufacturer</dcc:issuer>
<dcc:value>W 12</dcc:value></dcc:identification></dcc:identifications></dcc:item>
</dcc:items><dcc:calibrationLaboratory><dcc:contact><dcc:name>
<dcc:content lang="de">Labor</dcc:content>
<dcc:content lang="en">A laboratory</dcc:content>
</dcc:name></dcc:contact></dcc:calibrationLaboratory></dcc:administrativeData>
<dcc:measurementResults><dcc:measurementResult><dcc:results><dcc:result><dcc:data>
<dcc:quantity><dcc:name><dcc:content>m</dcc:content></dcc:name><si:hybrid>
<si:real><si:value>0.1</si:value><si:unit>\\slug</si:unit></si:real>
<si:real><si:value>2.0000012E-1</si:value><si:unit>\\kilogram</si:unit><si:expandedUnc>
<si:uncertainty>3.0e-7</si:uncertainty><si:coverageFactor>2</si:coverageFactor>
<si:coverageProbability>0.95</si:coverageProbability></si:expandedUnc></si:real>
</si:hybrid></dcc:quantity>
<dcc:list><dcc:quantity><si:list><si:real><si:value>5</si:value><si:unit>\\gram</si:unit>
</si:real><si:real><si:value>NaN</si:value><si:unit>\\gram</si:unit></si:real></si:list>
</dcc:quantity><dcc:quantity><si:realListXMLList><si:valueXMLList>1 2</si:valueXMLList>
<si:unitXMLList>\\furlong</si:unitXMLList><si:expandedUncXMLList><si:uncertaintyXMLList>
0.1</si:uncertaintyXMLList><si:coverageFactorXMLList>2</si:coverageFactorXMLList>
</si:expandedUncXMLList></si:realListXMLList></dcc:quantity></dcc:list>
</dcc:data></dcc:result></dcc:results></dcc:measurementResult></dcc:measurementResults>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyInfo><ds:X509Data>
<ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>
"""


def test_older_versions_and_what_is_uncommon_are_read_as_far_as_they_go():
    read = read_dcc(root_with(OLDER, version="2.3.0"))
    mass, grams, other = read.series

    assert read.number == "GB 1234"
    assert read.issuer == "A laboratory"
    assert read.calibrated_on == date(2030, 2, 3)
    assert (read.issued_on, read.due_on) == (None, None)
    assert (mass.unit, mass.points[0].value) == ("kg", D("2.0000012E-1"))
    assert mass.points[0].uncertainty == D("3.0E-7")
    assert [one.value for one in grams.points] == [5]  # not a number is no value
    assert (other.is_known, other.unit) == (False, r"\furlong")
    assert [one.uncertainty for one in other.points] == [D("0.1"), D("0.1")]
    assert (read.signed.count, read.signed.names) == (1, ())


def test_it_says_what_it_would_fill_in_and_what_is_missing():
    read = read_dcc(root_with(OLDER, version="2.3.0"))

    mass = suggestion(read, unit="g", own_due_on=None)
    assert (mass.range_from, mass.range_to) == (D(5), D("200.00012"))
    assert (mass.uncertainty, mass.coverage_factor) == (D("0.0003"), D(2))
    assert NO_DUE_AT_ALL in mass.missing
    assert NO_U not in mass.missing
    other = suggestion(read, unit="MPa", own_due_on=date(2031, 2, 3))
    assert {NO_UNIT, NO_U} <= set(other.missing)
    assert other.range_from is other.uncertainty is None
    assert other.due_on == date(2031, 2, 3)
    assert fit_of(read.items, ours=("w12",)) is Fit.SAME
    assert fit_of(read.items, ours=("W13", "")) is Fit.OTHER
    assert fit_of(read.items, ours=("", " ")) is Fit.UNKNOWN
    assert months_later(date(2032, 2, 29), 12) == date(2033, 2, 28)


def test_the_largest_uncertainty_counts():
    read = read_dcc(GOOD)

    found = suggestion(read, unit="MPa", own_due_on=None)

    assert found.uncertainty == D("0.0008")
    assert found.error == D("0.0015")
    assert (found.range_from, found.range_to) == (D(0), D("0.16"))


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        (r"\kilogram", "kg"),
        (r"\milli\gram", "mg"),
        (r"\metre\tothe{3}\per\hour", "m³/h"),
        (r"\kilogram\per\metre\tothe{3}", "kg/m³"),
        (r"\percent", "%"),
        (r"\centi\metre\tothe{3}", "mL"),
        (r"\kelvin", "K"),
        (r"\furlong", None),
        ("kg", None),
    ],
)
def test_units_of_others_become_ours(written, symbol):
    assert symbol_of(written) == symbol


def test_who_signed_is_named_and_not_believed():
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Viện Đo lường")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(_moment(2030))
        .not_valid_after(_moment(2040))
        .sign(key, hashes.SHA256())
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    data = root_with(OLDER.replace("AAAA", base64.b64encode(der).decode()))

    assert read_dcc(data).signed.names == ("CN=Viện Đo lường",)


def _moment(year):
    from datetime import UTC, datetime

    return datetime(year, 1, 1, tzinfo=UTC)


def test_the_schema_tells_what_is_wrong_where_there_is_one(tmp_path):
    root = opened(GOOD)

    assert findings(root, tmp_path) is None
    (tmp_path / "v3.3.0").mkdir()
    (tmp_path / "v3.3.0" / "dcc.xsd").write_text("no schema")
    assert findings(root, tmp_path) is None
    folder = schema_folder()
    if folder is None:
        pytest.skip("no DCC schema: name its folder in LABMS_DCC_SCHEMA")
    assert findings(root, folder) == []
    wrong = opened(root_with("<dcc:administrativeData/>"))
    assert findings(wrong, folder)


def test_a_pdf_that_unfolds_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(opening, "LARGEST", 200_000)
    monkeypatch.setattr(opening, "MOST_UNFOLDED", 600_000)
    prepare_fonts(kept_fonts())
    bomb = Attachment("a.xml", b"<dcc:a>" + b" " * opening.LARGEST, "text/xml")
    others = [Attachment(f"{n}.xml", bomb.data, "text/xml") for n in range(4)]
    pdf = certificate_pdf(certificate(), attachments=others)

    assert len(pdf) < opening.LARGEST
    with pytest.raises(NotADcc) as refused:
        read_dcc(pdf)
    assert opening.TOO_LARGE in str(refused.value.details["problem"])


@given(
    st.integers(-(10**15), 10**15),
    st.integers(0, 12),
    st.sampled_from(["g", "mg", "µg", "t", "kg", "bar", "kgf/cm²", "mL"]),
)
def test_a_value_comes_back_as_it_was_written(digits, places, unit):
    value = Decimal(digits).scaleb(-places)
    ours = digital(unit)
    back = read_dcc(
        root_with(
            "<dcc:measurementResults><dcc:measurementResult><dcc:results><dcc:result>"
            "<dcc:data>"
            + quantity([written(value, ours)], ours, named="")
            + "</dcc:data></dcc:result></dcc:results></dcc:measurementResult>"
            "</dcc:measurementResults>"
        )
    )
    (series,) = back.series
    found = convert(series.points[0].value, unit=series.unit, into=unit)
    assert found == Fraction(value)


THERMOMETER = """
<dcc:measurementResults><dcc:measurementResult><dcc:results><dcc:result><dcc:data>
<dcc:list><dcc:quantity refType="basic_referenceValue"><si:hybrid>
<si:realListXMLList><si:valueXMLList>273.17 373.15</si:valueXMLList>
<si:unitXMLList>\\kelvin</si:unitXMLList></si:realListXMLList>
<si:realListXMLList><si:valueXMLList>0.02 100.00</si:valueXMLList>
<si:unitXMLList>\\degreecelsius</si:unitXMLList></si:realListXMLList></si:hybrid>
<dcc:measurementMetaData><dcc:metaData><dcc:data><dcc:quantity><si:real>
<si:value>500</si:value><si:unit>\\degreecelsius</si:unit></si:real></dcc:quantity>
</dcc:data></dcc:metaData></dcc:measurementMetaData></dcc:quantity>
<dcc:quantity refType="basic_measurementError"><si:realListXMLList>
<si:valueXMLList>0.07 -0.09</si:valueXMLList><si:unitXMLList>\\kelvin</si:unitXMLList>
<si:expandedUncXMLList><si:uncertaintyXMLList>0.06</si:uncertaintyXMLList>
<si:coverageFactorXMLList>2</si:coverageFactorXMLList></si:expandedUncXMLList>
</si:realListXMLList></dcc:quantity></dcc:list>
</dcc:data></dcc:result></dcc:results></dcc:measurementResult></dcc:measurementResults>
"""


def test_a_kelvin_of_difference_is_a_degree_and_metadata_are_no_results():
    found = suggestion(read_dcc(root_with(THERMOMETER)), unit="°C", own_due_on=None)

    assert (found.range_from, found.range_to) == (D("0.02"), D("100.00"))
    assert (found.error, found.uncertainty) == (D("0.09"), D("0.06"))
    assert found.coverage_factor == 2


def test_a_single_value_that_was_found_is_not_taken_for_the_range():
    """A weight of 1 kg found to be 1.00007841 kg still covers 1 kg."""
    weight = THERMOMETER.split("<dcc:list>")[0] + (
        "<dcc:quantity><si:real><si:value>1.00007841</si:value><si:unit>\\kilogram"
        "</si:unit></si:real></dcc:quantity></dcc:data></dcc:result></dcc:results>"
        "</dcc:measurementResult></dcc:measurementResults>"
    )

    found = suggestion(read_dcc(root_with(weight)), unit="g", own_due_on=None)

    assert found.range_from is found.range_to is None
    assert NO_POINTS in found.missing
    assert NO_UNIT not in found.missing
