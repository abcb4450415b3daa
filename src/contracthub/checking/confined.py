"""What a process that looks at documents for the hub gives up before it does: the network, other programs, files."""

import os
import resource
import sys
import threading
from typing import Any

ORPHANED = 71
"""The exit status of a process whose hub is gone."""

_SHUT = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "urllib.Request")


def confine(memory_bytes: int) -> None:
    """From now on this process gets no more memory than that, and writes nothing but to pipes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def shut(readable: str | None = None) -> None:
    """From now on this process reaches no network and starts no other; there is no way back.

    ``readable`` is the beginning of the addresses that are files of a tool, which opens them as URLs.
    """

    def refuse(event: str, about: tuple[Any, ...]) -> None:
        is_own_file = readable is not None and event == "urllib.Request" and str(about[0]).startswith(readable)
        if event.startswith(_SHUT) and not is_own_file:
            raise PermissionError(f"A check does not do this: {event}")

    sys.addaudithook(refuse)


def end_with(lifeline: int) -> None:
    """Have this process end when the hub does, whatever it is doing."""
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(ORPHANED)
