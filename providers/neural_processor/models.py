"""The JSON bodies of neural_processor's REST interface. No behaviour."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

JobStatus = Literal["queued", "running", "done"]
Sample = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class NewSession(BaseModel):
    """What a caller says of a session to be opened."""

    subject: str = Field(min_length=1, max_length=100)


class Session(BaseModel):
    """A recording session."""

    session_id: str
    subject: str


class NewChunk(BaseModel):
    """Samples to be appended to a session."""

    samples: list[Sample] = Field(min_length=1, max_length=1000)


class Chunk(BaseModel):
    """A run of samples, numbered from 0 within its session."""

    sequence: int = Field(ge=0)
    samples: list[float]


class SessionData(BaseModel):
    """All samples of a session; total_samples counts them over all chunks."""

    session_id: str
    chunks: list[Chunk]
    total_samples: int = Field(ge=0)


class ProcessingRequest(BaseModel):
    """Which pipeline is to run over a session."""

    pipeline: Literal["spike-detection"]


class JobResult(BaseModel):
    """What spike detection found."""

    spikes: int = Field(ge=0)


class Job(BaseModel):
    """One run of a pipeline; the result is null until the status is done."""

    job_id: str
    session_id: str
    status: JobStatus
    result: JobResult | None


class Refusal(BaseModel):
    """Why a request was not fulfilled."""

    detail: str
