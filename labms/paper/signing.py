"""Who signs a record: the user's person, the performer, the reviewer."""

from labms.paper.blocks import Block, Gap, Look, Row, Stack, Text
from labms.paper.content import RecordContent
from labms.paper.typesetting import MM, day_in_words


def signatures(
    says: RecordContent, look: Look, *, blank: bool, calibrated: bool
) -> Block:
    """Return the places where a record is signed, as far as it is filled in."""

    def later(value: str) -> str:
        return "" if blank else value

    centre = look.text.but(align="centre")
    strong = look.strong.but(align="centre")
    english = look.english.but(align="centre")
    card = says["performer"].get("card_number", "")
    reviewed = later(says.get("reviewed_on", ""))
    people = [
        (
            "Người thực hiện",
            "Performed by",
            says["performer"]["name"],
            f"Thẻ kiểm định viên số: {card}" if card else "",
            later(says["performed_on"]),
        ),
        (
            "Người soát xét",
            "Reviewed by",
            later(says["reviewer"]["name"]),
            "",
            reviewed,
        ),
    ]
    if not calibrated:
        witness = says.get("witness", "")
        owner = ("Đại diện cơ sở sử dụng", "For the user", witness, "", "")
        people.insert(0, owner)
    places = [
        Stack(
            [
                Text(vi.upper(), strong),
                Text(en, english),
                Text(
                    day_in_words(on) if on else "ngày      tháng      năm",
                    centre.scaled(0.9),
                ),
                Gap(15 * MM),
                Text(name, strong),
                Text(below, centre.scaled(0.9)),
            ]
        )
        for vi, en, name, below, on in people
    ]
    return Stack([Gap(4), Row(places, [1] * len(places))])
