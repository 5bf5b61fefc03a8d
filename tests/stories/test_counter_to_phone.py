"""From an instrument at the counter to a stranger's phone, and on into the plan."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
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
from labms.registry.models import Standard
from labms.traceability.models import Calibration
from tests.factories import Make
from tests.stories.conftest import Site
from tests.stories.loads import grams
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
    page.wait_for_load_state()  # its script listens from here on
    return page


def measure(page: Page, *, stamp: str = "", worst: str = GOOD) -> None:
    """Fill in the sheet: the scale shows what lies on it, but for one reading."""
    for condition in page.locator("input[name^='environment.']").all():
        condition.fill("28,5")
    for need in page.locator("fieldset.need").all():
        need.locator("input[type=checkbox]").first.check()
    for yes in page.locator("input[type=radio][value=yes]").all():
        yes.check()
    for row in page.locator("tr[data-row]").all():
        load = grams(row.locator("th").inner_text())
        row.locator("input.reading").first.fill(load)
    if worst == GOOD:
        page.fill("#stamp", stamp)
    else:
        page.locator("tr[data-row*=loads] input.reading").nth(4).fill(worst)
    page.click(".measure__bar button[value=submit]")


def shares(manager: Person) -> tuple[int, int]:
    """Return the two integers of the performance share, as the page shows them."""
    page = manager.open("/indicators/verified-share")
    passed, due = page.locator(".figure__parts").first.inner_text().split("/")
    return int(passed), int(due)


def survey(manager: Person) -> None:
    """Enter that one spring scale is in use in the first commune of the list.

    What was never surveyed is due, and counts nowhere else.
    """
    page = manager.open("/demand/enter")
    page.select_option("#type_slug", "can-dong-ho-lo-xo")
    page.select_option("#commune_key", index=1)
    page.fill("#year", str(clock.today().year))
    page.fill("#in_use_count", "1")
    page.select_option("#source", "survey")
    page.fill("#document", "Báo cáo khảo sát số 12")
    page.fill("#counted_on", f"{clock.today():%d/%m/%Y}")
    page.click("main form[method=post] button[type=submit]")
    expect(page).not_to_have_url(re.compile("enter"))


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
    survey(people[Role.MANAGER])

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

    # The same instrument fails: the old page says so as soon as that is confirmed.
    take_in(receptionist, serial, is_new=False)
    page = begin(verifier, serial)
    measure(page, worst=BAD)
    expect(page.locator(".failure")).to_contain_text("60 000 g")
    phone.reload()
    expect(phone.locator("body")).to_contain_text("Còn hiệu lực")
    page.click(".failure button[name=fails]")
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


def test_an_expired_standard_is_not_offered_and_an_expired_card_stops_the_start(
    site: Site, people: dict[Role, Person]
) -> None:
    take_in(people[Role.RECEPTIONIST], "NH-EXPIRED")
    page = begin(people[Role.VERIFIER], "NH-EXPIRED")
    assert page.locator("fieldset.need input[type=checkbox]").count() == 1

    with expired_weights(site):
        page.reload()
        assert (
            page.locator("fieldset.need input[type=checkbox]:not(:checked)").count()
            == 0
        )
        expect(page.locator("fieldset.need")).to_contain_text("QC-01")
        expect(page.locator("fieldset.need .problem")).to_be_visible()

    take_in(people[Role.RECEPTIONIST], "NH-NO-CARD")
    with expired_card(site):
        verifier = people[Role.VERIFIER]
        page = verifier.open("/jobs/?q=NH-NO-CARD")
        page.locator("tr", has_text="NH-NO-CARD").locator("a").first.click()
        page.click("form[action$=start] button")
        expect(page.locator("main")).to_contain_text("thẻ kiểm định viên")


@contextmanager
def at_the_database(site: Site) -> Iterator[None]:
    """Change rows behind the program's back."""
    with site.app.app_context(), scoped(EVERYTHING):
        yield
        db.session.commit()
        db.session.remove()


@contextmanager
def expired_weights(site: Site) -> Iterator[None]:
    """Let a newer calibration of the weights have ended yesterday, until withdrawn."""
    day = clock.today()
    with at_the_database(site):
        weights = db.session.scalars(
            sa.select(Standard).where(
                Standard.inventory_number == site.province.weights
            )
        ).one()
        root = db.session.scalars(
            sa.select(Standard.id).where(Standard.id != weights.id)
        ).one()
        newer_id = (
            Make()
            .calibration(
                weights,
                reference_id=root,
                calibrated_on=day - timedelta(days=50),
                issued_on=day - timedelta(days=50),
                due_on=day - timedelta(days=1),
            )
            .id
        )
    yield
    with at_the_database(site):
        db.session.execute(
            sa.update(Calibration)
            .where(Calibration.id == newer_id)
            .values(withdrawn_on=day, withdrawal_reason="Nhập nhầm giấy.")
        )


@contextmanager
def expired_card(site: Site) -> Iterator[None]:
    """Let the verifier's card have ended yesterday, for a while."""

    def set_end(day: date) -> None:
        with at_the_database(site):
            db.session.execute(sa.update(VerifierCard).values(valid_until=day))

    with at_the_database(site):
        before = db.session.scalars(sa.select(VerifierCard.valid_until)).one()
    set_end(clock.today() - timedelta(days=1))
    yield
    set_end(before)


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
