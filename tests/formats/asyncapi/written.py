"""Short ways to write AsyncAPI documents, for the tests."""

import json
from collections.abc import Mapping
from typing import Any

from contracthub.domain.errors import Invalid
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.asyncapi.parse import parse

STRING: dict[str, Any] = {"type": "string"}
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["sku"],
    "properties": {"sku": STRING, "amount": {"type": "integer"}},
}
KAFKA2 = {"broker": {"url": "kafka.example.com:9092", "protocol": "kafka"}}
KAFKA3 = {"broker": {"host": "kafka.example.com:9092", "protocol": "kafka"}}
AVRO = "application/vnd.apache.avro;version=1.9.0"
PROTOBUF = "application/vnd.google.protobuf;version=3"
RECORD = {"type": "record", "name": "Placed", "namespace": "shop", "fields": [{"name": "sku", "type": "string"}]}
PROTO = 'syntax = "proto3"; package shop; message Placed { string sku = 1; }'


def v2(version: str = "2.6.0", **more: Any) -> dict[str, Any]:
    """A document of version 2 with one channel, from which the application sends orders."""
    channels = {"orders": {"subscribe": {"operationId": "sendOrder", "message": {"name": "Placed", "payload": ORDER}}}}
    info = {"title": "Shop", "version": "1.0.0"}
    return {"asyncapi": version, "info": info, "servers": KAFKA2, "channels": channels, **more}


def channel2(**more: Any) -> dict[str, Any]:
    """Version 2 with one channel made of this."""
    return v2(channels={"orders": more})


def message2(**message: Any) -> dict[str, Any]:
    """Version 2 with one message made of this."""
    return channel2(subscribe={"operationId": "sendOrder", "message": message})


def v3(version: str = "3.0.0", **more: Any) -> dict[str, Any]:
    """A document of version 3 with one channel, into which the application sends orders."""
    return {
        "asyncapi": version,
        "info": {"title": "Shop", "version": "1.0.0"},
        "servers": KAFKA3,
        "channels": {"orders": {"address": "shop.orders", "messages": {"placed": {"payload": ORDER}}}},
        "operations": {"sendOrder": {"action": "send", "channel": {"$ref": "#/channels/orders"}}},
        **more,
    }


def channel3(**more: Any) -> dict[str, Any]:
    """Version 3 with one channel made of this."""
    return v3(channels={"orders": {"address": "shop.orders", **more}})


def message3(**message: Any) -> dict[str, Any]:
    """Version 3 with one message made of this."""
    return channel3(messages={"placed": message})


def operation3(**operation: Any) -> dict[str, Any]:
    """Version 3 with one operation made of this."""
    orders = {"$ref": "#/channels/orders"}
    return v3(operations={"sendOrder": {"action": "send", "channel": orders, **operation}})


def read(document: Any, files: Mapping[str, Any] | None = None, name: str = "asyncapi.json") -> AsyncApiDocument:
    """The document, after it went through JSON; files that are strings are sent as they are."""
    others = {key: each if isinstance(each, str) else json.dumps(each) for key, each in (files or {}).items()}
    return parse(document if isinstance(document, str | bytes) else json.dumps(document), others, name=name)


def faults_of(document: Any, files: Mapping[str, Any] | None = None) -> list[tuple[str | None, str]]:
    """The places and texts of a refusal; empty when there is none."""
    try:
        read(document, files)
    except Invalid as refused:
        return [(fault.pointer, fault.text) for fault in refused.faults]
    return []


def warnings_of(document: Any, files: Mapping[str, Any] | None = None) -> list[tuple[str | None, str]]:
    """The places and texts of the warnings of a document that is accepted."""
    return [(fault.pointer, fault.text) for fault in read(document, files).warnings]
