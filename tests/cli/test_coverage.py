"""What of a provider is needed and verified, on the command line; with a hub that is really served."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Ran
from tests.conftest import LiveHub

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "neural_processor.openapi.json"
PACT = ROOT / "pacts" / "api_gateway-neural_processor.json"
Run = Callable[..., Ran]


@pytest.fixture
def told(cli: Cli, database_url: str, start_hub: Callable[[str], LiveHub]) -> Run:
    """Runs a command against a hub in which api_gateway 1 lives in production, and neural_processor 7 is documented."""
    live = start_hub(database_url)

    def run(*arguments: str, code: int = 0) -> Ran:
        ran = cli(*arguments, "-b", live.url, "--retries", "0")
        assert ran.code == code, ran
        return ran

    run("publish", str(PACT), "-a", "1", "--branch", "main")
    run("record-deployment", "-a", "api_gateway", "-e", "1", "--environment", "production")
    run("publish", "spec", str(SPEC), "--provider", "neural_processor", "--provider-version", "7", "--branch", "main")
    return run


def test_numbers_and_lists(told: Run) -> None:
    out = told("coverage", "neural_processor").out
    assert "of what is needed has evidence" in out
    assert "OFFERED  NEEDED  VERIFIED  REPLAYED  COMPARED  FUZZED" in out
    assert "Never replayed: " in out
    assert "api_gateway 1, pact: " in out


def test_a_limit_makes_the_exit_code(told: Run) -> None:
    ran = told("coverage", "neural_processor", "-o", "json")
    percent = json.loads(ran.out)["percent"]
    told("coverage", "neural_processor", "--fail-under", str(percent))
    if percent < 100:
        told("coverage", "neural_processor", "--fail-under", str(percent + 1), code=1)


def test_what_nobody_knows_is_no_coverage(told: Run) -> None:
    told("coverage", "nobody", code=3)
    assert "Give one of" in told("coverage", "neural_processor", "-e", "7", "--branch", "main", code=2).err
