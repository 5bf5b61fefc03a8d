"""The controls of the oracle: whatever is made wrong by hand, it finds and names.

Else a sweep without a finding would say nothing.
"""

import pytest

from labms.bulk.rules import BulkKind
from tests.faults.acts import correct, issue, run_over, sign_on_the_server, submit
from tests.faults.checker import problems
from tests.faults.instances import records_of

pytestmark = pytest.mark.faults

FIRST = "(SELECT min(id) FROM certificate)"
LAST = "(SELECT max(id) FROM certificate)"
#: What is done to the rows, and what is said about it.
ROWS = {
    "a number is skipped": (
        f"UPDATE certificate SET sequence = 9 WHERE id = {LAST}",
        "counted to",
    ),
    "a series has counted further": (
        "UPDATE number_series SET last = last + 1 WHERE kind = 'certificate'",
        "counted to",
    ),
    "a number is given twice": (
        f"UPDATE certificate SET number = "
        f"(SELECT number FROM certificate WHERE id = {FIRST})",
        "was given 4 times",
    ),
    "a code is given twice": (
        "UPDATE certificate SET lookup_token = 'same'",
        "was given 4 times",
    ),
    "words are changed": (
        f"UPDATE certificate SET content = content || ' ' WHERE id = {FIRST}",
        "another hash",
    ),
    "a document is taken back": (
        f"UPDATE certificate SET state = 'reserved', file_hash = NULL "
        f"WHERE id = {LAST}",
        "is reserved",
    ),
    "an end without a successor": (
        f"UPDATE certificate SET state = 'superseded' WHERE id = {LAST}",
        "0 follow",
    ),
    "two in force": (
        "UPDATE certificate SET state = 'issued' WHERE state = 'superseded'",
        "2 in force",
    ),
    "none in force": (
        "UPDATE job SET state = 'certified' WHERE state = 'evidenced'",
        "0 in force",
    ),
    "a closing without an event": (
        "UPDATE job SET state = 'evidenced' WHERE state = 'awaiting_review'",
        "was closed 0 times",
    ),
    "an event is lost": (
        "DELETE FROM audit_event WHERE event_type = 'certificate:issued'",
        "the trail breaks",
    ),
    "the last event is lost": (
        "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)",
        "the trail does not end",
    ),
    "an event is told of something else": (
        "UPDATE audit_event SET event_type = 'certificate:issued' "
        "WHERE event_type = 'certificate:reserved'",
        "events",
    ),
    "an entry of the log is changed": (
        "UPDATE log_entry SET entry = entry || ' ' WHERE position = 0",
        "other entries than it hashed",
    ),
    "the log is signed for something else": (
        "UPDATE log_checkpoint SET root = 'other' WHERE size = 2",
        "signed something else",
    ),
    "the log is cut": (
        "DELETE FROM log_entry WHERE position = (SELECT max(position) FROM log_entry)",
        "the log",
    ),
    "a stamp is used twice": (
        "UPDATE stamp SET serial = '31V.00001', likeness = '31V.00001'",
        "was used",
    ),
    "a stamp stands for nothing": (
        "UPDATE stamp SET confirmed_at = applied_at",
        "stands, its job is",
    ),
    "a stamp is gone": (
        "UPDATE stamp SET state = 'released' WHERE serial = '31V.00001'",
        "which is not there",
    ),
    "a file is of two documents": (
        f"UPDATE certificate SET file_hash = "
        f"(SELECT file_hash FROM certificate WHERE id = {FIRST}) WHERE id = {LAST}",
        "two records name one file",
    ),
    "a run is left": (
        "UPDATE bulk_run SET finished_at = NULL",
        "is not finished",
    ),
    "an item is left": (
        "UPDATE bulk_item SET state = 'waiting'",
        "is waiting",
    ),
    "an item has another's document": (
        f"UPDATE bulk_item SET certificate_id = {FIRST}",
        "of another job",
    ),
}


@pytest.fixture
def busy(instances):
    """An instance on which a bit of everything was done."""
    issued = instances.jobs[:3]
    return instances.after(
        issue(issued[0]),
        correct,
        sign_on_the_server,
        issue(issued[1]),
        run_over(BulkKind.ISSUE, issued[2:]),
        run_over(BulkKind.APPROVE, instances.stamped[:1]),
        submit(instances.saved[0]),
    )


def test_what_was_done_in_order_has_no_problem(instances, busy):
    assert problems(busy, told=instances.told) == []


def test_each_row_that_is_made_wrong_is_named(instances, busy):
    missed = []
    assert len(ROWS) >= 20
    for what, (statement, said) in ROWS.items():
        folder = instances.copy(busy)
        with records_of(folder, writing=True) as records:
            records.tamper(statement)
        if said not in "\n".join(problems(folder, told=instances.told)):
            missed.append(what)

    assert missed == []


def stored(folder):
    return sorted((folder / "files").glob("??/??/*"))


def damage(folder):
    stored(folder)[0].write_bytes(b"%PDF")
    return "is damaged"


def lose(folder):
    stored(folder)[0].unlink()
    return "has no file"


def add(folder):
    (folder / "files" / "ab" / "cd").mkdir(parents=True)
    (folder / "files" / "ab" / "cd" / "more").write_bytes(b"%PDF")
    return "more has no record"


def sign_another(folder):
    (folder / "files" / "pending").mkdir(exist_ok=True)
    (folder / "files" / "pending" / "more").write_bytes(b"%PDF /ByteRange")
    return "is signed, and has no record"


def forget_what_was_told(folder):
    (folder.parent / "told").write_text("reserved V31.00099\n", "utf-8")
    return "was told, and is not so"


def tell_of_another_file(folder):
    (folder.parent / "told").write_text("issued V31.00001 0000\n", "utf-8")
    return "was told, and is not so"


@pytest.mark.parametrize(
    "harm",
    [damage, lose, add, sign_another, forget_what_was_told, tell_of_another_file],
)
def test_each_file_that_is_made_wrong_is_named(instances, busy, harm):
    folder = instances.copy(busy)

    said = harm(folder)

    assert said in "\n".join(problems(folder, told=instances.told))
