"""Documents of every kind are examined, with what belongs to each."""

import json

import pytest

from labms import clock
from labms.audit.rules import canonical
from labms.certificates.content import hash_of
from labms.certificates.enclosing import drawn_by, enclosed, twin_found
from labms.certificates.examination.examined import code_in
from labms.certificates.examination.faults import Fault
from labms.certificates.pdf import draw
from labms.db import transaction
from labms.dcc.writing import dcc_of, file_name
from labms.filestore import hash_of as bytes_hash
from labms.proof.queries import proof_of_issue
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from tests.dcc.examples import calibration
from tests.paper import examples


@pytest.fixture
def logged(app, settings):
    """Log some words as issued, and return what draws their file."""

    def act(content, twin=None):
        text = canonical(content)
        document = document_id(code_in(content))
        with transaction():
            append(
                LogEvent.ISSUE,
                document=document,
                content=hash_of(content),
                dcc=bytes_hash(twin) if twin else "",
                program=drawn_by(),
                day=clock.today(),
            )
        proved = proof_of_issue(document)

        def drawn(*, words=content, twin=twin):
            found = twin and twin_found(content, file_name(content), twin)
            inside = enclosed(text, twin=found, proof=proved.proof, trail=proved.trail)
            return draw(words, cache_dir=settings.cache_dir, attachments=inside)

        return drawn

    return act


def test_a_calibration_is_genuine_with_its_machine_readable_twin(look, logged):
    content = calibration()
    twin = dcc_of(content)

    found = look(logged(content, twin)())

    assert found.faults == []
    assert found.entry.dcc == bytes_hash(twin)


def test_another_twin_and_none_are_seen(look, logged):
    content = calibration()
    twin = dcc_of(content)
    drawn = logged(content, twin)
    assert b"pass" in twin or b"10" in twin

    assert look(drawn(twin=twin.replace(b"1", b"2"))).faults == [Fault.TWIN_ALTERED]
    assert look(drawn(twin=None)).faults == [Fault.TWIN_ALTERED]


def test_a_changed_result_names_the_page_that_it_is_on(look, logged):
    found = look(logged(examples.calibration())(words=examples.calibration(points=7)))

    assert found.faults == [Fault.PAGES_ALTERED]
    assert found.findings[0].details == {"page": 2}


@pytest.mark.parametrize("kind", ["certificate", "notice", "calibration", "report"])
def test_every_form_is_genuine_as_it_is_drawn(look, logged, kind):
    content = getattr(examples, kind)()

    assert look(logged(content)()).faults == []


@pytest.mark.parametrize(
    "content",
    [{}, {"lookup": 3}, {"lookup": {"url": 3}}, {"schema": "certificate-1"}],
)
def test_words_of_any_shape_are_examined_without_a_bug(look, logged, content, settings):
    """Whatever somebody puts in: it is named as not ours, and nothing breaks."""
    words = examples.certificate()
    logged(words)
    proved = proof_of_issue(document_id(code_in(words)))
    inside = enclosed(
        json.dumps(content), twin=None, proof=proved.proof, trail=proved.trail
    )
    data = draw(words, cache_dir=settings.cache_dir, attachments=inside)

    assert look(data).faults[0] in {Fault.CONTENT_ALTERED, Fault.PROOF_OF_ANOTHER}
