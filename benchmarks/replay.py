"""``python -m benchmarks.replay``: what a replay by `verify provider` takes, beside pact-python's bare verifier.

Both replay the same pact against the same provider, in turns, each in a process of its own; the bare verifier's time is
from the start of its process too. The aim is at most 10 % more.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_BARE = """
import sys
from pact import Verifier
Verifier("orders", host="127.0.0.1").add_transport(url=sys.argv[1]).add_source(sys.argv[2]).verify()
"""


class _Orders(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = b'{"id": 7, "lines": [{"sku": "A-1", "quantity": 2}]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def _provider() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Orders)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _pact(interactions: int) -> dict[str, object]:
    body = {"id": 1, "lines": [{"sku": "x", "quantity": 1}]}
    rules = {
        "$.id": {"combinator": "AND", "matchers": [{"match": "integer"}]},
        "$.lines": {"combinator": "AND", "matchers": [{"match": "type", "min": 1}]},
    }
    response = {
        "status": 200,
        "headers": {"Content-Type": ["application/json"]},
        "body": {"content": body, "contentType": "application/json", "encoded": False},
        "matchingRules": {"body": rules},
    }
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [
            {
                "type": "Synchronous/HTTP",
                "description": f"get order {at}",
                "request": {"method": "GET", "path": f"/orders/{at}"},
                "response": response,
            }
            for at in range(interactions)
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def _seconds(command: Sequence[str]) -> tuple[float, float]:
    """Processor time and time of a process with those that it starts."""
    environment = os.environ | {"PACT_DO_NOT_TRACK": "true"}
    before, started = _used(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    return _used() - before, time.perf_counter() - started


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints the best of each, and what ours takes more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interactions", type=int, default=200)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("options", nargs="*", help="More options of verify provider, after --.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _provider() as url:
        file = Path(folder) / "web-orders.json"
        file.write_text(json.dumps(_pact(given.interactions)), encoding="utf-8")
        bare = [sys.executable, "-c", _BARE, url, str(file)]
        ours = [sys.executable, "-m", "contracthub", "verify", "provider", "orders"]
        ours += ["--provider-base-url", url, "--pact", str(file), *given.options]
        times: dict[str, list[tuple[float, float]]] = {"bare verifier": [], "verify provider": []}
        for _ in range(given.runs):
            times["bare verifier"].append(_seconds(bare))
            times["verify provider"].append(_seconds(ours))
    best = {name: (min(used for used, _ in each), min(passed for _, passed in each)) for name, each in times.items()}
    print("                 processor time      time")
    for name, (used, passed) in best.items():
        print(f"{name:<16} {used:12.2f} s {passed:8.2f} s")
    (bare_used, bare_passed), (used, passed) = best["bare verifier"], best["verify provider"]
    print(f"overhead         {used / bare_used - 1:+13.1%} {passed / bare_passed - 1:+9.1%}")


if __name__ == "__main__":
    main()
