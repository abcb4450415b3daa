"""Registries for tests."""

import pytest
from starlette.testclient import TestClient

from tests.web.schema_registry.registry_calls import Registry


@pytest.fixture
def registry(api: TestClient) -> Registry:
    return Registry(api)
