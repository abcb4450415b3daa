"""A plugin of pytest that runs a consumer's own tests against answers that lack a field.

The first run notes which answers each test gets. The second runs each test once for each alteration of one of these
answers, and notes which it does not survive. ``FLEET_PROVIDER`` names the provider, ``FLEET_FOLDER`` where notes are.
"""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from pact import Pact

from tests.fleet.altering import Alteration, alterations_of, headers_gone

ROOT = Path(__file__).resolve().parent.parent.parent
ANSWERS, FAILURES = "answers.json", "failures.json"

_answers: dict[str, list[list[str]]] = {}
_failures: set[tuple[str, str]] = set()
_now = SimpleNamespace(test="", alteration=None)


@cache
def dropped_from(provider: str) -> list[Alteration]:
    """Every field and header of the provider's answers, gone."""
    document = json.loads((ROOT / "specs" / f"{provider}.openapi.json").read_bytes())
    return [*alterations_of(document, "removed"), *headers_gone(document)]


def pytest_configure(config: pytest.Config) -> None:
    """Have every mock provider answer through a server that drops what is to be dropped."""
    del config
    Pact.serve = _serve  # type: ignore[method-assign, assignment]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test for each alteration of an answer that it gets; in the first run, as it is."""
    file = Path(os.environ["FLEET_FOLDER"]) / ANSWERS
    metafunc.fixturenames.append("alteration")
    chosen: list[Alteration | None] = [None]
    if file.exists():
        got = json.loads(file.read_bytes()).get(metafunc.definition.originalname, [])
        alterations = dropped_from(os.environ["FLEET_PROVIDER"])
        chosen = [each for each in alterations if any(each.answered(one, two, int(code)) for one, two, code in got)]
    metafunc.parametrize("alteration", chosen, ids=[each.name if each else "unaltered" for each in chosen])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which test and which alteration it is."""
    assert isinstance(item, pytest.Function)
    _now.test, _now.alteration = item.originalname, item.callspec.params["alteration"]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what a test did not survive."""
    if report.failed and _now.alteration is not None:
        _failures.add((_now.test, _now.alteration.name))


def pytest_sessionfinish() -> None:
    """Write down what was seen."""
    folder = Path(os.environ["FLEET_FOLDER"])
    name, found = (FAILURES, sorted(_failures)) if (folder / ANSWERS).exists() else (ANSWERS, _answers)
    (folder / name).write_text(json.dumps(found))


_serve_of_pact = Pact.serve


@contextmanager
def _serve(self: Pact, *arguments: Any, **options: Any) -> Iterator[SimpleNamespace]:
    with _serve_of_pact(self, *arguments, raises=False, **options) as server:
        proxy = ThreadingHTTPServer(("127.0.0.1", 0), _handler(str(server.url).rstrip("/")))
        thread = threading.Thread(target=proxy.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield SimpleNamespace(url=f"http://127.0.0.1:{proxy.server_port}/")
        finally:
            proxy.shutdown()
            thread.join()
            proxy.server_close()


def _handler(upstream: str) -> type[BaseHTTPRequestHandler]:
    class Dropping(BaseHTTPRequestHandler):
        """Hands requests on, and answers less what is dropped."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            asked = Request(upstream + self.path, body, dict(self.headers.items()), method=self.command)
            try:
                with urlopen(asked, timeout=10) as answer:
                    self._send(answer.status, answer.headers.items(), answer.read())
            except HTTPError as refusal:
                with refusal:
                    self._send(refusal.code, refusal.headers.items(), refusal.read())

        def _send(self, status: int, headers: Any, body: bytes) -> None:
            path = urlsplit(self.path).path
            _answers.setdefault(_now.test, []).append([self.command, path, str(status)])
            alteration = _now.alteration
            answer = alteration.answered(self.command, path, status) if alteration else None
            gone = {"content-length", "transfer-encoding", "date", "server"}
            if alteration is not None and answer is not None:
                gone.add(alteration.headers.get(answer, "").lower())
                body = json.dumps(alteration.altered(answer, json.loads(body))).encode() if body else body
            self.send_response(status)
            for name, text in headers:
                if name.lower() not in gone:
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Dropping
