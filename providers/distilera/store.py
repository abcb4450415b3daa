"""What distilera remembers, in memory, and the steps that a simulation may take. It knows neither HTTP nor Kafka."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import RLock
from typing import Final

from providers.distilera.models import Status

MOST_RUNNING: Final = 3
ML_PER_LETTER: Final = 1.5
# What is done to a simulation: from which statuses, to which.
STEPS: Final[dict[str, tuple[tuple[Status, ...], Status]]] = {
    "start": (("created",), "running"),
    "finish": (("running",), "finished"),
    "cancel": (("created", "running"), "cancelled"),
}


class WrongStatusError(Exception):
    """A simulation can't take this step from where it is."""


class FurnacesBusyError(Exception):
    """As many simulations are running as there are furnaces."""


@dataclass(frozen=True, slots=True)
class SimulationRecord:
    """A simulation, in the order of creation by its number."""

    number: int
    id: str
    recipe: str
    operator: str
    status: Status

    @property
    def yield_ml(self) -> float | None:
        """What came of it, once it is finished."""
        return ML_PER_LETTER * len(self.recipe) if self.status == "finished" else None


Listener = Callable[[SimulationRecord], None]


class Store:
    """Simulations; safe to use from several threads. Whoever listens is told of each change, in order."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = RLock()
        self.clear()

    def clear(self) -> None:
        """Forget everything and count from the beginning."""
        with self._lock:
            self._simulations: dict[str, SimulationRecord] = {}
            self._created = 0

    def put(self, simulation_id: str, recipe: str, operator: str, status: Status) -> SimulationRecord:
        """Set a simulation to exactly this; nobody is told."""
        with self._lock:
            known = self._simulations.get(simulation_id)
            number = known.number if known else self._next_number()
            self._simulations[simulation_id] = SimulationRecord(number, simulation_id, recipe, operator, status)
            return self._simulations[simulation_id]

    def create(self, recipe: str, operator: str) -> SimulationRecord:
        """Create a simulation under the next free id."""
        with self._lock:
            number = self._next_number()
            while f"sim-{number}" in self._simulations:
                number = self._next_number()
            return self._keep(SimulationRecord(number, f"sim-{number}", recipe, operator, "created"))

    def simulation(self, simulation_id: str) -> SimulationRecord | None:
        """The simulation, if there is one."""
        return self._simulations.get(simulation_id)

    def simulations(self) -> list[SimulationRecord]:
        """All simulations in the order of their creation."""
        with self._lock:
            return sorted(self._simulations.values(), key=lambda each: each.number)

    def step(self, simulation_id: str, verb: str) -> SimulationRecord | None:
        """Take a simulation one step on; None if there is no such simulation.

        Raises WrongStatusError, and FurnacesBusyError when one more can't be started.
        """
        before, after = STEPS[verb]
        with self._lock:
            known = self._simulations.get(simulation_id)
            if known is None:
                return None
            if known.status not in before:
                raise WrongStatusError(
                    f"To {verb} a simulation, it must be {' or '.join(before)}; this one is {known.status}."
                )
            running = sum(each.status == "running" for each in self._simulations.values())
            if after == "running" and running >= MOST_RUNNING:
                raise FurnacesBusyError(f"All {MOST_RUNNING} furnaces are busy.")
            return self._keep(replace(known, status=after))

    def _keep(self, record: SimulationRecord) -> SimulationRecord:
        self._simulations[record.id] = record
        self._listener(record)
        return record

    def _next_number(self) -> int:
        self._created += 1
        return self._created
