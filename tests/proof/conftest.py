"""Issued documents, and the eyes of a stranger who has their file and a public key."""

from types import SimpleNamespace

import pytest

from labms import clock
from labms.audit.rules import canonical
from labms.certificates.content import hash_of
from labms.certificates.enclosing import drawn_by, enclosed
from labms.certificates.examination.examining import examine
from labms.certificates.pdf import draw
from labms.certificates.rules import new_lookup_token
from labms.db import transaction
from labms.filestore import hash_of as hash_of_bytes
from labms.filestore import read
from labms.proof.queries import log_keys, proof_of_issue
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from tests.certificates.conftest import issue, reserve, work
from tests.paper import examples

__all__ = ["issue", "reserve", "work"]


@pytest.fixture
def file_of(settings):
    """The PDF of a document."""

    def act(certificate):
        return read(settings.files_dir, certificate.file_hash)

    return act


@pytest.fixture
def look(settings):
    """Examine a file from the public key alone, unless a log is given."""

    def act(data, **given):
        given.setdefault("keys", log_keys())
        return examine(data, cache_dir=settings.cache_dir, **given)

    return act


@pytest.fixture
def issued(work, issue, file_of):
    """An issued document with its file."""
    certificate = issue(work.job())
    return SimpleNamespace(certificate=certificate, data=file_of(certificate))


@pytest.fixture
def paper(app, settings):
    """A document as the log and its file know it, without the work before it.

    What issuing does with both is shown in the tests that issue; this is quicker.
    """

    def act(**words):
        code = new_lookup_token()
        url = f"{settings.public_url}/c/{code}"
        host = settings.public_url.split("://")[1]
        content = examples.certificate(lookup={"url": url, "host": host}, **words)
        document = document_id(code)
        with transaction():
            append(
                LogEvent.ISSUE,
                document=document,
                content=hash_of(content),
                program=drawn_by(),
                day=clock.today(),
            )
        proved = proof_of_issue(document)
        inside = enclosed(
            canonical(content), twin=None, proof=proved.proof, trail=proved.trail
        )
        data = draw(content, cache_dir=settings.cache_dir, attachments=inside)
        log(LogEvent.FILE, document, file=hash_of_bytes(data))
        return SimpleNamespace(document=document, data=data, code=code, content=content)

    return act


def log(event, document, **told):
    """Say in the log what became of a document."""
    with transaction():
        append(event, document=document, day=clock.today(), **told)
