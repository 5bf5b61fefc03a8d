"""What anybody can fetch of the log, and check without believing this server."""

import hashlib

import pytest

from labms import clock
from labms.db import transaction
from labms.proof import merkle
from labms.proof.checkpoints import open_checkpoint, read_proof
from labms.proof.notes import PublicKey, decoded
from labms.proof.queries import current_key, log_keys
from labms.proof.rules import LogEvent, document_id
from labms.proof.services import append
from labms.proof.tiles import bundle_entries
from tests.proof import oracle


def put(count):
    with transaction():
        for n in range(count):
            append(LogEvent.FILE, document=document_id(f"D{n}"), day=clock.today())


def hashes(data):
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def test_the_checkpoint_is_signed_by_the_key_on_the_page(client, app):
    put(3)
    page = client.get("/log/").get_data(as_text=True)
    answer = client.get("/log/checkpoint")
    key = PublicKey.read(current_key().public_key)

    assert str(key).replace("+", "&#43;") in page or str(key) in page
    checkpoint, signer = open_checkpoint(answer.get_data(as_text=True), [key])
    assert (checkpoint.size, signer) == (3, key)
    assert checkpoint.origin == "kiemdinh.example.vn/log"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=2"


@pytest.mark.long
def test_a_stranger_rebuilds_the_log_from_its_tiles(client, app):
    put(300)
    checkpoint, _ = open_checkpoint(
        client.get("/log/checkpoint").get_data(as_text=True), log_keys()
    )
    leaves = hashes(client.get("/log/tile/0/000").data)
    leaves += hashes(client.get("/log/tile/0/001.p/44").data)
    entries = bundle_entries(client.get("/log/tile/entries/000").data)
    entries += bundle_entries(client.get("/log/tile/entries/001.p/44").data)

    assert [hashlib.sha256(b"\x00" + one).digest() for one in entries] == leaves
    assert oracle.mth(entries) == checkpoint.root
    assert client.get("/log/tile/1/000.p/1").data == oracle.mth(entries[:256])


def test_an_empty_log_links_to_no_checkpoint(client, app):
    link = 'href="/log/checkpoint"'
    assert client.get("/log/checkpoint").status_code == 404
    assert link not in client.get("/log/").get_data(as_text=True)
    put(1)
    assert link in client.get("/log/").get_data(as_text=True)


def test_tiles_may_be_kept_for_ever(client, app):
    put(2)

    answer = client.get("/log/tile/0/000.p/2")

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path",
    [
        "0/000",
        "0/000.p/3",
        "0/000.p/0",
        "0/000.p/02",
        "0/000.p/256",
        "0/001.p/1",
        "1/000.p/1",
        "00/000.p/2",
        "64/000.p/1",
        "0/0.p/2",
        "0/x000/000.p/2",
        "0/x999/x999/x999/x999/999",
        "entries/000",
        "entries/000.p/3",
        "-1/000.p/1",
    ],
)
def test_there_is_no_tile_of_what_is_not_there(client, app, path):
    put(2)

    assert client.get("/log/tile/0/000.p/2").status_code == 200
    assert client.get(f"/log/tile/{path}").status_code == 404


def test_a_witness_is_told_that_the_log_has_only_grown(client, app):
    put(7)
    old, _ = open_checkpoint(
        client.get("/log/checkpoint").get_data(as_text=True), log_keys()
    )
    put(6)
    text = client.get("/log/consistency?from=7").get_data(as_text=True)
    head, _, note = text.partition("\n\n")
    first, *path = head.split("\n")
    new, _ = open_checkpoint(note, log_keys())

    assert (first, new.size) == ("old 7", 13)
    assert merkle.is_beginning(
        7, old.root, 13, new.root, [decoded(one) for one in path]
    )


@pytest.mark.parametrize("asked", ["from=0", "from=9", "from=2&to=1", "from=x", ""])
def test_what_cannot_be_proved_is_refused(client, app, asked):
    put(3)

    assert client.get(f"/log/consistency?{asked}").status_code == 422


def test_an_empty_log_says_so(client, app):
    assert "Chưa có mục nào" in client.get("/log/").get_data(as_text=True)
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/export").status_code == 404


def test_the_proof_of_a_document_stands_beside_its_page(client, work, issue):
    certificate = issue(work.job())
    issue(work.job())
    code = certificate.lookup_token
    page = client.get(f"/c/{code}").get_data(as_text=True)
    answer = client.get(f"/c/{code}/proof")
    proof = read_proof(answer.get_data(as_text=True))
    checkpoint, _ = open_checkpoint(proof.checkpoint, log_keys())

    assert f'href="/c/{code}/proof"' in page
    assert checkpoint.size == 4
    assert proof.leads_to(checkpoint, merkle.leaf_hash(proof.extra))
    assert document_id(code) in proof.extra.decode()


def test_of_a_code_that_is_nobodys_there_is_no_proof(client, app):
    assert client.get("/c/AAAAAAAAAAAAAAAAAA/proof").status_code == 404
