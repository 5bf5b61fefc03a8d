"""What stands at the head and foot of every form: body, State, number, signatures."""

from labms.paper.blocks import (
    Block,
    Fitted,
    Gap,
    Image,
    Look,
    Row,
    Rule,
    Spans,
    Stack,
    Text,
)
from labms.paper.content import (
    CalibrationContent,
    CertificateContent,
    NoticeContent,
    TestReportContent,
)
from labms.paper.pages import HEIGHT, WIDTH, Sheet
from labms.paper.parts import (
    BodyContent,
    HeadContent,
    LookupContent,
    PerformerContent,
    SignatureContent,
)
from labms.paper.pictures import Picture
from labms.paper.qr import QUIET_ZONE, qr_rows
from labms.paper.sealing import Seal
from labms.paper.typesetting import ACCENT, INK, MM, QUIET, day_in_words

#: The widest that the words beside a QR code may run.
QR_SIZE = 27 * MM


#: How wide a logo stands at most, of the width of the page's text, and how high.
_LOGO_SHARE, _LOGO_HEIGHT = 11, 19 * MM


def letterhead(body: BodyContent, look: Look, logo: Picture | None = None) -> Block:
    """Return the body on the left and the State's name and motto on the right.

    A logo stands before the body's name.

    Source: NĐ 30/2020/NĐ-CP, annex I, part II, 1 and 2.
    """
    text = look.text.scaled(0.86).but(align="centre")
    name = look.strong.scaled(1.0).but(align="centre")
    state = look.strong.scaled(1.06).but(align="centre")
    motto = look.strong.scaled(1.1).but(align="centre")
    numbers = [
        ("Số đăng ký", body["registration_number"]),
        ("Số chỉ định", body["designation_number"]),
    ]
    contact = [body["address"]]
    if phone := body.get("phone"):
        contact.append(f"Điện thoại:\u00a0{phone}".replace(" ", "\u00a0"))
    left = Stack(
        [
            Text(body.get("parent", "").upper(), text),
            Text(body["name"].upper(), name),
            Text(body.get("name_en", ""), look.english.but(align="centre")),
            Rule(0.3, colour=INK, around=2.5),
            *[Text(f"{label}: {value}", text) for label, value in numbers if value],
            Text(" · ".join(contact), look.aside.but(align="centre", face=text.face)),
        ]
    )
    right = Stack(
        [
            Fitted("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", state),
            Fitted("Độc lập - Tự do - Hạnh phúc", motto),
            Rule(0.62, colour=INK, around=2.5),
        ]
    )
    if logo is None:
        return Row([left, right], (46, 54), gap=10)
    picture = Image(logo, _LOGO_HEIGHT)
    shares = (_LOGO_SHARE, 46 - _LOGO_SHARE / 2, 54 - _LOGO_SHARE / 2)
    return Row([picture, left, right], shares, gap=8)


def title(vi: str, en: str, number: str, look: Look, *, size: float = 1.85) -> Block:
    """Return the title in both languages, and the document's number under it."""
    vietnamese = look.strong.scaled(size).but(align="centre", colour=ACCENT)
    english = look.english.scaled(1.35).but(align="centre")
    numbered = look.strong.scaled(1.12)
    return Stack(
        [
            Fitted(vi, vietnamese),
            Text(en.upper(), english, space=1.1),
            Gap(3 if number else 0),
            Spans(
                [
                    ("Số ", look.text.scaled(1.12)),
                    ("(No.): ", look.english.scaled(1.12)),
                    (number, numbered),
                ]
                if number
                else [],
                align="centre",
            ),
        ],
        gap=1,
    )


def signatures(
    *,
    look: Look,
    performer: PerformerContent,
    head: HeadContent,
    issued_on: str,
    place: str,
    room: float,
    signature: SignatureContent | None = None,
) -> Block:
    """Return the two places to sign, with so much room for signature and seal.

    Source: TT 24/2013/TT-BKHCN, Art. 41, clauses on signatures.
    """
    centre = look.text.but(align="centre")
    strong = look.strong.but(align="centre")
    english = look.english.but(align="centre")
    where = f"{place}, " if place else ""
    card = performer.get("card_number", "")
    dated = Text(
        where + day_in_words(issued_on),
        look.text.but(align="centre", face=_italic(look)),
    )
    left = Stack(
        [
            Gap(dated.height(1000)),
            Text("NGƯỜI THỰC HIỆN", strong),
            Text("Performed by", english),
            Gap(room),
            Text(performer["name"], strong),
            Text(f"Thẻ kiểm định viên số: {card}" if card else "", centre.scaled(0.9)),
        ]
    )
    right = Stack(
        [
            dated,
            Text(head["title"].upper(), strong),
            Text("Head of the body", english),
            _seal(signature, issued_on, look, room),
            Text(head["name"], strong),
        ]
    )
    return Row([left, right], (1, 1), gap=20)


