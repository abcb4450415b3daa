from typing import Any

import pytest
from hypothesis import given

from contracthub.domain.errors import Invalid
from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.describe import DescribedInteraction, DescribedPact, DescribedRule, describe
from contracthub.formats.pact.model import Generator, InteractionKind, Matcher, MatchingRule
from contracthub.formats.pact.parse import read
from contracthub.formats.pact.sentences import generator_sentence, matcher_phrase, rule_sentence
from contracthub.formats.safe_json import JsonObject
from tests.formats.pact.strategies import strange_objects


def described(*interactions: Any, version: str = "3.0.0", **more: Any) -> DescribedPact:
    document: JsonObject = {
        "consumer": {"name": "C"},
        "provider": {"name": "P"},
        "interactions": [*interactions],
        "metadata": {"pactSpecificationVersion": version},
        **more,
    }
    return describe(read(content_from(document))[0])


def only(*interactions: Any, version: str = "3.0.0") -> DescribedInteraction:
    (one,) = described(*interactions, version=version).interactions
    return one


REQUEST: Any = {
    "method": "PUT",
    "path": "/orders/42",
    "query": {"expand": ["lines", "a b"]},
    "headers": {"Accept": ["a/b", "c/d"]},
    "body": {"b": 1, "a": [2]},
    "matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/orders/\\d+"}]}},
    "generators": {"body": {"$.a": {"type": "ProviderState", "expression": "${id}"}}},
}
HTTP: Any = {
    "description": "d",
    "providerStates": [{"name": "an order exists", "params": {"id": 42, "open": True}}],
    "request": REQUEST,
    "response": {"status": 204},
}


def test_shows_an_http_interaction() -> None:
    one = only(HTTP)
    assert one.kind is InteractionKind.HTTP
    assert one.states == ("an order exists (id: 42, open: true)",)
    request, response = one.sides
    assert (request.title, request.line) == ("Request", "PUT /orders/42?expand=lines&expand=a+b")
    assert request.headers == (("Accept", "a/b, c/d"),)
    assert request.body == '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}'
    assert request.rules == (DescribedRule("path", "matches the pattern /orders/\\d+"),)
    assert request.generators == (DescribedRule("body $.a", "is taken from the provider state: ${id}"),)
    assert (response.title, response.line, response.body) == ("Response", "204", None)


def test_shows_version_2_like_version_4() -> None:
    v2: Any = {
        "description": "d",
        "request": {"method": "GET", "path": "/", "query": "a=1"},
        "response": {"status": 200, "body": {"id": 1}, "matchingRules": {"$.body.id": {"match": "type"}}},
    }
    v4: Any = {
        "type": "Synchronous/HTTP",
        "description": "d",
        "request": {"method": "GET", "path": "/", "query": {"a": ["1"]}},
        "response": {
            "status": 200,
            "body": {"content": {"id": 1}, "encoded": False},
            "matchingRules": {"body": {"$.id": {"matchers": [{"match": "type"}]}}},
        },
    }
    assert only(v2, version="2.0.0").sides == only(v4, version="4.0").sides


def test_shows_messages_with_their_metadata() -> None:
    message: Any = {
        "type": "Asynchronous/Messages",
        "description": "m",
        "contents": {"content": "hello", "contentType": "text/plain"},
        "metadata": {"topic": "t", "n": 1},
    }
    (side,) = only(message, version="4.0").sides
    assert (side.title, side.line, side.body) == ("Message", "", "hello")
    assert side.headers == (("topic", "t"), ("n", "1"))


def test_shows_every_answer_of_a_synchronous_message() -> None:
    sync: Any = {"type": "Synchronous/Messages", "description": "s", "request": {}, "response": [{}, {}]}
    titles = [side.title for side in only(sync, version="4.0").sides]
    assert titles == ["Request message", "Response message", "Response message"]


