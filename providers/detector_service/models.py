"""The JSON bodies of detector_service. No behaviour."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

SUNSET_DATE = "2030-12-31"

Status = Literal["created", "trained", "deployed", "retired"]


class Tenant(StrEnum):
    """Who asks, as the header X-Tenant says."""

    ACME = "acme"
    GLOBEX = "globex"


class DatasetFields(BaseModel):
    """What a caller says of a dataset."""

    name: str = Field(min_length=1, max_length=100)
    row_count: int = Field(ge=0, le=1_000_000_000)


class Dataset(DatasetFields):
    """A dataset of one tenant."""

    id: str


class DatasetPage(BaseModel):
    """Some datasets in the order of their creation; next_cursor is null on the last page."""

    items: list[Dataset]
    next_cursor: str | None


class NewDetector(BaseModel):
    """What a caller says of a detector to be created."""

    name: str = Field(min_length=1, max_length=100)
    dataset_id: str


class Detector(BaseModel):
    """A detector. `state` is the old name of `status` and says the same until its sunset."""

    id: str
    name: str
    dataset_id: str
    threshold: float
    status: Status
    # Marked in the schema only: pydantic's own mark would warn whenever the field is serialised.
    state: Status = Field(json_schema_extra={"deprecated": True, "x-sunset": SUNSET_DATE})


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
