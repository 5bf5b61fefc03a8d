"""Killed while it recovers from a kill; two that recover; one that sleeps meanwhile.

All on documents that the server signs: there a second file would be another one.
"""

import os
import signal
from contextlib import suppress

import pytest

from labms import clock
from labms.certificates import finishing
from labms.certificates.finishing import resume_issuing
from labms.certificates.rules import BeingFinished
from labms.certificates.signatures import sealing
from tests.faults.acts import issue, resume, resume_and_issue, sign_on_the_server
from tests.faults.checker import problems
from tests.faults.conftest import LATER, NIGHT
from tests.faults.killing import asleep, together
from tests.faults.sweeping import (
    at_work,
    kill_at,
    outside_transactions,
    points_of,
    sweep,
)
from tests.faults.test_kill_signing import signatures

pytestmark = pytest.mark.faults


@pytest.fixture
def signing(instances):
    """The instance, whose body signs on the server and has done so before."""
    return instances.after(sign_on_the_server, issue(instances.jobs[2]), name="signs")


def left(instances, signing, what):
    """Return an instance on which issuing was killed, with so much of it done.

    `what`: "a number" without any file; or also a "pending" signed file, which no row
    names; or the same "stored" under its hash.
    """
    act = issue(instances.jobs[0])
    found = points_of(instances, act, source=signing)
    ahead = [point for point in found if point.what.startswith("files/")]
    if what == "a number":
        point = ahead[0]
    else:
        under = "files/pending/" if what == "pending" else "files/*/"
        named = [
            one.call.startswith(("link", "rename")) and one.what.startswith(under)
            for one in ahead
        ]
        point = ahead[named.index(True) + 1]
    return kill_at(instances, act, point, source=signing, name="left")


def in_the_night(settings, told):
    """Recover when whoever was killed has surely given up."""
    with clock.at(NIGHT):
        resume(settings, told)


@pytest.mark.parametrize("what", ["a number", "pending", "stored"])
def test_a_kill_anywhere_in_recovery_is_recovered_from(instances, signing, what):
    first, second = instances.jobs[:2]

    swept = sweep(
        instances,
        in_the_night,
        resume_and_issue(first, second),
        source=left(instances, signing, what),
        only=outside_transactions,
        look=signatures,
    )

    assert swept.wrong == {}
    assert len(swept.hit) >= {"a number": 20, "pending": 15, "stored": 6}[what]


def test_a_recovery_that_signs_anew_is_found_out(instances, signing, monkeypatch):
    """A control: it does not look whether there is a signed file already."""
    source = left(instances, signing, "stored")
    monkeypatch.setattr(sealing, "read_pending", lambda *_given: None)

    folder = instances.copy(source)
    instances.act(folder, resume, at=LATER)

    assert any("no record" in one for one in problems(folder, told=instances.told))


def test_two_that_recover_at_once_make_one_file(instances, signing):
    source = left(instances, signing, "a number")

    for _ in range(4):
        folder = instances.copy(source)
        instances.act(folder, lambda _settings, _told: None)  # loads the program
        together(*[at_work(instances, folder, recover_what_is_free)] * 2)

        assert problems(folder, told=instances.told) == []
        assert signatures(folder) == []


def recover_what_is_free(settings, _told):
    """Recover in the night, but for what another process is at."""
    with clock.at(NIGHT):
        _done, refused = resume_issuing(settings=settings)
    assert all(isinstance(error, BeingFinished) for error in refused.values())


#: Where a process falls asleep: just before it does this.
BEFORE = (
    (finishing, "draw"),
    (finishing, "sealed_file"),
    (sealing, "keep_pending"),
    (os, "link"),
    (finishing, "store"),
    (os, "replace"),
    (finishing, "_complete"),
    (finishing, "drop_pending"),
)


@pytest.mark.parametrize(("place", "name"), BEFORE)
def test_who_sleeps_through_a_recovery_finds_it_done(
    instances, signing, monkeypatch, place, name
):
    """A machine stands still for longer than its lease, then goes on where it was."""
    does = getattr(place, name)

    def sleep_first(*given, **named):
        os.kill(os.getpid(), signal.SIGSTOP)
        return does(*given, **named)

    def fall_asleep(settings, told):
        with monkeypatch.context() as patched, suppress(BeingFinished):
            patched.setattr(place, name, sleep_first)
            issue(instances.jobs[0])(settings, told)

    folder = instances.copy(source=signing)
    with asleep(at_work(instances, folder, fall_asleep)):
        instances.act(folder, in_the_night)

    assert problems(folder, told=instances.told) == []
    assert signatures(folder) == []
