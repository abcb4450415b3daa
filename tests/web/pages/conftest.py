"""A hub with a small history, in this process, on both databases."""

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given
from tests.web.pages import story


@pytest.fixture
def given(api: TestClient) -> Given:
    """The hub, to be filled."""
    return Given(api)


@pytest.fixture
def told(given: Given) -> Given:
    """The hub after the story."""
    story.tell(given)
    return given
