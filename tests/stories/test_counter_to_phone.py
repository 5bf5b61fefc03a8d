"""From an instrument at the counter to a stranger's phone, and on into the plan."""

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from labms import clock
from labms.db import db, scoped
from labms.people.models import VerifierCard
from labms.policy import EVERYTHING, Role
from labms.traceability.models import Calibration
from tests.stories.conftest import Site
from tests.stories.province import PASSWORD

pytestmark = pytest.mark.browser

#: What the scale shows at the loads of its procedure, with one error of half the limit.
GOOD = "as it should be"
#: Over the limit at the largest load.
BAD = "61000"


class Person:
    """Somebody of the body at a desk, signed in."""

    def __init__(
        self, site: Site, browser: Browser, role: Role, *, has_scripts: bool = True
    ) -> None:
        self.site = site
        context = browser.new_context(
            viewport={"width": 1280, "height": 900},
            accept_downloads=True,
            java_script_enabled=has_scripts,
        )
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.open("/accounts/login")
        self.page.fill("#login", site.province.logins[role])
        self.page.fill("#password", PASSWORD)
        self.page.click("main button[type=submit]")
        expect(self.page).not_to_have_url(re.compile("login"))

    def _note(self, message: object) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(self.site.url + path)
        return self.page

    def post(self, path: str) -> int:
        """Send what no button offers, with this person's own session and token."""
        token = self.page.get_attribute("input[name=csrf_token]", "value")
        answer = self.page.request.post(
            self.site.url + path,
            form={"csrf_token": token or "", "version": "99"},
            max_redirects=0,
        )
        return answer.status


@pytest.fixture
def people(site: Site, browser: Browser) -> Iterator[dict[Role, Person]]:
    """Everybody who takes part, each at a desk of their own."""
    roles = (
        Role.RECEPTIONIST,
        Role.VERIFIER,
        Role.REVIEWER,
        Role.SIGNATORY,
        Role.MANAGER,
    )
    found = {role: Person(site, browser, role) for role in roles}
    yield found
    for person in found.values():
        assert person.complaints == []
        person.page.context.close()


def take_in(receptionist: Person, serial: str, *, is_new: bool = True) -> None:
    """Register an instrument at the counter, and an order for it."""
    customer = receptionist.site.province.customer
    page = receptionist.open(f"/jobs/orders/new/customer?q={customer}")
    page.click("a.choices__one")
    if is_new:
        page.click("a[href*='instruments/new']")
        page.click("a[href*='can-dong-ho-lo-xo']")
        page.fill("#maker", "Nhơn Hòa")
        page.fill("#model", "NHS-60")
        page.fill("#serial", serial)
        page.select_option("#c_class", "IIII")
        page.fill("#c_Max", "60")
        page.fill("#c_e", "200")
        page.select_option("#commune_key", index=1)
        page.fill("#place_of_use", "Chợ Thử nghiệm, sạp 12")
        page.click("main form[method=post] button[type=submit]")
    row = page.locator("tr", has_text=serial)
    row.locator("input[name=instruments]").check()
    page.click("main form.intake button[type=submit]")
    expect(page.locator("table")).to_contain_text(serial)


def begin(verifier: Person, serial: str) -> Page:
    """Find the job and start measuring."""
    page = verifier.open(f"/jobs/?q={serial}")
    page.locator("tr", has_text=serial).locator("a[href*='/jobs/']").first.click()
    page.click("form[action$=start] button")
    expect(page.locator("#measure")).to_be_visible()
    return page


