"""WebSockets (RFC 6455), bounded: no redirects, no proxy, no message larger than agreed, packed or not."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Mapping

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import (
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidStatus,
    PayloadTooBig,
    WebSocketException,
)
from websockets.typing import Subprotocol

from contracthub.formats.conversation.model import Connect
from contracthub.formats.durations import written
from contracthub.verification.sockets.addresses import Address
from contracthub.verification.sockets.lines import Ended, Event, Heard, NotConnected

_LEAVING_SECONDS = 1.0
# Time for what is on its way in both directions.
_LETTING_GO_SECONDS = 0.25
# With these the library closes by itself: what came could not be read.
_OUR_COMPLAINTS = {
    1002: "broke the protocol",
    1007: "sent text that is not UTF-8",
    1009: "sent a message that is too large",
}
_QUIET = logging.getLogger("contracthub.sockets")
_QUIET.setLevel(logging.CRITICAL)


class _Connecting(connect):
    """Opens one line to the address that was given, and to no other."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _Connection(ClientConnection):
    """Does not wait for a peer that broke the protocol, or said its last word, to let go of the connection."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        protocol = self.protocol
        if protocol.parser_exc is not None or protocol.close_rcvd is not None:
            self.loop.call_later(_LETTING_GO_SECONDS, self.transport.abort)


class WebSocketLine:
    """An open WebSocket."""

    def __init__(self, connection: ClientConnection, most_bytes: int) -> None:
        self._connection = connection
        self._most_bytes = most_bytes
        self.status = 101

    async def messages(self) -> AsyncIterator[Event]:
        """What is heard, in its order, and how it ends."""
        try:
            while True:
                content = await self._connection.recv()
                yield Heard(content, time.monotonic())
        except (ConnectionClosed, OSError):
            yield self._ended()

    async def send(self, content: str | bytes) -> None:
        """Says something in one text or binary message."""
        try:
            await self._connection.send(content)
        except (ConnectionClosed, OSError):
            return

    async def close(self, code: int, reason: str, seconds: float) -> bool:
        """Closes, and waits for the provider's own close."""
        self._connection.close_timeout = seconds
        try:
            async with asyncio.timeout(seconds + _LEAVING_SECONDS):
                await self._connection.close(code, reason)
        except (TimeoutError, WebSocketException, OSError):
            return False
        return self._connection.protocol.close_rcvd is not None

    async def leave(self) -> None:
        """Closes without waiting for long."""
        await self.close(1000, "", _LEAVING_SECONDS)
        transport = getattr(self._connection, "transport", None)
        if transport is not None:
            transport.abort()

    def _ended(self) -> Ended:
        now, protocol = time.monotonic(), self._connection.protocol
        if isinstance(protocol.parser_exc, PayloadTooBig):
            return Ended(now, fault=f"the provider sent a message of more than {self._most_bytes:,} bytes")
        sent, received = protocol.close_sent, protocol.close_rcvd
        if received is not None:
            return Ended(now, received.code, received.reason)
        if sent is not None and sent.code in _OUR_COMPLAINTS:
            return Ended(now, fault=f"the provider {_OUR_COMPLAINTS[sent.code]}")
        return Ended(now, fault="the connection broke off without a close")


async def open_websocket(
    address: Address, said: Connect, headers: Mapping[str, str], tls: ssl.SSLContext | None, most_bytes: int
) -> WebSocketLine:
    """The line, once the handshake is done. Raises NotConnected."""
    try:
        connection = await _Connecting(
            address.url("ws"),
            additional_headers=dict(headers),
            subprotocols=[Subprotocol(each) for each in said.subprotocols] or None,
            ssl=tls,
            proxy=None,
            open_timeout=said.within,
            ping_interval=None,
            close_timeout=_LEAVING_SECONDS,
            max_size=most_bytes,
            logger=_QUIET,
            create_connection=_Connection,
        )
    except Exception as error:
        raise _not_connected(error, said) from error
    line = WebSocketLine(connection, most_bytes)
    if said.subprotocol is not None and connection.subprotocol != said.subprotocol:
        await line.leave()
        chosen = f"chose {connection.subprotocol!r}" if connection.subprotocol else "chose none"
        raise NotConnected(f"the provider {chosen} of the subprotocols, not {said.subprotocol!r}", 101)
    return line


def _not_connected(error: Exception, said: Connect) -> NotConnected:
    if isinstance(error, InvalidStatus):
        answer = error.response
        where = answer.headers.get("Location") if 300 <= answer.status_code < 400 else None
        more = f" to {where[:200]}; redirects are not followed" if where else ""
        told = f"the provider refused the handshake with {answer.status_code} {answer.reason_phrase}".strip()
        return NotConnected(told + more, answer.status_code)
    if isinstance(error, TimeoutError):
        return NotConnected(f"the handshake was not done within {written(said.within)}")
    if isinstance(error, InvalidMessage):
        return NotConnected("what came back for the handshake is no HTTP")
    if isinstance(error, InvalidHandshake):
        return NotConnected(f"the handshake is not valid: {error}")
    if isinstance(error, OSError):
        return NotConnected(f"the provider can't be reached: {error.strerror or error}", is_away=True)
    return NotConnected(f"the handshake failed: {type(error).__name__}: {error}")
