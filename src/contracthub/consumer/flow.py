"""Builds flow contracts, and stands in for what is on the other side of the consumer's producer, handler and client."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from contracthub.consumer.building import Builder, given, only, state
from contracthub.consumer.matchers import plain
from contracthub.formats.safe_json import JsonObject

if TYPE_CHECKING:
    from contracthub.mocks.flows import FlowStandIn

_NONE: Any = object()
_OF_SENT = frozenset({"key", "headers", "text", "base64", "tombstone", "schema", "partition", "count", "every"})
_OF_REQUEST = frozenset({"headers", "body"})
_OF_ANSWER = frozenset({"status", "answer_headers", "answer"})


def message(value: object = _NONE, **members: object) -> JsonObject:
    """A message that is expected, or must not come: its value, ``key``, ``headers``, ``text``, ``count``."""
    found = given(**only("A message", members, frozenset({"key", "headers", "text", "count"})))
    return found if value is _NONE else {**found, "value": plain(value)}


class Flow(Builder):
    """Messages or requests go in, messages or states come out within a time, and some must never come."""

    kind = "flow"

    def __init__(self, name: str, *, consumer: str | None = None, provider: str) -> None:
        super().__init__(name, consumer=consumer, provider=provider)

    def given(self, name: str, **params: object) -> Self:
        """The provider has to be in this state before anything is sent."""
        return self._add("given", state(name, params))

    def values(self, **values: str | float | bool) -> Self:
        """What ``${name}`` stands for."""
        return self._set(values=values)

    def within(self, duration: str) -> Self:
        """How long all of it may take."""
        return self._set(within=duration)

    def send(self, name: str, topic: str, value: object = _NONE, **members: object) -> Self:
        """The consumer sends this message.

        Besides its value it may say ``key``, ``headers``, ``text``, ``base64``, ``tombstone``, ``schema`` (a subject of
        the registry), ``partition``, ``count`` and ``every``.
        """
        found = given(name=name, topic=topic, **only("A message that is sent", members, _OF_SENT))
        return self._add("send", found if value is _NONE else {**found, "value": plain(value)})

    def request(self, name: str, method: str, path: str, *, status: int | str | None = None, **members: object) -> Self:
        """The consumer asks this of the provider, which sets it to work; it may say ``headers`` and ``body``."""
        return self._add("send", given(name=name, request=_request(method, path, members), status=status))

    def expect(
        self, name: str, topic: str, *messages: JsonObject, order: str | None = None, within: str = "10s"
    ) -> Self:
        """These messages come to the topic; make them with `message`."""
        return self._add("expect", given(name=name, topic=topic, messages=list(messages), order=order, within=within))

    def expect_answer(self, name: str, method: str, path: str, **members: object) -> Self:
        """A request is answered like this in the end.

        It may say ``status``, ``answer`` (the body), ``answer_headers``, ``headers``, ``body``, ``within``, ``every``,
        and ``stays``: how long the answer has to stay so.
        """
        more = frozenset({"within", "every", "stays"})
        return self._add("expect", _answered(name, method, path, members, more))

    def never(self, name: str, topic: str, message: JsonObject, *, during: str) -> Self:
        """No such message comes to the topic for so long."""
        return self._add("never", given(name=name, topic=topic, message=message, during=during))

    def never_answer(self, name: str, method: str, path: str, *, during: str, **members: object) -> Self:
        """A request is never answered like this for so long; says the same as `expect_answer`."""
        found = _answered(name, method, path, members, frozenset({"every"}))
        return self._add("never", {**found, "during": during})

    @contextmanager
    def serve(
        self, *, values: Mapping[str, Any] | None = None, write_to: str | os.PathLike[str] | None = None
    ) -> Iterator["FlowStandIn"]:
        """What is on the consumer's other side, while the block runs; see `FlowStandIn`.

        At the end the contract is written to ``write_to``, but only if the consumer did what the contract says. Raises
        Invalid, ClientDiffers.
        """
        from contracthub.mocks.flows import standing_in

        with standing_in(self.checked(), values or {}) as stand_in:
            yield stand_in
        if write_to is not None:
            self.write(write_to)


def _request(method: str, path: str, members: Mapping[str, object]) -> JsonObject:
    told = only("A request", dict(members), _OF_REQUEST)
    return given(method=None if method == "GET" else method, path=path, **told)


def _answered(name: str, method: str, path: str, members: Mapping[str, object], more: frozenset[str]) -> JsonObject:
    told = only("An answer", dict(members), _OF_REQUEST | _OF_ANSWER | more)
    asked = {each: told[each] for each in sorted(_OF_REQUEST & set(told))}
    response = given(status=told.get("status"), headers=told.get("answer_headers"), body=told.get("answer"))
    rest = {each: told[each] for each in sorted(more & set(told))}
    return given(name=name, request=_request(method, path, asked), response=response, **rest)
