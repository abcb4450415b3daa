"""Whatever field of its events distilera drops or alters: the diff names exactly who fails to read them.

Both oracles are the consumer's own: its message pact, replayed against a provider that makes such events, and the code
with which it reads them from the topic.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from consumers.hoardwell.reading import READER_SCHEMA, decode
from contracthub.domain.readers import EventText
from contracthub.domain.registry import SchemaType
from contracthub.formats.differences import difference
from contracthub.formats.impact.asyncapi import AsyncApiImpact
from contracthub.formats.impact.events import EventImpact, schema_of
from contracthub.formats.impact.readers import event_text, impact_on_reader
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.needs import Need
from contracthub.formats.registry import PACT
from contracthub.formats.uploads import Upload
from contracthub.verification.job import ReplayJob
from contracthub.verification.replay import replay
from providers.distilera.asyncapi import asyncapi_text
from providers.distilera.events import TOPIC, Event, EventMaker, event_schema
from providers.distilera.messages import message_routes
from providers.distilera.outbox import Outbox
from providers.distilera.states import states_of
from providers.distilera.store import SimulationRecord, Store
from providers.provider_states import state_routes
from tests.fleet.altering import served
from tests.fleet.running import PACTS

Json = Any
TODAY = datetime(2026, 11, 21, tzinfo=UTC).date()
[PACT_FILE] = [each for each in PACTS["distilera"] if each.name.startswith("hoardwell")]
READER = EventText(SchemaType.AVRO, READER_SCHEMA.read_text(), (), "")
SUBJECT = f"{TOPIC}-value"
GONE = object()


def without(schema: Json, name: str) -> Json:
    return {**schema, "fields": [each for each in schema["fields"] if each["name"] != name]}


def with_type(schema: Json, name: str, kind: Json) -> Json:
    fields = [{**each, "type": kind} if each["name"] == name else each for each in schema["fields"]]
    return {**schema, "fields": fields}


def type_of(schema: Json, name: str) -> Json:
    return next(each["type"] for each in schema["fields"] if each["name"] == name)


def may_be_null(schema: Json, name: str) -> Json:
    kind = type_of(schema, name)
    return with_type(schema, name, ["null", *(kind if isinstance(kind, list) else [kind])])


def of_another_type(schema: Json, name: str) -> Json:
    return with_type(schema, name, "string" if name == "yield_ml" else "long")


WAYS: dict[str, tuple[Callable[[Json, str], Json], Callable[[Json], Json]]] = {
    "removed": (without, lambda _: GONE),
    "nullable": (may_be_null, lambda _: None),
    "retyped": (of_another_type, lambda value: 7 if isinstance(value, str) else "another type"),
}


@dataclass
class AlteredMaker(EventMaker):
    """Makes events as distilera does, and alters one field of them."""

    field: str
    schema: Json
    value: Callable[[Json], Json]

    def __post_init__(self) -> None:
        altered = self.schema
        super().__init__()
        self.schema, self._altered = altered, parse_schema(json.loads(json.dumps(altered)))

    def event_of(self, simulation: SimulationRecord) -> Event | None:
        """The event with the field as it is now."""
        event = super().event_of(simulation)
        assert event is not None
        record = super().read(event)
        value = self.value(record.pop(self.field))
        payload = io.BytesIO()
        schemaless_writer(payload, self._altered, record if value is GONE else {**record, self.field: value})
        return Event(event.key, payload.getvalue())

    def read(self, event: Event) -> dict[str, Any]:
        """What somebody reads of it with the altered schema."""
        record: Any = schemaless_reader(io.BytesIO(event.payload), self._altered, None)
        return dict(record)


def altered(way: str) -> Iterator[AlteredMaker]:
    """A maker for each field."""
    edit, value = WAYS[way]
    schema = event_schema(frozenset())
    for each in schema["fields"]:
        if way != "nullable" or "null" not in each["type"]:
            yield AlteredMaker(each["name"], edit(schema, each["name"]), value)


def provider_of(maker: EventMaker) -> tuple[FastAPI, Outbox]:
    outbox = Outbox()

    def tell(simulation: SimulationRecord) -> None:
        event = maker.event_of(simulation)
        assert event is not None
        outbox.put(event)

    store = Store(tell)
    app = FastAPI()
    app.include_router(state_routes(states_of(store), store.clear))
    app.include_router(message_routes(store, outbox, maker))
    return app, outbox


def failing(maker: AlteredMaker) -> set[str]:
    """The messages of the pact that such a provider fails."""
    app, _ = provider_of(maker)
    with served(app) as url:
        job = ReplayJob(
            "distilera",
            url,
            files=(str(PACT_FILE),),
            state_url=f"{url}/_pact/provider-states",
            state_teardown=True,
            message_url=f"{url}/_pact/messages",
        )
        report = replay(job, timeout=60)
    return {each.description for each in report.interactions if not each.passed}


def is_unreadable(maker: AlteredMaker) -> bool:
    """Whether the consumer's code fails on any event of such a provider."""
    app, outbox = provider_of(maker)
    written = parse_schema(json.loads(json.dumps(maker.schema)))
    with TestClient(app) as client:
        for state, message in (
            ("", "a simulation was created"),
            ("a simulation is running", "a simulation was finished"),
            ("a simulation is running", "a simulation was cancelled"),
        ):
            client.post("/_pact/provider-states", json={"state": state, "params": {"simulation_id": "sim-1"}})
            client.post("/_pact/messages", json={"description": message})
    assert outbox.events
    for event in outbox.events:
        try:
            decode(event.framed(1), lambda _: written)
        except Exception:  # noqa: BLE001 - whatever it is, the consumer could not read the event
            return True
    return False


