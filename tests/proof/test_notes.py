"""Notes and keys are written and read as other programs do it, and as nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.proof.checkpoints import (
    BadProof,
    Checkpoint,
    Proof,
    UnknownKey,
    open_checkpoint,
    read_proof,
)
from labms.proof.notes import (
    BadKey,
    BadNote,
    PrivateKey,
    PublicKey,
    open_note,
    signed,
)
from labms.proof.tiles import (
    Tile,
    bundle,
    bundle_entries,
    entries_path,
    is_there,
    read_level,
    read_number,
    tile_path,
)

#: The example of golang.org/x/mod/sumdb/note, which made this form first.
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
)
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = (
    TEXT + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgY"
    "N1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_the_example_of_another_program_is_read_and_written_alike():
    public, private = PublicKey.read(PUBLIC), PrivateKey.read(PRIVATE)

    assert private.public == public
    assert str(public) == PUBLIC
    assert private.secret_text() == PRIVATE + "\n"
    assert open_note(NOTE, [public]).signers == (public,)
    assert signed(TEXT, [(public, private.sign(TEXT))]) == NOTE


def test_a_private_key_is_never_shown():
    private = PrivateKey.read(PRIVATE)

    assert "AYEK" not in repr(private)
    with pytest.raises(BadKey) as refused:
        PrivateKey.read(PRIVATE.replace("c74f20a3", "c74f20a4"))
    assert "AYEK" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        PUBLIC.replace("c74f", "c74e"),
        PUBLIC.replace("Peter", "Paul"),
        PUBLIC[:-4],
        PUBLIC.replace("+ARpc", "+Ag=="),
        PUBLIC.replace("PeterNeumann", "Peter Neumann"),
        PRIVATE,
    ],
)
def test_what_is_no_key_is_refused(text):
    with pytest.raises(BadKey):
        PublicKey.read(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        NOTE[:-1],
        NOTE.replace("\u2014", "-"),
        NOTE.replace("x08g", "x0"),
        NOTE.replace("think", "thing"),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("If", "I\tf"),
        "x" * 70_000 + NOTE,
    ],
)
def test_what_is_no_note_of_the_key_is_rejected_whole(note):
    with pytest.raises(BadNote):
        open_note(note, [PublicKey.read(PUBLIC)])


def test_signatures_of_strangers_are_left_aside():
    stranger = PrivateKey.new("stranger.example")
    public = PublicKey.read(PUBLIC)
    both = NOTE + signed("", [(stranger.public, stranger.sign(TEXT))]).lstrip("\n")

    assert open_note(both, [public]).signers == (public,)
    assert open_note(both, [public]).others == ("stranger.example",)
    assert open_note(both, []).signers == ()


def test_a_checkpoint_counts_only_under_the_name_of_its_log():
    key = PrivateKey.new("a.example/log")
    text = Checkpoint("b.example/log", 3, b"r" * 32).text
    note = signed(text, [(key.public, key.sign(text))])

    with pytest.raises(UnknownKey):
        open_checkpoint(note, [key.public])


@pytest.mark.parametrize(
    "text", ["a\n-1\nAAAA\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "a\n1\n", "\n1\nAAAA\n"]
)
def test_a_note_that_is_no_checkpoint_is_none(text):
    key = PrivateKey.new("a")
    with pytest.raises(BadNote):
        open_checkpoint(signed(text, [(key.public, key.sign(text))]), [key.public])


hashes = st.binary(min_size=32, max_size=32)


@given(st.integers(0, 2**40), st.lists(hashes, max_size=40), st.binary(max_size=99))
def test_a_proof_is_read_as_it_was_written(index, path, extra):
    proof = Proof(index, tuple(path), NOTE, extra)

    assert read_proof(proof.text) == proof


@pytest.mark.parametrize(
    ("this", "that"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "place 3"),
        ("index 3\n", ""),
        ("extra eA==", "extra e=="),
        ("\n\n", "\nQUFB\n\n"),
        ("\n\n", "\n"),
    ],
)
def test_what_is_no_proof_is_refused(this, that):
    text = Proof(3, (b"h" * 32,), "note\n", b"x").text
    assert read_proof(text).index == 3
    with pytest.raises(BadProof):
        read_proof(text.replace(this, that, 1))


def test_tiles_are_where_the_specification_says():
    """The examples in C2SP tlog-tiles: index 1234067, a tree of 70,000."""
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert entries_path(273, 112) == "tile/entries/273.p/112"
    assert read_number("x001/x234/067") == (1234067, 256)
    assert is_there(Tile(0, 272), 70_000)
    assert not is_there(Tile(0, 273), 70_000)
    assert is_there(Tile(0, 273, 112), 70_000)
    assert not is_there(Tile(0, 273, 113), 70_000)
    assert is_there(Tile(1, 1, 17), 70_000)
    assert not is_there(Tile(1, 1, 18), 70_000)
    assert is_there(Tile(2, 0, 1), 70_000)


@given(st.integers(0, 10**12), st.integers(1, 256))
def test_each_tile_has_one_address(number, width):
    path = tile_path(0, number, width).removeprefix("tile/0/")

    assert read_number(path) == (number, width)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1", "01", "0001", "x000/001", "x1/001", "001.p/256", "001.p/0"),
        *("001.p/07", "001/", "/001", "-01", "x001/x001", "٠٠١", "001.p/"),
        "x999/" * 20 + "001",
    ],
)
def test_what_is_no_address_of_a_tile_is_none(text):
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["", "00", "64", "-1", "1.", "٣", "x"])
def test_what_is_no_level_is_none(text):
    assert read_level(text) is None


@given(st.lists(st.binary(max_size=300), max_size=9))
def test_a_bundle_gives_back_its_entries(entries):
    data = bundle(entries)

    assert bundle_entries(data) == entries
    if data:
        with pytest.raises(ValueError):
            bundle_entries(data + b"\x01")