def measure(page: Page, *, stamp: str, worst: str = GOOD) -> None:
    """Fill in the sheet: the scale shows what lies on it, but for one reading."""
    for condition in page.locator("input[name^='environment.']").all():
        condition.fill("28,5")
    for need in page.locator("fieldset.need").all():
        need.locator("input[type=checkbox]").first.check()
    for yes in page.locator("input[type=radio][value=yes]").all():
        yes.check()
    for row in page.locator("tr[data-row]").all():
        nominal = re.search(r"([\d.,\u00a0 ]+)\s*g", row.locator("th").inner_text())
        assert nominal is not None
        digits = re.sub(r"\D", "", nominal.group(1))
        row.locator("input.reading").first.fill(digits)
    if worst != GOOD:
        page.locator("tr[data-row*=loads] input.reading").nth(4).fill(worst)
    page.fill("#stamp", stamp if worst == GOOD else "")
    page.click(".measure__bar button[value=submit]")


def shares(manager: Person) -> tuple[int, int]:
    """Return the two integers of the performance share, as the page shows them."""
    page = manager.open("/indicators/verified-share")
    passed, due = page.locator(".figure__parts").first.inner_text().split("/")
    return int(passed), int(due)


def address_in_the_code(pdf: bytes) -> str:
    """Read the QR code of a certificate as a phone would, at 150 dpi."""
    page = pypdfium2.PdfDocument(BytesIO(pdf))[0]
    picture = page.render(scale=150 / 72).to_pil()
    return zxingcpp.read_barcodes(picture)[0].text


