from collections.abc import Iterator

import pytest

from tests.cli.stub_hub import StubHub, stub_hub


@pytest.fixture
def peer() -> Iterator[StubHub]:
    """A hub below a path prefix, as behind a reverse proxy."""
    with stub_hub("/contracts") as running:
        yield running
