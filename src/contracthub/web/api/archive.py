"""A workspace as an archive: taken in batch by batch, written out as a stream (NDJSON)."""

import threading
from collections.abc import AsyncIterator, Generator, Iterator

from fastapi import APIRouter
from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from contracthub.domain.archive import MEDIA_TYPE, ArchiveReceipt
from contracthub.domain.errors import Unavailable
from contracthub.services import archive as services
from contracthub.web.bodies import Body, require_type
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response

router = APIRouter()
_PATH = "/api/v1/archive"
# Each holds a connection, and a view of the database that grows old, for as long as its client takes.
MOST_AT_ONCE = 2
PIECE = 64 * 1024
_exports = threading.BoundedSemaphore(MOST_AT_ONCE)


class _Place:
    """One of the few exports at once; given back once, at the latest when nobody holds it any more."""

    def __init__(self) -> None:
        self._is_held = _exports.acquire(blocking=False)
        if not self._is_held:
            raise Unavailable("exports-busy", f"{MOST_AT_ONCE} exports are under way. Try again when one has ended.")

    def give_back(self) -> None:
        """Let another export begin."""
        if self._is_held:
            self._is_held = False
            _exports.release()

    def __del__(self) -> None:
        self.give_back()


@router.get(_PATH)
def export(hub: HubOf) -> Response:
    """The whole workspace as it is at this moment; the last line tells a whole archive from one that was cut."""
    place, lines = _Place(), services.archive_lines(hub)
    # The first line opens the view of the database; if that fails, there is still an answer that can say so.
    first = next(lines)
    return StreamingResponse(_sent(_pieces(first, lines), lines, place), media_type=MEDIA_TYPE)


async def _sent(pieces: Iterator[bytes], lines: Generator[bytes, None, None], place: _Place) -> AsyncIterator[bytes]:
    try:
        async for piece in iterate_in_threadpool(pieces):
            yield piece
    finally:
        # Also when the client went away in the middle: the view of the database is let go now, not some time.
        lines.close()
        place.give_back()


def _pieces(first: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines in pieces of some size: each costs a turn of the server."""
    yield first
    waiting, size = [], 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


@router.post(_PATH)
def take_in(request: Request, body: Body, hub: HubOf) -> Response:
    """Write a batch of records: all or none; what is there already stays as it is."""
    require_type(request, frozenset({MEDIA_TYPE}))
    return json_response(_receipt_json(services.take_in(hub, body)))


def _receipt_json(receipt: ArchiveReceipt) -> dict[str, object]:
    conflicts = [{"line": each.line, "type": each.kind, "text": each.text} for each in receipt.conflicts]
    identities = {str(line): identity for line, identity in receipt.identities.items()}
    return {"records": receipt.done, "conflicts": conflicts, "contracts": identities}
