"""AsyncAPI 2, and messages that are answered (AsyncAPI 2.6 and 3.0; bidirectional §8)."""

from typing import Any

from tests.formats.comparisons.pact_events.cases import LINE, ORDER, TEXT, TOPIC, WHOLE, Case, objects, two
from tests.formats.comparisons.pact_events.cases_asyncapi import AVRO, CANCELLED, MULTI, RECEIVE, one
from tests.formats.comparisons.pact_events.offering import asyncapi, contents, message, pact

VERSION_2 = [
    Case(
        "what is subscribed to",
        "others subscribe to what it sends",
        [two({"message": {"payload": ORDER}})],
        pact(message({"id": 1}, TOPIC)),
        ["message.payload.incompatible contents.id"],
        ["/channels/orders.placed/subscribe/message/payload/properties/id/type"],
    ),
    Case(
        "one of several",
        "oneOf lists the messages",
        [two({"message": {"oneOf": [{"payload": ORDER}, {"payload": CANCELLED}]}})],
        pact(message({"reason": "late"}, TOPIC)),
    ),
    Case(
        "none of several",
        "oneOf lists the messages",
        [two({"message": {"oneOf": [{"payload": ORDER}, {"payload": CANCELLED}]}})],
        pact(message({"id": "1", "reason": "late", "total": 5, "lines": []}, TOPIC)),
        ["message.no.match contents.reason"],
    ),
    Case(
        "what is published",
        "many write publish for what they send: it is held against that, and told",
        [two({"message": {"payload": ORDER}}, "publish")],
        pact(message({"id": "1"}, TOPIC)),
        ["message.direction.opposite (warning)"],
    ),
    Case(
        "what is published, and wrong",
        "many write publish for what they send: it is held against that",
        [two({"message": {"payload": ORDER}}, "publish")],
        pact(message({"id": 1}, TOPIC)),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "a trait over its message",
        "in version 2 traits are merged over it",
        [two({"message": {"payload": ORDER, "headers": objects(a=TEXT), "traits": [{"headers": objects(b=WHOLE)}]}})],
        pact(message({"id": "1"}, {"a": "x", "b": "x"})),
        ["message.headers.incompatible metadata.b"],
    ),
    Case(
        "Avro by schemaFormat",
        "version 2 says the format beside the payload",
        [two({"message": {"schemaFormat": MULTI, "payload": AVRO}})],
        pact(message({"id": 2**31}, TOPIC)),
        ["message.payload.incompatible contents.id"],
    ),
    Case(
        "a parameter of the channel",
        "a parameter may have any value",
        [two({"message": {"payload": ORDER}}, channel="orders/{region}", parameters={"region": {"schema": TEXT}})],
        pact(message({"id": "1"}, {"destination": "orders/eu"})),
    ),
    Case(
        "by messageId",
        "the metadata names the message",
        [two({"message": {"oneOf": [{"messageId": "placed", "payload": ORDER}, {"messageId": "x", "payload": LINE}]}})],
        pact(message({"sku": "1"}, {**TOPIC, "messageType": "placed"})),
        ["message.payload.incompatible contents.sku"],
    ),
]


def exchange(request: Any, *responses: Any, **more: Any) -> bytes:
    answers = [{"contents": contents(each)} for each in responses]
    made = {"type": "Synchronous/Messages", "description": "an exchange", "response": answers, **more}
    return pact({**made, "request": {"contents": contents(request), "metadata": TOPIC}})


ASK = {**RECEIVE, "reply": {"channel": {"$ref": "#/channels/replies"}}}
REPLIES = {"address": "replies", "messages": {"Accepted": {"payload": objects(number=WHOLE)}}}


def answering(operation: Any, payload: Any = None) -> Any:
    channel = {"address": "orders.placed", "messages": one(payload or ORDER)}
    return asyncapi(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "shop", "version": "1"},
            "channels": {"orders": channel, "replies": REPLIES},
            "operations": {"placeOrder": operation},
        }
    )


EXCHANGES = [
    Case("asked and answered", "both are as told", [answering(ASK)], exchange({"id": "1", "total": 5}, {"number": 1})),
    Case(
        "asked without what is required",
        "a request has to be whole",
        [answering(ASK)],
        exchange({"id": "1"}, {"number": 1}),
        ["message.payload.incompatible request.contents"],
    ),
    Case(
        "asked with more",
        "a request may say more where that is not forbidden",
        [answering(ASK)],
        exchange({"id": "1", "total": 5, "note": "x"}, {"number": 1}),
    ),
    Case(
        "asked with more than is let in",
        "a request may not say what is forbidden",
        [answering(ASK, {**ORDER, "additionalProperties": False})],
        exchange({"id": "1", "total": 5, "note": "x"}, {"number": 1}),
        ["message.payload.incompatible request.contents.note"],
    ),
    Case(
        "answered with what is not there",
        "an answer is read like any message",
        [answering(ASK)],
        exchange({"id": "1", "total": 5}, {"number": 1}, {"numbr": 1}),
        ["message.payload.incompatible response[1].contents.numbr"],
        ["/channels/replies/messages/Accepted/payload"],
    ),
    Case(
        "nothing answers",
        "the operation has no reply",
        [answering(RECEIVE)],
        exchange({"id": "1", "total": 5}, {"number": 1}),
        ["message.reply.missing"],
    ),
    Case(
        "no answer is waited for",
        "that may be meant, and is told",
        [answering(ASK)],
        exchange({"id": "1", "total": 5}),
        ["message.response.missing (warning)"],
    ),
    Case(
        "version 2 has no replies",
        "it can't say what answers",
        [two({"message": {"payload": ORDER}}, "publish")],
        exchange({"id": "1", "total": 5}, {"number": 1}),
        ["message.reply.missing (unanswered)"],
    ),
]
CASES = [*VERSION_2, *EXCHANGES]
