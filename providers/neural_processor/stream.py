"""The conversation on `/ws/sessions/{session_id}/stream`, and where its breaks take effect. Data is the store's matter.

The socket says ready. To read it answers with each chunk as data, to packet with the chunk that the samples became, and
in both cases with processed at the end. Stop ends the conversation. Where sockets are not let through,
`/sessions/{session_id}/events` answers with what the socket answers to read, as server-sent events.
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from providers.breaking import model_with
from providers.neural_processor import breaks as named
from providers.neural_processor.models import Chunk, Data, Misunderstood, Processed, Read, Ready, Send, Stop
from providers.neural_processor.store import Store

PATH: Final = "/ws/sessions/{session_id}/stream"
EVENTS: Final = "/sessions/{session_id}/events"
NO_SUCH_SESSION: Final = 4404
NORMAL: Final = 1000
FAULT: Final = 1011

_ASKED: Final[TypeAdapter[Read | Send | Stop]] = TypeAdapter(Annotated[Read | Send | Stop, Field(discriminator="type")])


def stream_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """The socket of a session; it is closed with 4404 where there is no such session. Its events in one direction."""
    router = APIRouter()

    @router.websocket(PATH)
    async def stream(socket: WebSocket, session_id: str) -> None:
        await socket.accept()
        chunks = store.chunks(session_id)
        if chunks is None:
            await socket.close(NO_SUCH_SESSION, "There is no such session.")
            return
        await _say(socket, Ready(session_id=session_id, chunks=len(chunks)))
        async for text in _texts(socket):
            asked = _understood(text)
            if isinstance(asked, Stop):
                await socket.close(FAULT if named.CLOSES_ABNORMALLY in breaks else NORMAL)
                return
            for answer in await run_in_threadpool(_answers, store, session_id, asked, breaks):
                await _say(socket, answer)

    # OpenAPI has no words for events.
    @router.get(EVENTS, include_in_schema=False)
    def events(session_id: str) -> StreamingResponse:
        if store.chunks(session_id) is None:
            raise HTTPException(404, "There is no such session.")
        answers = _answers(store, session_id, Read(type="read"), breaks)
        return StreamingResponse(_as_events(answers), media_type="text/event-stream")

    return router


def processed_model(breaks: frozenset[str]) -> type[BaseModel]:
    """What processed holds, as a developer who made these changes would have left it."""
    return model_with(Processed, "pipeline", "spike-detection") if named.ADDS_SOCKET_FIELD in breaks else Processed


async def _texts(socket: WebSocket) -> AsyncIterator[str]:
    """What is said until the other side goes; bytes are text that was sent otherwise, or nothing to be understood."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        yield message.get("text") or (message.get("bytes") or b"").decode("utf-8", "replace")


def _understood(text: str) -> Read | Send | Stop | Misunderstood:
    try:
        return _ASKED.validate_python(json.loads(text))
    except (ValidationError, ValueError, RecursionError):
        return Misunderstood(detail="Say read, packet or stop.")


def _answers(
    store: Store, session_id: str, asked: Read | Send | Misunderstood, breaks: frozenset[str]
) -> list[BaseModel]:
    if isinstance(asked, Misunderstood):
        return [asked]
    if isinstance(asked, Send):
        appended = store.append_chunk(session_id, asked.samples)
        chunks = [appended] if appended else []
    else:
        chunks = [each for each in store.chunks(session_id) or [] if not _is_skipped(each, breaks)]
    data = [Data(sequence=each.sequence, samples=each.samples) for each in chunks]
    end = processed_model(breaks)(**store.processed(session_id).model_dump())
    return [end, *data] if named.ANSWERS_PROCESSED_FIRST in breaks else [*data, end]


def _as_events(answers: list[BaseModel]) -> Iterator[str]:
    yield "retry: 2000\n: one event per chunk\n\n"
    for number, answer in enumerate(answers):
        told = answer.model_dump(mode="json")
        yield f"event: {told.pop('type')}\nid: {number}\ndata: {json.dumps(told)}\n\n"


def _is_skipped(chunk: Chunk, breaks: frozenset[str]) -> bool:
    return named.SKIPS_DATA in breaks and chunk.sequence == 1


async def _say(socket: WebSocket, message: BaseModel) -> None:
    await socket.send_text(message.model_dump_json())
