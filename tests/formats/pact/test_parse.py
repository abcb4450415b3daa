import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_json
from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.model import (
    AsyncMessage,
    Body,
    HttpExchange,
    InteractionKind,
    Presence,
    ProviderState,
    Specification,
    SyncMessages,
)
from contracthub.formats.pact.parse import parse, read
from contracthub.formats.safe_json import JsonObject
from tests.formats.pact.strategies import strange_objects

NAMES: dict[str, Any] = {"consumer": {"name": "C"}, "provider": {"name": "P"}}


def pact(version: str | None, *interactions: Any, **more: Any) -> Any:
    metadata = {} if version is None else {"metadata": {"pactSpecification": {"version": version}}}
    return {**NAMES, **metadata, "interactions": [*interactions], **more}


def http(request: Any = None, response: Any = None, **more: Any) -> Any:
    return {
        "description": "d",
        "request": {"method": "get", "path": "/a", **(request or {})},
        "response": {"status": 200, **(response or {})},
        **more,
    }


def parsed(document: Any) -> Any:
    return parse(safe_json.dumps(document))


def faults(document: Any) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid) as caught:
        parsed(document)
    return [(fault.pointer, fault.text) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("version", "specification"),
    [
        ("1.0.0", Specification.V1),
        ("1.1.0", Specification.V1_1),
        ("1.1", Specification.V1_1),
        ("1", Specification.V1),
        ("2.0.0", Specification.V2),
        ("2.0", Specification.V2),
        ("3.0.0", Specification.V3),
        ("4.0", Specification.V4),
        ("4.1.0", Specification.V4),
    ],
)
def test_reads_the_specification_version(version: str, specification: Specification) -> None:
    assert parsed(pact(version)).specification is specification


@pytest.mark.parametrize(
    ("document", "specification"),
    [
        (pact(None, http()), Specification.V2),
        (pact(None, http(providerStates=[])), Specification.V3),
        (pact(None, messages=[]), Specification.V3),
        (pact(None, http(type="Synchronous/HTTP")), Specification.V4),
    ],
)
def test_tells_the_version_from_the_layout_where_none_is_written(document: Any, specification: Specification) -> None:
    assert parsed(document).specification is specification


