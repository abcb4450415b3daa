"""A small provider on a real socket whose answers take as long, and go as wrong, as a test says."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext

_ANSWER = b"HTTP/1.1 %d X\r\ncontent-length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Behaviour:
    """What the provider does: seconds and status per request, by its number; and what it was asked."""

    seconds: Callable[[int], float] = lambda _: 0.0
    status: Callable[[int], int] = lambda _: 200
    requests: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    answer: Callable[[int], bytes] = lambda status: _ANSWER % status
    closes: bool = False
    breaks: Callable[[int], bytes | None] = lambda _: None
    """What comes of an answer before its connection is reset; None where it is not."""


@contextmanager
def serving(behaviour: Behaviour, tls: SSLContext | None = None) -> Iterator[str]:
    """The address of a provider that behaves so, while the block runs."""
    ready, stopped = threading.Event(), threading.Event()
    place: list[str] = []
    loop = asyncio.new_event_loop()
    ending = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                await _exchange(behaviour, reader, writer)
                if behaviour.closes:
                    break
        writer.transport.abort()

    async def whole() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=1000, ssl=tls)
        host = "https://localhost" if tls else "http://127.0.0.1"
        place.append(f"{host}:{server.sockets[0].getsockname()[1]}")
        ready.set()
        await ending.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def in_thread() -> None:
        loop.run_until_complete(whole())
        loop.close()
        stopped.set()

    threading.Thread(target=in_thread, daemon=True).start()
    assert ready.wait(30)
    try:
        yield place[0]
    finally:
        loop.call_soon_threadsafe(ending.set)
        assert stopped.wait(30)


async def _exchange(behaviour: Behaviour, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next((int(line.partition(":")[2]) for line in head.lower().split("\r\n") if "content-length" in line), 0)
    if length:
        behaviour.bodies.append(await reader.readexactly(length))
    number = len(behaviour.requests)
    behaviour.requests.append(head.partition(" HTTP/")[0])
    behaviour.at_once += 1
    behaviour.most_at_once = max(behaviour.most_at_once, behaviour.at_once)
    await asyncio.sleep(behaviour.seconds(number))
    behaviour.at_once -= 1
    if (part := behaviour.breaks(number)) is not None:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.02 if part else 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionResetError
    writer.write(behaviour.answer(behaviour.status(number)))
    await writer.drain()
