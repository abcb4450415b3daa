"""The JSON bodies of detector_service. No behaviour."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

SUNSET_DATE = "2030-12-31"

Status = Literal["created", "trained", "deployed", "retired"]


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("not a number")  # noqa: TRY004 (pydantic turns only this into a refusal)
    return value


# An integer as JSON Schema has it: 1.0 is one, true and "1" are not. Pydantic's strict and lax modes both differ.
RowCount = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(_number)]


class Tenant(StrEnum):
    """Who asks, as the header X-Tenant says."""

    ACME = "acme"
    GLOBEX = "globex"


class DatasetFields(BaseModel):
    """What a caller says of a dataset."""

    name: str = Field(min_length=1, max_length=100)
    row_count: RowCount


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
