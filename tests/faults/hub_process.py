"""The hub as it really runs: a process of its own, on a real socket, that can be killed."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent.parent
# Long enough for the slowest machine; whoever waits this long waits for ever.
HANGS_AFTER_SECONDS = 60
_ANNOUNCEMENT = "listens on "


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hub said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """A client with one connection, opened again when it is lost. Not for several threads at once."""

    def __init__(self, url: str) -> None:
        self._address = url.removeprefix("http://")
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """Ask, and read the whole answer. Raises ``OSError`` or ``HTTPException`` when there is none."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._address, timeout=HANGS_AFTER_SECONDS)
        content = json.dumps(body).encode() if body is not None and not isinstance(body, bytes) else body
        try:
            self._connection.request(method, path, content, {"Content-Type": "application/json", **headers})
            answer = self._connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class HubProcess:
    """A running ``contracthub serve``."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """End it as a power failure would end the process: no handler runs."""
        self.process.kill()
        self.process.wait(HANGS_AFTER_SECONDS)

    def terminate(self) -> int:
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANGS_AFTER_SECONDS)

    def said(self) -> str:
        """What it wrote to standard error; only after its end."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        """One request on a connection of its own."""
        with closing(Caller(self.url)) as caller:
            return caller.call(method, path, body, **headers)


def launch(database_url: str, command: Literal["serve", "migrate"] = "serve") -> subprocess.Popen[str]:
    """The process, which has not said yet where it listens."""
    port = ("--port", "0") if command == "serve" else ()
    return subprocess.Popen(
        [sys.executable, "-m", "contracthub", command, *port, "--database-url", database_url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def announced(process: subprocess.Popen[str]) -> HubProcess:
    """The hub of a process, once it says where it listens."""
    assert process.stdout is not None
    # Reading would wait for ever for a process that neither speaks nor ends.
    watchdog = threading.Timer(HANGS_AFTER_SECONDS, process.kill)
    watchdog.start()
    line = process.stdout.readline()
    watchdog.cancel()
    if _ANNOUNCEMENT not in line:
        assert process.stderr is not None
        raise AssertionError(f"the hub did not start: {line!r} {process.stderr.read()}")
    return HubProcess(line.rpartition(_ANNOUNCEMENT)[2].strip(), process)


@contextmanager
def serving(database_url: str) -> Iterator[HubProcess]:
    """A hub over a database; killed at the end if it still runs."""
    with launch(database_url) as process:
        try:
            yield announced(process)
        finally:
            process.kill()
