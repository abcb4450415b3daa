"""What api_gateway asks of neural_processor, and the parts of the answers that it uses. No other field is read."""

from dataclasses import dataclass
from typing import Any

from consumers.http_json import exchange, expect, segment


class SessionNotFoundError(Exception):
    """neural_processor knows no such session."""


@dataclass(frozen=True, slots=True)
class SessionData:
    """The samples of a session in order, and how many the provider says there are."""

    session_id: str
    samples: tuple[float, ...]
    total_samples: int


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is; spikes is None until it is done."""

    job_id: str
    is_done: bool
    spikes: int | None


class NeuralProcessor:
    """neural_processor as api_gateway sees it."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def session_data(self, session_id: str) -> SessionData:
        """All samples of a session; raises SessionNotFoundError."""
        answer = exchange("GET", f"{self._base_url}/sessions/{segment(session_id)}/data")
        if answer.status == 404:
            raise SessionNotFoundError(answer.body["detail"])
        body = expect(answer, 200).body
        chunks = sorted(body["chunks"], key=lambda chunk: chunk["sequence"])
        samples = tuple(sample for chunk in chunks for sample in chunk["samples"])
        return SessionData(body["session_id"], samples, body["total_samples"])

    def start_processing(self, session_id: str) -> str:
        """Have spikes detected in a session; returns the path at which to poll."""
        url = f"{self._base_url}/sessions/{segment(session_id)}/process"
        answer = expect(exchange("POST", url, body={"pipeline": "spike-detection"}), 202)
        location = answer.headers["Location"]
        if location is None:
            raise KeyError("The job was accepted without a Location to poll.")
        return str(location)

    def poll(self, location: str) -> JobProgress:
        """How far the job at this path is."""
        body: dict[str, Any] = expect(exchange("GET", self._base_url + location), 200).body
        is_done = body["status"] == "done"
        return JobProgress(body["job_id"], is_done, body["result"]["spikes"] if is_done else None)
