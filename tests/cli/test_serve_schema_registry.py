"""`contracthub serve --schema-registry-port`: one process, two addresses, one end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import Cli

HANGS_AFTER_SECONDS = 60


@contextmanager
def serving(database_url: str, *options: str) -> "Iterator[tuple[subprocess.Popen[str], list[str]]]":
    """The process, and the two lines in which it says where it listens."""
    command = [sys.executable, "-m", "contracthub", "serve", "--port", "0", "--database-url", database_url, *options]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as hub:
        assert hub.stdout is not None
        # Reading would wait for ever for a process that neither speaks nor ends.
        watchdog = threading.Timer(HANGS_AFTER_SECONDS, hub.kill)
        watchdog.start()
        try:
            yield hub, [hub.stdout.readline().strip() for _ in range(2)]
        finally:
            watchdog.cancel()
            hub.kill()


def address_in(line: str) -> str:
    return line.rpartition(" ")[2]


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_both_addresses_are_told_and_end_together(sqlite_url: str, stop: signal.Signals, code: int) -> None:
    with serving(sqlite_url, "--schema-registry-port", "0") as (process, lines):
        hub, registry = map(address_in, lines)
        assert (lines[0].startswith("ContractHub listens on "), lines[1].startswith("Schema Registry listens on ")) == (
            True,
            True,
        )
        assert httpx.get(f"{registry}/schemas/types").status_code == 200
        assert httpx.get(f"{hub}/schema-registry/schemas/types").status_code == 200
        assert httpx.get(f"{hub}/schemas/types").status_code == 404
        assert httpx.get(f"{registry}/pacticipants").json()["error_code"] == 404
        process.send_signal(stop)
        assert process.wait(HANGS_AFTER_SECONDS) == code
        for address in (hub, registry):
            with closing(socket.socket()) as again:
                assert again.connect_ex((urlsplit(address).hostname, urlsplit(address).port)) != 0


def test_a_port_that_is_taken_is_told(cli: Cli, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = cli("serve", "--port", "0", "--schema-registry-port", port, "--database-url", sqlite_url)
    assert (ran.code, ran.out, f"Can't listen on 127.0.0.1 port {port}" in ran.err) == (3, "", True)


def test_a_wrong_port_is_a_usage_error(cli: Cli) -> None:
    assert cli("serve", "--schema-registry-port", "70000").code == 2
