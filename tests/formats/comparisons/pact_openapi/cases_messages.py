"""Pairs about messages of pacts and AsyncAPI 3 (§3, §8)."""

from typing import Any

from tests.formats.comparisons.pact_openapi.cases import INTEGER, JSON, STRING, V4, Case, obj

OPERATION, MESSAGE = "/operations/take", "/channels/c/messages/M"
MATCHED = f"message.matched . {MESSAGE}"
NO_MATCH = f"message.no.match . {OPERATION}"
ABOUT = {"references": {"AsyncAPI": {"operationId": "take"}}}


def channel(message: Any, operation: Any = None, **rest: Any) -> Any:
    listed = {"messages": [{"$ref": "#/channels/c/messages/M"}]}
    said = {"action": "receive", "channel": {"$ref": "#/channels/c"}, **(listed if operation is None else operation)}
    return {"asyncapi": "3.0.0", "channels": {"c": {"messages": {"M": message}}}, "operations": {"take": said}, **rest}


def message(content: Any, content_type: str | None = JSON, comments: Any = None, **more: Any) -> Any:
    said = {"content": content, **({"contentType": content_type} if content_type else {})}
    interaction = {
        "type": "Asynchronous/Messages",
        "description": "m",
        "contents": said,
        "comments": ABOUT if comments is None else comments,
        **more,
    }
    return {"interactions": [interaction], "metadata": V4}


def exchange(request: Any, response: Any) -> Any:
    interaction = {
        "type": "Synchronous/Messages",
        "description": "m",
        "request": {"contents": {"content": request, "contentType": JSON}},
        "response": [{"contents": {"content": each, "contentType": JSON}} for each in response],
        "comments": ABOUT,
    }
    return {"interactions": [interaction], "metadata": V4}


def case(what: str, document: Any, pact: Any, *ours: str, peer: tuple[str, ...] | None = None, why: str = "") -> Case:
    return Case(what, document, pact, ours, peer, why, is_async=True)


PAYLOAD = {"payload": obj(a=INTEGER)}
MULTI = {"schemaFormat": "application/schema+json;version=draft-07", "schema": obj(a=INTEGER)}
TREE = {"type": "object", "properties": {"name": STRING, "child": {"$ref": "#/components/schemas/Tree"}}}
REPLY = {
    "messages": [{"$ref": "#/channels/c/messages/M"}],
    "reply": {"messages": [{"$ref": "#/channels/c/messages/M"}]},
}

CASES = [
    Case("a message and no document", None, message({"a": 1}), ("message.spec.missing .",)),
    case("a message as declared", channel(PAYLOAD), message({"a": 1}), MATCHED),
    case("a message of another type", channel(PAYLOAD), message({"a": "x"}), NO_MATCH),
    case("more than the message has", channel(PAYLOAD), message({"b": 1}), NO_MATCH),
    case(
        "a part of the message",
        channel({"payload": {**obj(a=INTEGER, b=INTEGER), "required": ["a", "b"]}}),
        message({"a": 1}),
        MATCHED,
    ),
    case("no operation is named", channel(PAYLOAD), message({"a": 1}, comments={}), "message.references.missing ."),
    case(
        "an operation without its name",
        channel(PAYLOAD),
        message({"a": 1}, comments={"references": {"AsyncAPI": {}}}),
        "message.references.missing .",
    ),
    case(
        "an operation that nobody has",
        channel(PAYLOAD),
        message({"a": 1}, comments={"references": {"AsyncAPI": {"operationId": "z"}}}),
        "message.operation.unknown comments/references/AsyncAPI/operationId /operations",
    ),
    case(
        "a message without a payload",
        channel({}),
        message({"a": 1}),
        f"message.payload.unknown contents/content {MESSAGE}",
        MATCHED,
    ),
    case(
        "a message of text",
        channel(PAYLOAD),
        message("a", "text/plain"),
        f"message.payload.unvalidatable contents/content {MESSAGE}/payload",
        MATCHED,
    ),
    case(
        "headers as declared",
        channel({**PAYLOAD, "headers": obj(h=STRING)}),
        message({"a": 1}, metadata={"h": "x"}),
        MATCHED,
    ),
    case(
        "headers of another type",
        channel({**PAYLOAD, "headers": obj(h=STRING)}),
        message({"a": 1}, metadata={"h": 1}),
        NO_MATCH,
    ),
    case(
        "the content type among the metadata",
        channel({**PAYLOAD, "headers": obj(h=STRING)}),
        message({"a": 1}, metadata={"h": "x", "contentType": JSON}),
        MATCHED,
        peer=("message.no.match",),
        why="client libraries put it there; it is no header of the message",
    ),
    case(
        "an operation without a list of messages",
        channel(PAYLOAD, {}),
        message({"a": 1}),
        MATCHED,
        peer=("message.no.match",),
        why="it is about all messages of its channel then (operation object)",
    ),
    case(
        "a payload in another format of schemas",
        channel({"payload": MULTI}),
        message({"a": "x"}),
        NO_MATCH,
        peer=("message.matched",),
        why="the schema is inside of the format; the peer accepts anything and says that it fits",
    ),
    case(
        "content without its type",
        channel(PAYLOAD),
        message({"a": "x"}, None),
        NO_MATCH,
        peer=("message.matched",),
        why="content in JSON is JSON; the peer does not look at it",
    ),
    case(
        "a payload that holds itself",
        channel({"payload": {"$ref": "#/components/schemas/Tree"}}, components={"schemas": {"Tree": TREE}}),
        message({"child": {"child": {"name": 1}}}),
        NO_MATCH,
    ),
    case(
        "parts of a payload",
        channel({"payload": {"allOf": [obj(a=INTEGER), obj(b=INTEGER)]}}),
        message({"a": 1, "b": 1}),
        MATCHED,
        peer=("message.no.match",),
        why="they count together; the peer closes each by itself",
    ),
    case(
        "a message and its answer",
        channel(PAYLOAD, REPLY),
        exchange({"a": 1}, [{"a": 2}]),
        f"message.matched request {MESSAGE}",
        f"message.matched response/0 {MESSAGE}",
    ),
    case(
        "an answer of another type",
        channel(PAYLOAD, REPLY),
        exchange({"a": 1}, [{"a": "x"}]),
        f"message.matched request {MESSAGE}",
        f"message.no.match response/0 {OPERATION}/reply",
    ),
    case(
        "an answer that nobody gives",
        channel(PAYLOAD),
        exchange({"a": 1}, [{"a": 1}]),
        f"message.matched request {MESSAGE}",
        f"message.reply.missing response {OPERATION}",
    ),
    case(
        "a message that expects no answer",
        channel(PAYLOAD, REPLY),
        exchange({"a": 1}, []),
        f"message.matched request {MESSAGE}",
        f"message.response.missing . {OPERATION}",
    ),
    case(
        "what is sent may be more",
        channel(PAYLOAD, REPLY),
        exchange({"a": 1, "b": 1}, [{"a": 1}]),
        f"message.matched request {MESSAGE}",
        f"message.matched response/0 {MESSAGE}",
    ),
    case(
        "what is asked for is not sent",
        channel({"payload": {**obj(a=INTEGER), "required": ["a"]}}, REPLY),
        exchange({}, [{"a": 1}]),
        f"message.no.match request {OPERATION}",
    ),
]
