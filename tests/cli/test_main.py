"""The edge: help, version, exit codes, settings from the environment, and what happens when things break."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import contracthub.cli.main as edge
from contracthub.cli.lazy import LazyCommand
from tests.cli.conftest import Cli
from tests.cli.stub_hub import StubHub, matrix_answer

GATE = ("can-i-deploy", "-a", "web", "-e", "1")


def test_help_lists_every_command_with_its_line(runner: CliRunner) -> None:
    out = runner.invoke(edge.group, ["--help"], terminal_width=200).output
    shown = {name: entry for name, entry in edge.COMMANDS.items() if not entry.hidden}
    assert all(f"  {name} " in out and entry.help in out for name, entry in shown.items())
    assert "verification-required" not in out


@pytest.mark.parametrize("name", [name for name in edge.COMMANDS if name not in ("serve", "migrate", "demo")])
def test_every_command_has_help_of_its_own(cli: Cli, name: str) -> None:
    ran = cli(name, "--help")
    assert (ran.code, ran.out.startswith(f"Usage: contracthub {name}")) == (0, True)


def test_the_version_is_that_of_the_package(cli: Cli) -> None:
    from importlib.metadata import version

    assert cli("--version").out == f"contracthub {version('contracthub')}\n"


def test_a_command_that_is_not_installed_says_so(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(edge.COMMANDS, "later", LazyCommand("contracthub.cli.not_there:command", "Later."))
    ran = cli("later")
    assert (ran.code, ran.err) == (3, "Error: later is not part of this installation.\n")


def test_a_command_with_a_typing_error_is_guessed(cli: Cli) -> None:
    ran = cli("can-i-deply")
    assert (ran.code, "Did you mean can-i-deploy" in ran.err) == (2, True)


def test_the_shell_can_complete_commands_and_options() -> None:
    environment = dict(
        os.environ, _CONTRACTHUB_COMPLETE="bash_complete", COMP_WORDS="contracthub can-i-deploy --to", COMP_CWORD="2"
    )
    done = subprocess.run([sys.executable, "-m", "contracthub"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [b"plain,--to-environment", b"plain,--to"])


def test_without_an_address_the_hub_is_asked_for(cli: Cli) -> None:
    ran = cli(*GATE)
    assert (ran.code, "CONTRACTHUB_BASE_URL" in ran.err) == (2, True)


@pytest.mark.parametrize("address", ["ftp://x", "nonsense", "http://", "http://x:99999", "http://[::1"])
def test_an_address_that_is_none_is_no_answer(cli: Cli, address: str) -> None:
    assert cli(*GATE, "-b", address).code == 3


def test_our_variables_go_before_those_of_the_pact_broker(
    cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.answer("GET", "/matrix", matrix_answer())
    monkeypatch.setenv("PACT_BROKER_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("CONTRACTHUB_BASE_URL", hub.url)
    monkeypatch.setenv("PACT_BROKER_TOKEN", "theirs")
    monkeypatch.setenv("CONTRACTHUB_TOKEN", "ours")
    assert cli(*GATE).code == 0
    assert hub.one("GET", "/matrix").headers["authorization"] == "Bearer ours"


def test_the_pact_brokers_variables_work(cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.answer("GET", "/matrix", matrix_answer())
    monkeypatch.setenv("PACT_BROKER_BASE_URL", hub.url)
    monkeypatch.setenv("PACT_BROKER_USERNAME", "me")
    monkeypatch.setenv("PACT_BROKER_PASSWORD", "pass")
    assert cli(*GATE).code == 0
    assert hub.one("GET", "/matrix").headers["authorization"] == "Basic bWU6cGFzcw=="


def test_a_typed_name_goes_before_a_token_of_the_environment(
    cli: Cli, hub: StubHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.answer("GET", "/matrix", matrix_answer())
    monkeypatch.setenv("CONTRACTHUB_TOKEN", "token")
    assert cli(*GATE, "-b", hub.url, "-u", "me", "-p", "pass").code == 0
    assert hub.one("GET", "/matrix").headers["authorization"] == "Basic bWU6cGFzcw=="


def test_custom_headers_are_sent_and_can_not_smuggle_a_second_one(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", matrix_answer())
    assert cli(*GATE, "-b", hub.url, "--custom-header", "X-Team: checkout").code == 0
    assert hub.one("GET", "/matrix").headers["x-team"] == "checkout"
    for bad in ("X-Team", "X Team: a", "X: a\r\nY: b", ": a", "X: \u2192"):
        assert cli(*GATE, "-b", hub.url, "--custom-header", bad).code == 2


def test_a_token_that_the_hub_echoes_is_not_shown(cli: Cli, hub: StubHub) -> None:
    hub.answer("GET", "/matrix", {"error": "bad token s3cr3t-token"}, status=401)
    ran = cli(*GATE, "-b", hub.url, "-k", "s3cr3t-token")
    assert (ran.code, "s3cr3t" in ran.out + ran.err, "***" in ran.err) == (3, False, True)


def test_an_unexpected_error_is_one_line_with_a_hint(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(edge.COMMANDS, "broken", LazyCommand("contracthub.cli.exits:ExitCode", "Broken."))
    ran = cli("broken")
    assert (ran.code, ran.err.count("\n"), "CONTRACTHUB_DEBUG=1" in ran.err) == (3, 1, True)
    monkeypatch.setenv("CONTRACTHUB_DEBUG", "1")
    assert "Traceback" in cli("broken").err


def test_ctrl_c_ends_without_a_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(edge.group, "invoke", interrupted)
    ran = cli("list-environments")
    assert (ran.code, "Traceback" in ran.err) == (130, False)


def test_a_closed_pipe_ends_quietly_and_not_with_a_yes() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "contracthub", "--help"], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_narrow_terminal_gets_escapes(hub: StubHub, tmp_path: Path) -> None:
    hub.answer("GET", "/matrix", matrix_answer(consumer="web\u2192"))
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "latin-1", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "contracthub", *GATE, "-b", hub.url], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, b"web\\u2192" in done.stdout) == (0, True)
