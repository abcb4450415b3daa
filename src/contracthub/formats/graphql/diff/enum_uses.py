"""Who sends the values of an enum. Only a whole schema tells: a part may be used in ways that are not in it."""

from contracthub.formats.graphql.diff.model import Definition
from contracthub.formats.graphql.diff.side import Side


def is_only_sent_by_consumers(side: Side, name: str) -> bool:
    """Whether the enum is the type of arguments and fields of inputs, and of nothing else."""
    return _uses(side, name) == {"input"}


def is_only_sent_by_the_provider(side: Side, name: str) -> bool:
    """Whether the enum is the type of fields, and of nothing else."""
    return _uses(side, name) == {"output"}


def _uses(side: Side, name: str) -> set[str]:
    if "query" not in side.roots:
        return set()
    found: set[str] = set()
    for definition in side.mentioning(name):
        found |= _uses_in(definition, name)
    return found


def _uses_in(definition: Definition, name: str) -> set[str]:
    found = set()
    inputs = [*definition.inputs.values()]
    for field in definition.fields.values():
        inputs.extend(field.arguments.values())
        if _innermost(field.type) == name:
            found.add("output")
    if any(_innermost(each.type) == name for each in inputs):
        found.add("input")
    return found


def _innermost(written: str) -> str:
    return written.strip("[]!")
