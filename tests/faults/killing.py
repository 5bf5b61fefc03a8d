"""Kills a process at its n-th call of the system, by strace's injected signals."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

#: Everything with which a process can change what is on the disk.
CALLS = (
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "link",
    "unlink",
    "mkdir",
    "ftruncate",
)


def killed(work: Callable[[], None], *, call: str, at: int) -> bool:
    """Do `work` in a process that dies at its `at`-th `call`; return whether it did.

    False means that the work was done before so many calls. Raises RuntimeError if it
    ended in any other way.
    """
    starting, ready = os.pipe()
    child = os.fork()
    if child == 0:
        _as_child(work, starting, ready)
    os.close(starting)
    tracer = subprocess.Popen(
        [
            *("strace", "-f", "-qq", "-o", os.devnull, "-p", str(child)),
            *("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={at}"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_tracer(child)
        os.write(ready, b"go")
        os.close(ready)
        _, status = os.waitpid(child, 0)
    finally:
        tracer.terminate()
        tracer.wait()
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return False
    raise RuntimeError(f"the work ended with status {status}")


def _as_child(work: Callable[[], None], starting: int, ready: int) -> None:
    try:
        os.close(ready)
        os.read(starting, 2)
        work()
    except BaseException:
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _wait_for_tracer(child: int) -> None:
    for _ in range(2000):
        status = Path(f"/proc/{child}/status").read_text("ascii")
        if "TracerPid:\t0\n" not in status:
            return
        time.sleep(0.005)
    raise RuntimeError("strace does not trace")
