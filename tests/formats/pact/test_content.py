import json

import pytest

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.limits import Limits
from contracthub.formats.pact.content import content_from, read_content
from contracthub.formats.safe_json import JsonValue


def test_finds_names_lists_and_version() -> None:
    content = read_content(
        b'{"consumer":{"name":"Foo"},"provider":{"name":"Bar"},"interactions":[{}],"messages":[],'
        b'"metadata":{"pactSpecification":{"version":"2.0.0"}}}'
    )
    assert (content.consumer_name, content.provider_name) == ("Foo", "Bar")
    assert (content.interactions, content.messages) == ([{}], [])
    assert content.specification_version == "2.0.0"


@pytest.mark.parametrize(
    "document", [{}, {"a": 1}, {"interactions": "x", "messages": {}}, {"consumer": "x", "provider": {"name": None}}]
)
def test_accepts_any_object(document: dict[str, JsonValue]) -> None:
    content = read_content(json.dumps(document))
    assert content.document == document
    assert (content.consumer_name, content.provider_name) == (None, None)
    assert (content.interactions, content.messages) == (None, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("[]", "an array"), ('"x"', "a string"), ("1", "a number"), ("null", "null"), ("true", "a boolean")],
)
def test_refuses_what_is_no_object(text: str, kind: str) -> None:
    with pytest.raises(Invalid, match=f"and this is {kind}") as caught:
        read_content(text)
    assert caught.value.code == "pact-not-an-object"


def test_refuses_names_that_are_no_strings_all_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        read_content('{"consumer":{"name":1.10},"provider":{"name":["a"]}}')
    assert [(fault.field, fault.pointer) for fault in caught.value.faults] == [
        ("consumer.name", "/consumer/name"),
        ("provider.name", "/provider/name"),
    ]


@pytest.mark.parametrize(
    "metadata",
    [
        {"pactSpecification": {"version": "3.0.0"}},
        {"pact-specification": {"version": "3.0.0"}},
        {"pactSpecificationVersion": "3.0.0"},
        {"pactSpecification": {}, "pactSpecificationVersion": "3.0.0"},
        {"pactSpecification": "?", "pact-specification": {"version": "3.0.0"}, "pactSpecificationVersion": "1"},
    ],
)
def test_finds_the_version_in_three_places(metadata: dict[str, JsonValue]) -> None:
    assert content_from({"metadata": metadata}).specification_version == "3.0.0"


def test_counts_interactions_and_messages_together() -> None:
    limits = Limits(max_interactions=3)
    assert read_content('{"interactions":[1,2],"messages":[3]}', limits).messages == [3]
    with pytest.raises(TooLarge, match="4 interactions"):
        read_content('{"interactions":[1,2],"messages":[3,4]}', limits)