def _seal(
    signature: SignatureContent | None, issued_on: str, look: Look, room: float
) -> Block:
    """Return the room for signature and seal, or what says that the file has one."""
    if signature is None or signature["way"] != "server":
        return Gap(room)
    return Seal(signature, issued_on, look, room)


#: What scanning the code tells, of a document with a last day, and of one without.
_VALID = (
    "Quét mã để biết giấy này hôm nay còn hiệu lực hay không",
    "Scan to see whether this document is valid today",
)
_IN_FORCE = (
    "Quét mã để biết giấy này có bị thu hồi hoặc thay thế hay không",
    "Scan to see whether this document was revoked or superseded",
)


def closing(
    says: CertificateContent | NoticeContent | CalibrationContent | TestReportContent,
    look: Look,
) -> Block:
    """Return the lower part of a form: who signs, and where it can be looked up."""
    words = _VALID if says["schema"] in ("certificate-1", "notice-1") else _IN_FORCE
    small = look.text.size < 9
    return Stack(
        [
            signatures(
                look=look,
                performer=says["performer"],
                head=says["head"],
                issued_on=says["issued_on"],
                place=says.get("issued_at_place", ""),
                room=(19 if small else 23) * MM,
                signature=says.get("signature"),
            ),
            Gap(5),
            Scan(
                says["lookup"],
                look_of(
                    "serif",
                    min(look.text.size, 9.4),
                    english=not look.english.is_hidden,
                ),
                words,
            ),
        ]
    )


def _italic(look: Look) -> str:
    return look.aside.face


class Scan:
    """The QR code, and beside it the address and the one domain to trust."""

    def __init__(
        self, lookup: LookupContent, look: Look, words: tuple[str, str]
    ) -> None:
        self._lookup = lookup
        small = look.text.scaled(0.84)
        self._words = Stack(
            [
                Text(words[0], look.strong.scaled(0.86)),
                Text(words[1], look.english),
                Gap(2),
                Text(lookup["url"], small),
                Gap(2),
                Text(
                    f"Chỉ tin địa chỉ {lookup['host']}. So số chế tạo trên trang với "
                    "số trên phương tiện đo.",
                    small,
                ),
                Text(
                    f"Trust no address but {lookup['host']}. Compare the serial number "
                    "shown there with the instrument's.",
                    look.english.but(colour=QUIET),
                ),
            ]
        )

    def height(self, width: float) -> float:
        """Return the height of the code, or of the words if they are higher."""
        return max(QR_SIZE, self._words.height(width - QR_SIZE))

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw the code on the left, the words in the middle of its height."""
        wide = width - QR_SIZE
        high = self.height(width)
        url = self._lookup["url"]
        # The dark part, not the white around it, stands in line with the text.
        quiet = QR_SIZE * QUIET_ZONE / (len(qr_rows(url)) + 2 * QUIET_ZONE)
        sheet.qr(x - quiet, top - (high + QR_SIZE) / 2, url, QR_SIZE)
        self._words.draw(
            sheet, x + QR_SIZE, top - (high - self._words.height(wide)) / 2, wide
        )


def frame(sheet: Sheet) -> None:
    """Draw the double border of a certificate."""
    for inset, thickness in ((10 * MM, 1.1), (11.1 * MM, 0.35)):
        sheet.box(
            inset,
            inset,
            WIDTH - 2 * inset,
            HEIGHT - 2 * inset,
            stroke=ACCENT,
            thickness=thickness,
        )


def look_of(family: str, size: float, *, english: bool = True) -> Look:
    """Return the look of certificates ("serif") or records ("sans")."""
    italic = "serif-italic" if family == "serif" else "sans"
    return Look.of(family, size, italic=italic, english=english)
