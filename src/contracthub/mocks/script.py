"""A conversation contract as the provider's script: what it says, and what it waits to hear."""

import asyncio
import base64
from collections.abc import Iterator

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.conversation import model
from contracthub.formats.conversation.model import (
    Close,
    Conversation,
    Expected,
    Nothing,
    Side,
    Transport,
    Unordered,
    title_of,
)
from contracthub.formats.conversation.reading import completed
from contracthub.formats.matching import Pattern, example
from contracthub.formats.pact.expressions import value_at
from contracthub.formats.safe_json import JsonObject
from contracthub.mocks.asgi import Receive, Send

_SECONDS = 10.0
_MOST_SAID = 1_000
_NORMAL = 1000


class _Differs(Exception):
    pass


class Play:
    """One conversation from the provider's side."""

    def __init__(self, said: Conversation, receive: Receive, send: Send) -> None:
        self._said, self._receive, self._send = said, receive, send
        self._saved: JsonObject = {}

    async def played(self) -> str | None:
        """None where the client did as the contract says; else the step, and what it did."""
        for number, step in enumerate(self._said.steps, 1):
            try:
                async with asyncio.timeout(_SECONDS):
                    await self._take(completed(self._said, number - 1, self._saved))
            except _Differs as differs:
                await self._end(1008)
                return f"{title_of(number, step.name)}: {differs}"
            except TimeoutError:
                await self._end(1008)
                return f"{title_of(number, step.name)}: the client did nothing for {_SECONDS:g} s"
        if not any(isinstance(step, Close) for step in self._said.steps):
            await self._wait_for_end()
        return None

    async def _take(self, step: model.Step) -> None:
        if isinstance(step, model.Send):
            await self._hear(step)
        elif isinstance(step, Nothing):
            return
        elif isinstance(step, Close):
            await self._close(step)
        else:
            for expected in _expected_in(step):
                await self._say(expected)
            if isinstance(step, model.Receive):
                for name, path in step.saves.items():
                    self._saved[name] = value_at(safe_json.loads(content_of(step.expected)), path)

    async def _say(self, expected: Expected) -> None:
        content = content_of(expected)
        key = "bytes" if isinstance(content, bytes) else "text"
        await self._send({"type": "websocket.send", key: content})

    async def _hear(self, step: model.Send) -> None:
        message = await self._receive()
        if message["type"] != "websocket.receive":
            raise _Differs(f"the client went away ({message.get('code')}) and had something to say")
        said = message.get("bytes") if message.get("text") is None else message["text"]
        if not _is_same(step, said):
            raise _Differs(f"the client said {_shown(said)}, not {_shown(step.content)}")

    async def _close(self, step: Close) -> None:
        if step.by is Side.PROVIDER:
            reason = step.reason.value if step.reason and isinstance(step.reason.value, str) else ""
            await self._end((step.codes or (_NORMAL,))[0], reason)
            return
        message = await self._receive()
        if message["type"] != "websocket.disconnect":
            raise _Differs(f"the client said {_shown(message.get('text') or message.get('bytes'))} and was to close")
        if step.codes and message.get("code") not in step.codes:
            raise _Differs(f"the client closed with {message.get('code')}, not {step.codes[0]}")

    async def _wait_for_end(self) -> None:
        while (await self._receive())["type"] != "websocket.disconnect":
            pass

    async def _end(self, code: int, reason: str = "") -> None:
        await self._send({"type": "websocket.close", "code": code, "reason": reason})


def stream_of(said: Conversation) -> Iterator[bytes]:
    """The items of an HTTP stream, written as its transport has them."""
    for step in said.steps:
        if not isinstance(step, model.Send | Nothing | Close):
            for expected in _expected_in(step):
                yield _event(expected) if said.connect.transport is Transport.SSE else _line(expected)


def content_of(expected: Expected) -> str | bytes:
    """A message that does."""
    if expected.binary is not None:
        return expected.binary
    if expected.sizes is not None:
        return bytes(expected.sizes[0])
    if expected.text is not None:
        return str(example(expected.text))
    value = example(expected.json) if isinstance(expected.json, Pattern) else {}
    return safe_json.dumps(value).decode()


def _expected_in(step: "model.Receive | Unordered") -> Iterator[Expected]:
    """What has to be heard, in an order that does; what may be left out is left out."""
    for member in step.members if isinstance(step, Unordered) else (step,):
        for _ in range(min(max(member.least, 1), _MOST_SAID)):
            yield member.expected
        if member.until is not None:
            yield member.until


def _event(expected: Expected) -> bytes:
    lines = []
    for name, pattern in (("event", expected.event), ("id", expected.id), ("retry", expected.retry)):
        if pattern is not None:
            lines.append(f"{name}: {example(pattern)}")
    lines += [f"data: {each}" for each in str(content_of(expected)).split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def _line(expected: Expected) -> bytes:
    return str(content_of(expected)).encode() + b"\n"


def _is_same(step: model.Send, said: str | bytes | None) -> bool:
    if not step.is_json:
        return said == step.content
    if not isinstance(said, str):
        return False
    try:
        return safe_json.loads(said) == step.value
    except HubError:
        return False


def _shown(said: str | bytes | None) -> str:
    if isinstance(said, bytes):
        return f"the bytes {base64.b64encode(said[:60]).decode()}"
    return repr((said or "")[:200])
