"""Where events wait to be sent, and how they get to Kafka when there is one. What they say is not its matter."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aiokafka import AIOKafkaProducer

from providers.distilera.events import FIRST_ID, Event

KEPT: Final = 1_000
SECONDS: Final = 10


class SchemaRefusedError(Exception):
    """The registry does not take the schema that events are written with; so none are written."""


class Outbox:
    """The latest events in the order in which they happened; safe to fill from several threads."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque(maxlen=KEPT)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: asyncio.Queue[Event] = asyncio.Queue()

    def put(self, event: Event) -> None:
        """Add an event, to be sent if somebody sends."""
        self.events.append(event)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._waiting.put_nowait, event)

    @asynccontextmanager
    async def sending(self, bootstrap: str, topic: str, schema_id: int) -> AsyncIterator[None]:
        """While it lasts every event goes to Kafka, one after the other; at the end the last ones are sent."""
        self._loop = asyncio.get_running_loop()
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
        await producer.start()
        task = asyncio.create_task(self._send_all(producer, topic, schema_id))
        try:
            yield
        finally:
            self._loop = None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._waiting.join(), SECONDS)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await producer.stop()

    async def _send_all(self, producer: AIOKafkaProducer, topic: str, schema_id: int) -> None:
        while True:
            event = await self._waiting.get()
            key = None if event.key is None else event.key.encode()
            await producer.send_and_wait(topic, event.framed(schema_id), key=key)
            self._waiting.task_done()


def schema_id_for(subject: str, schema: dict[str, object], registry: str | None) -> int:
    """The id that the registry gives a schema of the subject; the first id where there is no registry.

    Raises SchemaRefusedError with the registry's reason.
    """
    if registry is None:
        return FIRST_ID
    request = Request(
        f"{registry.rstrip('/')}/subjects/{subject}/versions",
        data=json.dumps({"schema": json.dumps(schema)}).encode(),
        headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
    )
    try:
        with urlopen(request, timeout=SECONDS) as answer:
            return int(json.load(answer)["id"])
    except HTTPError as refusal:
        with refusal:
            raise SchemaRefusedError(refusal.read().decode("utf-8", "replace")) from refusal
