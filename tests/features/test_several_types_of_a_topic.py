"""Topics with several types of messages, and names that serializers give their subjects: unknown is never yes."""

import base64
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.features.given import Given

RAML = {"schemaFormat": "application/raml+yaml;version=1.0", "schema": "#%RAML 1.0"}


def record(name: str, *fields: str) -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": each, "type": "string"} for each in fields]}


def avro(name: str, *fields: str) -> dict[str, Any]:
    return {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": record(name, *fields)}


class Writers:
    """A hub with an environment, in which consumers live that read a topic."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.home = given.environment("prod", production=True)

    def reads(self, consumer: str, schema: object, **more: str) -> None:
        entry = {"topic": "orders", "schema": json.dumps(schema), "schemaType": "AVRO", **more}
        self.given.call("POST", "/api/v1/reader-schemas", {"consumer": consumer, "version": "1", "schemas": [entry]})
        self.given.deployed(consumer, "1", self.home)

    def sends(self, provider: str, *payloads: object) -> None:
        messages = {f"m{index}": {"payload": payload} for index, payload in enumerate(payloads)}
        document = {
            "asyncapi": "3.0.0",
            "info": {"title": "Orders", "version": "1"},
            "channels": {"orders": {"address": "orders", "messages": messages}},
            "operations": {"send": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
        }
        self._publishes(provider, {"name": "events", "files": [_file("events.json", document)]})

    def writes(self, provider: str, schema: object, **more: str) -> None:
        self._publishes(provider, {"topic": "orders", "files": [_file("order.avsc", schema)], **more})

    def _publishes(self, provider: str, contract: dict[str, Any]) -> None:
        body = {"provider": provider, "version": "1", "contract": contract}
        self.given.call("POST", "/api/v1/provider-contracts", body)

    def ask(self, name: str) -> tuple[bool | None, list[str]]:
        """Whether version 1 can be deployed, and the kinds of verdicts."""
        answer = self.given.can_i_deploy(name, "1", "prod")
        return answer["summary"]["deployable"], [each["verdict"] for each in answer["decision"]["verdicts"]]


@pytest.fixture
def writers(api: TestClient) -> Writers:
    return Writers(Given(api))


def test_two_schemas_of_one_type_are_both_held_against_its_readers(writers: Writers) -> None:
    writers.reads("Foo", record("Order", "a"), subjectStrategy="topic-record")
    writers.sends("Good", avro("Order", "a"), avro("Order", "a", "b"))
    writers.sends("Bad", avro("Order", "a"), avro("Order", "b"))
    assert writers.ask("Good") == (True, ["COMPATIBLE"])
    assert writers.ask("Bad") == (False, ["INCOMPATIBLE"])


def test_who_reads_a_topic_whole_reads_all_types_in_it(writers: Writers) -> None:
    writers.reads("Foo", [record("Order", "a"), record("Gone", "b")])
    writers.sends("Good", avro("Order", "a"), avro("Gone", "b"))
    writers.sends("Bad", avro("Order", "a"), avro("Other", "b"))
    assert writers.ask("Good") == (True, ["COMPATIBLE"])
    assert writers.ask("Bad") == (False, ["INCOMPATIBLE"])


def test_who_reads_one_type_of_a_topic_is_not_asked_about_the_others(writers: Writers) -> None:
    writers.reads("Foo", record("Order", "a"), subjectStrategy="topic-record")
    writers.sends("Bar", avro("Order", "a"), avro("Gone", "b"))
    assert writers.ask("Bar") == (True, ["COMPATIBLE"])


@pytest.mark.parametrize("strategy", ["record", "topic-record"])
def test_a_writer_that_names_its_subject_after_the_type_meets_who_reads_the_topic(
    writers: Writers, strategy: str
) -> None:
    writers.writes("Bar", record("Order", "a"))
    writers.reads("Foo", record("Order", "a"))
    writers.given.deployed("Bar", "1", writers.home)
    writers.writes("Good", record("Order", "a", "b"), subjectStrategy=strategy)
    writers.writes("Bad", record("Order", "b"), subjectStrategy=strategy)
    writers.writes("Keys", record("Order", "b"), subjectStrategy=strategy, part="key")
    assert writers.ask("Good") == (True, ["COMPATIBLE"])
    assert writers.ask("Bad") == (False, ["INCOMPATIBLE"])
    assert writers.ask("Keys") == (True, [])


def test_a_message_that_is_not_understood_may_be_anything_until_its_schema_is_published(writers: Writers) -> None:
    writers.writes("Bar", record("Order", "a"))
    writers.reads("Foo", record("Order", "a"))
    writers.given.deployed("Bar", "1", writers.home)
    writers.sends("New", avro("Order", "a"), RAML)
    assert writers.ask("New") == (None, ["UNANSWERABLE"])
    assert writers.ask("Bar") == (True, ["COMPATIBLE"])
    writers.writes("New", record("Order", "a"))
    assert writers.ask("New") == (True, ["COMPATIBLE"])


def test_a_plan_does_not_go_ahead_with_what_is_not_understood(writers: Writers) -> None:
    writers.reads("Foo", record("Order", "a"))
    writers.sends("New", RAML)
    body = {"environment": "prod", "versions": [{"pacticipant": "New", "version": "1"}]}
    answer = writers.given.call("POST", "/api/v1/plan", body)
    assert (answer["possible"], answer["steps"]) == (False, [])


def _file(path: str, document: object) -> dict[str, str]:
    return {"path": path, "content": base64.b64encode(json.dumps(document).encode()).decode()}


def test_who_reads_one_type_of_a_topic_is_held_against_every_writer_of_that_type(writers: Writers) -> None:
    writers.writes("first", record("Order", "id", "note"), subject="orders-Order")
    writers.reads("consumer", record("Order", "id", "note"), subjectStrategy="topic-record")
    writers.writes("second", record("Order", "id"))
    writers.sends("third", avro("Order", "id"))
    writers.writes("other", record("Parcel", "id"))
    assert writers.ask("first") == (True, ["COMPATIBLE"])
    assert writers.ask("second") == (False, ["INCOMPATIBLE"])
    assert writers.ask("third") == (False, ["INCOMPATIBLE"])
    assert writers.ask("other") == (True, [])
