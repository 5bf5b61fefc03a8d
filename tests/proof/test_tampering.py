"""Each way in which a file can lie is named, and a genuine file is never accused."""

import base64
import json
import re
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest

from labms.audit.models import Instance
from labms.audit.rules import EventType, canonical
from labms.audit.services import record
from labms.certificates.enclosing import CONTENT, PROOF, TRAIL
from labms.certificates.examination.faults import Fault
from labms.db import transaction
from labms.metrology.verdicts import Verdict
from labms.policy import SYSTEM
from labms.proof.checkpoints import open_checkpoint, read_proof
from labms.proof.exporting import lines_of_log, tiles_of
from labms.proof.logs import NotALog, read_log
from labms.proof.notes import BadNote, PrivateKey, encoded, signed
from labms.proof.queries import OwnLog, checkpoint_note, log_keys, log_size
from labms.proof.rules import LogEvent
from tests.proof.conftest import log
from tests.proof.forging import (
    Forger,
    cover_later,
    later,
    put_in,
    take_out,
    write_over,
)


@pytest.fixture
def two(paper, settings):
    """Two issued documents, and a forger at work on the second."""
    with transaction():  # so that the trail has an end to be witnessed
        record(EventType.INSTANCE_MADE, Instance(id=1), actor=SYSTEM)
    first = paper()
    with transaction():
        record(EventType.INSTANCE_MADE, Instance(id=1), actor=SYSTEM)
    second = paper()
    return SimpleNamespace(
        first=first,
        second=second,
        forger=Forger(second.data, settings.cache_dir),
        other=Forger(first.data, settings.cache_dir),
    )


def signed_anew(proof, key, *, bearing=None):
    """The proof's checkpoint, signed by another key, under the name of `bearing`."""
    text = proof.checkpoint.rpartition("\n\n")[0] + "\n"
    note = signed(text, [(bearing or key.public, key.sign(text))])
    return proof.__class__(proof.index, proof.path, note, proof.extra).text


def bent(proof, **changes):
    fields = {name: getattr(proof, name) for name in proof.__dataclass_fields__}
    return proof.__class__(**fields | changes).text


def locked(data):
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    return out.getvalue()


