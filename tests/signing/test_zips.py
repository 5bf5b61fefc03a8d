"""Signed files that come packed together."""

import zipfile
from io import BytesIO

import pytest

from labms.certificates.signatures import sending
from labms.certificates.signatures.sending import NotAZip, unpacked


def packed(**files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def test_a_zip_is_as_good_as_its_files():
    data = packed(thu__a=b"1", MACOSX=b"", b=b"22")

    assert list(unpacked([("da-ky.zip", data), ("c.pdf", b"333")])) == [
        ("a", b"1"),
        ("MACOSX", b""),
        ("b", b"22"),
        ("c.pdf", b"333"),
    ]


def test_what_unpacks_to_too_much_is_left_packed(monkeypatch):
    monkeypatch.setattr(sending, "LARGEST", 1000)

    assert list(unpacked([("z", packed(a=bytes(1001), b=bytes(1000)))])) == [
        ("a", None),
        ("b", bytes(1000)),
    ]


def test_no_more_files_are_taken_than_may_be(monkeypatch):
    monkeypatch.setattr(sending, "MOST_FILES", 2)

    assert list(unpacked([(str(n), b"x") for n in range(9)])) == [
        ("0", b"x"),
        ("1", b"x"),
        ("2", None),
    ]


def test_a_zip_that_is_none_is_refused():
    with pytest.raises(NotAZip):
        list(unpacked([("z", b"PK\x03\x04rubbish")]))
