"""The events of distilera: their Avro schema, how one is made of a simulation, and where breaks take effect."""

import io
import json
import struct
from dataclasses import dataclass
from typing import Any, Final

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from providers.distilera import breaks as named
from providers.distilera.models import Status
from providers.distilera.store import SimulationRecord

TOPIC: Final = "simulation.events"
KINDS: Final[dict[Status, str]] = {
    "created": "CREATED",
    "running": "STARTED",
    "finished": "FINISHED",
    "cancelled": "CANCELLED",
}
# Where no registry gives ids: what a registry gives the first schema.
FIRST_ID: Final = 1
# Registry wire format: a zero byte, the id in four bytes, the Avro binary (schema-registry-api §20).
_PREFIX: Final = struct.Struct(">bI")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it goes out: the key, and the Avro binary of its value without the prefix of the wire format."""

    key: str | None
    payload: bytes

    def framed(self, schema_id: int) -> bytes:
        """The value in the registry's wire format."""
        return _PREFIX.pack(0, schema_id) + self.payload


class EventMaker:
    """Makes events of simulations, numbered in the order of the changes."""

    def __init__(self, breaks: frozenset[str] = frozenset()) -> None:
        self._breaks = breaks
        self.schema = event_schema(breaks)
        self._parsed = parse_schema(json.loads(json.dumps(self.schema)))
        self._made = 0

    def restart(self) -> None:
        """Count from the beginning."""
        self._made = 0

    def event_of(self, simulation: SimulationRecord) -> Event | None:
        """The event that tells of a change; None if it is not told."""
        if simulation.status == "finished" and named.FORGETS_EVENT in self._breaks:
            return None
        self._made += 1
        record = {
            "event_id": f"ev-{self._made}",
            "simulation_id": simulation.id,
            "kind": _kinds(self._breaks)[simulation.status],
            "recipe": simulation.recipe,
            "yield_ml": simulation.yield_ml,
            "operator": simulation.operator,
            "batch": simulation.number,
        }
        payload = io.BytesIO()
        schemaless_writer(payload, self._parsed, record)
        return Event(None if named.LOSES_EVENT_KEY in self._breaks else simulation.id, payload.getvalue())

    def read(self, event: Event) -> dict[str, Any]:
        """What somebody reads of an event with the schema that it was written with."""
        record: Any = schemaless_reader(io.BytesIO(event.payload), self._parsed, None)
        return dict(record)


def event_schema(breaks: frozenset[str]) -> dict[str, Any]:
    """The Avro schema that events are written with, as a developer who made these changes would have left it."""
    gone = {
        field
        for name, field in ((named.DROPS_EVENT_FIELD, "yield_ml"), (named.DROPS_UNREAD_EVENT_FIELD, "operator"))
        if name in breaks
    }
    kind = {"type": "enum", "name": "SimulationEventKind", "symbols": list(_kinds(breaks).values())}
    fields: list[dict[str, Any]] = [
        {"name": "event_id", "type": "string"},
        {"name": "simulation_id", "type": "string"},
        {"name": "kind", "type": kind},
        {"name": "recipe", "type": "string"},
        {"name": "yield_ml", "type": ["null", "double"], "doc": "What came of it, once it is finished."},
        {"name": "operator", "type": "string"},
    ]
    if named.ADDS_EVENT_FIELD in breaks:
        fields.append({"name": "batch", "type": "long", "default": 0})
    return {
        "type": "record",
        "name": "SimulationEvent",
        "namespace": "distilera",
        "doc": "What happened to a simulation. The key is the id of the simulation.",
        "fields": [each for each in fields if each["name"] not in gone],
    }


def _kinds(breaks: frozenset[str]) -> dict[Status, str]:
    return {**KINDS, "finished": "COMPLETED"} if named.RENAMES_EVENT_KIND in breaks else KINDS