def avro(schema: Json) -> Upload:
    return Upload("e.avsc", {"e.avsc": json.dumps(schema).encode()})


def asyncapi(schema: Json) -> Upload:
    return Upload("a.yaml", {"a.yaml": asyncapi_text(schema).encode()})


def by_message() -> dict[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for need in PACT.needs(PACT.read(PACT_FILE.read_bytes(), DOCUMENT)):
        found.setdefault(need.interaction, []).append(need)
    return found


def named_of_schema(schema: Json) -> tuple[set[str], bool]:
    """The messages that break, and whether the reader does, by the schema of the topic."""
    old, new = avro(event_schema(frozenset())), avro(schema)
    found = difference("avro", old, new, today=TODAY)
    assert found.changes
    impact = EventImpact(schema_of(found.old, old), schema_of(found.new, new), found.changes)
    texts = event_text("avro", old), event_text("avro", new)
    broken = set()
    for title, needs in by_message().items():
        felt = impact.of(needs, TOPIC.__eq__)
        assert felt is not None
        broken |= {title} if any(hit.breaks for hit in felt.hits) else set()
    return broken, any(hit.breaks for hit in impact_on_reader(READER, *texts, found.changes).hits)


def named_of_document(schema: Json) -> tuple[set[str], bool]:
    """The same by the AsyncAPI document."""
    found = difference("asyncapi", asyncapi(event_schema(frozenset())), asyncapi(schema), today=TODAY)
    assert found.changes
    impact = AsyncApiImpact(found.old, found.new, found.changes)
    broken = set()
    for title, needs in by_message().items():
        felt = impact.of(needs)
        assert felt is not None
        assert felt.unjudged == ()
        broken |= {title} if any(hit.breaks for hit in felt.hits) else set()
    reading = impact.on_reader(READER, SUBJECT, None)
    assert reading is not None
    return broken, any(hit.breaks for hit in reading.hits)


@pytest.mark.parametrize("way", WAYS)
def test_who_is_named_is_who_fails(way: str, tmp_path: Path) -> None:
    makers = list(altered(way))
    assert makers
    truth = {each.field: (failing(each), is_unreadable(each)) for each in makers}
    assert {each.field: named_of_schema(each.schema) for each in makers} == truth
    assert {each.field: named_of_document(each.schema) for each in makers} == truth
