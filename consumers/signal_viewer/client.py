"""What signal_viewer knows of neural_processor: the conversation on the socket of a session, and its events."""

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

SECONDS = 10.0
NORMAL = 1000
NO_SUCH_SESSION = 4404
EVENTS = "text/event-stream"


class NoSuchSessionError(Exception):
    """neural_processor knows no such session."""


class StreamBrokenError(Exception):
    """What came is nothing that can be shown; the text says what it was."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All samples of a session in their order, and how many spikes there are in them."""

    samples: tuple[float, ...]
    spikes: int


class Viewer:
    """One open conversation about a session."""

    def __init__(self, socket: ClientConnection, chunks: int) -> None:
        self._socket = socket
        self.chunks = chunks

    def picture(self) -> Picture:
        """Everything that was recorded so far. Raises StreamBrokenError when a chunk is missing."""
        return self._asked({"type": "read"}, first=0)

    def append(self, samples: list[float]) -> Picture:
        """Brings samples; the picture is of these alone, the spikes are those of the whole session."""
        picture = self._asked({"type": "packet", "samples": samples}, first=self.chunks)
        self.chunks += 1
        return picture

    def stop(self) -> None:
        """Ends the conversation. Raises StreamBrokenError where the other side does not end it in order."""
        self._say({"type": "stop"})
        try:
            message = self._socket.recv(timeout=SECONDS)
        except ConnectionClosed as closed:
            if closed.rcvd is None or closed.rcvd.code != NORMAL:
                raise StreamBrokenError(f"ended with {closed.rcvd}") from closed
        else:
            raise StreamBrokenError(f"heard {message!r} after stop")

    def _asked(self, question: dict[str, Any], first: int) -> Picture:
        self._say(question)
        samples: list[float] = []
        while (message := hear(self._socket))["type"] == "data":
            if message["sequence"] != first:
                raise StreamBrokenError(f"chunk {first} is missing, {message['sequence']} came")
            first += 1
            samples += message["samples"]
        if message["type"] != "processed":
            raise StreamBrokenError(f"heard {message['type']}")
        return Picture(tuple(samples), message["spikes"])

    def _say(self, message: dict[str, Any]) -> None:
        self._socket.send(json.dumps(message))


@contextmanager
def viewing(url: str, session_id: str) -> Iterator[Viewer]:
    """The conversation about a session at neural_processor's WebSocket address. Raises NoSuchSessionError."""
    with connect(f"{url}/ws/sessions/{quote(session_id, safe='')}/stream", open_timeout=SECONDS) as socket:
        try:
            ready = hear(socket)
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == NO_SUCH_SESSION:
                raise NoSuchSessionError(session_id) from closed
            raise
        yield Viewer(socket, ready["chunks"])


def hear(socket: ClientConnection) -> dict[str, Any]:
    """The next message."""
    message: dict[str, Any] = json.loads(socket.recv(timeout=SECONDS))
    return message


def watched(url: str, session_id: str) -> Picture:
    """The picture of a session where no socket gets through, from its events. Raises NoSuchSessionError."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=SECONDS)
    try:
        connection.request("GET", f"/sessions/{quote(session_id, safe='')}/events", headers={"Accept": EVENTS})
        answer = connection.getresponse()
        if answer.status == 404:
            raise NoSuchSessionError(session_id)
        if answer.headers.get_content_type() != EVENTS:
            raise StreamBrokenError(f"answered {answer.status}")
        samples: list[float] = []
        for kind, data in events_in(answer):
            if kind == "processed":
                return Picture(tuple(samples), data["spikes"])
            if kind == "data":
                samples += data["samples"]
        raise StreamBrokenError("ended before it was processed")
    finally:
        connection.close()


def events_in(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kind and the data of each event."""
    kind, data = "message", ""
    for line in lines:
        name, _, value = line.decode().rstrip("\r\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            data += value
        elif not name and data:
            yield kind, json.loads(data)
            kind, data = "message", ""
