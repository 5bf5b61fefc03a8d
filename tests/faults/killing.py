"""Kills a process at a chosen moment, by strace's injected signals.

First the work is done once under strace: so every call with which it changes the disk
or the server's database is known, and nothing is guessed or left to chance. A killed
process does not do the call at which it is killed.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Everything with which a process can change what is on the disk, by any name that a
#: machine has for it.
DISK = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "mkdir"),
    *("mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "unlink"),
    "unlinkat",
)
#: How it talks to a server.
SERVER = ("sendto", "recvfrom")
#: What the server says that it has done, see "Message Formats" in its manual.
_DONE = re.compile(r"C\\0\\0\\0[^\"]{1,4}?(INSERT|UPDATE|DELETE|COMMIT)\b")
_ASKED = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) \w+|COMMIT")
_LINE = re.compile(r"(\d+) +(\w+)\((.*)")
_NAMED = re.compile(r"[0-9a-f]{2}|.*\w{18}.*")

Work = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Point:
    """A moment: just before the `at`-th `call` of the process."""

    call: str
    at: int
    what: str
    """The file or the statement that the call is about."""
    is_within: bool = False
    """Within a transaction whose commit is still ahead."""

    def __str__(self) -> str:
        return f"{self.call} {self.at}, {self.what}"


def points(work: Work, folder: Path) -> list[Point]:
    """Do `work`, and return each moment at which a kill could make a difference.

    Before each file in `folder` is made, written, synced, named or removed, before each
    change of the server's rows, and before and after each commit there. Of writes one
    after the other to the same file the first and the last stand for all: what lies
    between is as little committed as after the first.
    """
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as log:
        with _traced(work, (*DISK, *SERVER), to=log.name) as child:
            _, status = os.waitpid(child, 0)
        if status != 0:
            raise RuntimeError(f"the work ended with status {status}")
        calls = _calls(log)
        return _once_each(_found(calls, folder))


def _calls(lines: Iterator[str]) -> Iterator[tuple[str, int, str]]:
    """Yield each call of the one thread that works, the how manieth, and its words."""
    counted: dict[str, int] = {}
    threads = set()
    for line in lines:
        if (match := _LINE.match(line)) is None:
            continue
        thread, call, words = match.groups()
        threads.add(thread)
        counted[call] = counted.get(call, 0) + 1
        yield call, counted[call], words
    if len(threads) > 1:
        raise RuntimeError("several threads work: whose call is counted?")


def _found(calls: Iterator[tuple[str, int, str]], folder: Path) -> list[Point]:
    found: list[Point] = []
    sent: list[tuple[int, str]] = []
    for call, at, words in calls:
        if call == "sendto":
            sent.append((at, words))
        elif call == "recvfrom":
            found += _statement(sent, at, _DONE.findall(words))
            sent = []
        elif (path := _changed(call, words)) and path.is_relative_to(folder):
            what = path.relative_to(folder)
            if not what.name.endswith("-shm"):  # only says what is in the other file
                found.append(Point(call, at, _without_hashes(what)))
    return found


def _statement(
    sent: Sequence[tuple[int, str]], heard: int, done: Sequence[str]
) -> Iterator[Point]:
    """Yield before a change is sent and, if it is a commit, before that is heard."""
    if not sent or not done:
        return
    asked = next(iter(_ASKED.findall(" ".join(words for _, words in sent))), done[0])
    is_commit = "COMMIT" in done
    yield Point("sendto", sent[0][0], asked, is_within=not is_commit)
    if is_commit:
        yield Point("recvfrom", heard, f"{asked} is done")


def _changed(call: str, words: str) -> Path | None:
    """Return the path that a call changes, if it is one that changes anything."""
    if call in {"openat", "mkdir", "mkdirat", "unlink", "unlinkat"} or (
        call.startswith(("rename", "link"))
    ):
        if call == "openat" and not re.search("O_CREAT|O_TRUNC", words):
            return None
        quoted = re.findall(r'"([^"]*)"', words)
        return Path(quoted[-1]) if quoted else None
    named = re.match(r"\d+<([^>]*)>", words)
    return Path(named[1]) if named else None


def _without_hashes(path: Path) -> str:
    return "/".join("*" if _NAMED.fullmatch(part) else part for part in path.parts)


def _once_each(found: list[Point]) -> list[Point]:
    """Leave the first and the last of calls that are the same one after the other."""
    kept: list[Point] = []
    for before, point, after in zip(
        [None, *found], found, [*found[1:], None], strict=False
    ):
        goes_on = before is not None and _alike(before, point)
        ends = after is None or not _alike(point, after)
        if not goes_on or ends:
            within = point.is_within or (point.call == "pwrite64" and not ends)
            kept.append(Point(point.call, point.at, point.what, is_within=within))
    return kept


def _alike(one: Point, other: Point) -> bool:
    return one.call == other.call == "pwrite64" and one.what == other.what


def killed(work: Work, point: Point) -> bool:
    """Do `work` in a process that dies at a point; return whether it came so far.

    Raises RuntimeError if it ended in any other way.
    """
    inject = f"{point.call}:signal=KILL:when={point.at}"
    with _traced(work, [point.call], inject=inject) as child:
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return False
    raise RuntimeError(f"the work ended with status {status}")


@contextmanager
def asleep(work: Work) -> Iterator[None]:
    """Do `work` in a process that stops itself; it goes on when the block is over.

    As a machine that stood still for a while. Raises RuntimeError unless it stops, and
    ends well.
    """
    child = _begun(work)
    try:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            raise RuntimeError(f"it did not stop, but ended with status {status}")
        yield
    finally:
        if os.WIFSTOPPED(status):
            os.kill(child, signal.SIGCONT)
            _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError(f"the work ended with status {status}")


def together(*works: Work) -> None:
    """Do each work in a process of its own, at the same time."""
    children = [_begun(work) for work in works]
    ended = [os.waitpid(child, 0)[1] for child in children]
    if any(ended):
        raise RuntimeError(f"the works ended with status {ended}")


@contextmanager
def _traced(
    work: Work, calls: Sequence[str], *, inject: str = "", to: str = os.devnull
) -> Iterator[int]:
    """Begin `work` in a process under strace; the block waits until it ends."""
    starting, ready = os.pipe()
    child = _begun(work, after=(starting, ready))
    os.close(starting)
    command = ["strace", "-f", "-y", "-qq", "-s", "2000", "-o", to, "-p", str(child)]
    command += ["-e", "trace=" + ",".join(f"?{call}" for call in calls)]
    tracer = subprocess.Popen(
        command + (["-e", f"inject={inject}"] if inject else []),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        status = Path(f"/proc/{child}/status")
        _wait_until(
            lambda: "TracerPid:\t0\n" not in status.read_text("ascii"),
            "strace does not trace",
        )
        os.write(ready, b"go")
        os.close(ready)
        yield child
        tracer.wait(timeout=30)  # it ends with what it traces, and has written all
    finally:
        tracer.terminate()
        tracer.wait()


def _begun(work: Work, *, after: tuple[int, int] | None = None) -> int:
    """Begin `work` in a process of its own and return its id.

    `after`: a pipe, through which it is told to begin.
    """
    if (child := os.fork()) > 0:
        return child
    try:
        if after is not None:
            starting, ready = after
            os.close(ready)
            os.read(starting, 2)
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _wait_until(happens: Callable[[], bool], otherwise: str) -> None:
    for _ in range(4000):
        if happens():
            return
        time.sleep(0.005)
    raise RuntimeError(otherwise)
