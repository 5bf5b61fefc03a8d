"""QR codes of many addresses that differ in the secret code alone.

Version, level and mask fixed, the modules are linear over GF(2) in the bits of the
data: a code is the sum of one picture for each bit that is set. The pictures are taken
from the encoder itself when an address has come up some dozens of times, and from then
on a code costs microseconds instead of a millisecond.

Source: ISO/IEC 18004:2015, 7.4.4 (pairs of letters in 11 bits), 7.5 (Reed-Solomon,
which is linear), 7.8 (masks, which are added).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

#: In the order of their values. Source: ISO/IEC 18004:2015, table 5.
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
#: An address is so often encoded before its tables are made (a tenth of a second).
OFTEN = 40
#: Hosts are few; whoever makes them up shall not fill the memory.
_MOST = 8

_VALUES = {letter: value for value, letter in enumerate(LETTERS)}
_TAIL = re.compile(f"[{re.escape(LETTERS)}]*$")
_USUAL = "A"


@dataclass(frozen=True, slots=True)
class _Table:
    """The picture of a tail of one letter only, and what each bit changes in it."""

    side: int
    usual: int
    changes: tuple[tuple[int, ...], ...]
    """For each pair of letters (or the last one alone), its bits from the lowest."""

    def rows(self, tail: str) -> tuple[str, ...]:
        picture = self.usual
        for value, usual, changes in zip(
            _values(tail), _values(_USUAL * len(tail)), self.changes, strict=True
        ):
            different = value ^ usual
            for change in changes:
                if different & 1:
                    picture ^= change
                different >>= 1
        side = self.side
        dots = format(picture, f"0{side * side}b")
        return tuple(dots[start : start + side] for start in range(0, len(dots), side))


class Tables:
    """The tables of addresses that come up often; safe under threads."""

    def __init__(
        self, encode: Callable[[str], tuple[str, ...]], *, shortest_run: int
    ) -> None:
        """Take pictures from `encode`; its runs of digits start at `shortest_run`."""
        self._encode = encode
        self._shortest = shortest_run
        self._digits = re.compile(f"[0-9]{{{shortest_run}}}")
        self._seen: dict[tuple[str, int], int] = {}
        self._tables: dict[tuple[str, int], _Table] = {}
        self._making = Lock()

    def rows(self, text: str) -> tuple[str, ...] | None:
        """Return the modules of a code, or None if there is no table for it.

        A long run of digits is packed in another way than letters: no table then.
        """
        found = _TAIL.search(text)
        tail = found.group() if found else ""
        if len(tail) < self._shortest or self._digits.search(tail):
            return None
        key = (text[: len(text) - len(tail)], len(tail))
        table = self._tables.get(key)
        if table is None:
            table = self._made_when_due(key)
        return table.rows(tail) if table else None

    def _made_when_due(self, key: tuple[str, int]) -> _Table | None:
        with self._making:
            if key in self._tables:
                return self._tables[key]
            if len(self._seen) > 1000:
                self._seen.clear()
            self._seen[key] = self._seen.get(key, 0) + 1
            if self._seen[key] < OFTEN or len(self._tables) >= _MOST:
                return None
            self._tables[key] = self._made(*key)
            return self._tables[key]

    def _made(self, prefix: str, length: int) -> _Table:
        rows = self._encode(prefix + _USUAL * length)
        usual = int("".join(rows), 2)
        changes = []
        for start in range(0, length, 2):
            count = min(2, length - start)
            changes.append(
                tuple(
                    usual
                    ^ int(
                        "".join(
                            self._encode(
                                prefix
                                + _USUAL * start
                                + other
                                + _USUAL * (length - start - count)
                            )
                        ),
                        2,
                    )
                    for other in _one_bit_apart(count)
                )
            )
        return _Table(side=len(rows), usual=usual, changes=tuple(changes))


def _values(tail: str) -> list[int]:
    """Return the values of pairs of letters, and of the last one if it is alone."""
    values = [_VALUES[letter] for letter in tail]
    pairs = [45 * a + b for a, b in zip(values[::2], values[1::2], strict=False)]
    return [*pairs, *values[len(pairs) * 2 :]]


def _one_bit_apart(count: int) -> Iterator[str]:
    """Yield the letters whose value differs from the usual ones in one bit each."""
    (usual,) = _values(_USUAL * count)
    for bit in range(11 if count == 2 else 6):
        value = usual ^ (1 << bit)
        if count == 2:
            yield LETTERS[value // 45] + LETTERS[value % 45]
        else:
            yield LETTERS[value]
