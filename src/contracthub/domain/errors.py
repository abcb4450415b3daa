"""What can keep the hub from doing what it was asked.

Expected outcomes (a decision, a mismatch, a finding) are values and live elsewhere. No HTTP status is known here: the
faces map each class to their protocol.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class HubError(Exception):
    """The hub could not do what it was asked to do.

    ``code`` is a stable kebab-case name that is documented; ``message`` is a sentence for a person: what happened, to
    what, and what to do; ``facts`` are the parts of the message as data.
    """

    def __init__(self, code: str, message: str, **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts: Mapping[str, object] = facts


class NotFound(HubError):
    """The thing that was named does not exist."""


class Conflict(HubError):
    """What was asked contradicts what is recorded."""


class Forbidden(HubError):
    """The principal may not do this."""


class TooLarge(HubError):
    """A document or request is over a documented limit."""


class Unavailable(HubError):
    """The hub can't answer right now; the same request may succeed later."""


class ChangedMeanwhile(Unavailable):
    """Another request got in the way of this one at the same moment. Nothing was done; it can be tried at once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with what was sent.

    ``field`` names it as the caller does, dotted for nested objects (``request.url``), empty when no single field is
    at fault; ``pointer`` is a JSON pointer (RFC 6901) or ``line:column`` where the source has one; ``index`` the
    position in the list that ``field`` names.
    """

    field: str
    text: str
    pointer: str | None = None
    index: int | None = None

    def __str__(self) -> str:
        where = f"{self.field} " if self.field else ""
        return f"{where}{self.text}"


class Invalid(HubError):
    """What was sent can't be accepted as it is; every fault is listed, not only the first."""

    def __init__(self, code: str, message: str, *, faults: Sequence[Fault] = (), **facts: object) -> None:
        super().__init__(code, message, **facts)
        self.faults: tuple[Fault, ...] = tuple(faults) or (Fault("", message),)

    @classmethod
    def of(cls, *faults: Fault, code: str = "invalid") -> "Invalid":
        """An error made of faults, worded from them."""
        return cls(code, "; ".join(str(fault) for fault in faults), faults=faults)


class Malformed(Invalid):
    """The bytes are no document of the claimed kind (not JSON, wrong encoding, nested too deeply)."""
