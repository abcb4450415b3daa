"""What `contracthub serve` and `migrate` say before a hub runs: which place, and the right exit code."""

import contextlib
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("sqlite:////nowhere/at/all/hub.sqlite3", "sqlite:////nowhere/at/all/hub.sqlite3"),
        ("postgresql://hub:s3cr3t@127.0.0.1:1/hub", "postgresql://127.0.0.1:1/hub"),
    ],
)
def test_a_database_that_is_away_is_named_without_its_password(cli: Cli, command: str, url: str, place: str) -> None:
    ran = cli(command, "--database-url", url)
    assert (ran.code, ran.out, ran.err.splitlines()[-1]) == (3, "", f"It is looked for at {place}.")
    assert "s3cr3t" not in ran.err
    assert ("There is no folder /nowhere/at/all for the database." in ran.err) == url.startswith("sqlite")


@pytest.mark.parametrize("command", ["serve", "migrate"])
@pytest.mark.parametrize("url", ["mysql://hub:s3cr3t@localhost/hub", "nonsense"])
def test_a_database_of_another_kind_is_a_usage_error(cli: Cli, command: str, url: str) -> None:
    ran = cli(command, "--database-url", url)
    assert (ran.code, ran.out, "--database-url" in ran.err, "s3cr3t" in ran.err) == (2, "", True, False)


def test_a_port_that_is_taken_is_told(cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = cli("serve", "--port", port, "--database-url", f"sqlite:///{tmp_path}/hub.sqlite3")
    assert (ran.code, f"Can't listen on 127.0.0.1 port {port}" in ran.err) == (3, True)


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--port", "x"], ["--public-url", "hub.example.org"]])
def test_a_wrong_setting_is_a_usage_error(cli: Cli, arguments: list[str]) -> None:
    assert cli("serve", *arguments).code == 2


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_the_database_of_a_pact_broker_is_left_alone(cli: Cli, tmp_path: Path, command: str) -> None:
    path = tmp_path / "broker.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as broker:
        broker.execute("CREATE TABLE pact_publications (id INTEGER PRIMARY KEY)")
        ran = cli(command, "--database-url", f"sqlite:///{path}")
        tables = [name for (name,) in broker.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert (ran.code, tables) == (2, ["pact_publications"])
    assert "import pact-broker" in ran.err