@pytest.mark.parametrize(
    ("wrapped", "text", "note"),
    [
        ({"content": "/w==", "encoded": "base64"}, None, "1 bytes of binary content"),
        ({"content": "", "contentType": "text/plain"}, "", "empty"),
        ({"content": None}, "null", ""),
        (
            {"content": "x" * 100_001, "contentType": "text/plain"},
            "x" * 100_000,
            "the first 100,000 of 100,001 characters",
        ),
        ({"content": '"json text"', "contentType": "application/json"}, '"json text"', ""),
    ],
)
def test_says_what_can_not_be_shown(wrapped: Any, text: str | None, note: str) -> None:
    response = {"status": 200, "body": wrapped}
    side = only({"description": "d", "request": {}, "response": response}, version="4.0").sides[1]
    assert (side.body, side.body_note) == (text, note)


def test_sorts_by_description() -> None:
    pact = described({**HTTP, "description": "b"}, {**HTTP, "description": "a"})
    assert [one.description for one in pact.interactions] == ["a", "b"]
    assert (pact.consumer_name, pact.provider_name, pact.specification) == ("C", "P", "3.0.0")


def test_cuts_long_lists_of_rules() -> None:
    rules = {"body": {f"$.a{index}": {"matchers": [{"match": "type"}]} for index in range(600)}}
    side = only({**HTTP, "response": {"status": 200, "matchingRules": rules}}).sides[1]
    assert len(side.rules) == 501
    assert side.rules[-1].sentence == "and more rules, which are not shown"


@pytest.mark.parametrize(
    ("kind", "facts", "phrase"),
    [
        ("type", {}, "is of the same type as the example"),
        ("type", {"min": 1}, "is a list of at least 1 like the example"),
        ("type", {"min": 1, "max": 2}, "is a list of at least 1 and at most 2 like the example"),
        ("type", {"max": 2}, "is a list of at most 2 like the example"),
        ("include", {"value": "x"}, 'includes "x"'),
        ("datetime", {"format": "yyyy"}, "is a date and time in the format yyyy"),
        ("date", {}, "is a date"),
        ("timestamp", {"timestamp": "HH"}, "is a timestamp in the format HH"),
        ("statusCode", {"status": "success"}, "is a status of the class success"),
        ("statusCode", {"status": [200, 201]}, "is one of the statuses 200, 201"),
        ("contentType", {"value": "image/png"}, "is content of the type image/png"),
        ("eachKey", {"rules": [{"match": "regex", "regex": "a"}]}, "has keys of which each matches the pattern a"),
        (
            "eachValue",
            {"rules": [{"match": "eachValue", "rules": []}]},
            "has values of which each satisfies the matcher 'eachValue'",
        ),
        ("eachValue", {}, "has values like the example"),
        ("own", {"a": 1}, "satisfies the matcher 'own' with {\"a\":1}"),
        ("own", {}, "satisfies the matcher 'own'"),
    ],
)
def test_matchers_in_words(kind: str, facts: JsonObject, phrase: str) -> None:
    assert matcher_phrase(Matcher(kind, facts)) == phrase


def test_several_matchers_are_joined() -> None:
    both = (Matcher("integer", {}), Matcher("null", {}))
    assert rule_sentence(MatchingRule("body", "$", "OR", both)) == "is an integer or is null"
    assert rule_sentence(MatchingRule("body", "$", "AND", both)) == "is an integer and is null"


def test_generators_in_words() -> None:
    assert (
        generator_sentence(Generator("body", "$", "RandomInt", {"min": 1})) == 'is generated: RandomInt with {"min":1}'
    )


def test_long_parameters_are_cut() -> None:
    assert len(matcher_phrase(Matcher("regex", {"regex": "x" * 10_000}))) < 400


@given(strange_objects)
def test_never_raises_on_any_object(document: JsonObject) -> None:
    try:
        content = content_from(document)
    except Invalid:
        return
    reading, _ = read(content)
    assert len(describe(reading).interactions) == len(reading.interactions)
