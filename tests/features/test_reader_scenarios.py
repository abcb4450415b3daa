"""Consumers of topics at the gate: each story has a verdict and a remedy, and the remedy works when carried out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracthub.cli.main import run
from tests.conftest import LiveHub
from tests.features.scenes import Answer, Scene, serving, without_settings

TOPIC = "simulation.events"
# Names of fields; one that ends in "=" has a default.
ID, TOTAL, NOTE = "id", "total", "note"


def avro(*fields: str) -> dict[str, Any]:
    return {"type": "record", "name": "Event", "fields": [_field(each) for each in fields]}


def _field(text: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": text.removesuffix("="), "type": "string"}
    return field | ({"default": ""} if text.endswith("=") else {})


class Topics:
    """What teams do with topics, on the command line."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def file(self, *fields: str) -> str:
        path = Path("event.avsc")
        path.write_text(json.dumps(avro(*fields)))
        return str(path)

    def reads(self, consumer: str, number: str, *fields: str, topic: str = TOPIC, provider: str | None = None) -> None:
        named = ("--provider", provider) if provider else ()
        words = ("--consumer", consumer, "--version", number, "--topic", topic, "--branch", "main", *named)
        assert run(["publish", "reader-schema", self.file(*fields), *words]) == 0

    def writes(self, provider: str, number: str, *fields: str, topic: str = TOPIC) -> None:
        words = ("--provider", provider, "--version", number, "--topic", topic, "--branch", "main")
        assert run(["publish", "spec", self.file(*fields), *words]) == 0

    def ask(self, name: str, number: str, environment: str = "production") -> Answer:
        if environment == "production":
            return self.scene.ask(name, number)
        words = ("-a", name, "-e", number, "--to-environment", environment, "--explain")
        return Answer(*self.scene.json("can-i-deploy", *words))


@pytest.fixture
def scene(
    live_hub: LiveHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Scene]:
    without_settings(monkeypatch, live_hub, tmp_path)
    with serving() as provider:
        yield Scene(live_hub, provider, tmp_path, capsys)


@pytest.fixture
def topics(scene: Scene) -> Topics:
    """Distilera 1 writes a topic and hoardwell 1 reads it, both in production."""
    made = Topics(scene)
    made.writes("distilera", "1", ID, TOTAL)
    made.reads("hoardwell", "1", ID, TOTAL)
    scene.deploy("distilera", "1")
    assert made.ask("hoardwell", "1").kinds == ["COMPATIBLE"]
    scene.deploy("hoardwell", "1")
    return made


def test_a_field_is_dropped_that_a_deployed_reader_needs(topics: Topics) -> None:
    topics.writes("distilera", "2", ID)
    answer = topics.ask("distilera", "2")
    assert (answer.is_yes, answer.document["deployable"], answer.kinds) == (False, False, ["INCOMPATIBLE"])
    assert answer.blocking["fact"] == (
        "hoardwell 1, which lives in production, can't read what distilera 2 writes to simulation.events: $.total: the "
        "reader's field 'total' of Event has no default, and Event was written without that field."
    )
    assert answer.blocking["findings"][0]["rule"] == "READER_FIELD_MISSING_DEFAULT_VALUE"
    proof = topics.scene.hub.get(
        answer.blocking["evidence"]["_links"]["self"]["href"].removeprefix(topics.scene.hub.url)
    )
    assert (proof.json()["compatible"], proof.json()["findings"][0]["path"]) == (False, "$.total")
    assert topics.scene.carry_out(answer, FILE=topics.file(ID, TOTAL, NOTE), VERSION="3") == 0
    assert topics.ask("distilera", "3").is_yes
    # The other way that is told: the reader does without it, and goes first.
    topics.reads("hoardwell", "2", ID, f"{TOTAL}=")
    assert topics.ask("hoardwell", "2").is_yes
    topics.scene.deploy("hoardwell", "2")
    assert topics.ask("distilera", "2").is_yes


def test_a_field_is_added(topics: Topics) -> None:
    topics.writes("distilera", "2", ID, TOTAL, NOTE)
    answer = topics.ask("distilera", "2")
    assert (answer.is_yes, answer.kinds) == (True, ["COMPATIBLE"])
    (pair,) = answer.document["pairs"]
    assert (pair["kind"], pair["evidence"]["kind"], pair["topic"]) == ("reader-schema", "compared", TOPIC)


