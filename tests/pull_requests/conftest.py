from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.forges import stand_in
from tests.pull_requests.repositories import ROOT, Repository, repository, specification


@pytest.fixture
def github() -> Iterator[stand_in.Forge]:
    with stand_in.github() as forge:
        yield forge


@pytest.fixture
def gitlab() -> Iterator[stand_in.Forge]:
    with stand_in.gitlab() as forge:
        yield forge


@pytest.fixture
def hub(sqlite_url: str, start_hub: Callable[[str], LiveHub]) -> LiveHub:
    """A hub in which every consumer of the example fleet lives in production."""
    hub = start_hub(sqlite_url)
    for pact in sorted((ROOT / "pacts").glob("*.json")):
        consumer = pact.name.partition("-")[0]
        assert run(["publish", str(pact), "-a", "1", "--branch", "main", "-b", hub.url]) == 0
        recorded = run(["record-deployment", "-a", consumer, "-e", "1", "--environment", "production", "-b", hub.url])
        assert recorded == 0
    return hub


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """What a provider's repository is on main."""
    made = repository(tmp_path / "origin")
    made.write("specs/api.json", specification())
    made.commit("base")
    return made
