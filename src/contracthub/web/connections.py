"""What a connection may cost before a request stands: its head has a deadline and a largest size; uvicorn has neither.

How long a body may take, and how large it may be, is decided where it is read (``bodies``).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 20.0
# Ends bodies that nobody reads any more, because the answer was given long ago.
REQUEST_SECONDS = 180.0
MAX_HEAD_BYTES = 64 * 1024


class GuardedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that closes a connection whose next request does not arrive in time, or whose head never ends."""

    head_seconds = HEAD_SECONDS
    request_seconds = REQUEST_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes: int | None = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to wait for the first head."""
        super().connection_made(transport)
        self._expect_within(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head, and close when it is too much."""
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._deadline is None:
                self._expect_within(self.head_seconds)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > MAX_HEAD_BYTES:
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head stands; now its body has its time."""
        self._head_bytes = None
        self._expect_within(self.request_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request stands; the time of the next head begins with its first byte."""
        self._head_bytes = 0
        self._expect_nothing()
        super().on_message_complete()

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
