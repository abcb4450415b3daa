"""What a conversation is held on: a line that is open, what is heard on it, and how it ends."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue

LARGEST_MESSAGE = 1024 * 1024


class NotConnected(Exception):
    """No conversation came about; the text says why.

    ``status`` is the HTTP status with which the provider answered, if it did; ``is_away`` says that nobody is there,
    which tells nothing of the contract.
    """

    def __init__(self, text: str, status: int | None = None, *, is_away: bool = False) -> None:
        super().__init__(text)
        self.status = status
        self.is_away = is_away


class NoJson(Exception):
    """A message is not JSON; the text says why not."""


@dataclass(frozen=True)
class Heard:
    """A message that came, and when (of ``time.monotonic``). The last three are of server-sent events."""

    content: str | bytes
    at: float
    event: str | None = None
    id: str | None = None
    retry: int | None = None

    @cached_property
    def _read(self) -> tuple[JsonValue, str | None]:
        try:
            return safe_json.loads(self.content), None
        except HubError as error:
            return None, error.message

    @property
    def value(self) -> JsonValue:
        """The message as JSON. Raises NoJson."""
        value, why_not = self._read
        if why_not is not None:
            raise NoJson(why_not)
        return value

    def shown(self, most: int = 200) -> str:
        """The message for people, cut where it is long."""
        if isinstance(self.content, bytes):
            return f"{len(self.content):,} bytes"
        return (
            self.content if len(self.content) <= most else f"{self.content[:most]}… ({len(self.content):,} characters)"
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """The line is closed. ``code`` and ``reason`` are those of a WebSocket, None where no close was received.

    ``fault`` says what was wrong with the way it ended; empty for an orderly end.
    """

    at: float
    code: int | None = None
    reason: str = ""
    fault: str = ""

    def told(self) -> str:
        """How it ended, in words."""
        if self.fault:
            return self.fault
        if self.code is None:
            return "the stream ended"
        return f"the provider closed with {self.code}" + (f" ({self.reason!r})" if self.reason else "")


Event: TypeAlias = Heard | Ended


class Line(Protocol):
    """An open line. It is used by one conversation."""

    status: int

    def messages(self) -> AsyncIterator[Event]:
        """What is heard, in its order; `Ended` is the last of it. Never raises for what the provider does."""

    async def send(self, content: str | bytes) -> None:
        """Says something. On a line that is closed nothing happens: what is heard tells of it."""

    async def close(self, code: int, reason: str, seconds: float) -> bool:
        """Ends the conversation; whether the provider agreed to it in that time."""

    async def leave(self) -> None:
        """Gives the line up, whatever state it is in."""
