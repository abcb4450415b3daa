"""The REST interface of neural_processor, and where its breaks take effect. Data is the store's matter."""

import time
from collections.abc import Callable
from itertools import count
from typing import Any, Final, TypeVar

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from providers.breaking import model_with, model_without
from providers.neural_processor import breaks as named
from providers.neural_processor.models import (
    Chunk,
    Job,
    NewChunk,
    NewSession,
    ProcessingRequest,
    Refusal,
    Session,
    SessionData,
)
from providers.neural_processor.store import Store

Thing = TypeVar("Thing")
# Strewn, so that they do not come together.
_SLOW: Final = frozenset({17, 43, 88})
MISSING: Final[dict[int | str, dict[str, Any]]] = {404: {"model": Refusal, "description": "There is no such thing."}}
UNREADABLE: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": Refusal, "description": "The body is no JSON text."}
}
INVALID: Final[dict[int | str, dict[str, Any]]] = {422: {"model": Refusal, "description": "The request is at fault."}}
_LOCATION: Final[dict[str, Any]] = {
    "Location": {"description": "Where to read it.", "required": True, "schema": {"type": "string"}}
}
ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {
    **MISSING,
    **UNREADABLE,
    202: {"headers": _LOCATION, "description": "Accepted; poll the Location."},
}


def session_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """Open sessions, append to them, read them."""
    router = APIRouter(tags=["sessions"], responses=INVALID)
    asked = count()

    @router.post("/sessions", status_code=201, responses={**UNREADABLE, 201: {"headers": _LOCATION}})
    def open_session(new: NewSession, response: Response) -> Session:
        session = store.open_session(new.subject)
        response.headers["Location"] = f"/sessions/{session.session_id}"
        return session

    @router.get("/sessions/{session_id}", responses=MISSING)
    def read_session(session_id: str) -> Session:
        return _found(store.session(session_id), "session")

    @router.post("/sessions/{session_id}/chunks", status_code=201, responses={**MISSING, **UNREADABLE})
    def append_chunk(session_id: str, new: NewChunk) -> Chunk:
        return _found(store.append_chunk(session_id, new.samples), "session")

    @router.get("/sessions/{session_id}/data", response_model=_session_data_model(breaks), responses=MISSING)
    def read_session_data(session_id: str) -> SessionData:
        if named.SLOW_TAIL in breaks and next(asked) % 100 in _SLOW:
            time.sleep(0.8)
        chunks = _found(store.chunks(session_id), "session")
        total = sum(len(chunk.samples) for chunk in chunks)
        return SessionData(session_id=session_id, chunks=chunks, total_samples=total)

    return router


def job_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """Accept work with 202 and a Location, and let it be polled there."""
    router = APIRouter(tags=["jobs"], responses=INVALID)

    @router.post("/sessions/{session_id}/process", status_code=202, responses=ACCEPTED)
    def process_session(session_id: str, _: ProcessingRequest, response: Response) -> Job:
        job = _found(store.accept_job(session_id), "session")
        if named.FORGETS_LOCATION not in breaks:
            response.headers["Location"] = f"/jobs/{job.job_id}"
        return job

    @router.get("/jobs/{job_id}", response_model=Job, responses=MISSING)
    def poll_job(job_id: str) -> Job | JSONResponse:
        job = _found(store.poll_job(job_id), "job")
        if named.RENAMES_DONE in breaks and job.status == "done":
            return JSONResponse({**job.model_dump(mode="json"), "status": "finished"})
        return job

    return router


def _session_data_model(breaks: frozenset[str]) -> type[BaseModel]:
    changes: dict[str, Callable[[type[BaseModel]], type[BaseModel]]] = {
        named.DROPS_TOTAL_SAMPLES: lambda model: model_without(model, "total_samples"),
        named.ADDS_FIELD: lambda model: model_with(model, "sampling_rate", 1000),
    }
    model: type[BaseModel] = SessionData
    for name, change in changes.items():
        model = change(model) if name in breaks else model
    return model


def _found(thing: Thing | None, kind: str) -> Thing:
    if thing is None:
        raise HTTPException(404, f"There is no such {kind}.")
    return thing
