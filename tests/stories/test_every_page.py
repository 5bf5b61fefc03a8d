"""Every page that a login can reach: it answers, is readable, and in one language.

With the demo's data, on an instance in which nothing has happened, and after forms were
sent as they stood.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from labms.db import db, scoped
from labms.demo.cast import LOGINS
from labms.demo.cast import PASSWORD as DEMO_PASSWORD
from labms.demo.filling import fill
from labms.operations.making import lay_foundation
from labms.policy import EVERYTHING, Role
from tests.factories import Make
from tests.stories.conftest import Site
from tests.stories.corners import fill_corners
from tests.stories.crawling import Form, Visit, Walker
from tests.stories.looking import different, eyes_of
from tests.stories.province import HASH, PASSWORD
from tests.stories.texts import Data, unmarked, untranslated

pytestmark = pytest.mark.browser

#: Languages, and how many pages of one kind are read in each.
LANGUAGES = {"vi": 3, "en": 1}
#: A page is looked at in so many forms: with other buttons, empty, full.
FORMS_OF_A_PAGE = {"vi": 2, "en": 1}
#: A form is sent so many times by each person, from different pages.
OF_ONE_FORM = {"vi": 2, "en": 1}
#: Of the demo, so much: every kind of row is there.
SCALE = 0.03
#: No pages; or, the last, left behind once every step is done.
UNSEEN_IN_THE_DEMO = {
    "bootstrap.static",
    "certificates.packed",
    "fonts.sans",
    "health.alive",
    "health.ready",
    "home",
    "languages.choose",
    "log.entries",
    "log.proof_of_consistency",
    "log.tile",
    "organisations.logo",
    "public.certificate_json",
    "public.certificate_pdf",
    "public.certificate_xml",
    "public.instrument_json",
    "public.instrument_of_stamp",
    "static",
    "traceability.file",
    "beginning.index",
}


@dataclass
class World:
    """An instance, everybody who may sign in, and all that they came to see."""

    site: Site
    walkers: list[Walker] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def walk(self, logins: list[str], password: str, corners: list[str]) -> None:
        """Let everybody follow every link, in both languages."""
        for login in logins:
            for lang, count in LANGUAGES.items():
                walker = Walker(self.site.app, login, lang, of_one_kind=count)
                walker.sign_in(login, password)
                self.walkers.append(walker)
                self.visits += walker.walk("/", corners=corners)
        for lang in LANGUAGES:
            stranger = Walker(self.site.app, "", lang)
            self.walkers.append(stranger)
            for start in ("/accounts/login", "/verify", "/c/khong-co", "/s/khong/co"):
                self.visits += stranger.walk(start)

    @property
    def unseen(self) -> set[str]:
        """Return the pages of the site that nobody came to."""
        pages = {
            rule.endpoint
            for rule in self.site.app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
        }
        return pages - {visit.endpoint for visit in self.visits}


def _demo(site: Site) -> tuple[list[str], str, list[str]]:
    fill(site.app, scale=SCALE)
    corners = fill_corners(site.settings.files_dir)
    return [login for login, _, _ in LOGINS], DEMO_PASSWORD, corners


def _empty(site: Site) -> tuple[list[str], str, list[str]]:
    make = Make()
    body, enterprise = make.body(code="moi"), make.organisation()
    people = [
        make.user(role, body=body, login=role.value, password_hash=HASH)
        for role in (
            Role.RECEPTIONIST,
            Role.VERIFIER,
            Role.REVIEWER,
            Role.SIGNATORY,
            Role.QUALITY_MANAGER,
            Role.ASSESSOR,
        )
    ]
    people += [
        make.user(
            Role.ENTERPRISE,
            login="enterprise",
            password_hash=HASH,
            organisation_id=enterprise.id,
        ),
        make.user(Role.MANAGER, login="manager", password_hash=HASH),
        make.user(Role.ADMINISTRATOR, login="administrator", password_hash=HASH),
    ]
    return [person.login for person in people], PASSWORD, []


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(_demo, id="demo", marks=pytest.mark.xdist_group("demo")),
        pytest.param(_empty, id="empty", marks=pytest.mark.xdist_group("empty")),
    ],
)
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    fonts: Path,
) -> Iterator[World]:
    """An instance that everybody has walked through."""
    site = Site(
        tmp_path_factory.mktemp("site") / "instance", fonts, demo=request.param is _demo
    )
    with site.app.app_context():
        with scoped(EVERYTHING):
            lay_foundation()
            db.session.remove()
        with scoped(EVERYTHING):
            logins, password, corners = request.param(site)
            db.session.remove()
    found = World(site)
    found.walk(logins, password, corners)
    yield found
    site.close()


@pytest.fixture
def data(world: World) -> Data:
    """What people have entered in this instance."""
    with world.site.app.app_context(), scoped(EVERYTHING):
        return Data()


def test_every_page_answers(world: World) -> None:
    ill = [f"{visit.status} {visit}" for visit in world.visits if not visit.is_well]
    assert not ill, "\n".join(ill)
    expected = UNSEEN_IN_THE_DEMO if world.site.settings.demo else set()
    assert not expected or world.unseen == expected


def test_no_page_says_something_in_the_other_language(world: World, data: Data) -> None:
    _check_languages(world.visits, data)


def _check_languages(visits: Iterable[Visit], data: Data) -> None:
    found = {
        f"{visit.endpoint} ({visit.lang}): {text}"
        for visit in visits
        for text in untranslated(visit) | unmarked(visit, data)
    }
    assert not found, "\n".join(sorted(found))


def test_every_page_is_accessible_and_fits_a_phone(
    world: World, browser: Browser
) -> None:
    chosen = different(world.visits, of_one_kind=FORMS_OF_A_PAGE)
    wrong = []
    for walker in world.walkers:
        with eyes_of(browser, world.site.url, walker.cookies()) as eyes:
            for visit in walker.own(chosen):
                url = world.site.url + visit.address
                wrong += [
                    f"{visit}: {complaint}"
                    for complaint in eyes.look(url, lang=visit.lang)
                    if not visit.explains(complaint)
                ]
    assert not wrong, "\n".join(wrong)


def test_every_form_comes_back_readable_when_it_is_sent_empty(
    world: World, browser: Browser, data: Data
) -> None:
    """Last, since forms without fields do what they say."""
    answers = [
        (walker, answer, form)
        for walker in world.walkers
        for answer, form in _send_forms(walker, world.visits)
        if answer.status != 302
    ]
    ill = [f"{a.status} {a}" for _, a, _ in answers if a.status not in REFUSALS]
    assert not ill, "\n".join(ill)
    silent = [str(a) for _, a, form in answers if form.has_inputs and not a.says_why]
    assert not silent, "\n".join(silent)
    _check_languages([answer for _, answer, _ in answers], data)
    chosen = different((answer for _, answer, _ in answers), of_one_kind={})
    wrong = []
    for walker in world.walkers:
        with eyes_of(browser, world.site.url, walker.cookies()) as eyes:
            for answer in walker.own(chosen):
                url = world.site.url + answer.address
                found = eyes.look_at_answer(url, answer.html, lang=answer.lang)
                wrong += [f"{answer}: {complaint}" for complaint in found]
    assert not wrong, "\n".join(wrong)


def _send_forms(
    walker: Walker, visits: Iterable[Visit]
) -> Iterator[tuple[Visit, Form]]:
    sent: Counter[str | None] = Counter()
    for visit in walker.own(visits):
        for form in visit.reading.forms:
            kind = walker.endpoint(form.action or visit.address, "POST")
            if kind != "accounts.log_out" and sent[kind] < OF_ONE_FORM[walker.lang]:
                sent[kind] += 1
                yield walker.send(visit, form), form


#: The page again with its errors, refused, conflicting, gone: never a fault of ours.
REFUSALS = {200, 400, 403, 404, 409, 413, 422}
