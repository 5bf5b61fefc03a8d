"""What certificates and notices say alike: instrument, conditions, standards.

Their words are the forms' (TT 24/2013/TT-BKHCN, Art. 40), in both languages at once.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from labms.metrology.decimals import in_english
from labms.paper.blocks import Block, Field, Gap, Look, Row, Spans, Stack, Text
from labms.paper.parts import InstrumentContent, MethodContent, StandardContent
from labms.paper.tables import Column, Table
from labms.paper.typesetting import day

#: Width of labels of the right one of two fields in a row, in sizes of the type.
SECOND = 9.3


def instrument_fields(instrument: InstrumentContent, look: Look) -> list[Block]:
    """Return the rows that say which instrument it is, and what it promises."""
    made = ", ".join(filter(None, (instrument["maker"], instrument.get("made_in", ""))))
    year = instrument.get("made_year", "")
    approval = instrument.get("type_approval", "")
    return [
        Field(
            "Tên phương tiện đo",
            "Measuring instrument",
            instrument["name_vi"],
            look,
            value_en=instrument.get("name_en", ""),
            strong=True,
        ),
        Row(
            [
                Field("Kiểu", "Type", instrument["model"] or "—", look),
                Field(
                    "Số chế tạo",
                    "Serial No.",
                    instrument["serial"],
                    look,
                    strong=True,
                    label_width=SECOND,
                ),
            ],
            (56, 44),
        ),
        Row(
            [
                Field("Cơ sở sản xuất", "Manufacturer", made or "—", look),
                Field(
                    "Năm sản xuất",
                    "Year of manufacture",
                    year or "—",
                    look,
                    label_width=SECOND,
                ),
            ],
            (56, 44),
        )
        if year
        else Field("Cơ sở sản xuất", "Manufacturer", made or "—", look),
        *(
            [Field("Số phê duyệt mẫu", "Type approval No.", approval, look)]
            if approval
            else []
        ),
        Field(
            "Đặc trưng kỹ thuật\nđo lường",
            "Metrological characteristics",
            joined(instrument["characteristics"]),
            look,
            value_en=joined(instrument["characteristics"], english=True),
        ),
    ]


def joined(values: Sequence[Mapping[str, Any]], *, english: bool = False) -> str:
    """Return named values as one line; in English only if all have such a name.

    An English line has the English decimal mark; a fuel is called 0,05S in both.
    """
    key = "name_en" if english else "name_vi"
    if not all(value.get(key) for value in values):
        return ""
    said = "; ".join(f"{value[key]}: {value['value']}" for value in values)
    return in_english(said) if english else said


def method_text(method: MethodContent) -> str:
    """Return a method's number and title as one line."""
    return ": ".join(filter(None, (method["number"], method["title"])))


def environment_fields(
    conditions: Sequence[Mapping[str, Any]], look: Look
) -> list[Block]:
    """Return the row of the conditions, if there were any to note."""
    if not conditions:
        return []
    return [
        Field(
            "Điều kiện môi trường",
            "Environmental conditions",
            joined(conditions),
            look,
            value_en=joined(conditions, english=True),
        )
    ]


def supersedes_fields(number: str, look: Look) -> list[Block]:
    """Return the row that names what a document takes the place of, if anything."""
    if not number:
        return []
    return [Field("Thay thế giấy số", "Supersedes No.", number, look)]


def owner_field(vi: str, en: str, owner: Mapping[str, Any], look: Look) -> Field:
    """Return whose the instrument is, with the address below the name."""
    told = "\n".join(filter(None, (owner["name"], owner["address"])))
    return Field(vi, en, told, look)


def reason_and_day(says: Mapping[str, Any], look: Look) -> Row:
    """Return why an instrument was verified, and on which day."""
    return Row(
        [
            Field(
                "Chế độ kiểm định",
                "Kind of verification",
                says["reason_vi"],
                look,
                value_en=says.get("reason_en", ""),
            ),
            Field(
                "Ngày thực hiện",
                "Date of verification",
                day(says["performed_on"]),
                look,
                label_width=SECOND,
            ),
        ],
        (56, 44),
    )


