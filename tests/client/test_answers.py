import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.client.answers import messages_from, object_from
from contracthub.client.errors import AnswerNotUnderstood

PROBLEM = {
    "title": "Validation errors",
    "status": 400,
    "errors": [{"type": "t", "title": "Invalid body parameter", "detail": "is missing", "pointer": "/name"}],
}


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"errors": {"name": ["is missing", "must be a string"]}}, ["name is missing", "name must be a string"]),
        ({"errors": {"": ["Must specify a target."]}}, ["Must specify a target."]),
        ({"errors": {"request": {"url": ["is missing"]}}}, ["request.url is missing"]),
        ({"errors": {"contracts": ["Cannot change the pact"]}}, ["Cannot change the pact"]),
        ({"errors": ["Pacticipant X not found"]}, ["Pacticipant X not found"]),
        ({"errors": {"name": ["name 'production' is already used"]}}, ["name 'production' is already used"]),
        ({"error": "No pacticipant with name 'Foo' found"}, ["No pacticipant with name 'Foo' found"]),
        ({"error": {"message": "text", "reference": "abc"}}, ["text (reference abc)"]),
        (PROBLEM, ["name is missing"]),
        ({"title": "Not found", "detail": "No such thing", "status": 404}, ["No such thing"]),
        ({"title": "Server error"}, ["Server error"]),
        ({"error_code": 40401, "message": "Subject not found."}, ["Subject not found."]),
        ({"errors": {}}, ["HTTP status 400 (Bad Request)"]),
        ([], ["HTTP status 400 (Bad Request)"]),
    ],
)
def test_the_sentences_of_every_shape(body: object, messages: list[str]) -> None:
    assert messages_from(400, json.dumps(body).encode()) == messages


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"upstream is away\nsecond line", "upstream is away"),
        (b"<html><h1>502</h1></html>", "HTTP status 502 (Bad Gateway)"),
        (b"", "HTTP status 502 (Bad Gateway)"),
    ],
)
def test_a_body_that_is_not_json(body: bytes, message: str) -> None:
    assert messages_from(502, body) == [message]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["errors", "error", "", "a", "detail", "title", "message"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(status=st.integers(400, 999), document=JSON)
def test_every_error_answer_gives_at_least_one_sentence(status: int, document: object) -> None:
    messages = messages_from(status, json.dumps(document).encode())
    assert messages
    assert all(text.strip() for text in messages)


def test_the_messages_of_a_flood_are_few_and_short() -> None:
    messages = messages_from(400, json.dumps({"errors": [f"{n}" + "x" * 9000 for n in range(200)]}).encode())
    assert (len(messages), max(map(len, messages))) == (50, 2000)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"1", b"[" * 99_999, b"\xff"])
def test_what_is_no_object_is_not_understood(body: bytes) -> None:
    with pytest.raises(AnswerNotUnderstood, match="http://hub/x"):
        object_from(body, url="http://hub/x", content_type="text/html")


def test_no_content_is_an_empty_object() -> None:
    assert object_from(b"", url="", content_type="") == {}
