import pytest
from starlette.requests import Request

from contracthub.web.pact_broker.media_types import chosen_type
from contracthub.web.problems import HAL_JSON, PLAIN_JSON, Refused


def asked(accept: str | None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, HAL_JSON),
        ("*/*", HAL_JSON),
        ("application/*", HAL_JSON),
        ("application/json", PLAIN_JSON),
        ("Application/JSON", PLAIN_JSON),
        ("application/hal+json, application/json", HAL_JSON),
        ("application/hal+json;q=0.5, application/json;q=0.9", PLAIN_JSON),
        ("application/hal+json;q=0, */*", PLAIN_JSON),
        ("text/html, */*;q=0.1", HAL_JSON),
        ("application/problem+json", HAL_JSON),
        ("application/json;q=nonsense", PLAIN_JSON),
    ],
)
def test_the_type_that_the_client_likes_best(accept: str | None, chosen: str) -> None:
    assert chosen_type(asked(accept)) == chosen


def test_nothing_that_it_likes() -> None:
    with pytest.raises(Refused) as refused:
        chosen_type(asked("text/html, application/json;q=0"))

    assert refused.value.status == 406
