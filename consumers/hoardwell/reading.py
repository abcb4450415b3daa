"""How hoardwell reads the topic: registry wire format, the writer's schema by its id, its own reader schema."""

import asyncio
import io
import json
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from aiokafka import AIOKafkaConsumer
from fastavro import parse_schema, schemaless_reader

from consumers.hoardwell.hoard import Hoard, SimulationEvent

TOPIC: Final = "simulation.events"
# What is published as hoardwell's contract is what it reads with.
READER_SCHEMA: Final = Path(__file__).resolve().parents[2] / "specs" / "hoardwell.simulation.events-value.avsc"
SECONDS: Final = 10
_PREFIX: Final = struct.Struct(">bI")

WriterSchemas = Callable[[int], Any]


class NotFramedError(Exception):
    """A value is not in the registry's wire format."""


@cache
def reader_schema() -> Any:
    """The schema that hoardwell reads with."""
    return parse_schema(json.loads(READER_SCHEMA.read_bytes()))


def schemas_from(registry: str) -> WriterSchemas:
    """Writer schemas by id, from a registry, each asked for once."""

    @cache
    def schema_by_id(schema_id: int) -> Any:
        with urlopen(f"{registry.rstrip('/')}/schemas/ids/{schema_id}", timeout=SECONDS) as answer:
            return parse_schema(json.loads(json.load(answer)["schema"]))

    return schema_by_id


def decode(value: bytes, writer_schemas: WriterSchemas) -> SimulationEvent:
    """The event in a value. Raises NotFramedError; fastavro's errors where the two schemas don't meet."""
    if len(value) < _PREFIX.size or value[0] != 0:
        raise NotFramedError(f"The value starts with {value[:5]!r}.")
    _, schema_id = _PREFIX.unpack_from(value)
    payload = io.BytesIO(value[_PREFIX.size :])
    record: Any = schemaless_reader(payload, writer_schemas(schema_id), reader_schema())
    return SimulationEvent.from_record(record)


async def fill(hoard: Hoard, bootstrap: str, writer_schemas: WriterSchemas, *, count: int, topic: str = TOPIC) -> None:
    """Take note of the first events on the topic, until there were `count` of them."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        for _ in range(count):
            message = await consumer.getone()
            hoard.take(await asyncio.to_thread(decode, message.value or b"", writer_schemas))
    finally:
        await consumer.stop()
