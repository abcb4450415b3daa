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


class Packet(BaseModel):
    """Samples of a session, as a recorder sends them to Kafka."""

    session_id: str
    samples: list[Sample] = Field(min_length=1, max_length=1000)


class Read(BaseModel):
    """Asks on the socket for all chunks of the session."""

    type: Literal["read"]


class Send(BaseModel):
    """Brings samples on the socket, to be appended to the session."""

    type: Literal["packet"]
    samples: list[Sample] = Field(min_length=1, max_length=1000)


class Stop(BaseModel):
    """Asks for the end of the conversation."""

    type: Literal["stop"]


class Ready(BaseModel):
    """What the socket says first."""

    type: Literal["ready"] = "ready"
    session_id: str
    chunks: int = Field(ge=0)


class Data(BaseModel):
    """A chunk on the socket."""

    type: Literal["data"] = "data"
    sequence: int = Field(ge=0)
    samples: list[float]


class Processed(BaseModel):
    """What came of the whole session; it follows the data."""

    type: Literal["processed"] = "processed"
    chunks: int = Field(ge=0)
    total_samples: int = Field(ge=0)
    spikes: int = Field(ge=0)


class Misunderstood(BaseModel):
    """What the socket says to a message that it does not know; the conversation goes on."""

    type: Literal["error"] = "error"
    detail: str
