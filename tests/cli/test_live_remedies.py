"""What the gate says of a live contract that blocks is run as it is written, and clears the way."""

import json
import shlex
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.features.live import journey

GATE = ("can-i-deploy", "-a", "Foo", "-e", "1", "--to-environment", "production", "-o", "json")


class Shop(BaseHTTPRequestHandler):
    """A provider that is content with everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of the base class)
        """Nothing."""


def test_remedies_of_the_gate_clear_the_way(
    database_url: str,
    start_hub: Callable[[str], LiveHub],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hub = start_hub(database_url)

    def told(*words: str, code: int) -> tuple[str, str]:
        capsys.readouterr()
        assert run([*words, "-b", hub.url]) == code, capsys.readouterr()
        ran = capsys.readouterr()
        return ran.out, ran.err

    file = tmp_path / "buying.json"
    file.write_text(journey("Bar"), encoding="utf-8")
    told("publish", "journey", str(file), "--consumer", "Foo", "--consumer-app-version", "1", code=0)
    told("create-version-tag", "-a", "Bar", "-e", "2", "--tag", "ready", "--auto-create-version", code=0)
    told("record-deployment", "-a", "Bar", "-e", "2", "--environment", "production", code=0)
    decision = json.loads(told(*GATE, code=1)[0])["decision"]
    (blocking,) = [decision["verdicts"][place] for place in decision["blocking"]]
    assert "the journey “buying” of Foo 1 by Bar 2" in blocking["fact"]

    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        program, *words = [url if word == "URL" else word for word in shlex.split(blocking["remedy"]["command"])]
        assert program == "contracthub"
        # What files say is not evidence of what was published, and whoever thinks so is told.
        _, error = told(*words, "--contract", str(file), code=0)
        assert "Results of --contract files are not published" in error
        told(*GATE, code=1)
        _, error = told(*words, code=0)
        assert "--contract" not in error
        server.shutdown()
    told(*GATE, code=0)
