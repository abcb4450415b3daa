"""What it means that a change hits a consumer: the same for every format."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from contracthub.formats.changes import Change
from contracthub.formats.needs import Direction, Need


@dataclass(frozen=True, slots=True)
class Hit:
    """A change that a contract feels. ``where`` is the interaction and the field that prove it.

    ``breaks``: what the contract relies on no longer holds, or is not proven to; otherwise it is only touched.
    """

    change: Change
    where: str
    breaks: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """The hits of one contract, each change once; ``unjudged`` are interactions about which the document is silent."""

    hits: tuple[Hit, ...]
    unjudged: tuple[str, ...] = ()


def exchanges_in(needs: Iterable[Need]) -> Mapping[tuple[str, str], Sequence[Need]]:
    """The needs by interaction and operation; those of messages are left out."""
    found: dict[tuple[str, str], list[Need]] = {}
    for need in needs:
        if need.direction is not Direction.MESSAGE:
            found.setdefault((need.interaction, need.operation), []).append(need)
    return found


def worst_of_each(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of several hits of a change the first that breaks, otherwise the first."""
    found: dict[Change, Hit] = {}
    for hit in hits:
        known = found.get(hit.change)
        if known is None or (hit.breaks and not known.breaks):
            found[hit.change] = hit
    return tuple(found.values())
