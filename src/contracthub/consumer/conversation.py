"""Builds conversation contracts, and plays the provider of one to the consumer's client."""

import base64
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, Self

from contracthub.consumer.building import Builder, given, only, state
from contracthub.consumer.matchers import plain
from contracthub.formats.safe_json import JsonObject

if TYPE_CHECKING:
    from contracthub.mocks.conversations import MockProvider

_NONE: Any = object()
_OF_CONNECTION = frozenset(
    "kind params query headers subprotocols subprotocol method body within refused".split()  # noqa: SIM905
)
_OF_MESSAGE = frozenset({"schema", "text", "binary", "event", "id", "retry"})
_OF_STEP = frozenset({"within", "optional", "repeat", "until", "gap", "save"})


def heard(json: object = _NONE, *, name: str | None = None, **members: object) -> JsonObject:
    """A message among those that come in any order.

    Besides its JSON it may say ``schema``, ``text``, ``binary``, ``event``, ``id``, ``retry``, ``optional`` and
    ``repeat``.
    """
    told = only("A message", members, _OF_MESSAGE | {"optional", "repeat"})
    return given(name=name, receive=_message(json, told), optional=told.get("optional"), repeat=told.get("repeat"))


class Conversation(Builder):
    """What a consumer says and hears on a WebSocket, an event stream or a stream of JSON lines, step by step."""

    kind = "conversation"

    def __init__(self, name: str, *, consumer: str | None = None, provider: str) -> None:
        super().__init__(name, consumer=consumer, provider=provider)

    def given(self, name: str, **params: object) -> Self:
        """The provider has to be in this state before the conversation begins."""
        return self._add("given", state(name, params))

    def connect(self, path: str, **members: object) -> Self:
        """Where it is held; ``kind`` is ``websocket`` (as when nothing is said), ``sse`` or ``ndjson``.

        It may say ``params`` of the path, ``query``, ``headers``, ``subprotocols``, ``subprotocol``, ``method``,
        ``body``, ``within``, and ``refused``: the statuses of which one has to come instead of a conversation.
        """
        return self._set(connect={"path": path, **given(**only("A connection", members, _OF_CONNECTION))})

    def within(self, duration: str) -> Self:
        """How long all of it may take, such as ``20s``."""
        return self._set(within=duration)

    def ignore(self, json: object = _NONE, **members: object) -> Self:
        """Messages like this one are passed over wherever they come."""
        return self._add("ignore", _message(json, only("A message", members, _OF_MESSAGE)))

    def send(self, name: str, json: object = _NONE, *, text: str | None = None, binary: bytes | None = None) -> Self:
        """The consumer says this."""
        return self._add("steps", given(name=name, send=_message(json, {"text": text, "binary": binary})))

    def receive(self, name: str, json: object = _NONE, **members: object) -> Self:
        """The consumer hears a message like this.

        Besides its JSON, the message may have ``schema``, ``text``, ``binary``, ``event``, ``id`` and ``retry``, and
        the step ``within``, ``optional``, ``repeat`` (a mapping with ``min`` and ``max``), ``until``, ``gap`` and
        ``save`` (paths by name: later steps have what is there as ``${name}``).
        """
        told = only("A message", members, _OF_MESSAGE | _OF_STEP)
        until = told.get("until")
        of_step = {each: told.get(each) for each in sorted(_OF_STEP - {"until"})}
        ended = None if until is None else until if _is_message(until) else {"json": plain(until)}
        return self._add("steps", given(name=name, receive=_message(json, told), until=ended, **of_step))

    def unordered(self, name: str, *messages: JsonObject, within: str | None = None) -> Self:
        """The consumer hears these messages, in whatever order; make them with `heard`."""
        return self._add("steps", given(name=name, unordered=list(messages), within=within))

    def nothing(self, name: str, during: str) -> Self:
        """The consumer hears nothing for so long."""
        return self._add("steps", given(name=name, nothing=during))

    def close(
        self,
        name: str,
        *,
        by: Literal["client", "provider"],
        code: int | list[int] | None = None,
        reason: object = None,
        within: str | None = None,
    ) -> Self:
        """One side ends the conversation."""
        return self._add("steps", given(name=name, close=given(by=by, code=code, reason=reason, within=within)))

    @contextmanager
    def serve(
        self, *, values: Mapping[str, Any] | None = None, write_to: str | os.PathLike[str] | None = None
    ) -> Iterator["MockProvider"]:
        """A provider that plays its side while the block runs; its ``websocket_url`` and ``url`` are on this machine.

        At the end the contract is written to ``write_to``, but only if the client did what the contract says: else
        ClientDiffers says what it did. ``values`` stand for those that provider states answer with. Raises Invalid.
        """
        from contracthub.mocks.conversations import playing

        with playing(self.text().encode(), values) as mock:
            yield mock
        if write_to is not None:
            self.write(write_to)


def _message(json: object, members: Mapping[str, object]) -> JsonObject:
    told: dict[str, object] = {name: members.get(name) for name in sorted(_OF_MESSAGE)}
    binary = told["binary"]
    if isinstance(binary, bytes):
        told["binary"] = base64.b64encode(binary).decode()
    found = given(**told)
    if json is not _NONE:
        found["json"] = plain(json)
    return found


def _is_message(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= _OF_MESSAGE | {"json"}
