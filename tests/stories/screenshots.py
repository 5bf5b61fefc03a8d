"""Pictures of what people see, to be looked at.

By hand: `python -m tests.stories.screenshots OUT`.

Of the demo province, at a desk and on a phone, in both languages; and the picture that
the README shows.
"""

import sys
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
import sqlalchemy as sa
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from labms.certificates.models import Certificate
from labms.certificates.rules import CertificateState, DocumentKind
from labms.db import db, scoped
from labms.demo.cast import PASSWORD
from labms.demo.filling import fill
from labms.jobs.models import Job
from labms.jobs.rules import JobState
from labms.operations.making import lay_foundation
from labms.paper.fonts import prepare_fonts, web_font
from labms.policy import EVERYTHING
from tests.keeping import kept_fonts
from tests.stories.conftest import ARGUMENTS, Site, find_chromium
from tests.stories.looking import DESK, PHONE

SCALE = 0.1
#: What documents are printed with.
PUBLIC_URL = "https://kiemdinh.example.vn"
#: The picture of the README, in pixels.
WIDTH = 1200


def _ids(site: Site) -> dict[str, object]:
    """Return what the pages are about: a job at each step, a certificate."""
    with site.app.app_context(), scoped(EVERYTHING):
        jobs = {
            state: db.session.scalars(
                sa.select(Job.id).where(Job.state == state).order_by(Job.id.desc())
            ).first()
            for state in JobState
        }
        paper = db.session.scalars(
            sa.select(Certificate)
            .where(
                Certificate.state == CertificateState.ISSUED,
                Certificate.kind == DocumentKind.VERIFICATION,
            )
            .order_by(Certificate.id.desc())
        ).first()
        assert paper is not None
        return {
            "measure": jobs[JobState.IN_PROGRESS],
            "review": jobs[JobState.AWAITING_REVIEW],
            "certificate": paper.id,
            "job": paper.job_id,
            "code": paper.lookup_token,
        }


def _sign_in(browser: Browser, site: Site, login: str, size: ViewportSize) -> Page:
    page = browser.new_context(viewport=size, device_scale_factor=2).new_page()
    page.goto(f"{site.url}/accounts/login")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    return page


def _whole(page: Page, size: ViewportSize, path: Path) -> None:
    """Take a page in a window as high as it is, so that what sticks is in its place."""
    page.set_viewport_size(size)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.screenshot(path=path)


def _first_page(pdf: bytes, scale: float = 2) -> Image.Image:
    return pypdfium2.PdfDocument(BytesIO(pdf))[0].render(scale=scale).to_pil()


def _pdf(page: Page, url: str) -> bytes:
    answer = page.request.get(url)
    assert answer.status == 200, url
    return answer.body()


def take(browser: Browser, site: Site, out: Path) -> None:
    """Take every picture."""
    ids = _ids(site)
    pages = {
        "intake": ("tiepnhan", "/jobs/orders"),
        "jobs": ("kiemdinh", "/jobs/"),
        "measure": ("kiemdinh", f"/jobs/{ids['measure']}/measure"),
        "review": ("soatxet", f"/jobs/{ids['review']}/review"),
        "certificate": ("kyduyet", f"/certificates/{ids['certificate']}"),
        "indicators": ("quanly", "/indicators/"),
        "plan": ("quanly", "/plan/"),
    }
    for size_name, size in (("desk", DESK), ("phone", PHONE)):
        for name, (login, address) in pages.items():
            page = _sign_in(browser, site, login, size)
            for lang in ("vi", "en"):
                page.goto(f"{site.url}{address}?lang={lang}")
                _whole(page, size, out / f"{name}-{size_name}-{lang}.png")
            page.context.close()
        page = browser.new_context(viewport=size, device_scale_factor=2).new_page()
        for lang in ("vi", "en"):
            page.goto(f"{site.url}/c/{ids['code']}?lang={lang}")
            page.screenshot(path=out / f"public-{size_name}-{lang}.png")
        page.context.close()
    page = _sign_in(browser, site, "kyduyet", DESK)
    paper = _first_page(_pdf(page, f"{site.url}/certificates/{ids['certificate']}.pdf"))
    paper.save(out / "certificate-pdf.png")
    page.goto(f"{site.url}/jobs/{ids['job']}")
    link = page.get_attribute("a[href*=record][href$='.pdf']", "href")
    _first_page(_pdf(page, f"{site.url}{link}")).save(out / "record-pdf.png")
    page.context.close()
    compose(paper, Image.open(out / "public-phone-vi.png")).save(
        out / "certificate.png", optimize=True
    )


def compose(paper: Image.Image, phone: Image.Image) -> Image.Image:
    """Lay the public page on a phone beside the certificate that leads to it."""
    height, gap, frame, corner = 800, 56, 12, 34
    sheet = paper.convert("RGB").resize(
        (height * paper.width // paper.height, height), Image.Resampling.LANCZOS
    )
    inner = (height - 100) * phone.width // phone.height, height - 100
    screen = phone.convert("RGB").resize(inner, Image.Resampling.LANCZOS)
    picture = Image.new("RGB", (WIDTH, height + 2 * gap), "#e8edf2")
    left = (WIDTH - sheet.width - gap - inner[0] - 2 * frame) // 2
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle(
        (left - 1, gap - 1, left + sheet.width, gap + height), outline="#b9c4d0"
    )
    picture.paste(sheet, (left, gap))
    x, y = left + sheet.width + gap, gap + 50 - frame
    body = (x, y, x + inner[0] + 2 * frame, y + inner[1] + 2 * frame)
    drawn.rounded_rectangle(body, corner, fill="#18212b")
    mask = Image.new("L", inner, 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, inner[0] - 1, inner[1] - 1), corner - frame, fill=255
    )
    picture.paste(screen, (x + frame, y + frame), mask)
    return picture.quantize(160, dither=Image.Dither.NONE)


def main(out: Path) -> None:
    """Make a demo province, and take the pictures."""
    out.mkdir(parents=True, exist_ok=True)
    fonts = kept_fonts()
    prepare_fonts(fonts)
    web_font(fonts)
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        site = Site(Path(folder) / "instance", fonts, demo=True)
        stack.callback(site.close)
        site.app.extensions["labms"] = replace(site.settings, public_url=PUBLIC_URL)
        with site.app.app_context():
            with scoped(EVERYTHING):
                lay_foundation()
                db.session.remove()
            fill(site.app, scale=SCALE)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(ARGUMENTS)
        )
        stack.callback(browser.close)
        take(browser, site, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
