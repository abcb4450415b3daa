"""Compares two Protobuf files: breaking is what a registry's relation says, and the rest is found beside it."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.changes import Change, Direction
from contracthub.formats.findings import Broken, Finding, broken_between, changes_of, told
from contracthub.formats.protobuf.compatibility import incompatibilities
from contracthub.formats.protobuf.diff.proofs import proven_by_bytes
from contracthub.formats.protobuf.diff.rules import CATALOGUE, NAMES
from contracthub.formats.protobuf.diff.walk import Walk, names_of
from contracthub.formats.protobuf.parse import ProtobufSchema

# Seen from the other side, what came has gone.
_TURNED = {
    "REQUIRED_FIELD_ADDED": "REQUIRED_FIELD_REMOVED",
    "REQUIRED_FIELD_REMOVED": "REQUIRED_FIELD_ADDED",
}


def changes_between(old: ProtobufSchema, new: ProtobufSchema) -> tuple[Change, ...]:
    """Every change of ``new`` against ``old``, worst first.

    One that breaks in direction ``REQUEST`` is there exactly when ``new`` may not follow ``old`` for new readers, and
    one in ``RESPONSE`` when ``old`` may not follow ``new``; one in ``BOTH`` says either. What breaks in direction
    ``NEITHER`` is about services, which the relation does not know.
    """
    return proven_by_bytes(changes_of(findings_between(old, new), CATALOGUE), old, new)


def findings_between(old: ProtobufSchema, new: ProtobufSchema) -> Iterator[Finding]:
    """The findings that the changes are made of."""
    places = _Places(old, new)
    broken = broken_between(incompatibilities(new, old), incompatibilities(old, new))
    found = [*told((places.told_alike(each) for each in broken), NAMES)]
    yield from found
    yield from Walk(old, new, found).findings()


class _Places:
    """Names a place alike from both sides: fields have the names of the new file."""

    def __init__(self, old: ProtobufSchema, new: ProtobufSchema) -> None:
        before, after = names_of(old).messages, names_of(new).messages
        self._names: dict[str, dict[str, str]] = {}
        for name in before.keys() & after.keys():
            numbers = {each.number: each.name for each in after[name].field}
            self._names[name] = {each.name: numbers.get(each.number, each.name) for each in before[name].field}

    def told_alike(self, each: Broken) -> Broken:
        """The same incompatibility, wherever it was seen from."""
        if each.direction is Direction.REQUEST or each.rule.startswith("ONEOF") or each.rule.startswith("MULTIPLE"):
            return each
        return replace(each, rule=_TURNED.get(each.rule, each.rule), location=self._renamed(each.location))

    def _renamed(self, location: str) -> str:
        steps = location.split(".")
        for end in range(len(steps) - 1, 0, -1):
            names = self._names.get(".".join(steps[:end]))
            if names is not None:
                steps[end] = names.get(steps[end], steps[end])
                return ".".join(steps)
        return location
