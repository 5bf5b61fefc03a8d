"""Files of documents: drawn from frozen content, and checked before they count."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from labms.certificates.rules import FileDiffers
from labms.i18n import N_
from labms.paper.attachments import Attachment
from labms.paper.calibration import calibration_pdf
from labms.paper.certificate import certificate_pdf
from labms.paper.fonts import prepare_fonts
from labms.paper.notice import notice_pdf
from labms.paper.report import report_pdf

_DRAW: Mapping[str, Callable[..., bytes]] = {
    "certificate-1": certificate_pdf,
    "notice-1": notice_pdf,
    "calibration-1": calibration_pdf,
    "test-report-1": report_pdf,
}
#: Where the code of a preview leads: to the page for codes that don't exist.
PREVIEW_PATH = "/c/BAN-XEM-TRUOC"


@cache
def ready_to_draw(cache_dir: Path) -> None:
    """Prepare the fonts, once for each process."""
    prepare_fonts(cache_dir / "fonts")


def draw(
    content: Mapping[str, Any],
    *,
    cache_dir: Path,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the PDF/A-3b of a document with a number: the same bytes each time.

    `attachments` lie within the file, for machines; a logo that the content names is
    among them. Raises NotPrintable,
    TooMuchForOnePage or FileDiffers.
    """
    ready_to_draw(cache_dir)
    pictures = {
        sha256(one.data).hexdigest(): one.data
        for one in attachments
        if one.media_type == "image/png"
    }
    data = _DRAW[content["schema"]](content, attachments=attachments, pictures=pictures)
    check_file(data, content)
    return data


def draw_preview(
    draft: Mapping[str, Any],
    *,
    public_url: str,
    on: str,
    cache_dir: Path,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Return a draft as PDF: no number, marked as worthless, a code that leads nowhere.

    Another path than issuing on purpose: what is previewed can't become a document.
    """
    ready_to_draw(cache_dir)
    host = public_url.split("://", 1)[-1]
    shown = dict(draft) | {
        "number": "—",
        "issued_on": on,
        "lookup": {"url": public_url + PREVIEW_PATH, "host": host},
    }
    if signature := shown.get("signature"):
        shown["signature"] = signature | {"is_ahead": True}
    return _DRAW[draft["schema"]](shown, preview=True, pictures=pictures)


def check_file(data: bytes, content: Mapping[str, Any]) -> None:
    """Raise FileDiffers unless a file is whole and bears the number of its content."""
    number = str(content["number"])
    if not data.startswith(b"%PDF-") or not data.rstrip().endswith(b"%%EOF"):
        raise FileDiffers(number=number, problem=N_("it is not whole"))
    if content["schema"] in ("calibration-1", "test-report-1"):
        return  # its results follow on further pages
    if data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") > 1:
        raise FileDiffers(number=number, problem=N_("it has more than one page"))
