"""A socket as ``http.client`` reads it, with an end: in time, however slowly it drips, and in bytes."""

import io
import socket
import time


class Exhausted(Exception):
    """More came than is read."""


class Deadline:
    """A moment by which an exchange is over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds until then. Raises :class:`TimeoutError` when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class BoundedStream(io.RawIOBase):
    """Reads a socket. Each read waits only for what is left of the deadline: a socket's own timeout starts again with
    every byte.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, allowance: int) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline
        self._allowance = allowance

    def allow(self, more: int) -> None:
        """Let that many further bytes come."""
        self._allowance += more

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What ``http.client`` asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Bytes as they come. Raises :class:`Exhausted`, ``OSError``."""
        if self._allowance <= 0:
            raise Exhausted
        self._sock.settimeout(self._deadline.left())
        read = self._sock.recv_into(buffer)
        self._allowance -= read
        return read
