"""The Merkle tree of a log: hashes, proofs, and how strangers check them.

A tree over n leaves is cut into ranges of leaves; each range into complete subtrees,
named by height and position, of which hashes are kept once and never change. What has
to be fetched for a proof can so be told before anything is read.

Source: RFC 6962, section 2.1 (Merkle hash trees, audit paths, consistency proofs);
verification as in RFC 9162, 2.1.3.2 and 2.1.4.2. Read by the program's authors only.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

#: Height (0: a leaf) and position among those of its height, from the left.
Node = tuple[int, int]
#: First leaf, and the one after the last.
Range = tuple[int, int]
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf: RFC 6962, 2.1: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees: RFC 6962, 2.1: SHA-256(0x01 || l || r)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Return the largest power of two that is smaller than `count`, which is > 1."""
    return 1 << ((count - 1).bit_length() - 1)


def complete_subtrees(of: Range) -> list[Node]:
    """Return the complete subtrees that a range is made of, the largest first.

    A range here always begins where its largest subtree may begin.
    """
    start, end = of
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of a range from those of its complete subtrees, left to right."""
    if not hashes:
        return EMPTY_ROOT
    whole = hashes[-1]
    for left in reversed(hashes[:-1]):
        whole = node_hash(left, whole)
    return whole


def grown(size: int, peaks: Sequence[bytes], leaf: bytes) -> list[tuple[Node, bytes]]:
    """Return the nodes that a leaf completes in a tree of `size`, from the leaf up.

    `peaks` are the hashes of its complete subtrees, the largest first. On average two.
    """
    position, height, whole = size, 0, leaf
    made = [((0, size), leaf)]
    rest = list(peaks)
    while position & 1:
        whole = node_hash(rest.pop(), whole)
        position, height = position >> 1, height + 1
        made.append(((height, position), whole))
    return made


def peaks_after(peaks: Sequence[bytes], made: list[tuple[Node, bytes]]) -> list[bytes]:
    """Return the complete subtrees of the tree once those nodes are in it."""
    return [*peaks[: len(peaks) - len(made) + 1], made[-1][1]]


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose hashes prove leaf `index` of `size`, from it upwards.

    Source: RFC 6962, 2.1.1, PATH(m, D[n]).
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} of {size}")
    found: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose hashes prove that a tree of `new` begins as one of `old`.

    Source: RFC 6962, 2.1.2, PROOF(m, D[n]). Nothing proves that the empty tree is a
    beginning of any other, nor that a tree is its own.
    """
    if not 0 <= old <= new:
        raise ValueError(f"from {old} to {new}")
    if old in {0, new}:
        return []
    found: list[Range] = []
    start, end, is_whole = 0, new, True
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        found.append((start, end))
    return found[::-1]


def nodes_of(ranges: Iterable[Range]) -> set[Node]:
    """Return the complete subtrees that have to be known for these ranges."""
    return {node for one in ranges for node in complete_subtrees(one)}


def proof(ranges: Iterable[Range], known: Callable[[Node], bytes]) -> list[bytes]:
    """Return the hashes of ranges, from those of the complete subtrees."""
    return [folded([known(node) for node in complete_subtrees(one)]) for one in ranges]


def root_from_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes]
) -> bytes | None:
    """Return the root to which a path leads from a leaf, or None if it can't be one.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    at, last, whole = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            whole = node_hash(sibling, whole)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            whole = node_hash(whole, sibling)
        at, last = at >> 1, last >> 1
    return whole if last == 0 else None


def includes(
    root: bytes, leaf: bytes, index: int, size: int, path: Sequence[bytes]
) -> bool:
    """Whether a path proves a leaf of the tree with this root and size."""
    return root_from_inclusion(leaf, index, size, path) == root


def is_beginning(
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that the tree of size `old` is the beginning of `new`.

    Source: RFC 9162, 2.1.4.2. An empty tree is the beginning of every tree.
    """
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    rest = list(path) if old & (old - 1) else [old_root, *path]
    if not rest:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)


def roots(leaves: Iterable[bytes]) -> Iterable[bytes]:
    """Yield the root after each leaf."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks = peaks_after(peaks, grown(size, peaks, leaf))
        yield folded(peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of a tree with these leaf hashes."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks = peaks_after(peaks, grown(size, peaks, leaf))
    return folded(peaks)
