"""Issued documents, and the eyes of a stranger who has their file and a public key."""

from types import SimpleNamespace

import pytest

from labms.certificates.examining import examine
from labms.filestore import read
from labms.proof.queries import log_keys
from tests.certificates.conftest import issue, reserve, work

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
