"""What a page says of the electronic signature of its file.

The signature itself lies in the file and has no size; this is the text for people.
"""

from dataclasses import dataclass
from datetime import date

from labms.paper.blocks import Look, Panel, Stack, Text
from labms.paper.pages import Sheet
from labms.paper.parts import SignatureContent


@dataclass(frozen=True, slots=True)
class Seal:
    """A framed text in the place where a stamp would be, as high as that place."""

    signature: SignatureContent
    issued_on: str
    look: Look
    room: float

    def height(self, width: float) -> float:
        """Return the room that a stamp has, or more if the name is long."""
        return max(self.room, self._panel().height(width) + 2)

    def draw(self, sheet: Sheet, x: float, top: float, width: float) -> None:
        """Draw the frame in the middle of its room."""
        panel = self._panel()
        free = self.height(width) - panel.height(width)
        panel.draw(sheet, x, top - free / 2, width)

    def _panel(self) -> Panel:
        small = self.look.text.but(align="centre").scaled(0.82)
        day = date.fromisoformat(self.issued_on) if self.issued_on else None
        is_ahead = self.signature.get("is_ahead", False)
        vi, en = (
            ("SẼ ĐƯỢC KÝ SỐ", "To be signed electronically")
            if is_ahead
            else ("ĐÃ KÝ SỐ", "Electronically signed")
        )
        lines = [
            Text(vi, self.look.strong.but(align="centre").scaled(0.82)),
            Text(en, self.look.english.but(align="centre")),
            Text(self.signature.get("signer", ""), small),
            Text(f"Ngày {day:%d/%m/%Y}" if day and not is_ahead else "", small),
        ]
        if self.signature.get("is_trial"):
            lines.append(Text("Khóa THỬ NGHIỆM / TRIAL key", small))
        return Panel(Stack(lines), padding=3, fill=None)
