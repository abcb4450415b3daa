"""A live hub, a real provider, and the command line as people have it, for stories whose remedies are carried out."""

import json
import os
import shlex
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.features.given import pact

PRODUCTION = "production"


@dataclass
class Provider:
    """A service that answers everything with 200; ``broken`` paths answer 500, ``states`` are those it can set up."""

    url: str
    broken: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=lambda: {"a thing exists"})


@contextmanager
def serving() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(500 if self.path in provider.broken else 200)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            self._answer(200 if body["state"] in provider.states else 404)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


class Scene:
    """What a team has: its hub, its provider, and a shell in which to paste what the hub says."""

    def __init__(self, hub: LiveHub, provider: Provider, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.hub, self.provider, self.folder, self._capsys = hub, provider, folder, capsys

    def shell(self, line: str) -> int:
        """Runs a command line, or several in turn; the exit code of the last that ran."""
        code = 0
        for one in _commands(line):
            self._capsys.readouterr()
            # Nothing that the machine or its CI knows of a build takes part.
            code = run([*one[1:]])
            if code != 0:
                break
        return code

    def json(self, *words: str) -> tuple[int, Any]:
        """A command that answers with JSON."""
        self._capsys.readouterr()
        code = run([*words, "-o", "json"])
        return code, json.loads(self._capsys.readouterr().out)

    def text(self, *words: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = run(list(words))
        return code, self._capsys.readouterr().out

    def write_pact(self, consumer: str, provider: str, content: int = 1) -> None:
        """A pact file where the command line looks for it."""
        (self.folder / "pacts").mkdir(exist_ok=True)
        (self.folder / "pacts" / "one.json").write_text(json.dumps(pact(consumer, provider, content)), "utf-8")

    def publish(self, consumer: str, number: str, *providers: str, content: int = 1, branch: str | None = None) -> None:
        contracts = [
            {
                "consumerName": consumer, "providerName": provider, "specification": "pact",
                "contentType": "application/json",
                "content": b64encode(json.dumps(pact(consumer, provider, content)).encode()).decode(),
            }
            for provider in providers
        ]  # fmt: skip
        body = {"pacticipantName": consumer, "pacticipantVersionNumber": number, "contracts": contracts}
        answer = self.hub.post("/contracts/publish", body | ({"branch": branch} if branch else {}))
        assert answer.status_code == 200, answer.text

    def result(self, consumer: str, number: str, provider: str, other: str, *, success: bool = True) -> None:
        """A result as any verifier publishes it: without a branch unless the version is put on one."""
        document = self.hub.get(f"/pacts/provider/{provider}/consumer/{consumer}/version/{number}").json()
        href = document["_links"]["pb:publish-verification-results"]["href"].removeprefix(self.hub.url)
        answer = self.hub.post(href, {"success": success, "providerApplicationVersion": other})
        assert answer.status_code == 201, answer.text

    def make(self, name: str, number: str) -> None:
        """A version that nobody published anything for."""
        answer = httpx.put(f"{self.hub.url}/pacticipants/{name}/versions/{number}", json={})
        assert answer.status_code in {200, 201}, answer.text

    def delete_branch(self, name: str, branch: str) -> None:
        answer = httpx.delete(f"{self.hub.url}/pacticipants/{name}/branches/{quote(branch, safe='')}")
        assert answer.status_code == 204, answer.text

    def deploy(self, name: str, number: str, instance: str | None = None) -> None:
        more = ("--application-instance", instance) if instance else ()
        words = ("--pacticipant", name, "--version", number, "--environment", PRODUCTION)
        assert run(["record-deployment", *words, *more]) == 0

    def ask(self, *selector: str) -> "Answer":
        """can-i-deploy, explained; of a version, or by any selector."""
        words = selector if len(selector) != 2 else ("-a", selector[0], "-e", selector[1])
        where = () if any(word.startswith("--to") for word in words) else ("--to-environment", PRODUCTION)
        code, document = self.json("can-i-deploy", *words, *where, "--explain")
        return Answer(code, document)

    def carry_out(self, answer: "Answer", **values: str) -> int:
        """Does what clears the only thing that blocks; what only people know takes the place of words in capitals."""
        line = answer.remedy["command"]
        for word, value in {"STATE_URL": self.provider.url, "URL": self.provider.url, **values}.items():
            line = line.replace(f" {word}", f" {value}")
        return self.shell(line)


@dataclass(frozen=True)
class Answer:
    """The gate's answer with its exit code."""

    code: int
    document: Any

    @property
    def kinds(self) -> list[str]:
        return [pair["verdict"] for pair in self.document["pairs"]]

    @property
    def blocking(self) -> Any:
        (pair,) = [pair for pair in self.document["pairs"] if pair["blocks"]]
        return pair

    @property
    def remedy(self) -> Any:
        return self.blocking["remedy"]

    @property
    def is_yes(self) -> bool:
        assert (self.code == 0) is (self.document["deployable"] is True)
        return self.code == 0


def _commands(line: str) -> Iterator[list[str]]:
    words: list[str] = []
    for word in shlex.split(line):
        if word == "&&":
            yield words
            words = []
        else:
            words.append(word)
    yield words


def without_settings(monkeypatch: pytest.MonkeyPatch, hub: LiveHub, folder: Path) -> None:
    """A shell that knows the hub and nothing else."""
    for name in os.environ:
        if name.startswith(("PACT_", "CONTRACTHUB_")) and name != "PACT_DO_NOT_TRACK":
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", hub.url)
    monkeypatch.chdir(folder)
