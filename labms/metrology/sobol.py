"""Evenly spread points for simulations: the Sobol sequence with a random shift.

Source: S. Joe and F. Y. Kuo, Constructing Sobol sequences with better two-dimensional
projections, SIAM J. Sci. Comput. 30 (2008), direction numbers new-joe-kuo-6; points in
the order of I. A. Antonov and V. M. Saleev (1979).
"""

from typing import Any

#: For each coordinate after the first: degree and coefficients of its primitive
#: polynomial, and its first direction numbers.
_DIRECTIONS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)

#: Coordinates that are spread evenly together; further ones are plainly random.
EVEN = len(_DIRECTIONS) + 1
_BITS = 30


def _directions(coordinate: int) -> list[int]:
    """Return the direction numbers of a coordinate as whole numbers of 30 bits."""
    if coordinate == 0:
        return [1 << (_BITS - 1 - i) for i in range(_BITS)]
    degree, polynomial, first = _DIRECTIONS[coordinate - 1]
    found = [m << (_BITS - 1 - i) for i, m in enumerate(first)]
    for i in range(degree, _BITS):
        value = found[i - degree] ^ (found[i - degree] >> degree)
        for k in range(1, degree):
            if (polynomial >> (degree - 1 - k)) & 1:
                value ^= found[i - k]
        found.append(value)
    return found


def points(columns: int, *, power: int, seed: int) -> list[Any]:
    """Return `columns` arrays of 2 ** `power` numbers between 0 and 1, without them.

    Every coordinate is shifted by its own random digits, so that a mean over the points
    is unbiased; the same seed gives the same points.
    """
    import numpy as np

    random = np.random.Generator(np.random.PCG64(seed))
    shifts = random.integers(0, 1 << _BITS, size=columns, dtype=np.uint32)
    count = 1 << power
    found = []
    for column in range(columns):
        if column >= EVEN:
            found.append(random.random(count))
            continue
        whole = np.zeros(1, dtype=np.uint32)
        for direction in _directions(column)[:power]:
            # the next half of the sequence is the first half, reflected and moved
            whole = np.concatenate([whole, whole[::-1] ^ np.uint32(direction)])
        whole ^= shifts[column]
        found.append((whole + 0.5) / (1 << _BITS))
    return found
