"""Pairs of a conversation and an AsyncAPI document, each with what has to be found and why.

Written from the specifications (AsyncAPI 2.6 and 3.0, the WebSockets binding, RFC 6455) and docs/conversations.md. The
providers are as small as can be: what differs from ``PROVIDER`` is said in each case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

ORDER: Json = {
    "type": "object",
    "properties": {"kind": {"const": "order"}, "sku": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["kind", "sku"],
}
ACCEPTED: Json = {
    "type": "object",
    "properties": {
        "kind": {"const": "accepted"},
        "id": {"type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    },
    "required": ["kind", "id"],
}
REFUSED: Json = {
    "type": "object",
    "properties": {"kind": {"const": "refused"}, "why": {"type": "string"}},
    "required": ["kind", "why"],
}
LINE: Json = {"type": "object", "properties": {"sku": {"type": "string"}, "price": {"type": "number"}}}


def provider(**changed: Any) -> Json:
    """A provider in version 3 that takes orders on a socket; ``channel``, ``messages`` and the rest replace its own."""
    messages = {"Order": {"payload": ORDER}, "Accepted": {"payload": ACCEPTED}, "Refused": {"payload": REFUSED}}
    messages |= changed.pop("messages", {})
    named = {name: {"$ref": f"#/channels/orders/messages/{name}"} for name in messages}
    sends = changed.pop("sends", ["Accepted", "Refused"])
    channel = {"address": "/shops/{shop}/orders", "parameters": {"shop": {}}, "bindings": {"ws": {}}}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "shop", "version": "1"},
        "defaultContentType": "application/json",
        "channels": {"orders": {**channel, "messages": messages, **changed.pop("channel", {})}},
        "operations": {
            "take": {
                "action": "receive",
                "channel": {"$ref": "#/channels/orders"},
                "messages": [named[name] for name in changed.pop("receives", ["Order"])],
            },
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/orders"},
                "messages": [named[name] for name in sends],
            },
        },
        "components": {"schemas": {"Line": LINE}},
        **changed,
    }


def provider2() -> Json:
    """The same in version 2, which is written from the outside: others publish what the provider receives."""
    return {
        "asyncapi": "2.6.0",
        "info": {"title": "shop", "version": "1"},
        "servers": {"live": {"url": "wss://shop.example/api", "protocol": "wss"}},
        "defaultContentType": "application/json",
        "channels": {
            "/shops/{shop}/orders": {
                "parameters": {"shop": {"schema": {"type": "integer", "minimum": 1}}},
                "publish": {"message": {"name": "Order", "payload": ORDER}},
                "subscribe": {
                    "message": {
                        "oneOf": [{"name": "Accepted", "payload": ACCEPTED}, {"name": "Refused", "payload": REFUSED}]
                    }
                },
            }
        },
        "components": {"schemas": {"Line": LINE}},
    }


PROVIDER = provider()
SENDS: Json = {"send": {"json": {"kind": "order", "sku": "a"}}}
HEARS: Json = {"receive": {"json": {"kind": "accepted", "id": "7"}}}


def any_of(kind: str, value: Any) -> Json:
    """A matcher of Pact."""
    return {"pact:matcher:type": kind, "value": value}


@dataclass(frozen=True)
class Case:
    """``found`` are the rules with the pointers into the contract and into the document; empty: nothing is found."""

    what: str
    steps: tuple[Json, ...] = (SENDS, HEARS)
    connect: Json = field(default_factory=dict)
    document: Json = field(default_factory=lambda: PROVIDER)
    found: tuple[tuple[str, str, str | None], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def contract(self) -> Json:
        """The conversation."""
        path = {"path": "/shops/{shop}/orders", "params": {"shop": "3"}}
        steps = {"steps": [*self.steps]} if self.steps else {}
        head = {"contracthub": "conversation/1", "name": "orders", "consumer": "till", "provider": "shop"}
        return {**head, "connect": {**path, **self.connect}, **steps, **self.more}


SEND, RECEIVE = "conversation.send.incompatible", "conversation.receive.incompatible"
_ORDERS = "/channels/orders"
_OF = f"{_ORDERS}/messages"
_BOUND = provider(
    channel={
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        "since": {"type": "integer"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["since"],
                },
                "headers": {"type": "object", "properties": {"X-Till": {"type": "string", "enum": ["a", "b"]}}},
            }
        }
    }
)
_QUERY = f"{_ORDERS}/bindings/ws/query"
_HEADERS = f"{_ORDERS}/bindings/ws/headers"

CASES: tuple[Case, ...] = (
    # Addresses.
    Case("what the document has is compatible"),
    Case("version 2 is written from the outside: publish is what the provider receives", document=provider2()),
    Case(
        "the path of a server stands before every address",
        connect={"path": "/api/shops/{shop}/orders"},
        document=provider2(),
    ),
    Case(
        "parameters have names of their own on each side", connect={"path": "/shops/{s}/orders", "params": {"s": "3"}}
    ),
    Case("a path that is filled in is the template's", connect={"path": "/shops/3/orders", "params": {}}),
    Case(
        "a parameter that only a provider state knows may be anything",
        connect={"params": {"shop": "${shop}"}},
        more={"given": [{"name": "a shop"}]},
    ),
    Case(
        "no channel is there",
        connect={"path": "/shop/{shop}/order"},
        found=(("conversation.channel.unknown", "/connect/path", _ORDERS),),
    ),
    Case(
        "a channel with one segment more is another",
        connect={"path": "/shops/{shop}/orders/all"},
        found=(("conversation.channel.unknown", "/connect/path", _ORDERS),),
    ),
    Case(
        "a parameter that is none of those that the document has",
        document=provider(channel={"parameters": {"shop": {"enum": ["1", "2"]}}}),
        found=(("conversation.parameter.incompatible", "/connect/params/shop", f"{_ORDERS}/parameters/shop/enum"),),
    ),
    Case(
        "version 2 gives parameters a schema",
        connect={"params": {"shop": "north"}},
        document=provider2(),
        found=(
            (
                "conversation.parameter.incompatible",
                "/connect/params/shop",
                "/channels/~1shops~1{shop}~1orders/parameters/shop/schema/type",
            ),
        ),
    ),
    Case(
        "of two channels that fit the one that says more is meant",
        connect={"path": "/shops/main/orders", "params": {}},
        document={
            **PROVIDER,
            "channels": {
                **PROVIDER["channels"],
                "main": {"address": "/shops/main/orders", "bindings": {"ws": {}}, "messages": {}},
            },
        },
        steps=(HEARS,),
        found=(("conversation.receive.undocumented", "/steps/0/receive", "/channels/main"),),
    ),
    # What the document does not speak of.
    Case(
        "a document with topics of Kafka alone does not speak of sockets",
        document=provider(channel={"bindings": {"kafka": {}}}),
        found=(("conversation.spec.missing", "/connect/path", None),),
    ),
    Case(
        "server-sent events that no channel is about",
        connect={"kind": "sse", "path": "/events", "params": {}},
        steps=(HEARS,),
        found=(("conversation.spec.missing", "/connect/path", None),),
    ),
    Case(
        "server-sent events on a channel of that protocol are compared as messages are",
        connect={"kind": "sse"},
        steps=({"receive": {"json": {"kind": "accepted", "ident": "7"}}},),
        document=provider(servers={"live": {"host": "shop.example", "protocol": "sse"}}, channel={"bindings": {}}),
        found=((RECEIVE, "/steps/0/receive/json/ident", f"{_OF}/Accepted/payload"),),
    ),
    Case(
        "a refusal is nothing that AsyncAPI has words for",
        connect={"refused": [404]},
        steps=(),
        found=(("conversation.content.undocumented", "/connect/refused", _ORDERS),),
    ),
    Case(
        "a close code alone is nothing that AsyncAPI has words for",
        steps=({"close": {"by": "provider", "code": 4404}},),
        found=(
            ("conversation.close.undocumented", "/steps/0/close", None),
            ("conversation.content.undocumented", "/steps", _ORDERS),
        ),
    ),
    Case(
        "a close code after messages is told, and nothing more",
        steps=(SENDS, HEARS, {"close": {"by": "provider", "code": 1000}}),
        found=(("conversation.close.undocumented", "/steps/2/close", None),),
    ),
    Case(
        "subprotocols are nothing that AsyncAPI has words for",
        connect={"subprotocols": ["orders.v1"], "subprotocol": "orders.v1"},
        found=(("conversation.subprotocol.undocumented", "/connect/subprotocols", _ORDERS),),
    ),
    # The binding for WebSockets.
    Case(
        "query and headers as the binding has them",
        connect={"query": {"since": 5}, "headers": {"x-till": "a"}},
        document=_BOUND,
    ),
    Case(
        "a query parameter that the binding requires",
        document=_BOUND,
        found=(("conversation.query.incompatible", "/connect", f"{_QUERY}/required"),),
    ),
    Case(
        "a query parameter of another type",
        connect={"query": {"since": "noon"}},
        document=_BOUND,
        found=(("conversation.query.incompatible", "/connect/query/since", f"{_QUERY}/properties/since/type"),),
    ),
    Case(
        "a query parameter that only a provider state knows may be anything",
        connect={"query": {"since": "${since}"}},
        more={"given": [{"name": "orders"}]},
        document=_BOUND,
    ),
    Case(
        "a query parameter that the binding says nothing of",
        connect={"query": {"since": 5, "until": 6}},
        document=_BOUND,
        found=(("conversation.query.unknown", "/connect/query/until", _QUERY),),
    ),
    Case(
        "headers have no case, and one that is none of those that the binding has",
        connect={"query": {"since": 5}, "headers": {"x-till": "c"}},
        document=_BOUND,
        found=(("conversation.header.incompatible", "/connect/headers/x-till", f"{_HEADERS}/properties/X-Till/enum"),),
    ),
    Case(
        "a header that the binding says nothing of; those that every client has are no matter",
        connect={"headers": {"X-Other": "a", "Authorization": "Bearer a", "User-Agent": "till"}},
        found=(("conversation.header.unknown", "/connect/headers/X-Other", _ORDERS),),
    ),
    Case(
        "a WebSocket begins with GET, whatever a binding says",
        document=provider(channel={"bindings": {"ws": {"method": "POST"}}}),
        found=(("conversation.method.incompatible", "/connect", f"{_ORDERS}/bindings/ws/method"),),
    ),
    # What the consumer sends has to be accepted as it is.
    Case(
        "what is required has to be sent",
        steps=({"send": {"json": {"kind": "order"}}},),
        found=((SEND, "/steps/0/send/json", f"{_OF}/Order/payload/required"),),
    ),
    Case(
        "of another type",
        steps=({"send": {"json": {"kind": "order", "sku": 7}}},),
        found=((SEND, "/steps/0/send/json/sku", f"{_OF}/Order/payload/properties/sku/type"),),
    ),
    Case(
        "under a matcher its example is sent, and the place is the example's",
        steps=({"send": {"json": {"kind": "order", "sku": any_of("type", 7)}}},),
        found=((SEND, "/steps/0/send/json/sku/value", f"{_OF}/Order/payload/properties/sku/type"),),
    ),
    Case(
        "what the schema does not name may be sent, unless it closes",
        steps=({"send": {"json": {"kind": "order", "sku": "a", "note": "b"}}},),
    ),
    Case(
        "what a closed schema does not name may not be sent",
        steps=({"send": {"json": {"kind": "order", "sku": "a", "note": "b"}}},),
        document=provider(messages={"Order": {"payload": {**ORDER, "additionalProperties": False}}}),
        found=((SEND, "/steps/0/send/json/note", f"{_OF}/Order/payload/additionalProperties"),),
    ),
    Case(
        "a message that is only ever sent by the provider is not accepted",
        steps=({"send": {"json": {"kind": "accepted", "id": "7"}}},),
        found=(
            (SEND, "/steps/0/send/json", f"{_OF}/Order/payload/required"),
            (SEND, "/steps/0/send/json/kind", f"{_OF}/Order/payload/properties/kind/const"),
        ),
    ),
    Case(
        "nothing is received on the channel",
        document=provider(receives=[]),
        found=(("conversation.send.undocumented", "/steps/0/send", _ORDERS),),
    ),
    Case(
        "what a provider state brings may be of any type",
        steps=({"send": {"json": {"kind": "order", "sku": "${sku}", "count": "${count}"}}},),
        more={"given": [{"name": "stock"}]},
    ),
    # What the consumer expects has to be a part of what the provider promises.
    Case("what is optional may be expected", steps=({"receive": {"json": {"kind": "accepted", "lines": []}}},)),
    Case(
        "a field that no message has",
        steps=({"receive": {"json": {"kind": "accepted", "ident": "7"}}},),
        found=((RECEIVE, "/steps/0/receive/json/ident", f"{_OF}/Accepted/payload"),),
    ),
    Case(
        "a field inside of a list, through a reference and matchers",
        steps=({"receive": {"json": {"kind": "accepted", "lines": any_of("type", [{"ean": "4"}])}}},),
        found=((RECEIVE, "/steps/0/receive/json/lines/value/0/ean", "/components/schemas/Line"),),
    ),
    Case(
        "any value of the kind does, whatever the example is",
        steps=({"receive": {"json": {"kind": any_of("type", "taken"), "id": any_of("type", "x")}}},),
    ),
    Case(
        "a matcher of another kind than the document's",
        steps=({"receive": {"json": {"kind": "accepted", "id": any_of("integer", 7)}}},),
        found=((RECEIVE, "/steps/0/receive/json/id/value", f"{_OF}/Accepted/payload/properties/id/type"),),
    ),
    Case(
        "a matcher without an example stands for its kind, too",
        steps=({"receive": {"json": {"kind": "accepted", "id": {"pact:matcher:type": "integer"}}}},),
        found=((RECEIVE, "/steps/0/receive/json/id", f"{_OF}/Accepted/payload/properties/id/type"),),
    ),
    Case(
        "the nearest message is the one of the same kind",
        steps=({"receive": {"json": {"kind": "refused", "why": 4, "id": "7"}}},),
        found=(
            (RECEIVE, "/steps/0/receive/json/why", f"{_OF}/Refused/payload/properties/why/type"),
            (RECEIVE, "/steps/0/receive/json/id", f"{_OF}/Refused/payload"),
        ),
    ),
    Case(
        "nothing is sent on the channel",
        document=provider(sends=[]),
        found=(("conversation.receive.undocumented", "/steps/1/receive", _ORDERS),),
    ),
    Case(
        "a message that may be missing is only warned of",
        steps=({"receive": {"json": {"kind": "hello"}}, "optional": True, "within": "1s"}, HEARS),
        found=((RECEIVE, "/steps/0/receive/json/kind", f"{_OF}/Accepted/payload/properties/kind/const"),),
    ),
    Case(
        "the message that ends others has to come",
        steps=({**HEARS, "repeat": {"min": 0, "max": 5}, "until": {"json": {"kind": "done"}}},),
        found=((RECEIVE, "/steps/0/until/json/kind", f"{_OF}/Accepted/payload/properties/kind/const"),),
    ),
    Case(
        "of unordered messages each is looked at",
        steps=({"unordered": [HEARS, {"receive": {"json": {"kind": "refused", "reason": "b"}}}]},),
        found=((RECEIVE, "/steps/0/unordered/1/receive/json/reason", f"{_OF}/Refused/payload"),),
    ),
    Case(
        "what is saved of a message has to be in it",
        steps=({**HEARS, "save": {"token": "$.session.token"}},),
        found=((RECEIVE, "/steps/0/receive/json", f"{_OF}/Accepted/payload"),),
    ),
    Case(
        "what a provider state brings may be anything, but the place has to be there",
        steps=({"receive": {"json": {"kind": "accepted", "id": "${id}", "order": "${id}"}}},),
        more={"given": [{"name": "an order"}]},
        found=((RECEIVE, "/steps/0/receive/json/order", f"{_OF}/Accepted/payload"),),
    ),
    Case("what is saved of a message and is in it", steps=({**HEARS, "save": {"sku": "$.lines[0].sku"}},)),
    Case(
        "a schema expects what it requires",
        steps=(
            {
                "receive": {
                    "schema": {
                        "type": "object",
                        "required": ["kind", "total"],
                        "properties": {"kind": {"const": "accepted"}, "total": {"type": "number"}},
                    }
                }
            },
        ),
        found=((RECEIVE, "/steps/0/receive/schema", f"{_OF}/Accepted/payload"),),
    ),
    Case(
        "a schema that the message keeps",
        steps=(
            {"receive": {"schema": {"required": ["id"], "properties": {"id": {"type": "string", "minLength": 9}}}}},
        ),
    ),
    # Texts and bytes.
    Case("a text that is the JSON of a message", steps=({"send": {"text": '{"kind":"order","sku":"a"}'}},)),
    Case(
        "a text where the document says JSON",
        steps=({"send": {"text": "order a"}},),
        found=((SEND, "/steps/0/send/text", f"{_OF}/Order"),),
    ),
    Case(
        "a text where the document says a text",
        steps=({"send": {"text": "order a"}},),
        document=provider(
            messages={"Order": {"contentType": "text/plain", "payload": {"type": "string", "pattern": "^order "}}}
        ),
    ),
    Case(
        "bytes where the document says JSON",
        steps=({"receive": {"binary": {"min": 1}}},),
        found=((RECEIVE, "/steps/0/receive/binary", f"{_OF}/Accepted"),),
    ),
    Case(
        "a payload in a language that no JSON is held against",
        steps=({"receive": {"json": {"id": "7"}}},),
        document=provider(
            sends=["Accepted"],
            messages={
                "Accepted": {
                    "payload": {
                        "schemaFormat": "application/vnd.apache.avro;version=1.9.0",
                        "schema": {"type": "record", "name": "Accepted", "fields": [{"name": "id", "type": "string"}]},
                    }
                }
            },
        ),
        found=(("conversation.payload.unvalidatable", "/steps/0/receive", f"{_OF}/Accepted"),),
    ),
)
