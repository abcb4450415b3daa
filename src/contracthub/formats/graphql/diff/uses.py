"""Who sends values of a type: consumers, in arguments and inputs, or the provider, in fields."""

from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum

from contracthub.formats.graphql.diff.model import Definition


class Use(StrEnum):
    """``SENT`` by consumers, ``RECEIVED`` by them."""

    SENT = "sent"
    RECEIVED = "received"


def uses_in(definition: Definition) -> Mapping[str, set[Use]]:
    """The types of a definition's fields and arguments, and who sends them."""
    found: defaultdict[str, set[Use]] = defaultdict(set)
    inputs = [*definition.inputs.values()]
    for field in definition.fields.values():
        inputs.extend(field.arguments.values())
        found[_innermost(field.type)].add(Use.RECEIVED)
    for each in inputs:
        found[_innermost(each.type)].add(Use.SENT)
    return found


def _innermost(written: str) -> str:
    return written.strip("[]!")
