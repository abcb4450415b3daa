"""What the registry says of itself, wherever it is reached."""

from importlib.metadata import version

import pytest

from tests.web.schema_registry.registry_calls import Registry


@pytest.mark.parametrize("path", ["", "/"])
def test_it_answers(registry: Registry, path: str) -> None:
    assert registry.get(path) == {}


def test_the_languages_of_schemas(registry: Registry) -> None:
    assert sorted(registry.get("/schemas/types")) == ["AVRO", "JSON", "PROTOBUF"]


def test_which_registry_it_is(registry: Registry) -> None:
    scope = registry.get("/v1/metadata/id")["scope"]
    assert scope["path"] == []
    assert set(scope["clusters"]) == {"kafka-cluster", "schema-registry-cluster"}
    assert registry.get("/v1/metadata/version")["version"] == version("contracthub")


def test_a_workspace_has_its_own(registry: Registry) -> None:
    assert Registry(registry.api, "/w/default/schema-registry").get("/") == {}


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/associations/resources/-/orders?resourceType=topic&associationType=value",
        "/dek-registry/v1/keks",
        "/exporters",
        "/subjects.json",
        "/schemas/types.json",
    ],
)
def test_what_is_not_there_is_a_plain_404(registry: Registry, path: str) -> None:
    assert registry.refused("GET", path) == (404, 404, "HTTP 404 Not Found")
    assert registry.call("POST", path, {}).status_code == 404
