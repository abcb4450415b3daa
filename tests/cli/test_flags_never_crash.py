"""Nothing gives a traceback: whatever is typed, whatever the hub answers, ends with one of the four exit codes."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracthub.cli.main import COMMANDS, group
from tests.cli.stub_hub import StubHub, matrix_answer, stub_hub

WORDS = st.one_of(
    st.text(max_size=8), st.sampled_from(["", "-1", "0", "1.5", "nan", "inf", "--", "-a", "\x1b[31m", "é"])
)
WITH_VALUE = st.sampled_from(
    ["-a", "-e", "--version", "-l", "--branch", "--tag", "--ignore", "--to-environment", "--to", "--limit", "-o", "-k",
     "-u", "-p", "--custom-header", "--hub-timeout", "-c"]
)  # fmt: skip
ALONE = st.sampled_from(["-l", "--latest", "--main-branch", "--dry-run", "-h", "-r", "--skip-ssl-verification", "-x"])
OPTION = st.one_of(
    st.tuples(WITH_VALUE, WORDS), ALONE.map(lambda flag: (flag,)), st.tuples(WITH_VALUE), WORDS.map(lambda w: (w,))
)
SENSIBLE = st.just(("-a", "web", "-e", "1"))


@pytest.fixture(scope="module")
def running() -> Iterator[StubHub]:
    with stub_hub() as hub:
        hub.answer("GET", "/matrix", matrix_answer(None))
        yield hub


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(options=st.lists(st.one_of(SENSIBLE, OPTION), max_size=7))
def test_can_i_deploy_never_gives_a_traceback(running: StubHub, options: list[tuple[str, ...]]) -> None:
    arguments = [word for option in options for word in option]
    result = CliRunner().invoke(group, ["can-i-deploy", "-b", running.url, "--retries", "0", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2, 3)
    assert "Traceback" not in result.output


# These run something themselves, and take their time; they have tests of their own.
ELSEWHERE = {"serve", "migrate", "demo", "verify", "import", "export"}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that asks a hub, with the words that call it."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from leaves(below, (*path, name))


COMMAND_LINES = dict(
    each
    for name in COMMANDS
    if name not in ELSEWHERE
    for each in leaves(group.get_command(click.Context(group), name), (name,))  # type: ignore[arg-type]
)
# A wait between two questions would be a wait of the test.
SLOW = {"--hub-timeout", "--retries", "--retry-interval", "--retry-while-unknown", "--download-dir", "-b"}


def sensible(parameter: click.Parameter) -> tuple[str, ...]:
    """What makes a command go on to ask: each required parameter with some value."""
    if not parameter.required:
        return ()
    return ("x",) if isinstance(parameter, click.Argument) else (parameter.opts[-1], "x")


def options_of(command: click.Command) -> st.SearchStrategy[tuple[str, ...]]:
    if not command.params:
        return st.tuples(WORDS)
    names = sorted({name for one in command.params for name in (*one.opts, *one.secondary_opts)} - SLOW)
    return st.one_of(
        st.tuples(st.sampled_from(names), WORDS), st.tuples(st.sampled_from(names)), WORDS.map(lambda word: (word,))
    )


NAMES = st.sampled_from(
    ["_links", "_embedded", "self", "pb:pacts", "pb:execute", "href", "name", "pacts", "environments", "providerStates",
     "summary", "deployable", "matrix", "errors", "notices", "consumer", "provider", "version", "number", "contacts",
     "latestVersion", "deployedVersions", "releasedVersions", "uuid", "logs"]
)  # fmt: skip
ANSWERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.text(max_size=4), st.just("http://127.0.0.1:1/x")),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
LINKED = ("pb:execute", "pb:record-deployment", "pb:record-release", "pb:currently-deployed-deployed-versions")


class HostileHub(StubHub):
    """Has an index, and answers everything else with the same document."""

    said: tuple[int, bytes] = (200, b"{}")

    def __repr__(self) -> str:
        return f"a hub that says {self.said}"

    def reply_to(self, asked: Any) -> tuple[int, bytes, dict[str, str]]:
        if asked.path == "/":
            return super().reply_to(asked)
        return (*self.said, {"Content-Type": "application/hal+json"})


@pytest.fixture(scope="module")
def hostile() -> Iterator[HostileHub]:
    with stub_hub() as hub:
        hub.__class__ = HostileHub
        assert isinstance(hub, HostileHub)
        yield hub


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), words=st.sampled_from(sorted(COMMAND_LINES)), answer=ANSWERS, status=st.sampled_from([200, 400]))
def test_no_command_gives_a_traceback(
    hostile: HostileHub, tmp_path: Path, data: st.DataObject, words: tuple[str, ...], answer: object, status: int
) -> None:
    command = COMMAND_LINES[words]
    if isinstance(answer, dict) and status == 200:
        answer = {"_links": {name: {"href": f"{hostile.url}/x", "name": "x"} for name in LINKED}} | answer
    hostile.said = (status, json.dumps(answer).encode())
    given = [sensible(one) for one in command.params] + data.draw(st.lists(options_of(command), max_size=4))
    asking = {"-b": hostile.url, "--retries": "0", "--download-dir": str(tmp_path)}
    fixed = [word for one in command.params for name in one.opts if name in asking for word in (name, asking[name])]
    typed = [*words, *fixed, *(word for option in given for word in option)]
    # Some write where they stand, and what they write others read.
    with contextlib.chdir(tmp_path):
        result = CliRunner().invoke(group, typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2, 3)
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output or any("\x1b" in word for word in typed)