def place_and_day(
    says: Mapping[str, Any],
    look: Look,
    *,
    place_en: str,
    day_vi: str,
    day_en: str,
) -> Row:
    """Return where something was measured, and on which day."""
    return Row(
        [
            Field("Nơi thực hiện", place_en, says["place"], look),
            Field(
                day_vi,
                day_en,
                day(says["performed_on"]),
                look,
                label_width=SECOND + 1.4,
            ),
        ],
        (56, 44),
    )


def valid_standards(
    says: Mapping[str, Any], look: Look, *, listed: int, elsewhere: str
) -> list[Block]:
    """Return the standards, each with its certificate and how long that counts."""
    return standards_block(
        says["standards"],
        look,
        columns=(
            Column("Chuẩn đo lường được sử dụng", 36, heading_en="Standards used"),
            Column("Số chế tạo", 17, heading_en="Serial No."),
            Column("Giấy chứng nhận", 31, heading_en="Certificate, issuer"),
            Column("Có giá trị đến", 16, "right", heading_en="Valid until"),
        ),
        told=lambda one: (
            ", ".join(filter(None, (one["certificate_number"], one["issuer"]))),
            day(one["due_on"]),
        ),
        listed=listed,
        elsewhere=elsewhere,
    )


def standards_block(
    standards: Sequence[StandardContent],
    look: Look,
    *,
    columns: Sequence[Column],
    told: Callable[[StandardContent], Sequence[str]],
    listed: int,
    elsewhere: str,
) -> list[Block]:
    """Return the table of the standards, as far as they are listed, and how many more.

    `told` gives the cells after name and serial; the others stand `elsewhere`.
    """
    if not standards:
        return []
    small = look.text.scaled(0.86)
    table = Table(
        columns=list(columns),
        rows=[
            [_called(one), one["serial"] or "—", *(cell or "—" for cell in told(one))]
            for one in standards[:listed]
        ],
        style=small,
        strong=look.strong.scaled(0.86),
        english=look.english.scaled(0.94),
        padding=look.text.size * 0.2,
    )
    chain = chain_summary(standards)
    linked = [(f"Liên kết chuẩn: {chain}.", small), ("  Traceability", look.english)]
    more = len(standards) - listed
    counted = f"và {more} chuẩn khác" if listed else f"{more} chuẩn đo lường"
    blocks: list[Block] = [Gap(look.text.size * 0.1)]
    blocks += [table] if listed else []
    blocks += [Text(f"{counted}, ghi trong {elsewhere}", small)] if more else []
    blocks += [Spans(linked)] if chain else []
    return [Stack(blocks, gap=1.5)]


#: What stands at the upper end of a whole chain.
_TOP = "chuẩn đo lường quốc gia"


def chain_summary(standards: Sequence[StandardContent]) -> str:
    """Return how standards are linked to the national ones, in one line.

    "KL-03 → Viện Đo lường Việt Nam → chuẩn đo lường quốc gia"; those that are linked
    in the same way stand together. Empty for content from before it held the chain.
    """
    ways: dict[str, list[str]] = {}
    for one in standards:
        if "above" not in one:
            continue
        steps, above = [one["issuer"]], one["above"]
        while above:
            steps.append(above[0]["issuer"])
            above = above[0]["above"]
        way = " → ".join(dict.fromkeys(filter(None, steps)))
        ways.setdefault(way, []).append(one["inventory_number"] or one["name"])
    return "; ".join(
        f"{', '.join(names)} → {way} → {_TOP}" for way, names in ways.items()
    )


def _called(one: StandardContent) -> str:
    number = one["inventory_number"]
    return f"{one['name']} ({number})" if number else one["name"]
