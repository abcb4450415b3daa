"""Fixtures of all consumer tests. How a pact gets into its file is in pact_files.py."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pact import Pact

from consumers.pact_files import Message, Receive, Replay, merge

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def pact_dir() -> Path:
    """The directory named by PACT_DIR, or pacts/ of the project."""
    directory = Path(os.environ.get("PACT_DIR") or ROOT / "pacts")
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def replay(pact_dir: Path) -> Replay:
    """A context in which a mock provider plays the pact's interactions; yields its base URL.

    The pact is written only when the test's exchange was exactly the one that the interaction describes.
    """

    @contextmanager
    def served(pact: Pact) -> Iterator[str]:
        with pact.serve() as server:
            yield str(server.url).rstrip("/")
        merge(pact, pact_dir)

    return served


@pytest.fixture(scope="session")
def receive(pact_dir: Path) -> Receive:
    """A context that gives the messages which a pact describes, the body and the metadata of each.

    The pact is written only when the consumer could do with them what the test says.
    """

    @contextmanager
    def received(pact: Pact) -> Iterator[list[Message]]:
        messages: list[Message] = []
        pact.verify(lambda body, metadata: messages.append((body or b"", metadata)), "Async")
        yield messages
        merge(pact, pact_dir)

    return received


@pytest.fixture(scope="session")
def contract_dir() -> Path:
    """The directory named by CONTRACT_DIR, or contracts/ of the project."""
    return Path(os.environ.get("CONTRACT_DIR") or ROOT / "contracts")
