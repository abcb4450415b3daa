"""The request of a flow as it goes out: values in their places, once, and escaped where an address needs it."""

import pytest

from contracthub.formats.flow.model import Request, Response
from contracthub.verification.events.answering import question_from


@pytest.mark.parametrize(
    ("path", "values", "sent"),
    [
        ("/sessions/${id}/data", {"id": "a/b c"}, "/sessions/a%2Fb%20c/data"),
        ("/sessions/${id}", {"id": "50%"}, "/sessions/50%25"),
        ("/sessions/${id}", {"id": 7}, "/sessions/7"),
        ("/find?q=grün tea&n=1", {}, "/find?q=gr%C3%BCn%20tea&n=1"),
        ("/already%20escaped", {}, "/already%20escaped"),
        ("/$${id}", {"id": "x"}, "/$%7Bid%7D"),
    ],
)
def test_a_path_is_filled_and_escaped(path: str, values: dict[str, str | int], sent: str) -> None:
    question = question_from(Request("GET", path), Response(200), dict(values))
    assert (question.path, question.told) == (sent, f"GET {sent}")


def test_a_header_is_filled_once() -> None:
    request = Request("GET", "/", {"X-Id": "${id}", "X-Literal": "$${id}"})
    question = question_from(request, Response(200), {"id": "${other}", "other": "no"})
    assert question.headers == {"X-Id": "${other}", "X-Literal": "${id}"}


@pytest.mark.parametrize(
    ("body", "data", "content_type"),
    [({"id": "${id}"}, b'{"id": "a"}', "application/json"), ("plain ${id}", b"plain a", "text/plain")],
)
def test_a_body_is_filled_and_says_what_it_is(body: object, data: bytes, content_type: str) -> None:
    request = Request("POST", "/", body=body, has_body=True)  # type: ignore[arg-type]  # either kind of JSON
    question = question_from(request, Response(200), {"id": "a"})
    assert (question.body, question.headers) == (data, {"Content-Type": content_type})
