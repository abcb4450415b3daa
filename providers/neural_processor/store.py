"""What neural_processor remembers, in memory. It knows neither HTTP nor breaks."""

from collections.abc import Sequence
from threading import RLock
from typing import Final

from providers.neural_processor.models import Chunk, Job, JobResult, JobStatus, Processed, Session

SPIKE_THRESHOLD: Final = 0.5
_NEXT_STATUS: Final[dict[JobStatus, JobStatus]] = {"queued": "running", "running": "done", "done": "done"}


class Store:
    """Sessions, their chunks and jobs; safe to use from several threads.

    There is no clock: a job takes one step whenever it is read, so that every run of the example is the same.
    """

    def __init__(self, last_status: JobStatus = "done") -> None:
        self._lock = RLock()
        self._last_status = last_status
        self.clear()

    def clear(self) -> None:
        """Forget everything and count from the beginning."""
        with self._lock:
            self._sessions: dict[str, Session] = {}
            self._chunks: dict[str, list[Chunk]] = {}
            self._jobs: dict[str, Job] = {}
            self._opened = 0
            self._accepted = 0

    def open_session(self, subject: str) -> Session:
        """Open a session under the next free number."""
        with self._lock:
            self._opened += 1
            while str(self._opened) in self._sessions:
                self._opened += 1
            return self.put_session(str(self._opened), subject, [])

    def put_session(self, session_id: str, subject: str, chunks: Sequence[Sequence[float]]) -> Session:
        """Set a session to exactly these chunks, whatever was there before."""
        with self._lock:
            self._sessions[session_id] = Session(session_id=session_id, subject=subject)
            self._chunks[session_id] = []
            for samples in chunks:
                self.append_chunk(session_id, samples)
            return self._sessions[session_id]

    def append_chunk(self, session_id: str, samples: Sequence[float]) -> Chunk | None:
        """Append samples to a session; None if there is no such session."""
        with self._lock:
            chunks = self._chunks.get(session_id)
            if chunks is None:
                return None
            chunks.append(Chunk(sequence=len(chunks), samples=list(samples)))
            return chunks[-1]

    def session(self, session_id: str) -> Session | None:
        """The session, if there is one."""
        return self._sessions.get(session_id)

    def chunks(self, session_id: str) -> list[Chunk] | None:
        """The chunks of a session in order; None if there is no such session."""
        with self._lock:
            chunks = self._chunks.get(session_id)
            return None if chunks is None else list(chunks)

    def accept_job(self, session_id: str) -> Job | None:
        """Queue a job for a session; None if there is no such session."""
        with self._lock:
            if session_id not in self._sessions:
                return None
            self._accepted += 1
            while str(self._accepted) in self._jobs:
                self._accepted += 1
            return self.put_job(str(self._accepted), session_id, "queued")

    def put_job(self, job_id: str, session_id: str, status: JobStatus) -> Job:
        """Set a job to this status, whatever was there before."""
        with self._lock:
            result = JobResult(spikes=self._spikes(session_id)) if status == "done" else None
            self._jobs[job_id] = Job(job_id=job_id, session_id=session_id, status=status, result=result)
            return self._jobs[job_id]

    def poll_job(self, job_id: str) -> Job | None:
        """The job as it stands, which then takes its next step; None if there is no such job."""
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None and job.status != self._last_status:
                self.put_job(job_id, job.session_id, _NEXT_STATUS[job.status])
            return job

    def processed(self, session_id: str) -> Processed:
        """What comes of all chunks of a session."""
        with self._lock:
            chunks = self._chunks.get(session_id, [])
            total = sum(len(chunk.samples) for chunk in chunks)
            return Processed(chunks=len(chunks), total_samples=total, spikes=self._spikes(session_id))

    def _spikes(self, session_id: str) -> int:
        chunks = self._chunks.get(session_id, [])
        return sum(sample > SPIKE_THRESHOLD for chunk in chunks for sample in chunk.samples)
