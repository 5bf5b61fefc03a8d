"""What the file of a certificate costs: its ratio to an empty page by ReportLab.

    python -m tests.benchmarks.bench_certificate

Bars: at most 12 times the processor time of a page that says "Hello, world", measured
in turns in the same run; at most 150 kB. No two certificates alike: owner, serial,
number, code and the three files within (the content, a twin for machines of about
10 kB, a proof) differ. That empty page is the floor. The exit status is 1 beyond a
bar. The last result is kept beside this file.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from labms.paper.attachments import Attachment
from labms.paper.calibration import calibration_pdf
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import prepare_fonts
from tests.keeping import kept_fonts
from tests.paper.examples import calibration, certificate

RATIO = 12
BYTES = 150_000
COUNT = 100
ROUNDS = 7
RESULT = Path(__file__).with_name("certificate.json")

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAMES = ("Nguyễn Thị", "Trần Văn", "Lê Hoàng", "Phạm Ngọc", "Huỳnh Kim", "Võ Thành")
_CHANCE = random.Random(996)

Case = tuple[dict[str, Any], list[Attachment]]


def hello() -> bytes:
    """Draw the floor: a page with two words on it."""
    buffer = BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 720, "Hello, world")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def cases(make: Callable[..., dict[str, Any]], count: int) -> list[Case]:
    """Return contents with their enclosed files, no two alike."""
    found: list[Case] = []
    for _ in range(count):
        number = _CHANCE.randrange(100_000)
        code = "".join(_CHANCE.choices(_LETTERS, k=18))
        host = "kiemdinh.vinhlong.example"
        says = make(number=f"V26.{number:05}")
        says["owner"]["name"] = f"{_CHANCE.choice(_NAMES)} {number}"
        says["instrument"]["serial"] = f"NH-{_CHANCE.randrange(10**7):07}"
        says["lookup"] = {"url": f"https://{host}/c/{code}", "host": host}
        proof = "\n".join(f"{_CHANCE.getrandbits(256):064x}" for _ in range(20))
        twin = "".join(
            f"<dcc:quantity refType='basic_measuredValue'>{_CHANCE.random():.6f}"
            "</dcc:quantity>\n"
            for _ in range(140)
        )
        files = [
            Attachment(
                "content.json",
                json.dumps(says, ensure_ascii=False).encode(),
                "application/json",
                relationship="Source",
            ),
            Attachment("twin.xml", twin.encode(), "text/xml"),
            Attachment("proof.tlog", proof.encode(), "text/plain", "", "Supplement"),
        ]
        found.append((says, files))
    return found


def each(work: Callable[[], object], count: int) -> float:
    """Return the milliseconds of processor time that one of so many calls takes."""
    began = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - began) / count * 1000


def measured(
    draw: Callable[..., bytes], make: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """Measure both in turns, so that noise hits both; the least disturbed counts."""
    times, floors, largest = [], [], 0
    for _ in range(ROUNDS):
        floors.append(each(hello, COUNT * 2))
        waiting = iter(cases(make, COUNT))

        def one(waiting: Any = waiting) -> None:
            nonlocal largest
            says, files = next(waiting)
            largest = max(largest, len(draw(says, attachments=files)))

        times.append(each(one, COUNT))
    ratio = min(times) / min(floors)
    return {
        "milliseconds": round(min(times), 3),
        "floor_milliseconds": round(min(floors), 3),
        "ratio": round(ratio, 2),
        "bar": RATIO,
        "largest_bytes": largest,
        "bar_bytes": BYTES,
        "cleared": ratio <= RATIO and largest <= BYTES,
    }


def main() -> int:
    """Measure, print, keep the result, and say whether each bar was cleared."""
    prepare_fonts(kept_fonts())
    results = {
        "verification certificate": measured(certificate_pdf, certificate),
        "calibration certificate": measured(calibration_pdf, calibration),
    }
    RESULT.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    for name, result in results.items():
        print(
            f"{name}: {result['milliseconds']} ms, ratio {result['ratio']}, "
            f"bar {RATIO}, floor {result['floor_milliseconds']} ms, "
            f"at most {result['largest_bytes']:,} bytes"
            f"{'' if result['cleared'] else ': BEYOND THE BAR'}"
        )
    return 0 if all(result["cleared"] for result in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