def test_a_reader_that_lives_in_production_only(topics: Topics) -> None:
    topics.writes("distilera", "2", ID)
    assert topics.ask("distilera", "2", "test").is_yes
    assert not topics.ask("distilera", "2").is_yes


def test_two_versions_of_a_reader_at_once(topics: Topics) -> None:
    topics.reads("hoardwell", "2", ID)
    topics.scene.deploy("hoardwell", "2", "green")
    topics.writes("distilera", "2", ID)
    answer = topics.ask("distilera", "2")
    assert sorted(answer.kinds) == ["COMPATIBLE", "INCOMPATIBLE"]
    assert answer.blocking["consumer"] == {"name": "hoardwell", "version": "1"}
    topics.scene.deploy("hoardwell", "2")
    assert topics.ask("distilera", "2").is_yes


def test_two_versions_of_a_writer_at_once(topics: Topics) -> None:
    topics.writes("distilera", "2", ID, TOTAL, NOTE)
    topics.scene.deploy("distilera", "2", "green")
    topics.reads("hoardwell", "2", ID, NOTE)
    answer = topics.ask("hoardwell", "2")
    assert sorted(answer.kinds) == ["COMPATIBLE", "INCOMPATIBLE"]
    assert answer.blocking["provider"] == {"name": "distilera", "version": "1"}


def test_an_upgrade_of_the_consumer_needs_what_nobody_writes(topics: Topics) -> None:
    topics.reads("hoardwell", "2", ID, NOTE)
    answer = topics.ask("hoardwell", "2")
    assert answer.kinds == ["INCOMPATIBLE"]
    assert "can't read what distilera 1, which lives in production, writes" in answer.blocking["fact"]
    assert answer.remedy["command"].startswith("contracthub publish reader-schema FILE --consumer hoardwell")
    assert topics.scene.carry_out(answer, FILE=topics.file(ID, f"{NOTE}="), VERSION="3") == 0
    assert topics.ask("hoardwell", "3").is_yes


def test_an_upgrade_of_the_consumer_needs_what_the_next_version_writes(topics: Topics) -> None:
    topics.writes("distilera", "2", ID, TOTAL, NOTE)
    topics.reads("hoardwell", "2", ID, NOTE)
    answer = topics.ask("hoardwell", "2")
    assert answer.remedy["text"] == (
        "Deploy distilera 2, which writes simulation.events so that it is read, to production first."
    )
    assert topics.scene.carry_out(answer) == 0
    assert topics.ask("hoardwell", "2").is_yes


def test_a_topic_that_nobody_writes(topics: Topics) -> None:
    topics.reads("alchemist", "1", ID, topic="mixtures")
    answer = topics.ask("alchemist", "1")
    assert (answer.document["deployable"], answer.kinds) == (None, ["UNANSWERABLE"])
    assert answer.blocking["provider"] is None
    assert answer.blocking["fact"] == (
        "alchemist 1 reads mixtures, and no provider has published the schema with which it writes that."
    )
    code, text = topics.scene.text("can-i-deploy", "-a", "alchemist", "-e", "1", "--to-environment", "production")
    assert (code, "Nobody is known to write mixtures" in text) == (1, True)
    values = {"FILE": topics.file(ID), "PROVIDER": "mixer", "VERSION": "7"}
    assert topics.scene.carry_out(answer, **values) == 0
    assert topics.ask("alchemist", "1").is_yes


def test_a_writer_that_does_not_live_there(topics: Topics) -> None:
    topics.writes("mixer", "1", ID, topic="mixtures")
    topics.reads("alchemist", "1", ID, topic="mixtures")
    answer = topics.ask("alchemist", "1")
    assert answer.kinds == ["UNANSWERABLE"]
    assert answer.blocking["fact"] == (
        "alchemist 1 reads mixtures, which mixer writes. No version of mixer is currently recorded as deployed or "
        "released in environment production."
    )
    assert topics.scene.carry_out(answer) == 0
    assert topics.ask("alchemist", "1").is_yes


def test_a_topic_is_renamed(topics: Topics) -> None:
    topics.writes("distilera", "2", ID, TOTAL, topic="simulation.events.v2")
    answer = topics.ask("distilera", "2")
    assert (answer.document["deployable"], answer.kinds) == (None, ["UNANSWERABLE"])
    assert answer.blocking["fact"] == (
        "distilera 2 carries no schema for simulation.events, which hoardwell 1, which lives in production, reads."
    )
    assert topics.scene.carry_out(answer, FILE=topics.file(ID, TOTAL)) == 0
    assert topics.ask("distilera", "2").is_yes


