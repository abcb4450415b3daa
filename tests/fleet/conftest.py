"""The fixtures that start providers of the fleet and end them after the tests."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache

import httpx
import pytest

from tests.fleet.running import StartProvider, serving


@pytest.fixture(scope="session")
def unbroken_provider() -> Iterator[StartProvider]:
    """Start a provider once for all tests, because a process costs most of a second."""
    with ExitStack() as running:
        yield cache(lambda name: running.enter_context(serving(name)))


@pytest.fixture
def start_provider(unbroken_provider: StartProvider) -> Iterator[StartProvider]:
    """Have an empty provider with the named breaks on a free port; returns its base URL."""
    with ExitStack() as running:

        def start(name: str, *breaks: str) -> str:
            if breaks:
                return running.enter_context(serving(name, *breaks))
            url = unbroken_provider(name)
            httpx.post(f"{url}/_pact/provider-states", json={"state": "", "action": "teardown"}).raise_for_status()
            return url

        yield start
