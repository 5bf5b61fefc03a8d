import os
from pathlib import Path

import pytest

from labms.filestore import (
    ASIDE,
    FileDamaged,
    NoSuchFile,
    hash_of,
    path_of,
    read,
    store,
    stored,
)


def test_what_is_stored_is_read_again(tmp_path):
    digest = store(tmp_path, b"certificate")

    assert digest == hash_of(b"certificate")
    assert read(tmp_path, digest) == b"certificate"
    assert path_of(tmp_path, digest).parent == tmp_path / digest[:2] / digest[2:4]


def test_storing_twice_keeps_one_file_and_nothing_aside(tmp_path):
    first = store(tmp_path, b"same")
    written = path_of(tmp_path, first).stat().st_mtime_ns

    assert store(tmp_path, b"same") == first
    assert path_of(tmp_path, first).stat().st_mtime_ns == written
    assert list(stored(tmp_path)) == [first]
    assert list((tmp_path / ASIDE).iterdir()) == []


def test_a_changed_file_is_refused_and_storing_again_heals_it(tmp_path):
    digest = store(tmp_path, b"ten kilograms")
    path_of(tmp_path, digest).write_bytes(b"two kilograms")

    with pytest.raises(FileDamaged):
        read(tmp_path, digest)

    assert store(tmp_path, b"ten kilograms") == digest
    assert read(tmp_path, digest) == b"ten kilograms"


@pytest.mark.parametrize("name", ["0" * 64, "", "../../settings.toml", "A" * 64])
def test_a_name_that_is_no_hash_or_leads_nowhere_is_not_found(tmp_path, name):
    with pytest.raises(NoSuchFile):
        read(tmp_path, name)


def test_the_file_is_synced_before_it_gets_its_name_and_the_folder_after(
    tmp_path, monkeypatch
):
    happened = []
    fsync, replace = os.fsync, Path.replace

    def noting_fsync(descriptor):
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        happened.append(("sync", path))
        fsync(descriptor)

    def noting_replace(path, target):
        happened.append(("name", target))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    digest = store(tmp_path, b"in this order")

    path = path_of(tmp_path, digest)
    named = happened.index(("name", path))
    assert [
        place for kind, place in happened[:named] if place.parent.name == ASIDE
    ] != []
    assert ("sync", path.parent) in happened[named:]
    made = [place for kind, place in happened[:named]]
    assert {tmp_path, path.parent.parent} <= set(made)


def test_a_write_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    store(tmp_path, b"first")
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        store(tmp_path, b"second")

    assert list(stored(tmp_path)) == [hash_of(b"first")]
    assert list((tmp_path / ASIDE).iterdir()) == []