def test_a_topic_has_moved_to_another_writer(topics: Topics) -> None:
    topics.writes("mixer", "1", ID, TOTAL)
    topics.scene.deploy("mixer", "1")
    topics.scene.make("distilera", "2")
    assert topics.ask("distilera", "2").kinds == ["UNANSWERABLE"]
    topics.reads("hoardwell", "2", ID, TOTAL, provider="mixer")
    topics.scene.deploy("hoardwell", "2")
    assert topics.ask("distilera", "2").is_yes


def test_a_deployed_writer_that_carries_no_schema(topics: Topics) -> None:
    topics.scene.make("distilera", "2")
    topics.scene.deploy("distilera", "2")
    answer = topics.ask("hoardwell", "1")
    assert answer.kinds == ["UNANSWERABLE"]
    assert "distilera 2, which lives in production, carries no schema" in answer.blocking["fact"]
    assert topics.scene.carry_out(answer, FILE=topics.file(ID, TOTAL)) == 0
    assert topics.ask("hoardwell", "1").is_yes


def test_a_pair_with_a_pact_and_a_topic_has_both(topics: Topics) -> None:
    topics.scene.publish("hoardwell", "1", "distilera", branch="main")
    answer = topics.ask("hoardwell", "1")
    assert sorted(answer.kinds) == ["COMPATIBLE", "NEVER_VERIFIED"]
    topics.scene.result("hoardwell", "1", "distilera", "1")
    assert (topics.ask("hoardwell", "1").is_yes, sorted(topics.ask("hoardwell", "1").kinds)) == (
        True,
        ["COMPATIBLE", "VERIFIED"],
    )
    topics.writes("distilera", "2", ID)
    topics.scene.result("hoardwell", "1", "distilera", "2")
    assert sorted(topics.ask("distilera", "2").kinds) == ["INCOMPATIBLE", "VERIFIED"]


def test_a_plan_lets_the_writer_go_first(topics: Topics) -> None:
    topics.writes("distilera", "2", ID, TOTAL, NOTE)
    topics.reads("hoardwell", "2", ID, NOTE)
    words = ("plan", "--to-environment", "production", "-a", "hoardwell", "-e", "2")
    code, document = topics.scene.json(*words, "-a", "distilera", "-e", "2")
    assert code == 0
    order = [[one["pacticipant"] for one in step["versions"]] for step in document["steps"]]
    assert order == [["distilera"], ["hoardwell"]]
    topics.writes("distilera", "3", NOTE)
    code, document = topics.scene.json(*words, "-a", "distilera", "-e", "3")
    assert (code, document["possible"]) == (1, False)
    topics.reads("alchemist", "1", ID, topic="mixtures")
    code, document = topics.scene.json("plan", "--to-environment", "production", "-a", "alchemist", "-e", "1")
    assert (code, document["decision"]["verdicts"][0]["verdict"]) == (1, "UNANSWERABLE")


def test_readers_are_asked_when_a_schema_is_registered(topics: Topics) -> None:
    hub = topics.scene.hub
    setting = f"{hub.url}/api/v1/subjects/{TOPIC}-value/readers-check"
    body = {"schema": json.dumps(avro(ID))}
    versions = f"/schema-registry/subjects/{TOPIC}-value/versions"
    assert httpx.put(setting, json={"environments": ["production"]}).status_code == 200
    refusal = hub.post(versions, body)
    assert (refusal.status_code, refusal.json()["error_code"]) == (409, 40901)
    assert "hoardwell 1 in production reads simulation.events: $.total" in refusal.json()["message"]
    assert hub.post(versions, {"schema": json.dumps(avro(ID, TOTAL))}).status_code == 200
    assert httpx.delete(setting).status_code == 204
    assert httpx.get(setting).status_code == 404
    assert hub.post(f"/schema-registry/subjects/{TOPIC}-value/versions", body).status_code == 200