def forgeries(two):
    """Every mutation of a file, with what must be found out about it."""
    forger, data = two.forger, two.forger.data
    words, proof = (
        json.loads(forger.inside["content"]),
        read_proof(forger.inside["proof"]),
    )
    (ours,) = log_keys()
    stranger = PrivateKey.new(ours.name)
    raised = canonical(words | {"valid_until": "2039-12-31"})
    fraud = words | {"number": "V31.99999"}
    lead = words | {"lookup": {"url": "https://x.example/c/A", "host": "x.example"}}
    entry = proof.extra.replace(b'"day":"2031', b'"day":"2030')
    stream = data.index(b"stream", data.index(b"/FlateDecode")) + 40
    return {
        "a bit in a stream of the page": (forger.flipped(stream), Fault.PAGES_ALTERED),
        "a bit in what it says of itself": (
            forger.flipped(data.index(b"<x:xmpmeta") + 3),
            Fault.ALTERED,
        ),
        "painted over": (forger.saved(write_over), Fault.PAGES_ALTERED),
        "saved by another program": (forger.saved(), Fault.SAVED_ANEW),
        "saved for reading page by page": (
            forger.saved(linearize=True),
            Fault.SAVED_ANEW,
        ),
        "painted over, and saved for reading page by page": (
            forger.saved(write_over, linearize=True),
            Fault.PAGES_ALTERED,
        ),
        "other words put in, and saved for reading page by page": (
            forger.saved(put_in(CONTENT, raised.encode()), linearize=True),
            Fault.CONTENT_ALTERED,
        ),
        "saved for reading page by page, and painted over later": (
            later(forger.saved(linearize=True), cover_later),
            Fault.PAGES_ALTERED,
        ),
        "another number on the page": (
            forger.drawn(shown=fraud),
            Fault.PAGES_ALTERED,
        ),
        "another QR code on the page": (forger.drawn(shown=lead), Fault.PAGES_ALTERED),
        "other words, drawn as ours": (
            forger.drawn(content=raised),
            Fault.CONTENT_ALTERED,
        ),
        "other words put in": (
            forger.saved(put_in(CONTENT, raised.encode())),
            Fault.CONTENT_ALTERED,
        ),
        "words that are none": (
            forger.saved(put_in(CONTENT, b"[1]")),
            Fault.CONTENT_ALTERED,
        ),
        "the proof of another": (
            forger.drawn(proof=two.other.inside["proof"]),
            Fault.PROOF_OF_ANOTHER,
        ),
        "the proof taken out": (forger.drawn(proof=""), Fault.PROOF_MISSING),
        "the proof taken out by another program": (
            forger.saved(take_out(PROOF)),
            Fault.PROOF_MISSING,
        ),
        "nothing left inside": (
            forger.saved(lambda pdf: [take_out(n)(pdf) for n in (CONTENT, PROOF)]),
            Fault.NOT_OURS,
        ),
        "a proof that is none": (forger.drawn(proof="proof\n"), Fault.PROOF_UNREADABLE),
        "a proof by a stranger's log": (
            forger.drawn(proof=signed_anew(proof, stranger)),
            Fault.KEY_UNKNOWN,
        ),
        "a proof in our log's name": (
            forger.drawn(proof=signed_anew(proof, stranger, bearing=ours)),
            Fault.CHECKPOINT_FORGED,
        ),
        "a proof for another place": (
            forger.drawn(proof=bent(proof, index=proof.index - 1)),
            Fault.PROOF_DOES_NOT_FIT,
        ),
        "a proof with another entry": (
            forger.drawn(proof=bent(proof, extra=entry)),
            Fault.PROOF_DOES_NOT_FIT,
        ),
        "a proof with a shorter path": (
            forger.drawn(proof=bent(proof, path=proof.path[:-1])),
            Fault.PROOF_DOES_NOT_FIT,
        ),
        "an older audit checkpoint": (
            forger.drawn(trail=two.other.inside["trail"]),
            Fault.TRAIL_ALTERED,
        ),
        "no audit checkpoint": (
            forger.saved(take_out(TRAIL)),
            Fault.TRAIL_ALTERED,
        ),
        "a strange file put in": (
            forger.saved(put_in("readme.txt", b"hello")),
            Fault.STRANGE_FILE,
        ),
        "something at the end": (data + b"\n% EOF\n", Fault.EXTENDED),
        "a later version of the page": (forger.added(cover_later), Fault.EXTENDED),
        "cut off": (data[: len(data) // 2], Fault.NOT_READABLE),
        "no PDF at all": (b"<html>V31.00001</html>", Fault.NOT_A_PDF),
        "a photo": (b"\xff\xd8\xff\xe0" + bytes(500), Fault.NOT_A_PDF),
        "a page more": (
            forger.saved(lambda pdf: pdf.add_blank_page()),
            Fault.PAGE_COUNT,
        ),
        "a password": (locked(data), Fault.ENCRYPTED),
        "something before it": (b"%junk\n" + data, Fault.JUNK_BEFORE),
        "another before it": (two.first.data + data, Fault.TWO_IN_ONE),
        "itself before it": (data + b"\n" + data, Fault.TWO_IN_ONE),
    }


@pytest.mark.long
def test_each_forgery_is_named_right(look, two):
    """And first of all: someone who reads one line reads the right one."""
    made = forgeries(two)
    told = {name: look(data).faults for name, (data, _) in made.items()}

    assert {name: faults[0] for name, faults in told.items()} == {
        name: fault for name, (_, fault) in made.items()
    }
    assert Fault.PAGES_ALTERED in told["a later version of the page"]
    assert len(made) >= 15


def test_what_the_forger_leaves_alone_is_not_accused(look, two):
    """The control: the same way there, without the forgery."""
    again = two.forger.drawn()

    assert again == two.forger.data
    assert look(again).faults == []


@pytest.mark.parametrize("made", [{}, {"verdict": Verdict.FAIL}])
def test_every_kind_of_document_is_genuine_as_it_was_issued(
    look, work, issue, file_of, made
):
    if made:
        made = made | {"failed_stage": "metrological"}
    certificate = issue(work.job(**made))
    data = file_of(certificate)

    assert look(data).faults == []
    found = look(data, log=OwnLog())
    assert (found.faults, found.is_logged, found.is_newest) == ([], True, True)


def test_a_key_that_is_not_the_logs_opens_nothing(look, paper):
    stranger = PrivateKey.new("kiemdinh.example.vn/log").public

    found = look(paper().data, keys=[stranger])

    assert found.faults == [Fault.KEY_UNKNOWN]
    assert not found.is_genuine


def revoke(one):
    log(LogEvent.REVOKE, one.document, reason="wrong_result")


def exported(tmp_path):
    path = tmp_path / "labms-log.jsonl"
    path.write_text("".join(lines_of_log()), "utf-8", newline="\n")
    return path


def test_with_the_log_it_is_told_that_it_was_revoked_since(look, paper, tmp_path):
    one = paper()
    revoke(one)
    known = read_log(exported(tmp_path), log_keys())

    alone, with_log = look(one.data), look(one.data, log=known)

    assert alone.faults == [], "a file cannot know what came after it"
    assert with_log.faults == [Fault.REVOKED]
    assert with_log.is_genuine
    assert not with_log.is_good
    assert "04/03/2031" in str(with_log.findings[0].text)


def test_with_the_log_it_is_told_that_it_is_an_older_version(look, two):
    log(LogEvent.SUPERSEDE, two.first.document, successor=two.second.document)

    assert look(two.other.data, log=OwnLog()).faults == [Fault.SUPERSEDED]
    assert look(two.forger.data, log=OwnLog()).faults == []


def test_tiles_in_a_folder_are_a_log_as_well(look, paper, tmp_path):
    one = paper()
    revoke(one)
    size = log_size()
    for name, data in tiles_of(size, checkpoint_note(size)):
        path = tmp_path / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    known = read_log(tmp_path / "log", log_keys())

    assert look(one.data, log=known).faults == [Fault.REVOKED]


def test_a_log_from_before_the_document_says_nothing_of_it(look, paper, tmp_path):
    paper()
    known = read_log(exported(tmp_path), log_keys())

    assert look(paper().data, log=known).faults == []


def test_a_log_that_was_tampered_with_is_not_believed(paper, tmp_path):
    """Leaving the revocation out, or writing another entry, is seen by the root."""
    revoke(paper())
    lines = exported(tmp_path).read_text("utf-8").splitlines(keepends=True)
    path = tmp_path / "forged.jsonl"

    for forged in (
        lines[:-1],
        [*lines[:-1], lines[-1].replace("wrong_result", "other")],
        [lines[0], lines[2], lines[1], *lines[3:]],
        [lines[0].replace("labms-log-1", "another"), *lines[1:]],
    ):
        path.write_text("".join(forged), "utf-8")
        with pytest.raises(NotALog):
            read_log(path, log_keys())
    head = json.loads(lines[0])
    note = re.sub(r"\n3\n", "\n2\n", head["checkpoint"], count=1)
    path.write_text(
        "".join([json.dumps(head | {"checkpoint": note}), "\n", *lines[1:-1]])
    )
    with pytest.raises(BadNote):
        read_log(path, log_keys())


def test_a_document_that_the_log_has_otherwise_is_named(look, two):
    """Somebody shows this reader another log than the document's own."""
    other = SimpleNamespace(
        size=9,
        leaf=lambda _: b"x" * 32,
        about=lambda _: [],
        document_of=lambda _: None,
    )

    assert look(two.forger.data, log=other).faults == [Fault.LOG_DIFFERS]


def test_a_file_that_was_never_given_out_is_not_in_the_log(look, two):
    """Words and proof are right, but the log knows another file of it."""
    known = OwnLog()
    known.document_of = lambda _: None
    known.about = lambda document: [
        (at, replace(entry, file=entry.file and "0" * 64))
        for at, entry in OwnLog().about(document)
    ]

    assert look(two.forger.data, log=known).faults == [Fault.FILE_NOT_LOGGED]


def test_a_checkpoint_in_a_file_is_a_witness_of_the_log(two):
    """Whoever keeps a PDF keeps the proof of what the log was then."""
    proof = read_proof(two.forger.inside["proof"])
    checkpoint, key = open_checkpoint(proof.checkpoint, log_keys())

    assert checkpoint.size == proof.index + 1 == 3
    assert base64.b64decode(encoded(checkpoint.root)) == checkpoint.root
    assert key == log_keys()[0]
