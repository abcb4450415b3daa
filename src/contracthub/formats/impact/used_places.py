"""Which of the places that an interaction uses a change is about."""

from collections.abc import Iterator, Mapping, Sequence

from contracthub.formats.changes import Change, Direction
from contracthub.formats.impact.openapi_spots import Spot
from contracthub.formats.needs import Direction as Flow

_FLOWS = {Direction.REQUEST: (Flow.REQUEST,), Direction.RESPONSE: (Flow.RESPONSE, Flow.MESSAGE)}
# Behind these steps stands another schema than the one that a pointer comes through.
_ELSEWHERE = frozenset(
    {"properties", "patternProperties", "items", "prefixItems", "additionalProperties"}
    | {"responses", "headers", "content", "links"}
    | {"fields", "values"}
)
_Places = Mapping[tuple[Flow, str], Sequence[Spot]]


def above(pointer: str) -> Iterator[str]:
    """The place itself, and those that a change of it is a change of."""
    place, last = pointer, ""
    while last not in _ELSEWHERE:
        yield place
        if not place:
            return
        place, _, last = place.rpartition("/")


class Used:
    """The spots of an interaction by their places in both documents."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        self.old: dict[tuple[Flow, str], list[Spot]] = {}
        self.new: dict[tuple[Flow, str], list[Spot]] = {}
        for spot in spots:
            for pointers, places in ((spot.old, self.old), (spot.new, self.new)):
                for pointer in pointers:
                    places.setdefault((spot.flow, pointer), []).append(spot)

    @property
    def places(self) -> set[str]:
        """All places at which it may be hit."""
        return {pointer for _, pointer in (*self.old, *self.new)}

    def met_by(self, change: Change) -> Sequence[Spot]:
        """The spots that a change is about: those of both of its places, where it has two."""
        olds = _nearest(self.old, change.pointer_old, change.direction)
        news = _nearest(self.new, change.pointer_new, change.direction)
        if change.pointer_old is None:
            return [each for each in news if change.pointer_new not in each.old]
        if change.pointer_new is None:
            return [each for each in olds if change.pointer_old not in each.new]
        both = [each for each in olds if any(each is other for other in news)]
        return both or (olds if olds and news else [])


def _nearest(places: _Places, pointer: str | None, direction: Direction) -> Sequence[Spot]:
    for place in above(pointer) if pointer is not None else ():
        for flow in _FLOWS.get(direction, (*Flow,)):
            if (flow, place) in places:
                return places[flow, place]
    return []
