"""confluent-kafka's SchemaRegistryClient, unchanged, with everything that it can ask of a registry."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from confluent_kafka.schema_registry import (
    Metadata,
    RuleSet,
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    SchemaRegistryError,
    ServerConfig,
)
from confluent_kafka.schema_registry.common.schema_registry_client import ConfigCompatibilityLevel

from contracthub.domain.access import Access, Role, account, new_token, token_entry, tokens_from
from contracthub.web.settings import Settings
from tests.conftest import LiveHub
from tests.registry_process import registry_process
from tests.web.schema_registry.samples import as_text, record

ORDER = as_text(record("sku"))
WIDER = as_text(record("sku", "note="))
BREAKING = as_text(record("sku", "price"))


def client_of(url: str, **settings: str) -> SchemaRegistryClient:
    # It sends what failed again, with pauses; here nothing is expected to be sent twice.
    named = {name.replace("_", "."): value for name, value in settings.items()}
    return SchemaRegistryClient({"url": url, "max.retries": 0, **named})


def forget(client: SchemaRegistryClient) -> None:
    """Let it ask again for what it has seen."""
    client.clear_caches()  # type: ignore[no-untyped-call]


@pytest.fixture
def client(database_url: str, start_hub: Callable[[str], LiveHub]) -> Iterator[SchemaRegistryClient]:
    with client_of(start_hub(database_url).url + "/schema-registry") as client:
        yield client


def refused(call: Callable[[], object]) -> tuple[int, int]:
    """How a call is refused."""
    with pytest.raises(SchemaRegistryError) as told:
        call()
    assert told.value.error_message
    return told.value.http_status_code, told.value.error_code


def test_registering_and_reading(client: SchemaRegistryClient) -> None:
    assert sorted(client.get_schema_types()) == ["AVRO", "JSON", "PROTOBUF"]
    number = client.register_schema("orders-value", Schema(ORDER, "AVRO"))
    assert client.register_schema("orders-value", Schema(ORDER, "AVRO")) == number
    full = client.register_schema_full_response("orders-value", Schema(WIDER, "AVRO"))
    assert (full.subject, full.version, full.schema_id) == ("orders-value", 2, number + 1)
    forget(client)
    assert client.get_schema(number).schema_str == ORDER
    assert client.get_schema_by_guid(str(full.guid)).schema_str == WIDER
    assert client.get_latest_version("orders-value").version == 2
    assert client.get_version("orders-value", 1).schema_id == number
    assert client.get_versions("orders-value") == [1, 2]
    assert client.get_subjects() == ["orders-value"]
    assert client.get_subjects_by_schema_id(number) == ["orders-value"]
    assert [(each.subject, each.version) for each in client.get_schema_versions(number)] == [("orders-value", 1)]
    found = client.lookup_schema("orders-value", Schema(WIDER, "AVRO"))
    assert (found.version, found.schema_id) == (2, number + 1)


@pytest.mark.parametrize("name", ["a/b value", "x?y=1&z#t", "100%-sure", "trailing/", "größe-日本", ":.ctx:a/b"])
def test_names_of_any_kind(client: SchemaRegistryClient, name: str) -> None:
    client.register_schema(name, Schema(ORDER, "AVRO"))
    assert client.get_latest_version(name).subject == name
    assert client.get_versions(name) == [1]
    client.set_compatibility(name, "FULL")
    assert client.get_compatibility(name) == "FULL"
    assert client.delete_subject(name) == [1]


def test_what_may_follow(client: SchemaRegistryClient) -> None:
    client.register_schema("orders-value", Schema(ORDER, "AVRO"))
    assert client.test_compatibility("orders-value", Schema(WIDER, "AVRO")) is True
    assert client.test_compatibility("orders-value", Schema(BREAKING, "AVRO")) is False
    assert client.test_compatibility_all_versions("orders-value", Schema(BREAKING, "AVRO")) is False
    with pytest.raises(SchemaRegistryError, match="price") as told:
        client.register_schema("orders-value", Schema(BREAKING, "AVRO"))
    assert told.value.http_status_code == 409
    client.set_compatibility("orders-value", "FORWARD")
    assert client.register_schema("orders-value", Schema(BREAKING, "AVRO")) == 2


def test_settings(client: SchemaRegistryClient) -> None:
    assert client.get_compatibility() == "BACKWARD"
    client.set_compatibility(level="FULL_TRANSITIVE")
    assert client.get_compatibility() == "FULL_TRANSITIVE"
    chosen = ServerConfig(compatibility=ConfigCompatibilityLevel.NONE, compatibility_group="major")
    client.set_config("orders-value", chosen)
    kept = client.get_config("orders-value")
    assert (kept.compatibility_level, kept.compatibility_group) == (ConfigCompatibilityLevel.NONE, "major")
    client.delete_config("orders-value")
    assert refused(lambda: client.get_config("orders-value")) == (404, 40408)
    client.delete_config()
    assert client.get_compatibility() == "BACKWARD"
    assert refused(lambda: client.set_compatibility(level="SOMEWHAT")) == (422, 42203)


def test_modes(client: SchemaRegistryClient) -> None:
    assert client.get_global_mode() == "READWRITE"
    assert client.update_global_mode("READONLY") == "READONLY"
    assert refused(lambda: client.register_schema("a", Schema(ORDER, "AVRO"))) == (422, 42205)
    client.update_global_mode("READWRITE")
    assert client.update_mode("a", "IMPORT") == "IMPORT"
    assert client.get_mode("a") == "IMPORT"
    assert client.delete_mode("a") == "IMPORT"
    assert refused(lambda: client.get_mode("a")) == (404, 40409)


def test_contexts(client: SchemaRegistryClient) -> None:
    assert client.get_contexts() == ["."]
    client.register_schema(":.staging:a", Schema(ORDER, "AVRO"))
    assert client.get_contexts() == [".", ".staging"]
    assert client.get_latest_version(":.staging:a").subject == ":.staging:a"


def test_deleting(client: SchemaRegistryClient) -> None:
    for text in (ORDER, WIDER):
        client.register_schema("a", Schema(text, "AVRO"))
    assert client.delete_version("a", 1) == 1
    assert client.get_versions("a") == [2]
    assert client.delete_version("a", 1, permanent=True) == 1
    assert refused(lambda: client.get_version("a", 1)) == (404, 40402)
    assert client.delete_subject("a") == [2]
    assert client.delete_subject("a", permanent=True) == [2]
    assert client.get_subjects() == []
    assert client.get_subjects(deleted=True) == []
    assert refused(lambda: client.get_versions("a")) == (404, 40401)
    assert refused(lambda: client.delete_subject("a")) == (404, 40401)


def test_references(client: SchemaRegistryClient) -> None:
    client.register_schema("line", Schema('{"type":"record","name":"shop.Line","fields":[]}', "AVRO"))
    text = '{"type":"record","name":"Basket","fields":[{"name":"line","type":"shop.Line"}]}'
    reference = SchemaReference("shop.Line", "line", 1)
    number = client.register_schema("basket", Schema(text, "AVRO", [reference]))
    forget(client)
    assert client.get_schema(number).references == [reference]
    assert client.get_referenced_by("line", 1) == [number]
    assert refused(lambda: client.delete_version("line", 1)) == (422, 42206)


def test_metadata_and_rules(client: SchemaRegistryClient) -> None:
    metadata = Metadata.from_dict({"properties": {"owner": "sales"}, "sensitive": ["owner"]})
    rule = {"name": "known", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "message.sku != ''"}
    rules = RuleSet.from_dict({"domainRules": [rule]})
    number = client.register_schema("a", Schema(ORDER, "AVRO", [], metadata, rules))
    forget(client)
    read = client.get_schema(number)
    assert read.metadata is not None
    assert read.rule_set is not None
    assert read.metadata == metadata
    assert [each.name for each in read.rule_set.domain_rules or []] == ["known"]
    assert client.get_latest_with_metadata("a", {"owner": "sales"}).version == 1


def test_normalising(client: SchemaRegistryClient) -> None:
    full = '{"type":"record","name":"shop.Order","fields":[]}'
    apart = '{"type":"record","name":"Order","namespace":"shop","fields":[]}'
    number = client.register_schema("a", Schema(full, "AVRO"), normalize_schemas=True)
    assert client.register_schema("a", Schema(apart, "AVRO"), normalize_schemas=True) == number
    assert client.lookup_schema("a", Schema(apart, "AVRO"), normalize_schemas=True).version == 1


@pytest.mark.parametrize("path", ["", "/w/default", "/contexts/.staging"])
def test_on_a_port_of_its_own(sqlite_url: str, path: str) -> None:
    with registry_process(sqlite_url) as running, client_of(running.registry + path) as client:
        number = client.register_schema("a/b", Schema(ORDER, "AVRO"))
        forget(client)
        assert client.get_latest_version("a/b").schema_id == number
        with client_of(f"{running.hub}{'/w/default' * (path == '/w/default')}/schema-registry") as beside:
            assert beside.get_contexts() == ([".", ".staging"] if "contexts" in path else ["."])


WRITE_TOKEN, READ_TOKEN = new_token(), new_token()
ACCESS = Access(
    (account("admin", "a:b", Role.WRITE), account("guest", "look", Role.READ)),
    tokens_from(f"{token_entry('ci', Role.WRITE, WRITE_TOKEN)} {token_entry('wall', Role.READ, READ_TOKEN)}"),
)


@pytest.fixture
def closed_hub(sqlite_url: str) -> Iterator[str]:
    """A registry that wants credentials."""
    hub = LiveHub.start(sqlite_url, settings=Settings(access=ACCESS))
    yield hub.url + "/schema-registry"
    hub.stop()


def account_of(user: str) -> dict[str, str]:
    return {"basic_auth_user_info": user}


def token(secret: str) -> dict[str, str]:
    return {
        "bearer_auth_credentials_source": "STATIC_TOKEN",
        "bearer_auth_token": secret,
        "bearer_auth_logical_cluster": "lsrc-1",
        "bearer_auth_identity_pool_id": "pool-1",
    }


@pytest.mark.parametrize("credentials", [account_of("admin:a:b"), token(WRITE_TOKEN)])
def test_who_may_do_everything(closed_hub: str, credentials: dict[str, str]) -> None:
    with client_of(closed_hub, **credentials) as client:
        assert client.register_schema("a", Schema(ORDER, "AVRO")) == 1


@pytest.mark.parametrize("credentials", [account_of("guest:look"), token(READ_TOKEN)])
def test_who_may_read(closed_hub: str, credentials: dict[str, str]) -> None:
    with client_of(closed_hub, **account_of("admin:a:b")) as writer:
        writer.register_schema("a", Schema(ORDER, "AVRO"))
    with client_of(closed_hub, **credentials) as reader:
        assert reader.lookup_schema("a", Schema(ORDER, "AVRO")).version == 1
        assert reader.test_compatibility("a", Schema(WIDER, "AVRO")) is True
        assert refused(partial(reader.register_schema, "a", Schema(WIDER, "AVRO"))) == (403, 40301)


@pytest.mark.parametrize("credentials", [{}, account_of("admin:wrong"), token("x")])
def test_who_may_do_nothing(closed_hub: str, credentials: dict[str, str]) -> None:
    with client_of(closed_hub, **credentials) as client:
        assert refused(client.get_subjects) == (401, 401)
