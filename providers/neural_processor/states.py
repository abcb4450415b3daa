"""The provider states of neural_processor: what each puts into the store."""

from collections.abc import Mapping

from pydantic import JsonValue

from providers.neural_processor.models import JobStatus
from providers.neural_processor.store import Store
from providers.provider_states import StateHandler, text_param

CHUNKS = ((0.1, 0.7, 0.2), (0.9, 0.3))


def states_of(store: Store) -> dict[str, StateHandler]:
    """Every state by name. Parameters: session_id (default 123) and, for jobs, job_id (default 7)."""

    def session_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        session_id = text_param(params, "session_id", "123")
        store.put_session(session_id, "subject-a", CHUNKS)
        return {"session_id": session_id}

    def empty_session_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        session_id = text_param(params, "session_id", "123")
        store.put_session(session_id, "subject-a", ())
        return {"session_id": session_id}

    def no_session_exists(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        store.clear()
        return {}

    def job_in(status: JobStatus) -> StateHandler:
        def job_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            job_id = text_param(params, "job_id", "7")
            session = session_exists(params)
            store.put_job(job_id, str(session["session_id"]), status)
            return {**session, "job_id": job_id}

        return job_exists

    return {
        "a session exists": session_exists,
        "no session exists": no_session_exists,
        "an empty session exists": empty_session_exists,
        "a job is queued": job_in("queued"),
        "a job is running": job_in("running"),
        "a job is done": job_in("done"),
    }
