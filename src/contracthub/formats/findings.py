"""From what two schemas of events can't read of each other to changes, each told once (diff-rules §10).

The verdict about breaking is that of the compatibility relation and of nothing else; what the relation does not look
at is found beside it by each format.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from contracthub.formats.changes import (
    Catalogue,
    Change,
    Direction,
    Example,
    Proof,
    Rule,
    Severity,
    in_order,
    not_too_many,
    shown,
)
from contracthub.formats.compatibility import Incompatibility
from contracthub.formats.safe_json import JsonValue


@dataclass(frozen=True, slots=True)
class Finding:
    """That a rule fired. ``detail`` says more than the rule does; ``old`` and ``new`` are the values as JSON.

    ``direction`` and ``severity`` are None where they are those of the rule; a rule about both directions may be found
    to break one alone. ``reason``: as in ``Change``.
    """

    rule: str
    location: str
    pointer_old: str | None = None
    pointer_new: str | None = None
    detail: str = ""
    old: str | None = None
    new: str | None = None
    direction: Direction | None = None
    severity: Severity | None = None
    reason: str = ""
    proof: Proof | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Named:
    """The rules of an incompatibility: when new readers break, when old ones do, and when both do in the same place.

    ``both`` is None where an edit that breaks both is two edits.
    """

    request: str
    response: str
    both: str | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """An incompatibility with the place in either document. ``direction``: who breaks."""

    direction: Direction
    rule: str
    location: str
    message: str
    pointer_old: str | None
    pointer_new: str | None

    @property
    def place(self) -> tuple[str, str, str]:
        """What tells two of one rule apart, whoever reads: either may have come to a shared type on another way."""
        if self.pointer_old is None and self.pointer_new is None:
            return self.location, "", ""
        return self.location.rpartition(".")[2], self.pointer_old or "", self.pointer_new or ""


def broken_between(backward: Iterable[Incompatibility], forward: Iterable[Incompatibility]) -> tuple[Broken, ...]:
    """What new readers can't read of old data (``backward``), and what old readers can't read of new data."""
    found = [
        Broken(Direction.REQUEST, each.rule, each.path, each.message, each.writer_pointer, each.reader_pointer)
        for each in backward
    ]
    found += [
        Broken(Direction.RESPONSE, each.rule, each.path, each.message, each.reader_pointer, each.writer_pointer)
        for each in forward
    ]
    return tuple(dict.fromkeys(found))


def told(broken: Iterable[Broken], names: Mapping[str, Named]) -> Iterator[Finding]:
    """Each incompatibility under the name of its rule, once where both directions have it in one place."""
    by_place: dict[tuple[str, ...], dict[Direction, Broken]] = {}
    for each in broken:
        named = names[each.rule]
        # Two of one direction in one place differ in what they say.
        merged = named.both is not None and each.direction not in by_place.get((each.rule, *each.place), {})
        key = (each.rule, *each.place) if merged else (f"{each.rule} {each.direction} {each.message}", *each.place)
        by_place.setdefault(key, {})[each.direction] = each
    for sides in by_place.values():
        one = sides.get(Direction.REQUEST) or sides[Direction.RESPONSE]
        named = names[one.rule]
        rule, direction = named.request if one.direction is Direction.REQUEST else named.response, one.direction
        if len(sides) > 1:
            rule, direction = named.both or rule, Direction.BOTH
        reason = "\n".join(sides[each].message for each in sorted(sides))
        where = one.location, one.pointer_old, one.pointer_new
        yield Finding(rule, *where, _worded(one), direction=direction, reason=reason)


def _worded(one: Broken) -> str:
    roles = ("new", "old") if one.direction is Direction.REQUEST else ("old", "new")
    return f"reading with the {roles[0]} schema what was written with the {roles[1]} one, {one.message}"


def changes_of(
    findings: Iterable[Finding], catalogue: Catalogue, operations: tuple[str, ...] = ()
) -> tuple[Change, ...]:
    """The changes, each once, in the order of every output."""
    return in_order(_change(each, catalogue[each.rule], operations) for each in not_too_many(findings))


def _change(finding: Finding, rule: Rule, operations: tuple[str, ...]) -> Change:
    values = ""
    if finding.old is not None or finding.new is not None:
        values = f" ({finding.old or 'none'} → {finding.new or 'none'})"
    detail = f"; {finding.detail}" if finding.detail else ""
    return Change(
        finding.rule,
        finding.severity or rule.severity,
        finding.direction or rule.direction,
        finding.location,
        f"{finding.location}: {rule.summary.removesuffix('.')}{values}{detail}.",
        finding.pointer_old,
        finding.pointer_new,
        operations,
        finding.old,
        finding.new,
        finding.proof,
        finding.reason,
    )


class Prover(Protocol):
    """Finds evidence for what changed between two places."""

    def of(self, pointer_old: str | None, pointer_new: str | None, direction: Direction) -> Proof:
        """Data that was written and is read no more, or the other way round, by who reads."""


def proven(changes: Iterable[Change], prover: Prover) -> tuple[Change, ...]:
    """The changes, those that break readers with the evidence for it."""
    return tuple(
        replace(each, proof=prover.of(each.pointer_old, each.pointer_new, each.direction))
        if each.severity is Severity.BREAKING and each.direction is not Direction.NEITHER
        else each
        for each in changes
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the table of rules of a format: two at a time where a rule has a mirror, which has the example turned."""

    subject: str

    def pair(
        self,
        ids: tuple[str, str],
        severities: tuple[Severity, Severity],
        says: tuple[str, str],
        example: tuple[Any, Any],
        direction: Direction = Direction.NEITHER,
    ) -> tuple[Rule, Rule]:
        """A rule, and the one that fires when old and new are swapped; breaking, the other reader breaks then."""
        old, new = example
        return (
            Rule(ids[0], severities[0], direction, self.subject, says[0], Example(old, new), ids[1]),
            Rule(ids[1], severities[1], direction.mirrored, self.subject, says[1], Example(new, old), ids[0]),
        )

    def own(
        self,
        id_: str,
        severity: Severity,
        says: str,
        example: tuple[Any, Any],
        direction: Direction = Direction.NEITHER,
    ) -> tuple[Rule]:
        """A rule that fires when old and new are swapped, too."""
        return (Rule(id_, severity, direction, self.subject, says, Example(*example), id_),)


def value_of(value: JsonValue) -> str | None:
    """A value as it is shown with a change; None for what is not there."""
    return None if value is None else shown(value)
