"""The REST interface of distilera, and where its breaks take effect. Data is the store's matter."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from providers.breaking import model_without
from providers.distilera import breaks as named
from providers.distilera.models import NewSimulation, Simulation, answer_with, page_of
from providers.distilera.refusing import NoSuchSimulationError, declared
from providers.distilera.store import STEPS, SimulationRecord, Store

SMALLEST_WRONG_PAGE: Final = 10
Page = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=100, description="How many simulations a page holds, but for the last.")]
_LOCATION: Final[dict[str, Any]] = {
    "Location": {"description": "Where to read it.", "required": True, "schema": {"type": "string"}}
}


def simulation_routes(store: Store, breaks: frozenset[str]) -> APIRouter:
    """Create, list and read simulations, and take them through their lifecycle."""
    shown = model_without(Simulation, "furnace") if named.DROPS_UNREAD_FIELD in breaks else Simulation
    bare = named.FORGETS_ENVELOPE in breaks
    answer = shown if bare else answer_with(shown)
    router = APIRouter(prefix="/simulations", tags=["simulations"], responses=declared(422))

    @router.get("", response_model=page_of(shown))
    def list_simulations(page: Page = 1, page_size: PageSize = 10) -> dict[str, Any]:
        size = max(page_size, SMALLEST_WRONG_PAGE) if named.CHANGES_PAGE_SIZE in breaks else page_size
        return _page(store.simulations(), page, size)

    @router.post("", status_code=201, response_model=answer, responses={**declared(400), 201: {"headers": _LOCATION}})
    def create_simulation(new: NewSimulation, response: Response) -> Any:
        record = store.create(new.recipe, new.operator)
        response.headers["Location"] = f"/simulations/{record.id}"
        return _enveloped(record, bare=bare)

    @router.get("/{simulation_id}", response_model=answer, responses=declared(404))
    def read_simulation(simulation_id: str) -> Any:
        return _enveloped(_found(store.simulation(simulation_id), simulation_id), bare=bare)

    for verb in STEPS:
        _add_step(router, store, answer, verb, bare=bare)
    return router


def _add_step(router: APIRouter, store: Store, answer: type[BaseModel], verb: str, *, bare: bool) -> None:
    def step(simulation_id: str) -> Any:
        return _enveloped(_found(store.step(simulation_id, verb), simulation_id), bare=bare)

    router.add_api_route(
        f"/{{simulation_id}}/{verb}",
        step,
        methods=["POST"],
        name=f"{verb}_simulation",
        response_model=answer,
        responses=declared(404, 409, *((429,) if verb == "start" else ())),
    )


def _page(records: list[SimulationRecord], page: int, size: int) -> dict[str, Any]:
    start = (page - 1) * size
    pagination = {
        "page": page,
        "page_size": size,
        "total_items": len(records),
        "total_pages": -(-len(records) // size),
    }
    return {"data": [_shown(each) for each in records[start : start + size]], "pagination": pagination}


def _found(record: SimulationRecord | None, simulation_id: str) -> SimulationRecord:
    if record is None:
        raise NoSuchSimulationError(simulation_id)
    return record


def _enveloped(record: SimulationRecord, *, bare: bool) -> dict[str, Any]:
    return _shown(record) if bare else {"data": _shown(record)}


def _shown(record: SimulationRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "recipe": record.recipe,
        "operator": record.operator,
        "status": record.status,
        "yield_ml": record.yield_ml,
        "furnace": f"furnace {record.number % 3 + 1}",
    }
