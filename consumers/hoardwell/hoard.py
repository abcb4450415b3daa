"""What hoardwell does with an event, and the parts of it that it uses. No other field is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["CREATED", "STARTED", "FINISHED", "CANCELLED"]


@dataclass(frozen=True, slots=True)
class SimulationEvent:
    """An event as hoardwell reads it; yield_ml is there once a simulation is finished."""

    simulation_id: str
    kind: Kind
    yield_ml: float | None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "SimulationEvent":
        """The event that a record holds; raises KeyError naming the field that it lacks."""
        return cls(record["simulation_id"], record["kind"], record["yield_ml"])


@dataclass(slots=True)
class Hoard:
    """The yield of each simulation that was finished, and who will never yield anything."""

    yields: dict[str, float] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    @property
    def total_ml(self) -> float:
        """All that there is."""
        return sum(self.yields.values())

    def take(self, event: SimulationEvent) -> None:
        """Take note of an event; the same event again changes nothing."""
        if event.kind == "FINISHED" and event.yield_ml is not None:
            self.yields[event.simulation_id] = event.yield_ml
        elif event.kind == "CANCELLED":
            self.lost.add(event.simulation_id)
