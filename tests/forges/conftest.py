from collections.abc import Iterator

import pytest

from tests.forges import stand_in


@pytest.fixture
def github() -> Iterator[stand_in.Forge]:
    with stand_in.github() as forge:
        yield forge


@pytest.fixture
def gitlab() -> Iterator[stand_in.Forge]:
    with stand_in.gitlab() as forge:
        yield forge
