"""The JSON bodies of distilera's REST interface. No behaviour."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

Status = Literal["created", "running", "finished", "cancelled"]
Text = Annotated[str, Field(min_length=1, max_length=100)]


class NewSimulation(BaseModel):
    """What a caller says of a simulation to be created."""

    recipe: Text
    operator: Text


class Simulation(BaseModel):
    """A simulation; yield_ml is null until it is finished."""

    id: str
    recipe: str
    operator: str
    status: Status
    yield_ml: float | None
    furnace: str


class Pagination(BaseModel):
    """Which page this is, and how many there are."""

    page: int = Field(ge=1)
    page_size: int = Field(ge=1)
    total_items: int = Field(ge=0)
    total_pages: int = Field(ge=0)


class Fault(BaseModel):
    """Why a request was not fulfilled; a program goes by the code, a person by the message."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """The envelope of a refusal."""

    error: Fault


def answer_with(simulation: type[BaseModel]) -> type[BaseModel]:
    """The envelope of one simulation."""
    held: dict[str, Any] = {"data": (simulation, ...)}
    return create_model("SimulationAnswer", __doc__="The envelope of one simulation.", **held)


def page_of(simulation: type[BaseModel]) -> type[BaseModel]:
    """The envelope of a page of simulations."""
    held: dict[str, Any] = {"data": (list[simulation], ...), "pagination": (Pagination, ...)}  # type: ignore[valid-type]
    return create_model("SimulationPage", __doc__="The envelope of a page of simulations.", **held)
