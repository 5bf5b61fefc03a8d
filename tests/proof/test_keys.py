"""Without its key, or with a wrong one, nothing is logged; and it never forks."""

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from labms import clock
from labms.audit.models import Instance
from labms.audit.queries import verify_trail
from labms.certificates.examination.faults import Fault
from labms.db import db, transaction
from labms.organisations.models import NumberSeries
from labms.policy import SYSTEM
from labms.proof import keys
from labms.proof.checking import log_faults
from labms.proof.checkpoints import Checkpoint, open_checkpoint, read_proof
from labms.proof.keys import LOG_KEY, load_key
from labms.proof.notes import BadKey, PrivateKey, signed
from labms.proof.queries import (
    OwnLog,
    checkpoint_note,
    current_key,
    log_keys,
    log_size,
    proof_of_issue,
)
from labms.proof.rules import (
    LogFenced,
    LogForked,
    LogKeyMissing,
    LogKeyWrong,
    document_id,
)
from labms.proof.services import begin_log, continue_log


@pytest.fixture
def own_keys(app, settings, tmp_path, monkeypatch):
    """A folder of keys for this test alone."""
    apart = replace(settings, instance=tmp_path)
    for kept in ("files", "cache"):
        (tmp_path / kept).symlink_to(settings.instance / kept)
    monkeypatch.setitem(app.extensions, "labms", apart)
    (settings.instance / "files").mkdir(exist_ok=True)
    return apart.keys_dir


@pytest.fixture
def logged(own_keys, work, issue):
    """A log with a document in it."""
    certificate = issue(work.job())
    return SimpleNamespace(certificate=certificate, folder=own_keys)


def lose(folder):
    shutil.rmtree(folder)
    keys._loaded.clear()


def restore(make, *, later=timedelta(hours=1)):
    """As after a restore: the rows are there, the keys are not, the fence is up."""
    instance = db.session.get(Instance, 1)
    at = clock.now() + later
    if instance is None:
        make._add(Instance(id=1, made_at=clock.now(), restored_at=at, confirmed_at=at))


@pytest.mark.long
def test_the_key_is_for_its_owner_alone(logged):
    path = logged.folder / LOG_KEY

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(logged.folder.stat().st_mode) == 0o700
    assert load_key(logged.folder).public == log_keys()[0]


def test_without_the_key_no_number_is_taken(logged, work, reserve):
    lose(logged.folder)
    before = db.session.query(NumberSeries.last).scalar()

    with pytest.raises(LogKeyMissing):
        reserve(work.job())

    assert db.session.query(NumberSeries.last).scalar() == before
    assert not (logged.folder / LOG_KEY).exists(), "none is made in its place"


@pytest.mark.long
def test_with_another_key_no_number_is_taken(logged, work, reserve):
    lose(logged.folder)
    logged.folder.mkdir()
    stranger = PrivateKey.new("kiemdinh.example.vn/log")
    (logged.folder / LOG_KEY).write_text(stranger.secret_text())

    with pytest.raises(LogKeyWrong):
        reserve(work.job())


@pytest.mark.long
def test_a_key_that_is_put_back_is_found_without_starting_again(logged, work, issue):
    kept = (logged.folder / LOG_KEY).read_text()
    lose(logged.folder)
    with pytest.raises(LogKeyMissing):
        issue(work.job())
    logged.folder.mkdir()
    (logged.folder / LOG_KEY).write_text(kept)

    issue(work.job())

    assert log_size() == 4


@pytest.mark.long
def test_a_file_that_is_no_key_is_refused_and_not_told(logged, work, reserve):
    lose(logged.folder)
    logged.folder.mkdir()
    (logged.folder / LOG_KEY).write_text("PRIVATE+KEY+secret")

    with pytest.raises(BadKey) as refused:
        reserve(work.job())
    assert "secret" not in str(refused.value)


def test_a_restored_log_waits_even_if_the_key_is_put_back(logged, make, work, reserve):
    """The old server may have logged since the backup, with the same key."""
    restore(make)

    with pytest.raises(LogFenced):
        reserve(work.job())


@pytest.mark.long
def test_a_new_log_goes_on_where_the_restored_one_ended(
    logged, make, work, issue, look, file_of
):
    before = file_of(logged.certificate)
    fixed = proof_of_issue(document_id(logged.certificate.lookup_token))
    restore(make)
    with clock.at(clock.now() + timedelta(hours=2)):
        with transaction():
            public = begin_log(actor=SYSTEM)
        after = file_of(issue(work.job()))

    old, new = log_keys()
    assert (public, public.name) == (new, f"{old.name}/{new.key.hex()[:8]}")
    checkpoint, _ = open_checkpoint(checkpoint_note(), [new])
    assert (checkpoint.size, checkpoint.origin) == (4, new.name)
    assert log_faults() == []
    assert look(before, keys=[old]).faults == []
    assert look(after, keys=[new]).faults == []
    assert look(after, keys=[old]).faults == [Fault.KEY_UNKNOWN]
    assert look(before, log=OwnLog()).faults == []
    again = proof_of_issue(document_id(logged.certificate.lookup_token))
    assert again == fixed, "what lies in a file stays what it was"
    assert verify_trail() is None


@pytest.mark.long
def test_the_old_key_is_kept_beside_the_new_one(logged):
    old = log_keys()[0]
    with transaction():
        begin_log(actor=SYSTEM)

    kept = logged.folder / f"{LOG_KEY}.{old.key_id.hex()}"
    assert PrivateKey.read(kept.read_text()).public == old
    assert load_key(logged.folder).public == log_keys()[-1]


@pytest.mark.long
def test_a_log_goes_on_with_its_key_if_nothing_was_logged_since(
    logged, make, work, issue
):
    private = load_key(logged.folder)
    newest = checkpoint_note()
    lose(logged.folder)
    restore(make)
    with clock.at(clock.now() + timedelta(hours=2)):
        with transaction():
            continue_log(private, newest, actor=SYSTEM)
        issue(work.job())

    assert log_keys() == [private.public]
    assert current_key().first_size == 2
    assert log_faults() == []


@pytest.mark.long
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_log_that_went_on_elsewhere_is_not_continued(logged, size):
    """A checkpoint from outside knows more, or other entries: this would be a fork."""
    private = load_key(logged.folder)
    text = Checkpoint(private.public.name, size, b"r" * 32).text
    note = signed(text, [(private.public, private.sign(text))])

    with pytest.raises(LogForked), transaction():
        continue_log(private, note, actor=SYSTEM)
    assert len(log_keys()) == 1


@pytest.mark.long
def test_a_log_is_not_continued_with_a_strangers_key(logged):
    with pytest.raises(LogKeyWrong), transaction():
        continue_log(
            PrivateKey.new("kiemdinh.example.vn/log"), checkpoint_note(), actor=SYSTEM
        )


@pytest.mark.long
def test_a_proof_names_the_log_of_its_time(logged):
    with transaction():
        begin_log(actor=SYSTEM)
    proved = proof_of_issue(document_id(logged.certificate.lookup_token))

    note = read_proof(proved.proof).checkpoint
    assert note.startswith("kiemdinh.example.vn/log\n1\n")
