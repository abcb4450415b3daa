"""A client in a process of its own that takes one job a line and answers each with one line, all JSON.

Answers have a line of their own that starts with MARK: clients print other things, some of them from native code.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

MARK = "answer: "


@dataclass(frozen=True)
class Runs:
    """The running client; what it prints beside its answers is ``log``."""

    process: subprocess.Popen[str]
    log: IO[str]

    @classmethod
    def started(cls, command: tuple[str, ...], folder: Path) -> Iterator["Runs"]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PACT_", "pact"))}
        with (
            TemporaryFile("w+") as log,
            subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**clean, "PACT_DO_NOT_TRACK": "true", "NO_COLOR": "1"},
            ) as process,
        ):
            yield cls(process, log)
            # Nothing is asked of its end: what clients leave running must not hold anyone up.
            process.kill()

    def run(self, job: dict[str, Any]) -> Any:
        """Hand a job over and wait for its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.log.truncate(0)
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith(MARK):
                return json.loads(line.removeprefix(MARK))
        raise AssertionError(f"the client died: {self.told()}")

    def told(self) -> str:
        """What the client printed about the last job."""
        self.log.seek(0)
        return self.log.read().strip("\0")
