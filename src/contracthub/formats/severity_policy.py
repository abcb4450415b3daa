"""The one pass that may change what a rule says: severities set by the user, and changes that somebody accepted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase

from contracthub.formats.changes import Change, Severity, in_order


@dataclass(frozen=True, slots=True)
class Exemption:
    """A change that ``owner`` accepted for ``reason``, until ``expires`` (that day included).

    ``rule``, ``operation`` and ``location`` are patterns in which ``*`` stands for anything; a message is never
    matched, because messages change with releases.
    """

    rule: str
    owner: str
    reason: str
    expires: date
    operation: str = "*"
    location: str = "*"

    def covers(self, change: Change) -> bool:
        """Whether this exemption is about the change, in every operation that it reaches."""
        operations = change.operations or ("",)
        return (
            fnmatchcase(change.id, self.rule)
            and fnmatchcase(change.location, self.location)
            and all(fnmatchcase(operation, self.operation) for operation in operations)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """``severities`` by rule id, None for "do not report"; ``exemptions`` in the order in which they are tried."""

    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    exemptions: Sequence[Exemption] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What remains, what was accepted by which exemption, and the exemptions that no longer do anything."""

    changes: tuple[Change, ...]
    accepted: tuple[tuple[Change, Exemption], ...] = ()
    expired: tuple[Exemption, ...] = ()
    unused: tuple[Exemption, ...] = ()


def judged(changes: Iterable[Change], policy: Policy, today: date) -> Judged:
    """Applies the policy on ``today``; an expired exemption accepts nothing and is told."""
    settled = [
        replace(change, severity=severity)
        for change in changes
        if (severity := policy.severities.get(change.id, change.severity)) is not None
    ]
    expired = tuple(each for each in policy.exemptions if each.expires < today)
    valid = [each for each in policy.exemptions if each.expires >= today]
    accepted = [(change, by) for change in settled if (by := _first(valid, change)) is not None]
    gone = {id(change) for change, _ in accepted}
    used = {id(by) for _, by in accepted}
    return Judged(
        in_order(change for change in settled if id(change) not in gone),
        tuple(accepted),
        expired,
        tuple(each for each in valid if id(each) not in used),
    )


def _first(exemptions: Iterable[Exemption], change: Change) -> Exemption | None:
    return next((each for each in exemptions if each.covers(change)), None)
