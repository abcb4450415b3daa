"""Holds an answer's body against what a consumer expects of it, and names every value that is not as expected.

The matching rules are Pact's (specification version 4); extra members of objects never hurt, extra items of an array
only where no rule speaks of it. A rule of a kind that is not known here is taken for ``type``.
"""

import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from contracthub.formats.pact.expressions import Step, expression_from
from contracthub.formats.pact.model import Matcher, MatchingRule
from contracthub.formats.pact.rule_index import Position, body_rules
from contracthub.formats.safe_json import JsonValue, kind_of

MOST_FAULTS = 100
_LONGEST_SHOWN = 200
_DEEPEST = 200
_UUID = re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_SEMVER = re.compile(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
# Of what is about the items, nothing is asked of the container's own value.
_OF_CONTAINERS = frozenset({"type", "values", "eachKey", "eachValue", "arrayContains", "notEmpty"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not as expected: where (``$.data.wallet.coins``), in words, and both values as JSON."""

    place: str
    text: str
    expected: str | None = None
    actual: str | None = None


def differences(expected: JsonValue, actual: JsonValue, rules: Iterable[MatchingRule]) -> tuple[Difference, ...]:
    """What of a body is not as the consumer expects, at most 100 of it."""
    return tuple(islice(_compared(expected, actual, body_rules(rules), ()), MOST_FAULTS))


def _compared(
    expected: JsonValue, actual: JsonValue, position: Position, path: tuple[Step, ...]
) -> Iterator[Difference]:
    if len(path) > _DEEPEST:
        return
    rule = position.rule
    broken = [text for matcher in _own(rule, expected) if (text := _broken(matcher, expected, actual)) is not None]
    accepted = len(broken) < len(_own(rule, expected)) if rule and rule.combine == "OR" else not broken
    if not accepted:
        yield Difference(expression_from(path), broken[0], _shown(expected), _shown(actual))
    elif isinstance(expected, dict) and isinstance(actual, dict):
        yield from _members(expected, actual, position, path)
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _items(expected, actual, position, path)


def _own(rule: MatchingRule | None, expected: JsonValue) -> tuple[Matcher, ...]:
    """The conditions of a value itself; without a rule a scalar has to be equal, and a container of the same kind."""
    if rule is not None:
        return rule.matchers
    return (Matcher("same-kind" if isinstance(expected, dict | list) else "equality", {}),)


def _members(
    expected: dict[str, JsonValue], actual: dict[str, JsonValue], position: Position, path: tuple[Step, ...]
) -> Iterator[Difference]:
    rule = position.rule
    if rule is not None and _names(rule) & {"values", "eachValue", "eachKey"}:
        template = next(iter(expected.values()), None)
        for name, value in actual.items():
            yield from _compared(expected.get(name, template), value, position.step(name), (*path, name))
        return
    for name, value in expected.items():
        if name not in actual:
            yield Difference(expression_from((*path, name)), "is missing", _shown(value))
        else:
            yield from _compared(value, actual[name], position.step(name), (*path, name))


def _items(
    expected: list[JsonValue], actual: list[JsonValue], position: Position, path: tuple[Step, ...]
) -> Iterator[Difference]:
    rule = position.rule
    if rule is not None and "arrayContains" in _names(rule):
        yield from _variants(rule, expected, actual, path)
        return
    if rule is None and len(expected) != len(actual):
        text = f"has {_counted(len(actual))}, not {len(expected)}"
        yield Difference(expression_from(path), text, _shown(expected), _shown(actual))
    if not expected:
        return
    for index, value in enumerate(actual):
        if rule is None and index >= len(expected):
            return
        template = expected[index] if index < len(expected) else expected[0]
        yield from _compared(template, value, position.step(index), (*path, index))


def _variants(
    rule: MatchingRule, expected: list[JsonValue], actual: list[JsonValue], path: tuple[Step, ...]
) -> Iterator[Difference]:
    """``arrayContains``: each example has to be met by an item, whichever."""
    for index, example in enumerate(expected):
        position = body_rules(_rules_of_variant(rule, index))
        if not any(next(_compared(example, item, position, ()), None) is None for item in actual):
            yield Difference(expression_from(path), "holds no item as expected", _shown(example), _shown(actual))


def _rules_of_variant(rule: MatchingRule, index: int) -> Iterator[MatchingRule]:
    for matcher in rule.matchers:
        variants = matcher.facts.get("variants")
        for variant in variants if isinstance(variants, list) else ():
            if not isinstance(variant, dict) or variant.get("index") != index:
                continue
            rules = variant.get("rules")
            for expression, entry in rules.items() if isinstance(rules, dict) else ():
                matchers = entry.get("matchers") if isinstance(entry, dict) else None
                found = [each for each in matchers if isinstance(each, dict)] if isinstance(matchers, list) else []
                yield MatchingRule(
                    "body", expression, "AND", tuple(Matcher(str(each.get("match", "type")), each) for each in found)
                )


def _broken(matcher: Matcher, expected: JsonValue, actual: JsonValue) -> str | None:
    """What is wrong with a value under one condition; None when nothing is."""
    if matcher.kind in _OF_CONTAINERS or matcher.kind not in _CONDITIONS:
        return _of_type(matcher, expected, actual)
    condition, text = _CONDITIONS[matcher.kind]
    return None if condition(matcher, expected, actual) else text.format(**_told(matcher, expected, actual))


def _of_type(matcher: Matcher, expected: JsonValue, actual: JsonValue) -> str | None:
    if _kind(expected) != _kind(actual):
        return f"is {_kind(actual)}, not {_kind(expected)}"
    if not isinstance(actual, list | dict | str):
        return None
    least, most = matcher.facts.get("min"), matcher.facts.get("max")
    if matcher.kind == "notEmpty" and not actual:
        return "is empty"
    if isinstance(actual, list):
        if isinstance(least, int) and len(actual) < least:
            return f"has {_counted(len(actual))}, not at least {least}"
        if isinstance(most, int) and len(actual) > most:
            return f"has {_counted(len(actual))}, not at most {most}"
    return None


def _is_integer(_: Matcher, __: JsonValue, actual: JsonValue) -> bool:
    return isinstance(actual, int) and not isinstance(actual, bool)


def _is_decimal(_: Matcher, __: JsonValue, actual: JsonValue) -> bool:
    return isinstance(actual, float)


def _is_number(_: Matcher, __: JsonValue, actual: JsonValue) -> bool:
    return isinstance(actual, int | float) and not isinstance(actual, bool)


def _meets_pattern(matcher: Matcher, _: JsonValue, actual: JsonValue) -> bool:
    text = actual if isinstance(actual, str) else json.dumps(actual)
    try:
        with warnings.catch_warnings():
            # Python means to read some patterns otherwise one day; today's meaning is fine.
            warnings.simplefilter("ignore", FutureWarning)
            return re.search(str(matcher.facts.get("regex", "")), text) is not None
    except re.error:
        # Ruby's and Rust's patterns know words that Python's don't; a replay judges those.
        return True


def _includes(matcher: Matcher, _: JsonValue, actual: JsonValue) -> bool:
    return str(matcher.facts.get("value", "")) in (actual if isinstance(actual, str) else json.dumps(actual))


def _equal(_: Matcher, expected: JsonValue, actual: JsonValue) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return expected == actual


Condition = Callable[[Matcher, JsonValue, JsonValue], bool]
_CONDITIONS: Mapping[str, tuple[Condition, str]] = {
    "same-kind": (
        lambda _, expected, actual: _kind(expected) == _kind(actual),
        "is {actual_kind}, not {expected_kind}",
    ),
    "equality": (_equal, "is {actual}, not {expected}"),
    "regex": (_meets_pattern, "is {actual}, which does not match {regex}"),
    "integer": (_is_integer, "is {actual}, no integer"),
    "decimal": (_is_decimal, "is {actual}, no decimal number"),
    "number": (_is_number, "is {actual}, no number"),
    "boolean": (lambda _, __, actual: isinstance(actual, bool), "is {actual}, no boolean"),
    "null": (lambda _, __, actual: actual is None, "is {actual}, not null"),
    "include": (_includes, "is {actual}, which does not hold {value}"),
    "uuid": (lambda _, __, actual: isinstance(actual, str) and bool(_UUID.fullmatch(actual)), "is {actual}, no UUID"),
    "semver": (
        lambda _, __, actual: isinstance(actual, str) and bool(_SEMVER.fullmatch(actual)),
        "is {actual}, no version number",
    ),
}


def _told(matcher: Matcher, expected: JsonValue, actual: JsonValue) -> dict[str, str]:
    return {
        "actual": _shown(actual),
        "expected": _shown(expected),
        "actual_kind": _kind(actual),
        "expected_kind": _kind(expected),
        "regex": str(matcher.facts.get("regex", "")),
        "value": str(matcher.facts.get("value", "")),
    }


def _kind(value: JsonValue) -> str:
    """The kind of a value with its article; integers and decimals are both numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "a number"
    return kind_of(value)


def _names(rule: MatchingRule) -> set[str]:
    return {matcher.kind for matcher in rule.matchers}


def _counted(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _shown(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
