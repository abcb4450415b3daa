"""The hub as a process of its own, and how much processor time it has used."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class HubProcess:
    """A hub that is served by ``contracthub serve``."""

    pid: int
    host: str
    port: int

    def cpu_ms(self) -> float:
        """Processor time used so far, in milliseconds."""
        return _cpu_ms(self.pid)


@contextmanager
def served(database_url: str) -> Iterator[HubProcess]:
    """A hub over that database, until the block ends."""
    command = [sys.executable, "-m", "contracthub", "serve", "--port", "0", "--database-url", database_url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://([\d.]+):(\d+)", line)
        if match is None:
            raise RuntimeError(f"the hub did not start: {line!r}")
        yield HubProcess(process.pid, match[1], int(match[2]))
    finally:
        process.terminate()
        process.wait(timeout=30)


def database_cpu_ms() -> float:
    """Processor time of all PostgreSQL server processes below this one, those that ended included, in milliseconds."""
    return sum(_cpu_ms(pid) for pid in _postgresql_pids())


def _postgresql_pids() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "comm").read_text().startswith("postgres"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def _cpu_ms(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    # proc(5): utime, stime, and the same of children that were waited for; fields 14 to 17, counted from 1.
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) / TICKS_PER_SECOND * 1000
