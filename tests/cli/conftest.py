import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from contracthub.cli.detection import CI_SYSTEMS
from contracthub.cli.main import run
from tests.cli.stub_hub import StubHub, stub_hub


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own hub, token or CI system must not take part in a test."""
    markers = {system.marker.partition("=")[0] for system in CI_SYSTEMS}
    for name in os.environ:
        if name.startswith(("PACT_", "CONTRACTHUB_")) or name in markers | {"NO_COLOR", "FORCE_COLOR"}:
            monkeypatch.delenv(name)


@pytest.fixture
def hub() -> Iterator[StubHub]:
    with stub_hub() as running:
        yield running


@dataclass(frozen=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str


Cli = Callable[..., Ran]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command line in this process, through the real edge, and gives its exit code and output."""

    def ran(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()
