"""Every rule about changes of AsyncAPI documents (diff-rules §9), and those of the languages of their schemas."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracthub.formats.avro.diff.rules import CATALOGUE as AVRO
from contracthub.formats.changes import Catalogue, Direction, Example, Rule, Severity
from contracthub.formats.findings import Rows
from contracthub.formats.jsonschema.diff.engine import LET_PASS
from contracthub.formats.jsonschema.diff.rules import CATALOGUE as JSON_SCHEMA
from contracthub.formats.jsonschema.diff.rules import NAMES as JSON_NAMES
from contracthub.formats.protobuf.diff.rules import CATALOGUE as PROTOBUF

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_ROWS = Rows("document")
_AVRO = "application/vnd.apache.avro;version=1.9.0"
_PROTOBUF = "application/vnd.google.protobuf;version=3"
_TEXT: dict[str, Any] = {"type": "string"}
_CHANNEL: dict[str, Any] = {"$ref": "#/channels/orders"}
_BROKER = {"host": "kafka.example.com:9092", "protocol": "kafka"}
# What the lenient policy tells in another way, and what a schema inside of a document does not say.
_LEFT_OUT = frozenset({"property-added-to-open-model", "property-removed-from-open-model", "dialect-changed"})
_PASSED = frozenset(
    name
    for rule in LET_PASS
    for name in (JSON_NAMES[rule].request, JSON_NAMES[rule].response, JSON_NAMES[rule].both)
    if name is not None
)


def _document(channel: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One channel, whose messages the application sends."""
    made: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {"title": "Shop", "version": "1.0.0"},
        "channels": {
            "orders": {"address": "orders", "messages": {"placed": {"payload": _TEXT}}, **(channel or {})},
            "answers": {"address": "answers", "messages": {"done": {"payload": _TEXT}}},
        },
        "operations": {"sendOrder": {"action": "send", "channel": _CHANNEL}},
    }
    return {**made, **more}


def _message(**more: Any) -> dict[str, Any]:
    return _document({"messages": {"placed": {"payload": _TEXT, **more}}})


def _operation(**more: Any) -> dict[str, Any]:
    return _document(operations={"sendOrder": {"action": "send", "channel": _CHANNEL, **more}})


def _schema(value: Any, rule: Rule, language: str) -> dict[str, Any]:
    payload = value
    if language != "json-schema":
        payload = {"schemaFormat": _AVRO if language == "avro" else _PROTOBUF, "schema": value}
    # Who reads decides: what the application sends is read by others, what it receives by itself.
    action = "receive" if rule.direction is Direction.REQUEST else "send"
    operations = {"use": {"action": action, "channel": _CHANNEL}}
    if rule.direction not in (Direction.REQUEST, Direction.RESPONSE):
        operations["another"] = {"action": "receive", "channel": _CHANNEL}
    return _document({"messages": {"placed": {"payload": payload}}}, operations=operations)


def _of_language(language: str, rules: Catalogue) -> Iterator[Rule]:
    for rule in rules.values():
        if language == "json-schema" and rule.id in _LEFT_OUT:
            continue
        passed = language == "json-schema" and rule.id in _PASSED
        example = Example(_schema(rule.example.old, rule, language), _schema(rule.example.new, rule, language))
        yield replace(
            rule,
            id=f"{language}-{rule.id}",
            severity=_D if passed else rule.severity,
            subject="message",
            example=example,
            mirror=f"{language}-{rule.mirror}" if rule.mirror else None,
        )


def _of_channels() -> Iterator[Rule]:
    other = {"address": "others", "messages": {"placed": {"payload": _TEXT}}}
    more = _document()
    more["channels"] = {**more["channels"], "others": other}
    yield from _ROWS.pair(
        ("channel-removed", "channel-added"), (_B, _S), ("A channel went.", "A channel came."), (more, _document())
    )
    yield from _ROWS.own(
        "address-changed", _B, "A channel has another address.", (_document(), _document({"address": "shop.orders"}))
    )
    parameter = {"address": "orders.{shop}", "parameters": {"shop": {"enum": ["a", "b"]}}}
    yield from _ROWS.own(
        "parameter-changed",
        _D,
        "What a parameter of an address may be changed.",
        (_document(parameter), _document({**parameter, "parameters": {"shop": {"enum": ["a"]}}})),
    )
    two = {"messages": {"placed": {"payload": _TEXT}, "gone": {"payload": {"type": "integer"}}}}
    yield from _ROWS.pair(
        ("message-removed", "message-added"),
        (_B, _D),
        (
            "A message is no longer sent or received in a channel.",
            "A message came to a channel: who reads there may not know it.",
        ),
        (_document(two), _document()),
    )


