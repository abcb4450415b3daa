"""The items of an expected list, each with the rules that it is under."""

from collections.abc import Iterator

from contracthub.formats.comparisons.pact_graphql.steps import Here
from contracthub.formats.pact.places import root_of
from contracthub.formats.pact.rule_index import Position, body_rules
from contracthub.formats.pact.rules import matching_rules
from contracthub.formats.safe_json import JsonValue


def items_of(value: list[JsonValue], here: Here) -> Iterator[tuple[JsonValue, Here]]:
    """Each item with its place; under ``arrayContains`` each has the rules of its variant."""
    variants = _variants(here.rules)
    for index, item in enumerate(value):
        place = here.item(index)
        if index in variants:
            place = Here(place.path, place.pointer, variants[index])
        yield item, place


def _variants(position: Position) -> dict[int, Position]:
    rule = position.rule
    found: dict[int, Position] = {}
    for matcher in rule.matchers if rule is not None and not position.is_inherited else ():
        variants = matcher.facts.get("variants") if matcher.kind == "arrayContains" else None
        for at, variant in enumerate(variants if isinstance(variants, list) else ()):
            if isinstance(variant, dict):
                index, rules = variant.get("index", at), variant.get("rules")
                if isinstance(index, int) and isinstance(rules, dict):
                    found[index] = body_rules(matching_rules(root_of({"body": rules})))
    return found
