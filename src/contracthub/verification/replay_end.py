"""Ends a replay before its deadline, so that what is finished is told, and what is left is told as not run.

The verifier tells of no interaction before all have ended, and can't be asked to stop. So what it has not begun is
made to fail at once: from a moment on every new connection goes by way of a proxy that nobody is, and the open ones are
shut.
"""

import contextlib
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPEN_FILES = "/dev/fd"
_NETWORK = frozenset({socket.AF_INET, socket.AF_INET6})


class Ending:
    """Which interactions were begun, and which of them had ended when the replay was stopped."""

    def __init__(self) -> None:
        self._begun: list[str] = []
        self._ended: tuple[str, ...] | None = None

    def begun(self, name: str) -> None:
        """An interaction begins: the one before has ended."""
        self._begun.append(name)

    @property
    def ended(self) -> tuple[str, ...] | None:
        """What had ended when the replay was stopped; None where it was not."""
        return self._ended

    def stop(self, variables: dict[str, str]) -> None:
        """Has every connection fail that is opened with these variables, and those that are open."""
        self._ended = tuple(self._begun[:-1])
        os.environ.update(variables)
        for number in _sockets():
            _shut(number)


@contextmanager
def ending_at(moment: float | None, variables: dict[str, str]) -> Iterator[Ending]:
    """Stops the replay of the block at this moment of ``time.monotonic``, by variables that let nothing be reached."""
    ending = Ending()
    if moment is None:
        yield ending
        return
    before = dict(os.environ)
    timer = threading.Timer(max(0.0, moment - time.monotonic()), ending.stop, (variables,))
    timer.daemon = True
    timer.start()
    try:
        yield ending
    finally:
        timer.cancel()
        if ending.ended is not None:
            os.environ.clear()
            os.environ.update(before)


def _sockets() -> list[int]:
    numbers = []
    with contextlib.suppress(OSError):
        for file in list(Path(_OPEN_FILES).iterdir()):
            with contextlib.suppress(OSError, ValueError):
                if stat.S_ISSOCK(os.fstat(int(file.name)).st_mode):
                    numbers.append(int(file.name))
    return numbers


def _shut(number: int) -> None:
    """Shuts a connection without closing it: its owner finds it at its end."""
    with contextlib.suppress(OSError):
        connection = socket.socket(fileno=number)
        try:
            # Others are what the verifier wakes itself up by.
            if connection.family in _NETWORK and not connection.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                connection.shutdown(socket.SHUT_RDWR)
        finally:
            connection.detach()