def _of_operations() -> Iterator[Rule]:
    both = _document()
    both["operations"] = {**both["operations"], "readOrder": {"action": "receive", "channel": _CHANNEL}}
    yield from _ROWS.pair(
        ("operation-removed", "operation-added"),
        (_B, _S),
        (
            "The application no longer sends or receives in a channel.",
            "The application sends or receives in a channel.",
        ),
        (both, _document()),
    )
    yield from _ROWS.own(
        "action-changed",
        _B,
        "The application sends where it received, or receives where it sent.",
        (_document(), _operation(action="receive")),
    )
    reply = {"channel": {"$ref": "#/channels/answers"}}
    elsewhere = {**reply, "address": {"location": "$message.header#/replyTo"}}
    yield from _ROWS.pair(
        ("reply-added", "reply-removed"),
        (_S, _B),
        ("An operation is answered.", "An operation is no longer answered."),
        (_document(), _operation(reply=reply)),
    )
    yield from _ROWS.own(
        "reply-changed",
        _B,
        "An operation is answered elsewhere, or with other messages.",
        (_operation(reply=reply), _operation(reply=elsewhere)),
    )


def _of_messages() -> Iterator[Rule]:
    headers = {"headers": {"type": "object"}}
    yield from _ROWS.own(
        "content-type-changed",
        _B,
        "The content type of a message changed.",
        (_message(contentType="application/json"), _message(contentType="application/xml")),
    )
    avro = {"schemaFormat": _AVRO, "schema": "string"}
    yield from _ROWS.own(
        "schema-format-changed", _B, "A schema is written in another language.", (_message(), _message(payload=avro))
    )
    raml = {"schemaFormat": "application/raml+yaml;version=1.0", "schema": {"type": "string"}}
    yield from _ROWS.own(
        "opaque-schema-changed",
        _D,
        "A schema changed whose language is not compared.",
        (_message(payload=raml), _message(payload={**raml, "schema": {"type": "number"}})),
    )
    yield from _ROWS.pair(
        ("schema-added", "schema-removed"),
        (_D, _D),
        ("It is said what something must be that was free.", "It is no longer said what something must be."),
        (_message(), _message(**headers)),
    )
    ids = [{"correlationId": {"location": f"$message.header#/{name}"}} for name in ("id", "other")]
    yield from _ROWS.pair(
        ("correlation-id-added", "correlation-id-removed"),
        (_S, _D),
        ("A message has a correlation id.", "A message has no correlation id any more."),
        (_message(), _message(**ids[0])),
    )
    yield from _ROWS.own(
        "correlation-id-changed", _D, "The correlation id is elsewhere.", (_message(**ids[0]), _message(**ids[1]))
    )


def _of_bindings() -> Iterator[Rule]:
    def kafka(**more: Any) -> dict[str, Any]:
        return _document({"bindings": {"kafka": more}})

    yield from _ROWS.own(
        "binding-address-changed",
        _B,
        "A binding leads elsewhere: another topic, exchange or queue.",
        (kafka(topic="a"), kafka(topic="b")),
    )
    yield from _ROWS.own(
        "binding-changed",
        _D,
        "A binding changed: how messages are kept and delivered.",
        (kafka(partitions=3), kafka(partitions=1)),
    )


def _of_servers() -> Iterator[Rule]:
    one, two = {"broker": _BROKER}, {"broker": _BROKER, "other": {**_BROKER, "host": "other.example.com:9092"}}
    yield from _ROWS.pair(
        ("server-removed", "server-added"),
        (_D, _S),
        ("A server went.", "A server came."),
        (_document(servers=two), _document(servers=one)),
    )
    moved = {**two, "other": {**_BROKER, "host": "new.example.com:9092"}}
    yield from _ROWS.own(
        "server-changed",
        _D,
        "A server is reached elsewhere or in another way.",
        (_document(servers=two), _document(servers=moved)),
    )

    def secured(*schemes: dict[str, str]) -> dict[str, Any]:
        return _document(servers={"broker": {**_BROKER, **({"security": [*schemes]} if schemes else {})}})

    plain, cert = {"type": "plain"}, {"type": "X509"}
    yield from _ROWS.pair(
        ("security-added", "security-removed"),
        (_B, _S),
        ("Who connects must say who it is.", "Who connects need no longer say who it is."),
        (secured(), secured(plain)),
    )
    yield from _ROWS.pair(
        ("security-alternative-removed", "security-alternative-added"),
        (_B, _S),
        ("A way to say who one is went.", "Another way to say who one is came."),
        (secured(plain, cert), secured(plain)),
    )
    yield from _ROWS.pair(
        ("deprecated", "reactivated"),
        (_S, _S),
        ("A channel, an operation or a message is deprecated.", "It is no longer deprecated."),
        (_document(), _message(deprecated=True)),
    )


CATALOGUE = Catalogue(
    [
        *_of_channels(),
        *_of_operations(),
        *_of_messages(),
        *_of_bindings(),
        *_of_servers(),
        *_of_language("avro", AVRO),
        *_of_language("json-schema", JSON_SCHEMA),
        *_of_language("protobuf", PROTOBUF),
    ]
)
