"""From the bytes of a stream to its items: server-sent events (WHATWG HTML §9.2) and lines of JSON, each bounded."""

import codecs
import time
from collections.abc import Iterator

from contracthub.verification.sockets.lines import Heard

_MOST_DIGITS = 12


class NotReadable(Exception):
    """The stream can't be read on; the text says why."""


class _Lines:
    """Cuts text into lines; what is left of one waits for more."""

    def __init__(self, most: int, *, carriage_returns: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._most = most
        self._carriage_returns = carriage_returns
        self._parts: list[str] = []
        self._size = 0
        self._after_return = False

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that are complete. Raises NotReadable."""
        try:
            text = self._decoder.decode(data)
        except UnicodeDecodeError as error:
            raise NotReadable("the provider sent text that is not UTF-8") from error
        if not text:
            return
        if self._after_return:
            self._after_return = False
            text = text.removeprefix("\n")
        if self._carriage_returns:
            self._after_return = text.endswith("\r")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *complete, rest = text.split("\n")
        for each in complete:
            yield self._taken(each)
        self._keep(rest)

    def rest(self) -> str:
        """The last line, which nothing ended. Raises NotReadable for half a character."""
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise NotReadable("the provider sent text that is not UTF-8") from error
        return "".join(self._parts)

    def _taken(self, last: str) -> str:
        self._keep(last)
        line = "".join(self._parts)
        self._parts, self._size = [], 0
        return line

    def _keep(self, part: str) -> None:
        self._size += len(part)
        if self._size > self._most:
            raise NotReadable(f"the provider sent a line of more than {self._most:,} characters")
        if part:
            self._parts.append(part)


class JsonLines:
    """Items of NDJSON; empty lines are none."""

    def __init__(self, most: int) -> None:
        self._lines = _Lines(most, carriage_returns=False)

    def feed(self, data: bytes) -> Iterator[Heard]:
        """The items that are complete. Raises NotReadable."""
        for line in self._lines.feed(data):
            if text := line.strip(" \t\r"):
                yield Heard(text, time.monotonic())

    def end(self) -> Iterator[Heard]:
        """The last item needs no line end. Raises NotReadable."""
        if text := self._lines.rest().strip(" \t\r"):
            yield Heard(text, time.monotonic())


class ServerSentEvents:
    """Events as a browser would dispatch them; comments, which keep connections open, are none."""

    def __init__(self, most: int) -> None:
        self._lines = _Lines(most, carriage_returns=True)
        self._most = most
        self._begun = False
        self._id = self._event = ""
        self._clear()

    def feed(self, data: bytes) -> Iterator[Heard]:
        """The events that are complete. Raises NotReadable."""
        for line in self._lines.feed(data):
            text = line if self._begun else line.removeprefix("\ufeff")
            self._begun = True
            if text:
                self._field(text)
            elif self._has_data:
                yield Heard("\n".join(self._data), time.monotonic(), self._event or "message", self._id, self._retry)
                self._clear()
            else:
                self._event = ""

    def end(self) -> Iterator[Heard]:
        """What no empty line ended is not dispatched."""
        return iter(())

    def _clear(self) -> None:
        self._data: list[str] = []
        self._size = 0
        self._has_data = False
        self._event = ""
        self._retry: int | None = None

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._size += len(value) + 1
            if self._size > self._most:
                raise NotReadable(f"the provider sent an event of more than {self._most:,} characters")
            self._data.append(value)
            self._has_data = True
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = int(value[:_MOST_DIGITS])
