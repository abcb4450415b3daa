"""The inbox: a line that breaks in an unforeseen way is told, and a line that has ended stays ended."""

import asyncio
import time
from collections.abc import AsyncIterator

from contracthub.verification.sockets.inbox import Inbox
from contracthub.verification.sockets.lines import Ended, Event, Heard


class BrokenLine:
    """Says something once, and then breaks as nobody thought of."""

    status = 101

    async def messages(self) -> AsyncIterator[Event]:
        yield Heard("hi", time.monotonic())
        raise ZeroDivisionError("no idea")

    async def send(self, content: str | bytes) -> None:
        """Nobody listens."""

    async def close(self, code: int, reason: str, seconds: float) -> bool:
        return True

    async def leave(self) -> None:
        """Nothing is open."""


def test_what_nobody_thought_of_is_an_end_with_its_words() -> None:
    async def heard() -> list[Event | None]:
        inbox = Inbox(BrokenLine(), (), lambda _: None)
        try:
            return [await inbox.next(time.monotonic() + 60) for _ in range(3)]
        finally:
            await inbox.stop()

    first, second, third = asyncio.run(heard())
    assert isinstance(first, Heard)
    assert isinstance(second, Ended)
    assert second.fault == "what came could not be read: ZeroDivisionError: no idea"
    assert third == second
