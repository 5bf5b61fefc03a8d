"""Work goes on in a browser that runs no scripts: it is only less comfortable."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from labms.policy import Role
from tests.stories.conftest import Site
from tests.stories.test_counter_to_phone import (
    BAD,
    Person,
    begin,
    decide,
    issue,
    measure,
    take_in,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def people(site: Site, browser: Browser) -> Iterator[dict[Role, Person]]:
    """Everybody at a desk, without scripts."""
    roles = (Role.RECEPTIONIST, Role.VERIFIER, Role.REVIEWER, Role.SIGNATORY)
    found = {role: Person(site, browser, role, has_scripts=False) for role in roles}
    yield found
    for person in found.values():
        person.page.context.close()


def test_an_instrument_gets_its_certificate(people: dict[Role, Person]) -> None:
    take_in(people[Role.RECEPTIONIST], "KHONG-JS-1")
    page = begin(people[Role.VERIFIER], "KHONG-JS-1")
    measure(page, stamp="31K.00001")
    expect(page.locator(".verdict--pass")).to_be_visible()
    decide(people[Role.REVIEWER], "KHONG-JS-1")
    assert issue(people, "KHONG-JS-1").startswith(b"%PDF")


def test_saving_shows_errors_and_limits_and_keeps_what_cannot_be_read(
    people: dict[Role, Person],
) -> None:
    take_in(people[Role.RECEPTIONIST], "KHONG-JS-2")
    page = begin(people[Role.VERIFIER], "KHONG-JS-2")
    readings = page.locator("tr[data-row*=loads] input.reading")
    readings.nth(0).fill("hai kg")
    readings.nth(4).fill("60050")

    page.click(".measure__bar button[value=save]")

    expect(readings.nth(0)).to_have_value("hai kg")
    expect(readings.nth(4)).to_have_value("60050")
    expect(page.locator("tr[data-row*=loads-5] [data-error]")).to_have_text("+50 g")
    expect(page.locator("tr[data-row*=loads-5] .badge--good")).to_be_visible()
    expect(page.locator("[data-missing]")).to_have_text("1 mục không đọc được")

    readings.nth(0).fill("2000")
    page.click(".measure__bar button[value=save]")

    expect(page.locator("[data-missing]")).to_contain_text("thiếu")


def test_a_failure_is_asked_about_once_and_then_handed_on(
    people: dict[Role, Person],
) -> None:
    take_in(people[Role.RECEPTIONIST], "KHONG-JS-4")
    page = begin(people[Role.VERIFIER], "KHONG-JS-4")

    measure(page, worst=BAD)
    expect(page.locator(".failure")).to_contain_text("60 000 g")
    expect(page.locator("tr[data-row*=loads] input.reading").nth(4)).to_have_value(BAD)
    page.click(".failure button[name=fails]")

    expect(page.locator(".verdict--fail")).to_be_visible()


def test_every_question_can_be_answered_one_by_one(people: dict[Role, Person]) -> None:
    take_in(people[Role.RECEPTIONIST], "KHONG-JS-3")
    page = begin(people[Role.VERIFIER], "KHONG-JS-3")

    assert not page.locator("[data-all]").first.is_visible()
    for one in page.locator("fieldset.question").all():
        one.locator("input[value=yes]").check()
    page.click(".measure__bar button[value=save]")

    expect(page.locator("fieldset.question input[value=yes]:checked")).to_have_count(
        page.locator("fieldset.question").count()
    )
