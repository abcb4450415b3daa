"""How a consumer test's pact gets into the file of its consumer and provider. Which directory is conftest's matter."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pact import Pact

Replay = Callable[[Pact], AbstractContextManager[str]]
Message = tuple[str | bytes, dict[str, Any]]
Receive = Callable[[Pact], AbstractContextManager[list[Message]]]


def merge(pact: Pact, directory: Path) -> None:
    """Add the pact to its file in one step: others may read the file, or add to it, at the same moment.

    An interaction that the file already has is replaced; one that no test describes any more stays until the file is
    deleted and written anew.
    """
    name = f"{pact.consumer}-{pact.provider}.json"
    lock = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with tempfile.TemporaryDirectory(dir=directory, prefix=".merge-") as workshop:
            if (directory / name).exists():
                shutil.copy(directory / name, workshop)
            pact.write_file(workshop)
            Path(workshop, name).replace(directory / name)
    finally:
        os.close(lock)
