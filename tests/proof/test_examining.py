"""A file is genuine if it is what was issued, and nothing else is."""

from labms.certificates.faults import Fault


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