def test_reads_version_2() -> None:
    document = parsed(
        pact(
            "2.0.0",
            http(
                {"query": "a=1&b=x%20y&a=2", "headers": {"Content-Type": "text/plain", "N": 1}, "body": "hi"},
                {"body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}, "$.headers.X": {"regex": "x"}}},
                providerState="s",
            ),
        )
    )
    (one,) = document.interactions
    assert one.kind is InteractionKind.HTTP
    assert one.provider_states == (ProviderState("s", {}),)
    exchange = one.exchange
    assert (exchange.request.method, exchange.request.path) == ("GET", "/a")
    assert exchange.request.query == {"a": ("1", "2"), "b": ("x y",)}
    assert exchange.request.headers == {"Content-Type": ("text/plain",), "N": ("1",)}
    assert exchange.request.body == Body(Presence.PRESENT, "hi", "text/plain")
    assert [(rule.part, rule.expression, rule.matchers[0].kind) for rule in exchange.response.rules] == [
        ("body", "$.id", "type"),
        ("header", "X", "regex"),
    ]


def test_reads_version_3() -> None:
    document = parsed(
        pact(
            "3.0.0",
            http(
                {
                    "query": {"a": ["1", "2"]},
                    "matchingRules": {
                        "path": {"matchers": [{"match": "regex", "regex": "/.*"}]},
                        "query": {"a": {"combine": "OR", "matchers": [{"match": "type"}, {"match": "null"}]}},
                    },
                    "generators": {"path": {"type": "RandomString", "size": 3}, "body": {"$.id": {"type": "Uuid"}}},
                },
                providerStates=[{"name": "s", "params": {"id": 1}}, {"name": "t"}],
            ),
            messages=[{"description": "m", "contents": {"a": 1}, "metaData": {"topic": "t"}}],
        )
    )
    one, message = document.interactions
    assert one.provider_states == (ProviderState("s", {"id": 1}), ProviderState("t", {}))
    request = one.exchange.request
    assert [(rule.part, rule.expression, rule.combine, len(rule.matchers)) for rule in request.rules] == [
        ("path", "", "AND", 1),
        ("query", "a", "OR", 2),
    ]
    assert [(gen.part, gen.expression, gen.kind, gen.facts) for gen in request.generators] == [
        ("path", "", "RandomString", {"size": 3}),
        ("body", "$.id", "Uuid", {}),
    ]
    assert message.kind is InteractionKind.MESSAGE
    assert message.pointer == "/messages/0"
    assert message.exchange.message.metadata == {"topic": "t"}
    assert message.exchange.message.contents.value == {"a": 1}


def test_reads_version_4() -> None:
    content = {"content": {"a": 1}, "contentType": "application/json", "encoded": False}
    document = parsed(
        pact(
            "4.0",
            http(
                {"body": content},
                type="Synchronous/HTTP",
                key="k",
                pending=True,
                comments={"text": ["x"], "testname": "t"},
            ),
            {
                "type": "Asynchronous/Messages",
                "description": "m",
                "contents": content,
                "metadata": {"contentType": "a/b"},
            },
            {
                "type": "Synchronous/Messages",
                "description": "s",
                "request": {"contents": content},
                "response": [{"contents": content}, {}],
            },
        )
    )
    one, message, sync = document.interactions
    assert (one.key, one.is_pending, one.comments) == ("k", True, ("t", "x"))
    assert isinstance(one.exchange, HttpExchange)
    assert isinstance(message.exchange, AsyncMessage)
    assert isinstance(sync.exchange, SyncMessages)
    assert sync.kind is InteractionKind.SYNC_MESSAGE
    for body in (one.exchange.request.body, message.exchange.message.contents, sync.exchange.request.contents):
        assert body == Body(Presence.PRESENT, {"a": 1}, "application/json", is_json=True)
    assert sync.exchange.responses[1].contents.presence is Presence.MISSING


@pytest.mark.parametrize(
    ("wrapped", "body"),
    [
        (None, Body()),
        ({}, Body(Presence.EMPTY, "")),
        ({"contentType": "text/plain"}, Body(content_type="text/plain")),
        ({"content": None, "contentType": "text/plain"}, Body(Presence.NULL, None, "text/plain")),
        ({"content": ""}, Body(Presence.EMPTY, "")),
        ({"content": "x", "contentType": "text/plain"}, Body(Presence.PRESENT, "x", "text/plain")),
        ({"content": '{"a":1}', "contentType": "a/b+json"}, Body(Presence.PRESENT, {"a": 1}, "a/b+json", is_json=True)),
        ({"content": "{oops", "contentType": "a/json"}, Body(Presence.PRESENT, "{oops", "a/json", is_json=True)),
        (
            {"content": "aGk=", "contentType": "text/plain", "encoded": "base64"},
            Body(Presence.PRESENT, "hi", "text/plain"),
        ),
        ({"content": "/w==", "encoded": "BASE64"}, Body(Presence.PRESENT, binary_size=1)),
        ({"content": 0, "encoded": "JSON"}, Body(Presence.PRESENT, 0, is_json=True)),
    ],
)
def test_reads_bodies_of_version_4(wrapped: Any, body: Body) -> None:
    assert parsed(pact("4.0", http(response={"body": wrapped}))).interactions[0].exchange.response.body == body


@pytest.mark.parametrize(
    ("response", "presence"),
    [
        ({}, Presence.MISSING),
        ({"body": None}, Presence.NULL),
        ({"body": ""}, Presence.EMPTY),
        ({"body": 0}, Presence.PRESENT),
        ({"body": {}}, Presence.PRESENT),
    ],
)
def test_tells_no_body_from_null_from_empty(response: Any, presence: Presence) -> None:
    assert parsed(pact("2.0.0", http(response=response))).interactions[0].exchange.response.body.presence is presence


def test_text_inside_a_pact_is_parsed_only_within_a_budget() -> None:
    big = {"content": "[" + "1," * 1_200_000 + "1]", "contentType": "application/json"}
    document = parsed(pact("4.0", http({"body": big}, {"body": big})))
    exchange = document.interactions[0].exchange
    # The first is over the number of values, the second over what is left of the budget.
    assert exchange.request.body.value == exchange.response.body.value == big["content"]


def test_says_everything_that_is_wrong_at_once() -> None:
    document = {
        "consumer": {},
        "interactions": [
            {"request": {"path": 1}, "response": {"status": 99, "headers": {"A": {}}}},
            "text",
            {"description": "d", "type": "Carrier/Pigeon", "request": {}, "response": {}},
        ],
        "metadata": {"pactSpecification": {"version": "9"}},
    }
    found = dict(faults(document))
    assert found == {
        "/consumer/name": "is missing; add it",
        "/provider/name": "is missing; add it",
        "/metadata": "names a specification version that is not known; use 1.0.0 to 4.0",
        "/interactions/0/description": "is missing; add it",
        "/interactions/0/request/method": "is missing; add it",
        "/interactions/0/request/path": "must be a string, and is a number",
        "/interactions/0/response/status": "must be a status from 100 to 599",
        "/interactions/0/response/headers/A": "must be a string or a list of strings",
        "/interactions/1": "must be an object, and is a string",
        "/interactions/1/description": "is missing; add it",
        "/interactions/1/request": "is missing; add it",
        "/interactions/1/response": "is missing; add it",
        "/interactions/2/type": (
            "is not one of Synchronous/HTTP, Asynchronous/Messages, Synchronous/Messages; correct it"
        ),
    }


def test_lists_at_most_fifty_faults() -> None:
    assert len(faults(pact("3.0.0", *([{}] * 100)))) == 50


def test_a_document_without_lists_is_no_pact() -> None:
    assert faults(NAMES) == [("", "has neither a list 'interactions' nor a list 'messages'; add one")]


def test_base64_that_is_none_is_a_fault() -> None:
    wrapped = {"content": "%%%", "encoded": "base64"}
    assert faults(pact("4.0", http(response={"body": wrapped}))) == [
        ("/interactions/0/response/body/content", "is not base64, as 'encoded' says; encode it again")
    ]
    assert base64.b64decode("JSUl") == b"%%%"


def test_a_matcher_without_a_name_is_a_fault() -> None:
    rules = {"body": {"$.a": {"matchers": [{"foo": 1}, {"min": 1}]}}}
    assert faults(pact("3.0.0", http(response={"matchingRules": rules}))) == [
        ("/interactions/0/response/matchingRules/body/$.a/matchers/0", "names no matcher; add 'match'")
    ]


def test_too_many_fields_of_a_query_are_a_fault() -> None:
    assert faults(pact("2.0.0", http({"query": "a&" * 10_001}))) == [
        ("/interactions/0/request/query", "has more than 10000 fields")
    ]


@given(strange_objects | st.builds(lambda document: {**NAMES, **document}, strange_objects))
def test_never_raises_but_invalid_and_read_never_at_all(document: JsonObject) -> None:
    try:
        content = content_from(document)
    except Invalid:
        return
    reading, found = read(content)
    every = len(content.interactions or ()) + len(content.messages or ())
    assert len(reading.interactions) == every
    if found:
        assert faults(document) == [(fault.pointer, fault.text) for fault in found]
    else:
        assert parsed(document) == reading
