"""Plays the provider of a conversation contract, and tells whether the client did what the contract says of it.

The mock says the examples of what the contract wants to hear, and expects what it sends. It stands on this machine
alone, on a free port, for one conversation at a time.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from contracthub.formats.conversation.model import Connect, Conversation, Transport
from contracthub.formats.conversation.reading import conversation_of
from contracthub.formats.live_contracts import read
from contracthub.formats.safe_json import JsonValue
from contracthub.mocks.asgi import Receive, Scope, Send
from contracthub.mocks.differing import ClientDiffers
from contracthub.mocks.requests import differences_of_request
from contracthub.mocks.script import Play, stream_of

__all__ = ["ClientDiffers", "MockProvider", "playing"]

HOST = "127.0.0.1"
_STARTING_SECONDS = 30.0
_LEAVING_SECONDS = 5.0
_KINDS = {Transport.SSE: b"text/event-stream", Transport.NDJSON: b"application/x-ndjson"}


@dataclass(slots=True)
class MockProvider:
    """Where the provider of the contract is to be had; ``held`` counts the conversations that went to their end."""

    url: str = ""
    held: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def websocket_url(self) -> str:
        """The same address for clients of WebSockets."""
        return self.url.replace("http", "ws", 1)


@contextmanager
def playing(contract: bytes, values: Mapping[str, JsonValue] | None = None) -> Iterator[MockProvider]:
    """The mock provider of a contract (YAML or JSON), while the block runs; ``values`` stand for those of its states.

    Raises ``Invalid`` for a contract that is not sound, and at the end ClientDiffers where the client did otherwise
    than the contract says, or held no conversation at all.
    """
    said = conversation_of(read(contract).body, dict(values or {}))
    mock = MockProvider()
    with _served(_App(said, mock), mock):
        yield mock
    if mock.differences:
        raise ClientDiffers("; ".join(mock.differences))
    if not mock.held:
        raise ClientDiffers(f"Nobody held the conversation {said.name!r} to its end.")


@dataclass(frozen=True, slots=True)
class _App:
    said: Conversation
    mock: MockProvider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        connect = self.said.connect
        found = differences_of_request(connect, scope, b"")
        if found or connect.transport is not Transport.WEBSOCKET:
            self.mock.differences += found or ["connect: came with a WebSocket handshake, and this is a stream"]
            await _refuse(scope, send, 400)
        elif connect.refused:
            await _refuse(scope, send, connect.refused[0])
            self.mock.held += 1
        else:
            await send({"type": "websocket.accept", "subprotocol": connect.subprotocol})
            difference = await Play(self.said, receive, send).played()
            if difference is None:
                self.mock.held += 1
            else:
                self.mock.differences.append(difference)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        connect = self.said.connect
        found = differences_of_request(connect, scope, await _body(receive))
        if not found and connect.transport is Transport.WEBSOCKET:
            found = ["connect: came without a WebSocket handshake"]
        self.mock.differences += found
        status = 400 if found else (connect.refused or (200,))[0]
        await send({"type": "http.response.start", "status": status, "headers": _headers(connect, status)})
        if status == 200:
            for item in stream_of(self.said):
                await send({"type": "http.response.body", "body": item, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        self.mock.held += not found


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _headers(connect: Connect, status: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", _KINDS.get(connect.transport, b"text/plain") if status == 200 else b"text/plain")]


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    if "websocket.http.response" in scope.get("extensions", {}):
        await send({"type": "websocket.http.response.start", "status": status, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": 1008})


@contextmanager
def _served(app: Any, mock: MockProvider) -> Iterator[None]:
    listener = socket.create_server((HOST, 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    mock.url = f"http://{HOST}:{listener.getsockname()[1]}"
    thread = threading.Thread(target=asyncio.run, args=(server.serve([listener]),), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_STARTING_SECONDS)
        listener.close()
