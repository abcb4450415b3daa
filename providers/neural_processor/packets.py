"""Packets that recorders send to Kafka, and how they get into the store. Packets of no session are passed over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiokafka import AIOKafkaConsumer
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from providers.neural_processor.breaks import LOSES_PACKET
from providers.neural_processor.models import Packet
from providers.neural_processor.store import Store

TOPIC: Final = "neural-data"
LOST: Final = 3


class PacketReader:
    """Reads packets from where the topic ends when it starts."""

    def __init__(self, store: Store, breaks: frozenset[str]) -> None:
        self._store = store
        self._lost = LOST if LOSES_PACKET in breaks else 0
        self._seen = 0

    @asynccontextmanager
    async def reading(self, bootstrap: str, topic: str) -> AsyncIterator[None]:
        """While it lasts every packet that comes is appended to its session."""
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="latest", group_id=None)
        await consumer.start()
        # Before anybody is told that the provider listens: what is sent from then on is read.
        await consumer.seek_to_end()
        task = asyncio.create_task(self._take_all(consumer))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await consumer.stop()

    async def _take_all(self, consumer: AIOKafkaConsumer) -> None:
        async for message in consumer:
            try:
                packet = Packet.model_validate_json(message.value or b"")
            except ValidationError:
                continue
            self._seen += 1
            if self._seen != self._lost:
                await run_in_threadpool(self._store.append_chunk, packet.session_id, packet.samples)
