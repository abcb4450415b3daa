"""Who uses an element of what a provider offers, and whether it may go."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Removal(StrEnum):
    """May the element go: nobody uses it, somebody does, or it is not known whether somebody does."""

    UNUSED = "unused"
    USED = "used"
    UNKNOWN = "unknown"


def removal(*, is_used: bool, is_unknown: bool) -> Removal:
    """Who uses it decides before what is not known; what is not known never counts as nobody.

    >>> removal(is_used=False, is_unknown=True).value
    'unknown'
    """
    if is_used:
        return Removal.USED
    return Removal.UNKNOWN if is_unknown else Removal.UNUSED


@dataclass(frozen=True, slots=True)
class ElementUse:
    """One use: what the consumer ``does`` (calls, reads, sends), in which interaction, and where in its contract."""

    does: str
    interaction: str
    operation: str
    place: str


@dataclass(frozen=True, slots=True)
class ElementReader:
    """A contract of a consumer version that uses an element; ``since`` is when any version first published it.

    ``kind`` is that of the contract. ``uses`` are the first of ``use_count``. ``can_do_without``: the contract says
    what is taken where the element is missing, so its consumer goes on reading.
    """

    consumer: str
    version: str
    environments: tuple[str, ...]
    kind: str
    since: datetime
    uses: tuple[ElementUse, ...]
    use_count: int
    can_do_without: bool


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A consumer version of which it is not known whether it uses an element, and why; nameless: it is so of all."""

    why: str
    consumer: str = ""
    version: str = ""
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ElementUsage:
    """Who uses an element. ``elements`` are what its spelling means, ``environments`` where consumers were looked for.

    ``ignored`` is what is not known, and was said not to matter.
    """

    provider: str
    elements: tuple[str, ...]
    environments: tuple[str, ...]
    readers: tuple[ElementReader, ...]
    unknown: tuple[NotKnown, ...]
    ignored: tuple[NotKnown, ...]
    removal: Removal
