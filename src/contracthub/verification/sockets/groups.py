"""Messages in whatever order: which of them answer which members of an unordered group."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracthub.formats.conversation.model import Receive
from contracthub.verification.sockets.judging import fits
from contracthub.verification.sockets.lines import Heard


@dataclass(slots=True)
class Group:
    """Gives each message to a member with room, and moves earlier ones on where that makes room for it.

    So a message that several members would take never keeps another from its only place (augmenting paths of a
    bipartite matching; the required places of a member are filled before its optional ones).
    """

    members: Sequence[Receive]
    _taken: list[list[int]] = field(init=False)
    _wanted_by: list[tuple[int, ...]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._taken = [[] for _ in self.members]

    def take(self, heard: Heard) -> bool:
        """Whether the message has a place."""
        wanted = tuple(at for at, each in enumerate(self.members) if fits(each.expected, heard))
        self._wanted_by.append(wanted)
        message = len(self._wanted_by) - 1
        # Where something is still missing comes first.
        if self._place(message, required=True, seen=set()) or self._place(message, required=False, seen=set()):
            return True
        self._wanted_by.pop()
        return False

    @property
    def is_complete(self) -> bool:
        """Whether every member heard what it has to."""
        return all(len(taken) >= each.least for taken, each in zip(self._taken, self.members, strict=True))

    @property
    def is_full(self) -> bool:
        """Whether no member would take any more."""
        return all(len(taken) >= each.most for taken, each in zip(self._taken, self.members, strict=True))

    def missing(self) -> list[str]:
        """The members that still wait, in words."""
        return [
            f"{each.name!r}" if each.name else f"member {at}"
            for at, (taken, each) in enumerate(zip(self._taken, self.members, strict=True), 1)
            if len(taken) < each.least
        ]

    def _place(self, message: int, *, required: bool, seen: set[int]) -> bool:
        for member in self._wanted_by[message]:
            if member in seen:
                continue
            seen.add(member)
            room = self.members[member].least if required else self.members[member].most
            if len(self._taken[member]) < room:
                self._taken[member].append(message)
                return True
            for index, other in enumerate(self._taken[member]):
                if self._place(other, required=required, seen=seen):
                    self._taken[member][index] = message
                    return True
        return False
