"""The shape of a change between two documents, of the rule that finds it, and the law that says how bad it is.

Every format's diff finds changes without judging them; severities come from the rules and are settled in one later
pass (``formats/severity_policy.py``).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from contracthub.domain.errors import TooLarge
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue


class Severity(StrEnum):
    """How bad a change is for somebody who keeps to the old document (diff-rules §1)."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return _RANKS[self]


_RANKS = {Severity.SAFE: 0, Severity.DANGEROUS: 1, Severity.BREAKING: 2}


class Direction(StrEnum):
    """Who writes the data that a change is about (diff-rules §2).

    ``REQUEST``: the consumers write it, the described provider reads it (parameters, arguments, messages received).
    ``RESPONSE``: the provider writes it, the consumers read it. ``NEITHER``: it is about no data.

    A schema of events alone does not say who is who: there ``REQUEST`` is what was written with the old schema and is
    read with the new one (BACKWARD), ``RESPONSE`` what is written with the new one and read with the old one (FORWARD),
    and ``BOTH`` is one change that is about either (diff-rules §10).
    """

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "both"
    NEITHER = "neither"

    @property
    def mirrored(self) -> "Direction":
        """The same data with the roles swapped, as in a callback."""
        swapped = {Direction.REQUEST: Direction.RESPONSE, Direction.RESPONSE: Direction.REQUEST}
        return swapped.get(self, self)


class Effect(StrEnum):
    """What an edit does to the set of documents that are valid (diff-rules §3)."""

    NONE = "none"
    WIDENS = "widens"
    NARROWS = "narrows"
    INCOMPARABLE = "incomparable"
    UNKNOWN = "unknown"
    VIOLATION = "violation"


def severity_by_law(effect: Effect, direction: Direction) -> Severity:
    """A milder verdict needs a proof, a harsher one only a reason (diff-rules §3)."""
    if effect in (Effect.VIOLATION, Effect.INCOMPARABLE):
        return Severity.BREAKING
    if effect is Effect.UNKNOWN:
        return Severity.DANGEROUS
    if direction is Direction.BOTH:
        return Severity.SAFE if effect is Effect.NONE else Severity.BREAKING
    breaks = Effect.WIDENS if direction is Direction.RESPONSE else Effect.NARROWS
    return Severity.BREAKING if effect is breaks else Severity.SAFE


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest pair that a rule fires on: shown in the documentation and run as the rule's test.

    ``within`` names what both stand in (``request-body``, ``document``), in words of the format.
    """

    old: JsonValue
    new: JsonValue
    within: str = "document"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change.

    ``summary`` is a sentence for people. ``mirror`` is the id of the rule that fires when old and new are swapped, and
    may be the rule's own id; a rule without one says in ``waiver`` why.
    """

    id: str
    severity: Severity
    direction: Direction
    subject: str
    summary: str
    example: Example
    mirror: str | None = None
    waiver: str = ""


class RepeatedRule(ValueError):
    """Two rules of one format have the same id."""


class Catalogue(Mapping[str, Rule]):
    """The rules of one format by id, sorted: what the documentation and the tests are made of."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, Rule] = {}
        for rule in sorted(rules, key=lambda each: each.id):
            if rule.id in self._rules:
                raise RepeatedRule(rule.id)
            self._rules[rule.id] = rule

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


class Proven(StrEnum):
    """Whether the new schema takes every value of the old one (or the other way round, by direction)."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    NOT_PROVEN = "not-proven"


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known beyond the rule; ``counterexample`` is a value, as JSON, that one side takes and the other not."""

    verdict: Proven
    counterexample: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of two documents.

    ``location`` names the changed thing in words of the format and is the same for every operation that it reaches
    (``POST /orders request-body $.lines[*].sku``: the first of them where there are several). ``pointer_old`` and
    ``pointer_new`` are JSON pointers, after ``file#`` outside of the root document, None where a side has nothing.
    ``operations`` are all that the change reaches in ``direction``: one change of a component is one change.
    ``old`` and ``new`` are the values compared, as JSON, where they are short enough to show. Where a rule compares no
    two values, ``reason`` is what it says of them, so that the same change taken further is another one.
    """

    id: str
    severity: Severity
    direction: Direction
    location: str
    message: str
    pointer_old: str | None = None
    pointer_new: str | None = None
    operations: tuple[str, ...] = ()
    old: str | None = None
    new: str | None = None
    proof: Proof | None = field(default=None, compare=False)
    reason: str = ""

    @property
    def operation(self) -> str | None:
        """The first operation that the change reaches, None for what belongs to no operation."""
        return self.operations[0] if self.operations else None

    @property
    def fingerprint(self) -> str:
        """The same for the same change in every run, whatever its message, line or severity: for approvals."""
        parts = [self.id, self.direction.value, self.location, self.old or "", self.new or ""]
        parts += [self.reason] if self.reason else []
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Difference:
    """``changes`` in the order of every output; ``gaps`` say what could not be compared.

    ``details`` harm nobody and were left out, because nobody asked for them.
    """

    changes: tuple[Change, ...]
    gaps: tuple[str, ...] = ()
    details: tuple[Change, ...] = ()


TOO_MANY_CHANGES = "too-many-changes"
MOST_CHANGES = 100_000
"""So many changes one comparison may find. Nobody reads as many, and each takes time to be found, judged and told."""

Found = TypeVar("Found")


def not_too_many(found: Iterable[Found]) -> Iterator[Found]:
    """What was found, one after the other. Raises ``TooLarge`` after ``MOST_CHANGES``."""
    for number, each in enumerate(found, 1):
        refuse_more_than_most(number)
        yield each


def refuse_more_than_most(count: int) -> None:
    """Raises ``TooLarge`` for more than ``MOST_CHANGES``."""
    if count > MOST_CHANGES:
        text = f"The documents differ in more than {MOST_CHANGES:,} places. Compare them part by part."
        raise TooLarge(TOO_MANY_CHANGES, text, limit=MOST_CHANGES)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Each change once, the worst first, then by place: the order of every output."""
    return tuple(sorted(dict.fromkeys(changes), key=_sort_key))


def worst_of(changes: Iterable[Change]) -> Severity | None:
    """The worst severity, None without a change."""
    return max((change.severity for change in changes), key=lambda severity: severity.rank, default=None)


LONGEST_SHOWN = 200


def shown(value: JsonValue) -> str:
    """A value as JSON, cut where it is long."""
    return cut(safe_json.canonical(value).decode())


def cut(text: str) -> str:
    """The text, cut where it is long; what is left still differs where the whole does, for fingerprints."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:LONGEST_SHOWN]}... #{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _sort_key(change: Change) -> tuple[int, str, str, str, str, str]:
    pointer = change.pointer_new or change.pointer_old or ""
    return (-change.severity.rank, change.location, change.id, pointer, change.message, change.direction.value)
