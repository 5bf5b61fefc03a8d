"""A file is genuine if it is what was issued, and nothing else is."""

import random
import zlib

import pikepdf
import pytest

from labms.certificates.examination.faults import Fault
from labms.certificates.examination.opened import LARGEST_INSIDE
from tests.proof.forging import Forger


def test_the_file_that_was_issued_is_genuine(look, issued):
    found = look(issued.data)

    assert found.faults == []
    assert found.is_genuine
    assert found.code == issued.certificate.lookup_token
    assert found.entry.content == issued.certificate.content_hash


def test_one_bit_is_enough_to_be_found_out(look, paper):
    bent = bytearray(paper().data)
    bent[len(bent) // 3] ^= 1

    assert look(bytes(bent)).faults == [Fault.PAGES_ALTERED]


def tangled(data, *, fanout=8, depth=24):
    """A file whose list of enclosed files branches for ever, without being long."""

    def change(pdf):
        node = pdf.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array([])))
        for _ in range(depth):
            kids = pikepdf.Array([node] * fanout)
            node = pdf.make_indirect(pikepdf.Dictionary(Kids=kids))
        pdf.Root.Names.EmbeddedFiles = node

    return change


def test_a_file_that_was_made_to_keep_us_busy_is_put_away(look, paper, settings):
    data = paper().data
    forger = Forger(data, settings.cache_dir)

    assert look(forger.saved(tangled(data))).faults == [Fault.NOT_READABLE]


def test_a_file_that_unfolds_to_more_than_it_may_is_put_away(look, paper, settings):
    bomb = zlib.compress(bytes(LARGEST_INSIDE + 1))
    forger = Forger(paper().data, settings.cache_dir)

    def change(pdf):
        stream = pikepdf.Stream(pdf, bomb)
        stream.Filter = pikepdf.Name.FlateDecode
        names = pdf.Root.Names.EmbeddedFiles.Names
        names[1].EF.F = pdf.make_indirect(stream)

    assert len(bomb) < 30_000
    assert look(forger.saved(change)).faults == [Fault.NOT_READABLE]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_done_to_the_bytes_is_found_and_nothing_breaks(look, paper, seed):
    """Bits, cuts, repeated and swapped pieces, anywhere in the file."""
    rng, data = random.Random(seed), paper().data
    at, length = rng.randrange(len(data) - 400), rng.randrange(1, 300)
    bent = bytearray(data)
    match seed % 4:
        case 0:
            bent[at] ^= 1 << rng.randrange(8)
        case 1:
            del bent[at : at + length]
        case 2:
            bent[at:at] = data[at : at + length]
        case 3:
            bent[at : at + length] = bytes(reversed(data[at : at + length]))

    found = look(bytes(bent))

    assert bytes(bent) == data or not found.is_genuine
