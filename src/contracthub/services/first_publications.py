"""The first publication for a name: its pacticipant is created, unless the name looks like a slip of the pen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from contracthub.domain.errors import ChangedMeanwhile, Conflict
from contracthub.domain.names import nearly_same
from contracthub.domain.pacticipants import Pacticipant
from contracthub.services.hub import MOST_ATTEMPTS, Hub
from contracthub.services.ports import Unit

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contract was not published, and the difference to what is published, where there is one."""

    text: str
    difference: str | None = None


class Overtaken(Exception):
    """Others published the same between looking and writing."""


def published_in_one(hub: Hub, write: Callable[[Unit], Outcome], what: str) -> Outcome:
    """What ``write`` makes of a transaction, begun again as often as others get in its way.

    Raises :class:`Conflict` when they keep doing so; ``what`` is being published.
    """
    for _ in range(MOST_ATTEMPTS):
        try:
            with hub.writing() as unit:
                return write(unit)
        except (Overtaken, ChangedMeanwhile):
            continue
    raise Conflict("overtaken", f"Others keep changing the same {what} at the same time. Try again.")


def ensured_pacticipants(
    hub: Hub, unit: Unit, names: Iterable[str], known: Mapping[str, Pacticipant], *, what: str = "pact"
) -> Mapping[str, Pacticipant]:
    """The pacticipants of those names, ``known`` among them, created where missing; ``what`` is published for them.

    Raises :class:`Conflict` (with the fact ``refusals``) when a new name is nearly the same as an existing one.
    """
    missing = sorted(set(names) - known.keys())
    if not missing:
        return known
    if hub.rules.check_for_similar_names:
        _refuse_similar(missing, unit.pacticipants.names(), what)
    return {**known, **unit.pacticipants.ensure(missing, now=hub.now())}


def _refuse_similar(new: Sequence[str], existing: Iterable[str], what: str) -> None:
    others = list(existing)
    refusals = [
        Refusal(_text_about_similar(name, similar, what)) for name in new if (similar := nearly_same(name, others))
    ]
    if refusals:
        text = "\n\n".join(refusal.text for refusal in refusals)
        raise Conflict("similar-name", text, refusals=tuple(refusals))


def _text_about_similar(name: str, similar: Sequence[str], what: str) -> str:
    return (
        f'This is the first time a {what} has been published for "{name}".\n'
        f'The name "{name}" is very similar to the following existing pacticipants:\n\n'
        + "\n".join(sorted(similar)[:10])
        + f"\n\nIf one of them is meant, correct the name in the {what} and publish it again.\n"
        f'If "{name}" is a new pacticipant, create it first (POST /pacticipants, or pact-broker '
        f"create-or-update-pacticipant), and publish the {what} again."
    )
