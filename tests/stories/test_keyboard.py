"""The measurement page with the keyboard alone, counting the keys.

Besides its digits, a scale of five loads with two questions takes 6 keys. The shipped
procedure of spring scales, with four questions in three places, takes 9.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from labms import clock
from labms.accounts.queries import user_by_login
from labms.catalogue.shipped import use_catalogue
from labms.db import db, scoped
from labms.jobs.rules import JobState
from labms.organisations.models import Body
from labms.policy import EVERYTHING, Role
from tests.factories import Make
from tests.stories.conftest import Site
from tests.stories.loads import grams
from tests.stories.test_counter_to_phone import Person, begin, take_in
from tests.stories.trial_scale import (
    LIST,
    REVISION,
    SLUG,
    catalogue_with_the_trial_scale,
)

pytestmark = pytest.mark.browser

#: Besides the digits of readings, temperature and stamp.
MOST_KEYS = 12


class Keyboard:
    """Fingers that only type, and count what is not a digit of a value."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0
        page.wait_for_function("document.activeElement !== document.body")

    def press(self, key: str) -> None:
        """Press a key that moves on, ticks or submits."""
        self.keys += 1
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type the characters of a value."""
        for character in text:
            self.page.keyboard.press(character)

    def here(self) -> dict[str, str]:
        """Return what has the focus."""
        found: dict[str, str] = self.page.evaluate(
            "(() => { const here = document.activeElement;"
            " return {name: here.name || '', type: here.type || '',"
            " row: here.closest('tr')?.querySelector('th').innerText || ''}; })()"
        )
        return found


@pytest.fixture
def verifier(site: Site, browser: Browser) -> Iterator[Person]:
    """A verifier at the bench."""
    person = Person(site, browser, Role.VERIFIER)
    yield person
    assert person.complaints == []
    person.page.context.close()


def fill_in(keyboard: Keyboard, *, stamp: str) -> None:
    """Fill in a page from where its focus is to its last button."""
    for _ in range(60):
        here = keyboard.here()
        if here["name"].startswith("reading."):
            keyboard.type(grams(here["row"]))
            if keyboard.here()["name"] == here["name"]:
                keyboard.press("Enter")
        elif here["name"].startswith("environment."):
            keyboard.type("28,5")
            keyboard.press("Enter")
        elif here["name"] == "stamp":
            keyboard.type(stamp)
            keyboard.press("Enter")
        elif here["name"] == "action":
            return
        else:
            keyboard.press("Enter")
    raise AssertionError(f"the keyboard leads nowhere: {keyboard.here()}")


@pytest.fixture
def trial_job(site: Site, tmp_path: Path) -> Iterator[int]:
    """A scale of five loads whose procedure is data alone, waiting to be begun."""
    with use_catalogue(catalogue_with_the_trial_scale(tmp_path / "catalogue")):
        with site.app.app_context(), scoped(EVERYTHING):
            make, day = Make(), clock.today()
            known = {
                "issued_on": day - timedelta(days=9),
                "valid_until": day + timedelta(days=700),
            }
            released_on = day - timedelta(days=9)
            body = db.session.get_one(Body, site.province.body_id)
            login = site.province.logins[Role.VERIFIER]
            verifier = user_by_login(login)
            make.designation(body, SLUG, **known)
            make.card(verifier, SLUG, **known)
            make.procedure_release(
                body, procedure_slug=SLUG, revision=REVISION, released_on=released_on
            )
            make.cycle_release(body, list_slug=LIST, released_on=released_on)
            scale = make.instrument(type_slug=SLUG, characteristics={"Max": "10"})
            job_id = make.job(
                JobState.REGISTERED,
                body=body,
                instrument_id=scale.id,
                order_id=make.order(body, customer_id=scale.owner_id).id,
            ).id
            db.session.remove()
        yield job_id


def test_a_five_point_scale_takes_its_digits_and_twelve_keys(
    trial_job: int, verifier: Person
) -> None:
    page = verifier.open(f"/jobs/{trial_job}")
    page.click("form[action$=start] button")
    expect(page.locator("input.reading")).to_have_count(5)
    keyboard = Keyboard(page)

    fill_in(keyboard, stamp="31P00009")
    keyboard.press("Enter")

    expect(page.locator(".verdict--pass")).to_be_visible()
    assert keyboard.keys <= MOST_KEYS


def test_a_spring_scale_takes_hardly_more(
    site: Site, browser: Browser, verifier: Person
) -> None:
    receptionist = Person(site, browser, Role.RECEPTIONIST)
    take_in(receptionist, "PHIM-0001")
    page = begin(verifier, "PHIM-0001")
    keyboard = Keyboard(page)

    fill_in(keyboard, stamp="31P00001")
    keyboard.press("Enter")

    expect(page.locator(".verdict--pass")).to_be_visible()
    assert keyboard.keys <= MOST_KEYS
    receptionist.page.context.close()


def test_a_comma_after_the_last_digit_takes_the_reading_up_again(
    site: Site, browser: Browser, verifier: Person
) -> None:
    receptionist = Person(site, browser, Role.RECEPTIONIST)
    take_in(receptionist, "PHIM-0002")
    page = begin(verifier, "PHIM-0002")
    readings = page.locator("input.reading")
    readings.nth(0).focus()
    keyboard = Keyboard(page)

    keyboard.type("2000,5")
    keyboard.press("Enter")
    keyboard.type("10000")
    keyboard.press("Enter")  # of habit, when the page has moved on already
    keyboard.type("300")
    keyboard.press("ArrowUp")

    typed = [readings.nth(n).input_value() for n in range(3)]
    assert typed == ["2000,5", "10000", "300"]
    assert "loads-2" in keyboard.here()["name"]
    receptionist.page.context.close()


def test_results_come_while_typing_and_a_failed_stage_greys_out_the_rest(
    site: Site, browser: Browser, verifier: Person
) -> None:
    receptionist = Person(site, browser, Role.RECEPTIONIST)
    take_in(receptionist, "PHIM-0003")
    page = begin(verifier, "PHIM-0003")

    page.locator("input.reading").nth(4).fill("60301")
    failed = page.locator("tr[data-row='metrological-loads-5-up-1']")
    expect(failed.locator(".badge--bad")).to_be_visible()
    expect(failed.locator("[data-error]")).to_have_text("+301 g")

    page.locator("[name='reading.external-markings.answer'][value=no]").check()
    expect(page.locator("[data-stage=metrological]")).to_have_class(
        re.compile("stage--over")
    )
    receptionist.page.context.close()
