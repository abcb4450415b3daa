"""What a conversation hears, one message at a time, each with the moment when it came."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from contracthub.formats.conversation.model import Expected
from contracthub.verification.sockets.judging import fits
from contracthub.verification.sockets.lines import Ended, Event, Heard, Line

# A provider that says more before anybody listens has to wait.
_MOST_WAITING = 256


class Inbox:
    """The messages of a line in their order, without those that a contract passes over.

    ``hears`` is told of every message, also of those passed over.
    """

    def __init__(self, line: Line, ignored: Sequence[Expected], hears: Callable[[Heard], None]) -> None:
        self._line, self._ignored, self._hears = line, ignored, hears
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(_MOST_WAITING)
        self._back: list[Event] = []
        self._reading = asyncio.create_task(self._read())

    async def next(self, until: float) -> Event | None:
        """What comes next; None where nothing came until then. A line that ended has ended for ever."""
        while True:
            event = await self._next(until)
            if event is None or event.at > until:
                if event is not None:
                    self._back.append(event)
                return None
            if isinstance(event, Ended):
                self._back.append(event)
                return event
            if not any(fits(each, event) for each in self._ignored):
                return event

    def put_back(self, event: Event) -> None:
        """Leaves a message to whoever asks next."""
        if isinstance(event, Heard):
            self._back.append(event)

    async def stop(self) -> None:
        """Reads no more."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading

    async def _next(self, until: float) -> Event | None:
        if self._back:
            return self._back.pop()
        if not self._waiting.empty():
            return self._waiting.get_nowait()
        left = until - time.monotonic()
        if left <= 0:
            # Whatever has come is on its way through the reader, which gets its turn.
            await asyncio.sleep(0)
            return self._waiting.get_nowait() if not self._waiting.empty() else None
        try:
            async with asyncio.timeout(left):
                return await self._waiting.get()
        except TimeoutError:
            return None

    async def _read(self) -> None:
        try:
            async for event in self._line.messages():
                if isinstance(event, Heard):
                    self._hears(event)
                await self._waiting.put(event)
        except Exception as error:  # noqa: BLE001 (a reader that dies in silence would be a provider that says nothing)
            fault = f"what came could not be read: {type(error).__name__}: {error}"
            await self._waiting.put(Ended(time.monotonic(), fault=fault))
