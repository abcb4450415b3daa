"""The provider states of distilera: what each puts into the store."""

from collections.abc import Mapping

from pydantic import JsonValue

from providers.distilera.models import Status
from providers.distilera.store import MOST_RUNNING, Store
from providers.provider_states import StateHandler, text_param

RECIPE = "distilled dusk"
OPERATOR = "mira"


def states_of(store: Store) -> dict[str, StateHandler]:
    """Every state by name. Parameter: simulation_id (default sim-1)."""

    def no_simulation_exists(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        store.clear()
        return {}

    def simulation_in(status: Status) -> StateHandler:
        def simulation_exists(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
            simulation_id = text_param(params, "simulation_id", "sim-1")
            store.put(simulation_id, RECIPE, OPERATOR, status)
            return {"simulation_id": simulation_id}

        return simulation_exists

    def three_simulations_exist(_: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        store.clear()
        for number in (1, 2, 3):
            store.put(f"sim-{number}", RECIPE, OPERATOR, "created")
        return {}

    def all_furnaces_are_busy(params: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
        waiting = simulation_in("created")(params)
        for number in range(MOST_RUNNING):
            store.put(f"busy-{number}", RECIPE, OPERATOR, "running")
        return waiting

    return {
        "no simulation exists": no_simulation_exists,
        "a simulation is created": simulation_in("created"),
        "a simulation is running": simulation_in("running"),
        "a simulation is finished": simulation_in("finished"),
        "three simulations exist": three_simulations_exist,
        "all furnaces are busy": all_furnaces_are_busy,
    }
