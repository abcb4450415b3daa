"""Which values of a pact's body stand for others of their kind, because a matching rule says so."""

from collections.abc import Callable

from contracthub.formats.comparisons.pact_openapi.pact_file import Side
from contracthub.formats.pact.places import root_of
from contracthub.formats.pact.rule_index import body_rules
from contracthub.formats.pact.rules import matching_rules

# Under these any value of the kind does for the consumer, so that the example's own value says nothing.
_ANY_OF_KIND = frozenset({"type", "integer", "decimal", "number", "boolean", "notEmpty"})


def stands_for_its_kind(side: Side) -> Callable[[str], bool]:
    """Whether the value at a JSON pointer into the body is an example of its kind."""
    if not isinstance(side.raw.get("matchingRules"), dict):
        return lambda _pointer: False
    root = body_rules(matching_rules(root_of(side.raw).member("matchingRules")))

    def stands(pointer: str) -> bool:
        position = root
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            position = position.step(int(name) if name.isdigit() else name)
        rule = position.rule
        return rule is not None and all(matcher.kind in _ANY_OF_KIND for matcher in rule.matchers)

    return stands
