"""The trail is read in words, with links to what it is about, and can be searched."""

import html
import re

import pytest

from labms import clock
from labms.audit.rules import EventType
from labms.audit.services import SECRET_COLUMNS
from labms.db import Audited, Model, db
from labms.jobs.models import Order
from labms.policy import Role
from labms.trail.rules import EVENT_NAMES, FIELD_NAMES, SUBJECT_NAMES, UNSHOWN
from labms.trail.values import WORDS


def read(client, **asked):
    """The page as text, without its tags, and as it is."""
    page = client.get("/audit/", query_string=asked).text
    rows = page[page.index("<tbody>") :] if "<tbody>" in page else ""
    return html.unescape(re.sub(r"(<[^>]+>|\s)+", " ", rows)), page


@pytest.mark.long
def test_readings_are_named_with_the_job_the_check_and_what_was_before(
    client, make, lab
):
    job = lab.submitted(lab.saved(lab.saved()))
    number = f"{db.session.get(Order, job.order_id).number}/{job.position}"
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=lab.body))

    text, page = read(client, lang="en", about="job")

    assert f"Job submitted for review – {number}" in text
    assert f"Readings saved – {number}" in text
    assert f'href="/jobs/{job.id}"' in page
    assert "Errors at the loads: " in text
    assert "Temperature 28,4 – 28,9 °C" in text
    assert lab.weights.inventory_number in text
    assert not re.search(r"\[null|_id\b|metrological-|T\d\d:\d\d", text)


def test_people_kinds_numbers_and_days_narrow_it(client, make, lab):
    other = lab.started()
    job = lab.started()
    number = f"{db.session.get(Order, job.order_id).number}/{job.position}"
    make.sign_in(client, make.user(Role.QUALITY_MANAGER, body=lab.body))

    started, _ = read(client, lang="en", q=number, by=lab.verifier.id)
    assert f"Job started – {number}" in started
    assert "Job registered" not in started
    assert db.session.get(Order, other.order_id).number not in started
    orders, _ = read(client, lang="en", about="order")
    assert "Order taken in" in orders
    assert "Job" not in orders
    tomorrow = clock.today().replace(year=clock.today().year + 1).isoformat()
    assert read(client, since=tomorrow) == (
        "",
        client.get(f"/audit/?since={tomorrow}").text,
    )
    assert "Job started" in read(client, lang="en", until=tomorrow)[0]
    one, _ = read(client, lang="en", about="job", id=job.id)
    assert one.count(number) == 2


def test_what_somebody_may_not_open_is_named_without_a_link(client, make, lab):
    job = lab.started()
    make.sign_in(client, make.user(Role.ADMINISTRATOR))

    text, page = read(client, lang="en")

    assert "Job started – " in text
    assert f'href="/jobs/{job.id}"' not in page


def test_the_page_says_so_when_nothing_has_happened(client, make):
    make.sign_in(client, make.user(Role.ADMINISTRATOR))

    assert client.get("/audit/").status_code == 200


def test_every_event_every_thing_every_field_and_every_choice_has_a_name():
    tables = {
        mapper.local_table
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Audited)
    }
    columns = {column for table in tables for column in table.columns}
    choices = {getattr(column.type, "enum_class", None) for column in columns} - {None}

    assert set(EventType) == set(EVENT_NAMES)
    assert {table.name for table in tables} == set(SUBJECT_NAMES)
    named = set(FIELD_NAMES) | UNSHOWN | SECRET_COLUMNS
    assert {column.name for column in columns} - named == set()
    assert choices == set(WORDS)
    assert all(set(kind) <= set(WORDS[kind]) for kind in choices)