def issue(people: dict[Role, Person], serial: str) -> bytes:
    """Let the signatory issue what waits for this instrument; return the PDF."""
    page = people[Role.SIGNATORY].open("/certificates/awaiting")
    page.locator("tr", has_text=serial).locator("a[href*=issue]").first.click()
    page.click("main form.card-form button[type=submit]")
    expect(page).to_have_url(re.compile(r"/certificates/\d+$"))
    pdf = page.request.get(page.url + ".pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    return pdf.body()


def decide(reviewer: Person, serial: str, *, reason: str = "") -> None:
    """Approve the job of an instrument, or return it with a reason."""
    page = reviewer.open(f"/jobs/?state=awaiting_review&q={serial}")
    page.locator("tr", has_text=serial).locator("a[href*='/jobs/']").first.click()
    page.click("a[href$=review]")
    if reason:
        page.fill("#reason", reason)
        page.click("form[action$=return] button")
    else:
        page.click("form[action$=approve] button")


def test_from_the_counter_to_a_strangers_phone_and_into_the_plan(
    site: Site, people: dict[Role, Person], phone: Page
) -> None:
    serial = "NH-2031-7"
    receptionist, verifier, reviewer = (
        people[Role.RECEPTIONIST],
        people[Role.VERIFIER],
        people[Role.REVIEWER],
    )
    assert shares(people[Role.MANAGER]) == (0, 0)
    take_in(receptionist, serial)
    assert shares(people[Role.MANAGER]) == (0, 1)

    page = begin(verifier, serial)
    measure(page, stamp="31V.00001")
    expect(page.locator(".verdict--pass")).to_be_visible()

    decide(reviewer, serial, reason="Nhiệt độ ghi thiếu lúc kết thúc.")
    page = verifier.open(f"/jobs/?q={serial}")
    page.locator("tr", has_text=serial).locator("a[href*='/jobs/']").first.click()
    expect(page.locator(".warning")).to_contain_text("Nhiệt độ ghi thiếu")
    page.click("a[href$=measure]")
    page.click(".measure__bar button[value=submit]")
    decide(reviewer, serial)

    pdf = issue(people, serial)
    address = address_in_the_code(pdf)
    assert address.lower().startswith(site.url + "/c/")
    phone.goto(address)
    expect(phone.locator("body")).to_contain_text("Còn hiệu lực")
    expect(phone.locator("body")).to_contain_text(serial)
    assert shares(people[Role.MANAGER]) == (1, 1)

    # The same instrument fails: the old page says so at once.
    take_in(receptionist, serial, is_new=False)
    page = begin(verifier, serial)
    measure(page, stamp="", worst=BAD)
    expect(page.locator(".verdict--fail")).to_be_visible()
    phone.reload()
    expect(phone.locator("body")).not_to_contain_text("Còn hiệu lực")
    expect(phone.locator("body")).to_contain_text("Chấm dứt hiệu lực từ ngày")
    decide(reviewer, serial)
    notice = issue(people, serial)
    phone.goto(address_in_the_code(notice))
    expect(phone.locator("body")).to_contain_text("không đạt")


def test_a_stamp_that_was_used_before_stops_the_story(
    people: dict[Role, Person],
) -> None:
    take_in(people[Role.RECEPTIONIST], "NH-STAMP-1")
    measure(begin(people[Role.VERIFIER], "NH-STAMP-1"), stamp="31V.00077")
    take_in(people[Role.RECEPTIONIST], "NH-STAMP-2")

    page = begin(people[Role.VERIFIER], "NH-STAMP-2")
    measure(page, stamp="31V.00077")

    expect(page.locator("#measure")).to_be_visible()
    expect(page.locator("#stamp")).to_have_value("31V.00077")
    expect(page.locator("#stamp-problem")).to_contain_text("31V.00077")
    people[Role.VERIFIER].complaints.clear()  # the refusal's own status, 409


def test_an_expired_standard_is_not_offered_and_an_expired_card_stops_the_start(
    site: Site, people: dict[Role, Person]
) -> None:
    take_in(people[Role.RECEPTIONIST], "NH-EXPIRED")
    page = begin(people[Role.VERIFIER], "NH-EXPIRED")
    assert page.locator("fieldset.need input[type=checkbox]").count() == 1
    yesterday = clock.today() - timedelta(days=1)

    with changed(site, Calibration, "due_on", yesterday):
        page.reload()
        assert (
            page.locator("fieldset.need input[type=checkbox]:not(:checked)").count()
            == 0
        )
        expect(page.locator("fieldset.need")).to_contain_text("QC-01")
        expect(page.locator("fieldset.need .problem")).to_be_visible()

    take_in(people[Role.RECEPTIONIST], "NH-NO-CARD")
    with changed(site, VerifierCard, "valid_until", yesterday):
        verifier = people[Role.VERIFIER]
        page = verifier.open("/jobs/?q=NH-NO-CARD")
        page.locator("tr", has_text="NH-NO-CARD").locator("a").first.click()
        page.click("form[action$=start] button")
        expect(page.locator("main")).to_contain_text("thẻ kiểm định viên")
        verifier.complaints.clear()  # the refusal's own status, 409


class changed:  # noqa: N801 (reads as a word in the story)
    """Set a column of every row of a table for a while, behind the program's back."""

    def __init__(self, site: Site, kind: type, column: str, value: object) -> None:
        self.site, self.kind, self.column, self.value = site, kind, column, value

    def _write(self, values: dict[int, object]) -> None:
        with self.site.app.app_context(), scoped(EVERYTHING):
            for key, value in values.items():
                db.session.execute(
                    sa.update(self.kind)
                    .where(self.kind.id == key)
                    .values({self.column: value})
                )
            db.session.commit()
            db.session.remove()

    def __enter__(self) -> None:
        with self.site.app.app_context(), scoped(EVERYTHING):
            rows = db.session.execute(
                sa.select(self.kind.id, getattr(self.kind, self.column))
            )
            self.before = {row[0]: row[1] for row in rows}
            db.session.remove()
        self._write(dict.fromkeys(self.before, self.value))

    def __exit__(self, *_: object) -> None:
        self._write(self.before)


def test_nobody_reviews_their_own_measurements_on_any_path(
    site: Site, browser: Browser, people: dict[Role, Person]
) -> None:
    take_in(people[Role.RECEPTIONIST], "NH-OWN")
    page = begin(people[Role.VERIFIER], "NH-OWN")
    job_path = re.search(r"/jobs/\d+", page.url)
    assert job_path is not None
    measure(page, stamp="31V.00099")

    verifier = people[Role.VERIFIER]
    verifier.open(job_path.group())
    assert verifier.post(f"{job_path.group()}/approve") == 403
