"""RFC 6962 as naively as it can be written: whole trees, hashed anew each time."""

import hashlib


def h(data):
    return hashlib.sha256(data).digest()


def largest_power_of_two_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(entries):
    """RFC 6962, 2.1."""
    n = len(entries)
    if n == 0:
        return h(b"")
    if n == 1:
        return h(b"\x00" + entries[0])
    k = largest_power_of_two_below(n)
    return h(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def path(m, entries):
    """RFC 6962, 2.1.1."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_of_two_below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m, entries):
    """RFC 6962, 2.1.2."""
    return subproof(m, entries, whole=True)


def subproof(m, entries, *, whole):
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = largest_power_of_two_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]
