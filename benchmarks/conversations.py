"""``python -m benchmarks.conversations``: what it costs one verifier to hold many conversations at the same time.

The provider is the fleet's neural_processor in a process of its own. Every conversation has a session of its own, is
silent until all of them are open, and then reads the session's data to its end. How many were open at once is counted
from the sockets of the machine.
"""

import argparse
import resource
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

from contracthub.domain.verification_runs import SuiteRun
from contracthub.verification.sockets.suite import run
from contracthub.verification.suites import Target, Unwatched
from tests.fleet.running import serving

_PER_FOLDER = 500
_ESTABLISHED = "01"
_CONTRACT = """\
contracthub: conversation/1
name: session {number}
consumer: signal_viewer
provider: neural_processor
given:
- {{name: a session exists, params: {{session_id: "{number}"}}}}
connect: {{path: "/ws/sessions/{{session_id}}/stream", params: {{session_id: "{number}"}}, within: 60s}}
within: 300s
steps:
- {{name: ready, receive: {{json: {{type: ready, session_id: "{number}", chunks: 2}}}}, within: 60s}}
- {{name: all are here, nothing: {silence}s}}
- {{name: read, send: {{json: {{type: read}}}}}}
- {{name: first chunk, receive: {{json: {{type: data, sequence: 0}}}}, within: 60s}}
- {{name: second chunk, receive: {{json: {{type: data, sequence: 1}}}}, within: 60s}}
- {{name: processed, receive: {{json: {{type: processed, total_samples: 5}}}}, within: 60s}}
- {{name: stop, send: {{json: {{type: stop}}}}}}
- {{name: end, close: {{by: provider, code: 1000, within: 60s}}}}
"""


class Counting:
    """How many connections to a port are open, and how many there were at most."""

    def __init__(self, port: int) -> None:
        self._port = f":{port:04X}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self.most = 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Counts while the block runs."""
        self._thread.start()
        try:
            yield
        finally:
            self._over.set()
            self._thread.join()

    def _count(self) -> None:
        while not self._over.wait(0.2):
            # Each connection has two ends here; the one that leads to the port is the client's.
            lines = (each.split() for each in Path("/proc/net/tcp").read_text().splitlines()[1:])
            here = sum(each[2].endswith(self._port) and each[3] == _ESTABLISHED for each in lines)
            self.most = max(self.most, here)


def contracts(folder: Path, count: int, silence: int) -> tuple[str, ...]:
    """Folders with so many contracts: a suite reads only so many of one."""
    for number in range(count):
        inside = folder / str(number // _PER_FOLDER)
        inside.mkdir(exist_ok=True)
        (inside / f"{number}.yaml").write_text(_CONTRACT.format(number=number, silence=silence), encoding="utf-8")
    return tuple(sorted(str(each) for each in folder.iterdir()))


def told(found: SuiteRun, most: int, processor: float, memory: int) -> str:
    """What a run found and cost, for people."""
    statuses = ", ".join(f"{count} {status}" for status, count in Counter(each.status for each in found.checks).items())
    lines = [
        f"{statuses}; at most {most} connections at once",
        f"{found.seconds:.1f} s, {processor:.1f} s of processor time, {memory / 1024:.0f} MiB at most",
    ]
    for name, times in found.latencies.items():
        p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        lines.append(f"  {name.rpartition('stream ')[2]}: median {median(times):.1f} ms, p95 {p95:.1f} ms")
    lines += [f"  {each.name}: {each.error}" for each in found.checks if each.error][:10]
    return "\n".join([*lines, *found.problems])


def measure(count: int, silence: int) -> str:
    """Holds so many conversations at once."""
    with tempfile.TemporaryDirectory() as folder, serving("neural_processor") as url:
        target = Target(
            provider="neural_processor",
            base_url=url,
            state_url=f"{url}/_pact/provider-states",
            request_timeout_ms=60_000,
            contracts=contracts(Path(folder), count, silence),
            settings={"sockets": {"at-once": count, "asyncapi": False}},
        )
        counting = Counting(urlsplit(url).port or 0)
        before = time.process_time()
        with counting.counting():
            found = run(target, Unwatched(), time.monotonic() + 600)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return told(found, counting.most, time.process_time() - before, memory)


def main(argv: Sequence[str] | None = None) -> None:
    """Measures as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conversations", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="so many conversations at once")
    parser.add_argument("--silence", type=int, default=20, help="seconds in which all of them have to be open")
    options = parser.parse_args(argv)
    print(measure(options.count, options.silence))


if __name__ == "__main__":
    main()
