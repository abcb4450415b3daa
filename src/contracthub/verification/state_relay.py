"""Passes the verifier's state changes on to the provider's state URL, once each, and keeps why one failed.

The verifier itself asks a state URL that answers with a 5xx eight times, for more than a minute and for each
interaction, and then says nothing but that it failed. It is given the address of this relay instead, which runs in the
child process and answers such a failure in a way that is final.
"""

import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Any 4xx that the verifier does not repeat.
FAILED = 424
_LONGEST_ANSWER = 16 * 1024 * 1024
_LONGEST_REASON = 200
_HOP_BY_HOP = frozenset({"host", "content-length", "connection", "transfer-encoding", "accept-encoding"})


@dataclass(slots=True)
class StateRelay:
    """Where the relay listens, and for each state that could not be changed, why."""

    target: str
    timeout: float
    verify_tls: bool = True
    url: str = ""
    failures: dict[str, str] = field(default_factory=dict)

    def passed_on(self, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of the state URL's answer; a failure is noted, and answered as final."""
        request = urllib.request.Request(self.target, data=body, headers=headers, method="POST")  # noqa: S310 (checked)
        context = None if self.verify_tls else _trusting_anyone()
        try:
            with urllib.request.urlopen(request, timeout=self.timeout, context=context) as answer:  # noqa: S310
                return answer.status, answer.headers.get("Content-Type", ""), answer.read(_LONGEST_ANSWER)
        except urllib.error.HTTPError as refusal:
            with refusal:
                why = f"HTTP status {refusal.code} {_first_line(refusal.read(_LONGEST_REASON))}"
        except (OSError, HTTPException, ValueError) as error:
            why = _reason(error)
        self.failures[_state_of(body)] = f"{self.target} could not change it: {why.strip()}"
        return FAILED, "text/plain", why.encode()


@contextmanager
def relaying(target: str, *, timeout: float, verify_tls: bool = True) -> Iterator[StateRelay]:
    """A relay that runs while the block does; ``timeout`` is for each answer, in seconds."""
    relay = StateRelay(target, timeout, verify_tls)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(relay))
    server.daemon_threads = True
    relay.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(relay: StateRelay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            status, kind, content = relay.passed_on(headers, body)
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keeps quiet."""

    return Handler


def _trusting_anyone() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _state_of(body: bytes) -> str:
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    return str(document.get("state") or "") if isinstance(document, dict) else ""


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__)


def _first_line(body: bytes) -> str:
    text = body.decode("utf-8", "replace").strip()
    return "" if text.startswith("<") else text.partition("\n")[0]
