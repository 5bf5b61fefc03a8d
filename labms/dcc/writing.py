"""A certificate as a machine reads it: DCC 3.3.0, from the frozen content alone.

The same content gives the same bytes, whenever and on whatever machine. Every value has
the digits that are printed. Nothing here looks at a schema: that the result is valid is
shown by the tests, so that issuing depends on no file of others.

Source: PTB's DCC schema 3.3.0; the rules beyond it (methods and conditions above every
quantity, each language in every text) from PTB's Schematron as of 2026-09.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from labms.dcc.equipping import equipment
from labms.dcc.markup import (
    contact,
    identification,
    name,
    only,
    plain,
    text,
    within,
)
from labms.dcc.rules import (
    BEFORE,
    NAMESPACE,
    NO_VALUES,
    OTHER_KIND,
    SI,
    VERSION,
    NoTwin,
)
from labms.dcc.tabling import conditions, results

Content = Mapping[str, Any]

_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<dcc:digitalCalibrationCertificate xmlns:dcc="{NAMESPACE}" xmlns:si="{SI}" '
    f'schemaVersion="{VERSION}">\n'
)
_END = "</dcc:digitalCalibrationCertificate>\n"
_KINDS = {
    "calibration-1": ("Giấy chứng nhận hiệu chuẩn", "Calibration certificate"),
    "certificate-1": ("Giấy chứng nhận kiểm định", "Certificate of verification"),
}
_TEST = (
    "Bản in thử, không có giá trị.",
    "A test print, without any value.",
)


def dcc_of(content: Content) -> bytes:
    """Return the digital certificate of a calibration or a verification, in UTF-8.

    `content` is of `labms.paper.content`. Raises NoTwin where it does not hold enough.
    """
    if content["schema"] not in _KINDS:
        raise NoTwin(reason=OTHER_KIND)
    if "machine" not in content:
        raise NoTwin(reason=BEFORE)
    administrative = within(
        "administrativeData",
        (
            _software(content),
            _core(content),
            _item(content),
            within("calibrationLaboratory", _laboratory(content)),
            _people(content),
            _customer(content),
            within("statements", _statements(content)),
        ),
    )
    measured = within("measurementResults", (_measured(content),))
    return "".join((_BEGIN, administrative, measured, _END)).encode()


def has_twin(content: Content) -> bool:
    """Return whether a DCC can be expected of some content, without writing it."""
    return content["schema"] in _KINDS and "machine" in content


def file_name(content: Content) -> str:
    """Return what the file is called: the number, in letters that any system takes."""
    safe = "".join(
        letter if (letter.isascii() and letter.isalnum()) or letter in "._-" else "-"
        for letter in content["number"]
    )
    return f"{safe.strip('.') or 'dcc'}.xml"


def unique_identifier(host: str, number: str) -> str:
    """Return what no other certificate in the world is called: host and number."""
    return f"{plain(host)}/{plain(number)}"


def _software(content: Content) -> str:
    release = content["machine"]["software"]
    one = within("software", (name("labms"), only("release", release)))
    return within("dccSoftware", (one,))


def _core(content: Content) -> str:
    host = content["lookup"]["host"]
    vi, en = _KINDS[content["schema"]]
    numbers = (
        identification(
            "calibrationLaboratory",
            content["number"],
            f"Số {vi.lower()}",
            f"Number of the {en.lower()}",
            kind="labms_certificateNumber",
        ),
        identification(
            "calibrationLaboratory",
            content.get("record_number", ""),
            "Biên bản số",
            "Number of the record",
            kind="labms_recordNumber",
        ),
    )
    replaced = ""
    if former := content.get("supersedes", ""):
        replaced = within(
            "reportAmendedSubstituted",
            (
                only("typeOfChange", "substituted"),
                only("replacedUniqueIdentifier", unique_identifier(host, former)),
            ),
        )
    return within(
        "coreData",
        (
            "<dcc:countryCodeISO3166_1>VN</dcc:countryCodeISO3166_1>\n"
            "<dcc:usedLangCodeISO639_1>vi</dcc:usedLangCodeISO639_1>\n"
            "<dcc:usedLangCodeISO639_1>en</dcc:usedLangCodeISO639_1>\n"
            "<dcc:mandatoryLangCodeISO639_1>vi</dcc:mandatoryLangCodeISO639_1>\n",
            only("uniqueIdentifier", unique_identifier(host, content["number"])),
            within("identifications", numbers),
            only("receiptDate", content["machine"].get("received_on", "")),
            only("beginPerformanceDate", content["performed_on"]),
            only("endPerformanceDate", content["performed_on"]),
            only("performanceLocation", content["machine"]["location"]),
            only("issueDate", content["issued_on"]),
            replaced,
        ),
    )


def _item(content: Content) -> str:
    one = content["instrument"]
    known: tuple[str, ...] = (
        identification("manufacturer", one["serial"], "Số chế tạo", "Serial number"),
        identification(
            "calibrationLaboratory",
            content.get("stamp_number", ""),
            "Tem kiểm định số",
            "Verification stamp",
            kind="labms_stampNumber",
        ),
    )
    if not any(known):
        known = (
            identification(
                "calibrationLaboratory",
                content.get("record_number", "") or content["number"],
                "Không có số chế tạo; theo biên bản",
                "No serial number; by the record",
            ),
        )
    quantities = [
        within(
            "itemQuantity",
            (
                name(each["name_vi"], each.get("name_en", "")),
                text("noQuantity", each["value"]),
            ),
        )
        for each in one["characteristics"]
    ]
    item = within(
        "item",
        (
            name(one["name_vi"], one.get("name_en", "")),
            within("manufacturer", (name(one["maker"]),)) if one["maker"] else "",
            only("model", one["model"]),
            within("identifications", known),
            within("itemQuantities", quantities) if quantities else "",
        ),
    )
    return within("items", (item,))


def _laboratory(content: Content) -> Iterable[str]:
    body = content["body"]
    yield only("calibrationLaboratoryCode", body["registration_number"])
    yield contact(
        "contact",
        body["name"],
        address=body["address"],
        phone=body.get("phone", ""),
    )


def _people(content: Content) -> str:
    return within(
        "respPersons",
        (
            within(
                "respPerson",
                (
                    within("person", (name(content["performer"]["name"]),)),
                    only("role", "performer"),
                ),
            ),
            within(
                "respPerson",
                (
                    within("person", (name(content["head"]["name"]),)),
                    text("description", content["head"]["title"])
                    if content["head"]["title"].strip()
                    else "",
                    only("role", "signatory"),
                    "<dcc:mainSigner>true</dcc:mainSigner>\n",
                ),
            ),
        ),
    )


def _customer(content: Content) -> str:
    owner = content["owner"]
    return contact("customer", owner["name"], address=owner["address"])


def _statement(named: str, *parts: str, kind: str = "") -> str:
    return within("statement", (named, *parts), kind=kind)


def _statements(content: Content) -> Iterable[str]:
    if content["test_print"]:
        yield _statement(name(*_TEST), text("declaration", *_TEST))
    yield _statement(
        name("Nơi thực hiện", "Place of measurement"),
        text("declaration", content["place"], content.get("place_en", "")),
    )
    for one in content.get("statements", ()):
        yield _statement("", text("declaration", one["vi"], one.get("en", "")))
    if last := content.get("valid_until", ""):
        yield _statement(
            name("Có giá trị đến", "Valid until"),
            only("date", last),
            kind="labms_validUntil",
        )
    if again := content.get("recalibration_on", ""):
        yield _statement(
            name(
                "Ngày hiệu chuẩn tiếp theo", "Recalibration, as asked by the customer"
            ),
            only("date", again),
            kind="basic_recalibration",
        )


def _measured(content: Content) -> str:
    vi, en = _KINDS[content["schema"]]
    if content["schema"] == "calibration-1":
        if not content["results"] or not any(
            column.get("role") for column in content["results"][0]["columns"]
        ):
            raise NoTwin(reason=NO_VALUES)
        found = results(content["results"])
        conclusion = ""
    else:
        readings = content.get("readings", ())
        found = results(readings, needs_uncertainty=False) + _conclusion(content)
        conclusion = _conformity(content)
    return within(
        "measurementResult",
        (
            name(vi, en),
            _method(content["method"]),
            within("usedSoftware", (_evaluating(content),)),
            equipment(content),
            conditions(content["environment"]),
            within("results", (found,)),
            conclusion,
        ),
    )


def _method(method: Content) -> str:
    used = within(
        "usedMethod",
        (
            name(method["title"], method.get("title_en", "")),
            only("norm", method["number"]),
        ),
    )
    return within("usedMethods", (used,))


def _evaluating(content: Content) -> str:
    return within(
        "software", (name("labms"), only("release", content["machine"]["software"]))
    )


def _conclusion(content: Content) -> str:
    return within(
        "result",
        (
            name("Kết luận", "Conclusion"),
            within(
                "data",
                (
                    text(
                        "text",
                        content["conclusion_vi"],
                        content.get("conclusion_en", ""),
                    ),
                ),
            ),
        ),
    )


def _conformity(content: Content) -> str:
    said = within(
        "metaData",
        (
            name("Kết luận", "Conclusion"),
            only("norm", content["method"]["number"]),
            only("conformity", "pass"),
        ),
        kind="basic_conformity",
    )
    return within("measurementMetaData", (said,))
