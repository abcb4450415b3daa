"""Streams over HTTP/1.1, read as they come, bounded: no redirects, nothing packed, no item larger than agreed."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping

import h11

from contracthub.formats.conversation.model import Connect, Transport
from contracthub.formats.durations import written
from contracthub.verification.sockets.addresses import Address
from contracthub.verification.sockets.lines import Ended, Event, NotConnected
from contracthub.verification.sockets.stream_items import JsonLines, NotReadable, ServerSentEvents

_CHUNK = 64 * 1024
_LARGEST_HEAD = 64 * 1024
_ACCEPTED = {
    Transport.SSE: "text/event-stream",
    Transport.NDJSON: "application/x-ndjson, application/json;q=0.5, */*;q=0.1",
}
_EVENTS = "text/event-stream"


class _NoHttp(Exception):
    pass


class HttpStreamLine:
    """The body of an answer, item by item."""

    def __init__(self, wire: "_Wire", items: JsonLines | ServerSentEvents, status: int) -> None:
        self._wire, self._items = wire, items
        self.status = status

    async def messages(self) -> AsyncIterator[Event]:
        """The items in their order, and how the stream ends."""
        try:
            async for data in self._wire.body():
                for item in self._items.feed(data):
                    yield item
            for item in self._items.end():
                yield item
        except NotReadable as error:
            yield Ended(time.monotonic(), fault=str(error))
        except (OSError, EOFError, h11.RemoteProtocolError):
            yield Ended(time.monotonic(), fault="the connection broke off in the middle of the stream")
        else:
            yield Ended(time.monotonic())

    async def send(self, content: str | bytes) -> None:
        """Nothing can be said on a stream; contracts that would are refused before."""
        del content

    async def close(self, code: int, reason: str, seconds: float) -> bool:
        """Leaves; a provider has no say in it."""
        del code, reason, seconds
        await self.leave()
        return True

    async def leave(self) -> None:
        """Gives the connection up."""
        self._wire.abort()


class _Wire:
    """One exchange of HTTP/1.1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)

    async def ask(self, request: h11.Request, body: bytes | None) -> h11.Response:
        """The head of the answer. Raises OSError, and h11.RemoteProtocolError for what is no HTTP."""
        parts = [self._http.send(request)]
        if body is not None:
            parts.append(self._http.send(h11.Data(body)))
        parts.append(self._http.send(h11.EndOfMessage()))
        self._writer.write(b"".join(part or b"" for part in parts))
        await self._writer.drain()
        while True:
            event = await self._next()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise _NoHttp

    async def body(self) -> AsyncIterator[bytes]:
        """The body in the pieces in which it comes. Raises OSError and h11.RemoteProtocolError where it breaks off."""
        while True:
            event = await self._next()
            if isinstance(event, h11.Data):
                yield bytes(event.data)
            else:
                return

    def abort(self) -> None:
        """Drops the connection."""
        self._writer.transport.abort()

    async def _next(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event


async def open_stream(
    address: Address, said: Connect, headers: Mapping[str, str], tls: ssl.SSLContext | None, most_bytes: int
) -> HttpStreamLine:
    """The line, once the provider began to answer. Raises NotConnected."""
    try:
        async with asyncio.timeout(said.within):
            wire, answer = await _asked(address, said, headers, tls)
    except TimeoutError as error:
        raise NotConnected(f"no answer began within {written(said.within)}") from error
    except (h11.RemoteProtocolError, _NoHttp) as error:
        raise NotConnected("what came back is no HTTP") from error
    except h11.LocalProtocolError as error:
        raise NotConnected(f"the request can't be sent: {error}") from error
    except OSError as error:
        raise NotConnected(f"the provider can't be reached: {error.strerror or error}", is_away=True) from error
    why_not = _refusal(answer, said)
    if why_not is not None:
        wire.abort()
        raise why_not
    items = ServerSentEvents(most_bytes) if said.transport is Transport.SSE else JsonLines(most_bytes)
    return HttpStreamLine(wire, items, answer.status_code)


async def _asked(
    address: Address, said: Connect, headers: Mapping[str, str], tls: ssl.SSLContext | None
) -> tuple[_Wire, h11.Response]:
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=tls, server_hostname=address.host if tls else None
    )
    wire = _Wire(reader, writer)
    sent = {
        "host": address.authority,
        "accept": _ACCEPTED[said.transport],
        "accept-encoding": "identity",
        "cache-control": "no-store",
        **({"content-type": "application/json"} if said.body is not None else {}),
        **{name.lower(): value for name, value in headers.items()},
    }
    if said.body is not None:
        sent["content-length"] = str(len(said.body))
    request = h11.Request(method=said.method, target=address.target, headers=list(sent.items()))
    try:
        return wire, await wire.ask(request, said.body)
    except BaseException:
        wire.abort()
        raise


def _refusal(answer: h11.Response, said: Connect) -> NotConnected | None:
    """Why the answer is no stream; None where it is one."""
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    status, words = answer.status_code, answer.reason.decode("latin-1")
    if 300 <= status < 400 and "location" in found:
        told = f"the provider redirects with {status} to {found['location'][:200]}; redirects are not followed"
        return NotConnected(told, status)
    if not 200 <= status < 300 or status == 204:
        return NotConnected(f"the provider answered {status} {words}".strip(), status)
    packed = found.get("content-encoding", "identity")
    if packed.lower() != "identity":
        return NotConnected(f"the answer is packed ({packed[:50]}), which was not asked for", status)
    kind = found.get("content-type", "")
    if said.transport is Transport.SSE and kind.partition(";")[0].strip().lower() != _EVENTS:
        return NotConnected(f"the answer is {kind[:100] or 'of no content type'}, not {_EVENTS}", status)
    return None
