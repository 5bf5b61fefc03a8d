"""The tree is that of RFC 6962: an oracle, known vectors, and what always holds."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labms.proof import merkle
from tests.proof import oracle

#: The leaves of the reference tests of Certificate Transparency, and the roots of the
#: trees over the first 0, 1, 2 … 8 of them (google/certificate-transparency,
#: merkle_tree_test; the same in RFC 6962's other implementations).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def leaves(count):
    return [f"entry {n}".encode() for n in range(count)]


class Tree:
    """A tree as the log keeps it: nodes once they are complete, and the peaks."""

    def __init__(self, entries):
        self.nodes, self.peaks, self.size = {}, [], 0
        for entry in entries:
            made = merkle.grown(self.size, self.peaks, merkle.leaf_hash(entry))
            assert not self.nodes.keys() & dict(made).keys(), "no hash ever changes"
            self.nodes.update(made)
            self.peaks = merkle.peaks_after(self.peaks, made)
            self.size += 1

    def inclusion(self, index, size):
        ranges = merkle.inclusion_ranges(index, size)
        return merkle.proof(ranges, self.nodes.__getitem__)

    def consistency(self, old, new):
        ranges = merkle.consistency_ranges(old, new)
        return merkle.proof(ranges, self.nodes.__getitem__)


@pytest.mark.parametrize("count", range(9))
def test_roots_are_those_of_certificate_transparency(count):
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:count]]

    assert merkle.root_of(hashes).hex() == ROOTS[count]
    assert oracle.mth(LEAVES[:count]).hex() == ROOTS[count], "the oracle agrees"


def test_the_tree_is_the_oracles_at_every_size():
    entries = leaves(70)
    tree = Tree(entries)
    for size in range(1, 71):
        assert merkle.folded(Tree(entries[:size]).peaks) == oracle.mth(entries[:size])
    assert merkle.folded(tree.peaks) == oracle.mth(entries)


def test_inclusion_proofs_are_the_oracles():
    entries = leaves(40)
    tree = Tree(entries)
    for size in range(1, 41):
        for index in range(size):
            assert tree.inclusion(index, size) == oracle.path(index, entries[:size])


def test_consistency_proofs_are_the_oracles():
    entries = leaves(40)
    tree = Tree(entries)
    for new in range(1, 41):
        for old in range(1, new + 1):
            assert tree.consistency(old, new) == oracle.proof(old, entries[:new])


@given(st.data())
def test_every_leaf_can_be_proved_and_no_other_one(data):
    size = data.draw(st.integers(1, 200))
    index = data.draw(st.integers(0, size - 1))
    entries = leaves(size)
    tree = Tree(entries)
    root, path = merkle.folded(tree.peaks), tree.inclusion(index, size)
    leaf = merkle.leaf_hash(entries[index])

    assert merkle.includes(root, leaf, index, size, path)
    assert not merkle.includes(root, merkle.leaf_hash(b"forged"), index, size, path)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index or size < 2))
    if other != index:
        assert not merkle.includes(root, leaf, other, size, path)
    assert not merkle.includes(root, leaf, index, size, [*path, root])
    if path:
        assert not merkle.includes(root, leaf, index, size, path[:-1])
        at = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:at], hashlib.sha256(path[at]).digest(), *path[at + 1 :]]
        assert not merkle.includes(root, leaf, index, size, bent)


@given(st.data())
def test_a_tree_is_the_beginning_of_each_larger_one_and_of_no_other(data):
    new = data.draw(st.integers(1, 200))
    old = data.draw(st.integers(1, new))
    entries = leaves(new)
    tree = Tree(entries)
    before, after = oracle.mth(entries[:old]), oracle.mth(entries)
    path = tree.consistency(old, new)
    forked = oracle.mth([*entries[: old - 1], b"another"])

    assert merkle.is_beginning(old, before, new, after, path)
    assert not merkle.is_beginning(old, forked, new, after, path)
    if old < new:
        forged = oracle.mth([b"another", *entries[1:]])
        assert not merkle.is_beginning(old, before, new, forged, path)
        assert not merkle.is_beginning(old, before, new, after, path[:-1])
        assert not merkle.is_beginning(old, before, new, after, [*path, after])
        at = data.draw(st.integers(0, len(path) - 1))
        bent = [*path[:at], hashlib.sha256(path[at]).digest(), *path[at + 1 :]]
        assert not merkle.is_beginning(old, before, new, after, bent)


@pytest.mark.parametrize(
    ("old", "new", "path"), [(-1, 3, []), (4, 3, []), (3, 7, []), (2, 4, [])]
)
def test_what_is_no_consistency_proof_proves_nothing(old, new, path):
    assert not merkle.is_beginning(old, b"a" * 32, new, b"b" * 32, path)


def test_the_empty_tree_is_the_beginning_of_every_tree():
    assert merkle.is_beginning(0, merkle.EMPTY_ROOT, 5, b"r" * 32, [])
    assert not merkle.is_beginning(0, b"x" * 32, 5, b"r" * 32, [])


def test_a_leaf_is_never_taken_for_a_node():
    """Without different first bytes a forged leaf could pass for two others."""
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")

    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(index, size):
    with pytest.raises(ValueError):
        merkle.inclusion_ranges(index, size)
