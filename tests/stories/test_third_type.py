"""A type that exists as TOML alone goes from the counter to a stranger's phone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from labms import clock
from labms.catalogue.shipped import use_catalogue
from labms.policy import Role
from tests.factories import Make
from tests.stories.crawling import read_page
from tests.stories.trial_scale import (
    LIST,
    LOADS,
    REVISION,
    SLUG,
    catalogue_with_the_trial_scale,
)
from tests.world import HERE


@pytest.fixture(autouse=True)
def _catalogue(tmp_path: Path) -> Iterator[None]:
    with use_catalogue(catalogue_with_the_trial_scale(tmp_path / "catalogue")):
        yield


def problems_of(html: str) -> list[str]:
    """Return what a page says is wrong."""
    return re.findall(r'class="(?:errors|problem)[^>]*>([^<]+)<', html)


@dataclass
class Person:
    """Somebody at a desk of their own, who fills in forms and presses buttons."""

    client: FlaskClient

    def get(self, address: str) -> str:
        """Read a page."""
        answer = self.client.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        return answer.text

    def send(self, address: str, *, to: str = "", **typed: object) -> TestResponse:
        """Fill in the form of a page whose address ends so, and send it.

        Names of fields may hold points: `environment.temperature.begin`.
        """
        form = next(
            form
            for form in read_page(self.get(address)).forms
            if form.action.endswith(to) and not form.action.endswith("/logout")
        )
        data = MultiDict(form.kept)
        for name, value in typed.items():
            data.setlist(name, value if isinstance(value, list) else [str(value)])
        answer = self.client.post(form.action or address, data=data)
        if asked := re.search(r'name="fails" value="(\w+)"', answer.text):
            data["fails"] = asked[1]  # a failure is asked about once
            data["version"] = re.search(r'name="version" value="(\d+)"', answer.text)[1]
            answer = self.client.post(form.action or address, data=data)
        assert answer.status_code == 302, problems_of(answer.text)
        return answer


@pytest.fixture
def people(make: Make, app) -> dict[Role, Person]:
    """A body that is designated for the type, and has released nothing yet."""
    body = make.body()
    make.designation(body, SLUG)
    make.traceable_standard(body)
    users = {
        role: make.user(role, body=body)
        for role in (
            Role.RECEPTIONIST,
            Role.VERIFIER,
            Role.REVIEWER,
            Role.SIGNATORY,
            Role.QUALITY_MANAGER,
        )
    }
    make.card(users[Role.VERIFIER], SLUG)
    return {
        role: Person(make.sign_in(app.test_client(), user))
        for role, user in users.items()
    }


def release(manager: Person) -> None:
    """Let the body use the procedure and the cycles of the list."""
    manager.send(f"/catalogue/procedures/{SLUG}/{REVISION}", seen="y")
    manager.send(f"/catalogue/cycles/{LIST}", seen="y")


def take_in(receptionist: Person, make: Make, serial: str) -> int:
    """Register a scale of 10 kg and an order for it; return the job."""
    owner = make.organisation(name="Cửa hàng Thử")
    answer = receptionist.send(
        f"/instruments/new?type={SLUG}",
        maker="Nhơn Hòa",
        serial=serial,
        c_Max="10",
        owner=owner.name,
        commune_key=HERE,
    )
    number = re.search(r"\d+", answer.location)
    assert number is not None
    answer = receptionist.send(
        f"/jobs/orders/new?customer={owner.id}", instruments=[number[0]]
    )
    found = re.search(r"/jobs/(\d+)\"", receptionist.get(answer.location))
    assert found is not None
    return int(found[1])


def measure(verifier: Person, job: int, *, last: str) -> None:
    """Enter what the scale shows, which is what lies on it but at the last load."""
    page = f"/jobs/{job}/measure"
    standard = re.search(r'name="standard.weights" value="(\d+)"', verifier.get(page))
    assert standard is not None
    shown = (*LOADS[:-1], last)
    readings = {
        f"reading.measure-loads-{number}-1.indication": value
        for number, value in enumerate(shown, start=1)
    }
    verifier.send(
        page,
        **{
            "environment.temperature.begin": "28,5",
            "environment.temperature.end": "29",
            "standard.weights": [standard[1]],
            "reading.look-marked.answer": "yes",
            "reading.look-whole.answer": "yes",
            "evidence": "certificate",
            "stamp": "31T.00001",
            "action": "submit",
        },
        **readings,
    )


@pytest.mark.parametrize(
    ("last", "says"),
    [
        ("10020", "Còn hiệu lực"),
        pytest.param("10020,5", "không đạt", marks=pytest.mark.long),
    ],
    ids=["on the limit", "over the limit"],
)
def test_a_type_of_toml_alone_goes_from_the_counter_to_a_strangers_phone(
    people: dict[Role, Person], make: Make, client: FlaskClient, last: str, says: str
) -> None:
    release(people[Role.QUALITY_MANAGER])
    job = take_in(people[Role.RECEPTIONIST], make, "THU-1")
    people[Role.VERIFIER].send(f"/jobs/{job}", to="/start")

    measure(people[Role.VERIFIER], job, last=last)
    people[Role.REVIEWER].send(f"/jobs/{job}/review", to="/approve")
    issued = people[Role.SIGNATORY].send(f"/certificates/issue/{job}").location
    pdf = people[Role.SIGNATORY].client.get(f"{issued}.pdf").data

    picture = PdfDocument(BytesIO(pdf))[0].render(scale=150 / 72).to_pil()
    address = zxingcpp.read_barcodes(picture)[0].text
    page = client.get("/" + address.split("/", 3)[3]).text
    for text in (says, "THU-1", "Cân thử năm mức"):
        assert text in page
    if says == "Còn hiệu lực":
        assert f"{clock.today() + timedelta(days=210):%m/%Y}" in page
    reviewer = people[Role.REVIEWER]
    link = re.search(r'href="([^"]*record[^"]*\.pdf)"', reviewer.get(f"/jobs/{job}"))
    assert link is not None
    assert reviewer.client.get(link[1]).data.startswith(b"%PDF")


@pytest.mark.long
def test_nobody_begins_before_the_quality_manager_has_released_it(
    people: dict[Role, Person], make: Make
) -> None:
    job = take_in(people[Role.RECEPTIONIST], make, "THU-2")
    verifier = people[Role.VERIFIER].client

    answer = verifier.post(f"/jobs/{job}/start", data={"version": "1"})

    assert answer.status_code == 409
