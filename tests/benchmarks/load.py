"""A small load: several connections kept alive, one request at a time on each."""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What came of one round."""

    requests: int
    seconds: float
    #: Of the slowest in a hundred, in milliseconds.
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Answers in a second."""
        return self.requests / self.seconds


class _Connection:
    """Sends one request, reads its answer, sends the next."""

    def __init__(self, port: int, requests: Sequence[bytes], start: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._next = start
        self._held = b""
        self.sent_at = 0.0

    def send(self) -> None:
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1
        self.sent_at = time.perf_counter()

    def read(self) -> bool:
        """Take in what came; return whether the answer is whole. Raise if it failed."""
        self._held += self.socket.recv(65536)
        head, found, body = self._held.partition(b"\r\n\r\n")
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
        lower = head.lower()
        place = lower.index(b"content-length:") + 15
        length = int(lower[place:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return False
        self._held = b""
        return True


def load(
    port: int, paths: Sequence[str], *, seconds: float, connections: int = 16
) -> Load:
    """Ask for the paths in turn, on so many connections, for so long."""
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in paths
    ]
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        opened = [
            _Connection(port, requests, n * len(requests) // connections)
            for n in range(connections)
        ]
        for one in opened:
            selector.register(one.socket, selectors.EVENT_READ, one)
        begun = time.perf_counter()
        for one in opened:
            one.send()
        while (now := time.perf_counter()) < begun + seconds:
            for key, _ in selector.select(timeout=1):
                if key.data.read():
                    times.append(time.perf_counter() - key.data.sent_at)
                    key.data.send()
        for one in opened:
            one.socket.close()
    times.sort()
    slowest = times[int(len(times) * 0.99)] if times else seconds
    return Load(len(times), now - begun, 1000 * slowest)
