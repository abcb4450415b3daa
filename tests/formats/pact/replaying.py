"""The real verifier as an oracle: many interactions in one pact, each with an answer of its own.

Run as a program it replays one pact: the verifier's Rust half prints to file descriptor 1 and can't be told not to.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Replay:
    """What became of a pact: whether each interaction passed, and what the provider was sent, in order."""

    outcomes: list[bool]
    sent: list[dict[str, Any]]


def replayed(version: str, interactions: list[dict[str, Any]], answers: list[dict[str, Any]]) -> Replay:
    """Replay interactions, which have to ask for ``/0``, ``/1`` and so on; answers have ``headers`` and ``body``."""
    job = {"version": version, "interactions": interactions, "answers": answers}
    # Not through a pipe: what it prints beside its answer would have to be read all the time.
    with tempfile.TemporaryDirectory() as folder:
        told, asked = Path(folder, "told.json"), Path(folder, "pact.json")
        subprocess.run(
            [sys.executable, "-m", "tests.formats.pact.replaying", asked, told],
            input=json.dumps(job).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PACT_DO_NOT_TRACK": "true"},
            check=True,
            timeout=600,
        )
        found = json.loads(told.read_text())
    assert len(found["outcomes"]) == len(interactions), found["errors"]
    return Replay(found["outcomes"], found["sent"])


class _Provider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answers: list[dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.sent: dict[int, dict[str, Any]] = {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Provider

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        number = int(self.path.split("?")[0].split("/")[1])
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.sent[number] = {"path": self.path, "headers": dict(self.headers), "body": body}
        answer = self.server.answers[number]
        content = answer.get("body", "").encode()
        self.send_response(answer.get("status", 200))
        for name, value in answer.get("headers", {"Content-Type": JSON_TYPE}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 (the base class's word)

    def log_message(self, *_: object) -> None:
        pass


def _run(asked: Path, told: Path) -> None:
    from pact import Verifier

    job = json.load(sys.stdin)
    provider = _Provider(job["answers"])
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    named = [{**each, "description": f"{number:06}"} for number, each in enumerate(job["interactions"])]
    document = {"consumer": {"name": "C"}, "provider": {"name": "P"}, "interactions": named}
    asked.write_text(json.dumps({**document, "metadata": {"pactSpecification": {"version": job["version"]}}}))
    verifier = Verifier("P", host="127.0.0.1").add_transport(url=f"http://127.0.0.1:{provider.server_port}")
    verifier.add_source(asked)
    # That something failed is in the results.
    with contextlib.suppress(RuntimeError):
        verifier.verify()
    found = sorted(verifier.results["interactionResults"], key=lambda each: each["description"])
    outcomes = [each["result"] == "OK" for each in found]
    sent = [provider.sent.get(number, {}) for number in range(len(named))]
    told.write_text(json.dumps({"outcomes": outcomes, "sent": sent, "errors": verifier.results["errors"][:2]}))


if __name__ == "__main__":
    _run(Path(sys.argv[1]), Path(sys.argv[2]))
