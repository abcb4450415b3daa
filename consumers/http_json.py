"""One HTTP exchange with JSON bodies, on the standard library. What an answer means is each consumer's own matter."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

SECONDS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the body is None when there was none."""

    status: int
    headers: Message
    body: Any


class UnexpectedAnswerError(Exception):
    """A provider answered with a status that the consumer has no use for."""


def exchange(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: object = None,
) -> Answer:
    """Send one request and return the answer, whatever its status; raises URLError when there is none."""
    data = None if body is None else json.dumps(body).encode()
    sent = {"Accept": "application/json", **(headers or {})}
    if data is not None:
        sent["Content-Type"] = "application/json"
    address = f"{url}?{urlencode(query)}" if query else url
    try:
        with urlopen(Request(address, data=data, headers=sent, method=method), timeout=SECONDS) as response:
            return Answer(response.status, response.headers, _json(response.read()))
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.headers, _json(refused.read()))


def expect(answer: Answer, status: int) -> Answer:
    """The answer, if it has this status; raises UnexpectedAnswerError otherwise."""
    if answer.status != status:
        raise UnexpectedAnswerError(f"The provider answered {answer.status} where {status} was due: {answer.body}")
    return answer


def segment(text: str) -> str:
    """The text as one segment of a path."""
    return quote(text, safe="")


def _json(content: bytes) -> object:
    return json.loads(content) if content else None
