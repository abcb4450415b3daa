"""The clients of others: where ``scripts/ensure-clients`` put them, or the reason why they are not there."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.clients.command_line import Broker
from tests.clients.orders import Provider, serve_orders
from tests.clients.runs import Runs
from tests.conftest import LiveHub

RUST = (str(Path(sys.executable).with_name("pact")), "broker")
RUST_PACTFLOW = (RUST[0], "pactflow")
INSTALLED = Path(__file__).parents[2] / ".clients"


def installed(name: str) -> Path:
    """The folder of a client; the test is skipped where it could not be installed."""
    folder, missing = INSTALLED / name, INSTALLED / f"{name}.missing"
    if not (folder / ".ready").exists():
        reason = missing.read_text().strip() if missing.exists() else "scripts/ensure-clients has not run"
        pytest.skip(f"the {name} client is not installed: {reason}")
    return folder


def ruby_program() -> tuple[str, ...]:
    """The last command line in Ruby, or a skip."""
    return (str(installed("ruby") / "pact_cli" / "bin" / "pact-broker"),)


def ruby_pactflow() -> tuple[str, ...]:
    """PactFlow's command line in Ruby, or a skip."""
    return (str(installed("ruby") / "pact_cli" / "bin" / "pactflow"),)


@pytest.fixture
def pacts(tmp_path: Path) -> Path:
    """A folder for pact files."""
    folder = tmp_path / "pacts"
    folder.mkdir()
    return folder


@pytest.fixture
def broker(database_url: str, start_hub: Callable[[str], LiveHub], pacts: Path) -> Broker:
    """The newest command line, in Rust, on both databases."""
    return Broker(start_hub(database_url), pacts, RUST)


@pytest.fixture
def ruby(live_hub: LiveHub, pacts: Path) -> Broker:
    """The last command line in Ruby."""
    return Broker(live_hub, pacts, ruby_program())


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of orders on a real socket."""
    yield from serve_orders()


@pytest.fixture(scope="session")
def javascript() -> Iterator[Runs]:
    """pact-js: one start of node for all tests of a worker."""
    folder = installed("javascript")
    yield from Runs.started(("node", str(Path(__file__).parent / "javascript" / "runs.cjs")), folder)


@pytest.fixture(scope="session")
def jvm() -> Iterator[Runs]:
    """pact-jvm: one start of the machine for all tests of a worker."""
    folder = installed("jvm")
    yield from Runs.started(("java", "-XX:TieredStopAtLevel=1", "-cp", "classes:lib/*", "Runs"), folder)
