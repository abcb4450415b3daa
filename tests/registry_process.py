"""``contracthub serve --schema-registry-port``, really started: one process at two addresses."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

HANGS_AFTER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RegistryProcess:
    """A running hub; ``lines`` are what it said, the addresses are in them."""

    process: "subprocess.Popen[str]"
    lines: tuple[str, str]

    @property
    def hub(self) -> str:
        """Where the hub is."""
        return self.lines[0].rpartition(" ")[2]

    @property
    def registry(self) -> str:
        """Where the registry is without a path."""
        return self.lines[1].rpartition(" ")[2]


@contextmanager
def registry_process(database_url: str, settings: Mapping[str, str] | None = None) -> Iterator[RegistryProcess]:
    """A hub over a database; killed at the end if it still runs. ``settings`` are environment variables."""
    command = [sys.executable, "-m", "contracthub", "serve", "--port", "0", "--schema-registry-port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CONTRACTHUB_DATABASE_URL": database_url, **(settings or {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as hub:
        assert hub.stdout is not None
        # Reading would wait for ever for a process that neither speaks nor ends.
        watchdog = threading.Timer(HANGS_AFTER_SECONDS, hub.kill)
        watchdog.start()
        try:
            lines = hub.stdout.readline().strip(), hub.stdout.readline().strip()
            watchdog.cancel()
            if not all("listens on" in line for line in lines):
                hub.kill()
                raise AssertionError(f"the hub did not start: {lines} {hub.communicate()[1]}")
            yield RegistryProcess(hub, lines)
        finally:
            watchdog.cancel()
            hub.kill()
