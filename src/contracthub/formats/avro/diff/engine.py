"""Compares two Avro schemas: breaking is what schema resolution says, and the rest is found in one walk beside it."""

from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.avro.compatibility import incompatibilities
from contracthub.formats.avro.diff.proofs import Proofs
from contracthub.formats.avro.diff.rules import CATALOGUE, NAMES
from contracthub.formats.avro.diff.walk import Walk
from contracthub.formats.avro.model import Array, AvroSchema, Map, Node, Record, Union
from contracthub.formats.changes import Change
from contracthub.formats.findings import Broken, Finding, broken_between, changes_of, proven, told


def changes_between(old: AvroSchema, new: AvroSchema) -> tuple[Change, ...]:
    """Every change of ``new`` against ``old``, worst first.

    One that breaks in direction ``REQUEST`` is there exactly when ``new`` can't read what ``old`` wrote, and one in
    ``RESPONSE`` when ``old`` can't read what ``new`` writes; one in ``BOTH`` says either. Raises ``TooLarge`` when the
    schemas have more pairs of types than are compared.
    """
    return proven(changes_of(findings_between(old, new), CATALOGUE), Proofs(old, new))


def findings_between(old: AvroSchema, new: AvroSchema) -> Iterator[Finding]:
    """The findings that the changes are made of."""
    broken = broken_between(incompatibilities(new, old), incompatibilities(old, new))
    in_unions = _branches_of(old), _branches_of(new)
    yield from told((_as_branch(each, in_unions) for each in broken), NAMES)
    yield from Walk(old, new, broken).findings()


def _as_branch(each: Broken, in_unions: tuple[frozenset[str], frozenset[str]]) -> Broken:
    """What one branch of a union is to a type without one is a matter of the union."""
    is_branch = each.pointer_old in in_unions[0], each.pointer_new in in_unions[1]
    if each.rule == "TYPE_MISMATCH" and is_branch[0] != is_branch[1]:
        return replace(each, rule="MISSING_UNION_BRANCH")
    return each


def _branches_of(schema: AvroSchema) -> frozenset[str]:
    return frozenset(
        schema.resolved(branch).pointer
        for root in (schema.root, *schema.names.values())
        for node in _inside(root)
        if isinstance(node, Union)
        for branch in node.branches
    )


def _inside(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Array):
            todo.append(node.items)
        elif isinstance(node, Map):
            todo.append(node.values)
        elif isinstance(node, Union):
            todo.extend(node.branches)
        elif isinstance(node, Record):
            # Records are looked at by themselves.
            todo.extend(each.type for each in node.fields if not isinstance(each.type, Record))
