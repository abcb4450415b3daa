"""The shape of a case: both sides as small as they can be, and what the specifications ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracthub.formats.comparisons.offered import OfferedDocument
from tests.formats.comparisons.pact_events.offering import asyncapi


@dataclass(frozen=True)
class Case:
    """``expected`` are rules with paths, in their order; ``at`` are places in the provider's document, for errors."""

    what: str
    why: str
    documents: Sequence[OfferedDocument]
    consumer: bytes
    expected: Sequence[str] = ()
    at: Sequence[str] = ()


def objects(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


TEXT, WHOLE, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
LINE = objects(sku=TEXT, quantity=WHOLE)
ORDER = {**objects(id=TEXT, total=NUMBER, lines={"type": "array", "items": LINE}), "required": ["id", "total"]}
SEND = {"action": "send", "channel": {"$ref": "#/channels/orders"}}


def three(
    messages: Any = None, *, operations: Any = None, address: Any = "orders.placed", **more: Any
) -> OfferedDocument:
    """A document of version 3 with one channel ``orders``; by itself it sends the message OrderPlaced."""
    channel = {"address": address, "messages": messages or {"OrderPlaced": {"payload": ORDER}}}
    return asyncapi(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "shop", "version": "1"},
            "channels": {"orders": channel},
            "operations": operations if operations is not None else {"sendOrder": SEND},
            **more,
        }
    )


def two(operation: Any, verb: str = "subscribe", *, channel: str = "orders.placed", **more: Any) -> OfferedDocument:
    """A document of version 2 with one channel."""
    return asyncapi(
        {
            "asyncapi": "2.6.0",
            "info": {"title": "shop", "version": "1"},
            "channels": {channel: {verb: operation, **more}},
        }
    )


TOPIC = {"kafka_topic": "orders.placed"}
