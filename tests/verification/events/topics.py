"""Writes to topics as somebody else would."""

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer


def put(bootstrap: str, topic: str, *values: bytes | None, key: bytes | None = None, **more: Any) -> None:
    """Messages of somebody else's, all into one partition."""
    asyncio.run(_put(bootstrap, topic, values, key, more))


async def _put(
    bootstrap: str, topic: str, values: Sequence[bytes | None], key: bytes | None, more: dict[str, Any]
) -> None:
    headers = more.pop("headers", [])
    partition = more.pop("partition", 0)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, **more)
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(topic, value, key=key, headers=headers, partition=partition)
    finally:
        await producer.stop()