def test_what_is_shown_of_a_topic(topics: Topics) -> None:
    code, text = topics.scene.text("matrix", "-a", "hoardwell", "-e", "1")
    assert (code, "COMPATIBLE (simulation.events)" in text) == (0, True)
    code, text = topics.scene.text("can-i-deploy", "-a", "hoardwell", "-e", "1", "--to-environment", "production")
    assert (code, "COMPATIBLE (simulation.events)" in text) == (0, True)
    words = ("can-i-deploy", "-a", "hoardwell", "-e", "1", "--to-environment", "production", "--explain")
    code, text = topics.scene.text(*words)
    assert "hoardwell 1 → distilera 1: COMPATIBLE (simulation.events)" in text
    assert "the schemas, not what distilera 1 does." in text
    for path in (
        "/can-i-deploy?pacticipant=hoardwell&version=1&environment=production",
        "/matrix?q[][pacticipant]=hoardwell",
    ):
        page = topics.scene.hub.get(path, headers={"Accept": "text/html"})
        assert (page.status_code, "Compatible" in page.text, TOPIC in page.text) == (200, True, True)


def test_an_asyncapi_document_says_who_writes(topics: Topics) -> None:
    message = {"payload": {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": avro(ID)}}
    operation = {"action": "send", "channel": {"$ref": "#/channels/events"}}
    document = {
        "asyncapi": "3.0.0",
        "info": {"title": "distilera", "version": "2"},
        "channels": {"events": {"address": TOPIC, "messages": {"event": message}}},
        "operations": {"tell": operation},
    }
    path = topics.scene.folder / "asyncapi.json"
    path.write_text(json.dumps(document))
    assert run(["publish", "spec", str(path), "--provider", "distilera", "--version", "2"]) == 0
    assert topics.ask("distilera", "2").kinds == ["INCOMPATIBLE"]
    # A document that says that it reads the topic writes nothing.
    path.write_text(json.dumps(document | {"operations": {"hear": operation | {"action": "receive"}}}))
    assert run(["publish", "spec", str(path), "--provider", "distilera", "--version", "3"]) == 0
    assert topics.ask("distilera", "3").kinds == ["UNANSWERABLE"]
    message["payload"] = {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": avro(ID, TOTAL)}
    path.write_text(json.dumps(document))
    assert run(["publish", "spec", str(path), "--provider", "distilera", "--version", "4"]) == 0
    assert topics.ask("distilera", "4").is_yes


@pytest.mark.parametrize(
    ("suffix", "old", "new", "path"),
    [
        (
            ".json",
            {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
            "$.id",
        ),
        (
            ".proto",
            'syntax = "proto3"; message Event { string id = 1; }',
            'syntax = "proto3"; message Event { int64 id = 1; }',
            "Event.id",
        ),
    ],
)
def test_other_languages_of_schemas(topics: Topics, suffix: str, old: object, new: object, path: str) -> None:
    def written(schema: object) -> str:
        name = f"event{suffix}"
        (topics.scene.folder / name).write_text(schema if isinstance(schema, str) else json.dumps(schema))
        return name

    for number, schema in (("1", old), ("2", old), ("3", new)):
        words = ("--provider", "mixer", "--version", number, "--topic", "mixtures")
        formats = () if suffix == ".proto" else ("--format", "json-schema")
        assert run(["publish", "spec", written(schema), *words, *formats]) == 0
    words = ("--consumer", "alchemist", "--version", "1", "--topic", "mixtures")
    assert run(["publish", "reader-schema", written(old), *words]) == 0
    topics.scene.deploy("alchemist", "1")
    assert topics.ask("mixer", "2").is_yes
    answer = topics.ask("mixer", "3")
    assert answer.kinds == ["INCOMPATIBLE"]
    assert path in [each["path"] for each in answer.blocking["findings"]]


def test_a_topic_that_was_forgotten_ties_nobody(topics: Topics) -> None:
    topics.writes("distilera", "2", ID)
    hub = topics.scene.hub
    base = f"{hub.url}/api/v1/pacticipants"
    assert httpx.delete(f"{base}/hoardwell/versions/1/reader-schemas/{TOPIC}-value").status_code == 204
    assert topics.ask("distilera", "2").is_yes
    topics.reads("hoardwell", "1", ID, TOTAL)
    assert not topics.ask("distilera", "2").is_yes
    for number in ("1", "2"):
        assert httpx.delete(f"{hub.url}/pacticipants/distilera/versions/{number}").status_code == 204
    topics.scene.make("distilera", "3")
    # Nobody writes it any more: for whoever reads it that is not known, and for others there is nothing to say.
    assert topics.ask("hoardwell", "1").kinds == ["UNANSWERABLE"]
    assert topics.ask("distilera", "3").is_yes
