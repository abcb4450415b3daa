"""`contracthub serve --schema-registry-port`: one process, two addresses, one end."""

import signal
import socket
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.conftest import Cli
from tests.registry_process import HANGS_AFTER_SECONDS, registry_process


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_both_addresses_are_told_and_end_together(sqlite_url: str, stop: signal.Signals, code: int) -> None:
    with registry_process(sqlite_url) as running:
        assert running.lines[0].startswith("ContractHub listens on http://")
        assert running.lines[1].startswith("Schema Registry listens on http://")
        assert httpx.get(f"{running.registry}/schemas/types").status_code == 200
        assert httpx.get(f"{running.hub}/schema-registry/schemas/types").status_code == 200
        assert httpx.get(f"{running.hub}/schemas/types").status_code == 404
        assert httpx.get(f"{running.registry}/pacticipants").json()["error_code"] == 404
        running.process.send_signal(stop)
        assert running.process.wait(HANGS_AFTER_SECONDS) == code
        for address in (running.hub, running.registry):
            with closing(socket.socket()) as again:
                assert again.connect_ex((urlsplit(address).hostname, urlsplit(address).port)) != 0


def test_a_port_that_is_taken_is_told(cli: Cli, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = cli("serve", "--port", "0", "--schema-registry-port", port, "--database-url", sqlite_url)
    assert (ran.code, ran.out, f"Can't listen on 127.0.0.1 port {port}" in ran.err) == (3, "", True)


def test_a_wrong_port_is_a_usage_error(cli: Cli) -> None:
    assert cli("serve", "--schema-registry-port", "70000").code == 2
