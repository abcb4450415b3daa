"""The fixture that starts providers of the fleet and ends them after the test."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.fleet.running import StartProvider, serving


@pytest.fixture
def start_provider() -> Iterator[StartProvider]:
    """Start a provider with the named breaks on a free port; returns its base URL."""
    with ExitStack() as running:
        yield lambda name, *breaks: running.enter_context(serving(name, *breaks))
