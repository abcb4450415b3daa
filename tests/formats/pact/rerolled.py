"""Pacts under matching rules, the same with other examples, and what providers may answer: food for two oracles.

Made from a plain source of chance: the oracles need thousands, and Hypothesis takes a hundred times as long for each.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from contracthub.formats.pact.content import content_from
from contracthub.formats.pact.identity import identity

SCALARS: list[Any] = ["", "a", "ab", "2020-01-01", "12:30:00", "1.2.3", "7", 0, 1, 7, -3, 1.5, 2.0, True, False, None]
MATCHERS: list[dict[str, Any]] = [
    {"match": "type"},
    {"match": "type"},
    {"match": "type", "min": 1},
    {"match": "type", "min": 2},
    {"match": "type", "max": 2},
    {"match": "type", "min": 1, "max": 2},
    {"match": "regex", "regex": "^a"},
    {"match": "regex", "regex": "\\d"},
    {"match": "date", "format": "yyyy-MM-dd"},
    {"match": "time", "format": "HH:mm:ss"},
    {"match": "datetime", "format": "yyyy-MM-dd"},
    {"match": "timestamp", "format": "yyyy-MM-dd"},
    {"match": "integer"},
    {"match": "decimal"},
    {"match": "number"},
    {"match": "boolean"},
    {"match": "null"},
    {"match": "semver"},
    {"match": "include", "value": "a"},
    {"match": "notEmpty"},
    {"match": "equality"},
    {"match": "equality"},
    {"match": "values"},
    {"match": "eachValue", "rules": [{"match": "type"}], "value": "x"},
    {"match": "eachKey", "rules": [{"match": "regex", "regex": "a"}], "value": "x"},
    {"match": "arrayContains", "variants": []},
]
FLAT_MATCHERS = [*MATCHERS[:8], {"regex": "^a"}, {"min": 1}, {"max": 1}, {"match": "equality"}]
NAMES = ["a", "b", "c-d", "1"]
OF_HEADERS = {"type", "regex", "integer", "date", "equality"}


@dataclass(frozen=True)
class Case:
    """An interaction twice, with other examples the second time, and answers of providers."""

    version: str
    one: dict[str, Any]
    other: dict[str, Any]
    answers: list[Any]
    header_answers: list[str]


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for name, member in value.items():
            yield from paths_of(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths_of(item, (*path, index))


def at(body: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for step in path:
        body = body[step]
    return body


def _value(random: Random, depth: int) -> Any:
    kind = random.randrange(10)
    if depth == 0 or kind < 4:
        return random.choice(SCALARS)
    if kind < 7:
        return [_value(random, depth - 1) for _ in range(random.randrange(4))]
    names = random.sample(NAMES, random.randrange(1, 4))
    return {name: _value(random, depth - 1) for name in names}


def _body(random: Random) -> Any:
    if random.random() < 0.6:
        return {name: _value(random, 2) for name in random.sample(NAMES, random.randrange(1, 4))}
    # Lists of like objects are what rules are mostly about.
    names = random.sample(NAMES, 2)
    return [{name: _value(random, 1) for name in names} for _ in range(random.randrange(1, 3))]


def _expression(random: Random, body: Any) -> str:
    """The expression of a place in the body, some steps of it wild, or of one that is not there."""
    path = random.choice([*paths_of(body)])
    if random.random() < 0.1:
        path = (*path, random.choice([*NAMES, 0, 1, 2]))
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += random.choice(["[*]", "[*]", "[*]", f"[{step}]", ".*"])
        elif random.random() < 0.2:
            text += random.choice([".*", ".*", "[*]"])
        else:
            text += f".{step}" if step != "1" and random.random() < 0.5 else f"['{step}']"
    return text


def _rules(random: Random, body: Any, matchers: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = {_expression(random, body): None for _ in range(random.randrange(1, 6))}
    return {expression: random.choices(matchers, k=random.choice([1, 1, 1, 2])) for expression in found}


def _with_other_scalars(random: Random, body: Any) -> Any:
    """The body with one to three scalars replaced, mostly by ones of the same kind."""
    new = copy.deepcopy(body)
    leaves = [path for path in paths_of(body) if path and not isinstance(at(body, path), dict | list)]
    for path in random.sample(leaves, min(len(leaves), random.randrange(1, 4))):
        kind, any_kind = type(at(body, path)), random.random() < 0.1
        others = [each for each in SCALARS if any_kind or type(each) is kind]
        at(new, path[:-1])[path[-1]] = random.choice(others)
    return new


def _changed(random: Random, body: Any) -> Any:
    """A body that is near: one place of it is another value, gone, or there once more."""
    new = copy.deepcopy(body)
    path = random.choice([*paths_of(new)])
    if not path:
        return _body(random)
    parent, what = at(new, path[:-1]), random.randrange(4)
    if what == 0:
        del parent[path[-1]]
    elif what == 1 and isinstance(parent, list):
        parent.append(_with_other_scalars(random, parent[path[-1]]))
    elif what == 2 and isinstance(parent, dict):
        parent[random.choice(NAMES)] = _with_other_scalars(random, parent[path[-1]])
    else:
        parent[path[-1]] = _value(random, 2)
    return new


def _layout(version: str, rules: dict[str, list[dict[str, Any]]], header: list[dict[str, Any]], combine: str) -> Any:
    if version == "2.0.0":
        flat = {f"$.body{expression[1:]}": matchers[0] for expression, matchers in rules.items()}
        # Clients write both.
        name = "$.headers.X-Id" if len(rules) % 2 else "$.headers['X-Id']"
        return {**flat, **({name: header[0]} if header else {})}
    found: dict[str, Any] = {
        "body": {expression: {"combine": combine, "matchers": matchers} for expression, matchers in rules.items()}
    }
    if header:
        found["header"] = {"X-Id": {"combine": combine, "matchers": header}}
    return found


def _response(version: str, body: Any, header: str, rules: Any, *, is_told: bool) -> dict[str, Any]:
    if version == "4.0":
        wrapped = {"content": body, "contentType": "application/json", "encoded": False}
        headers = {"X-Id": [header], **({"Content-Type": ["application/json"]} if is_told else {})}
        return {"status": 200, "headers": headers, "body": wrapped, "matchingRules": rules}
    headers_of_old = {"X-Id": header, **({"Content-Type": "application/json"} if is_told else {})}
    return {"status": 200, "headers": headers_of_old, "body": body, "matchingRules": rules}


def case_from(random: Random) -> Case:
    """An interaction with two sets of examples, and answers."""
    version = random.choice(["2.0.0", "3.0.0", "4.0"])
    matchers = FLAT_MATCHERS if version == "2.0.0" else MATCHERS
    body = _body(random)
    of_headers = [each for each in matchers if each.get("match") in OF_HEADERS and "min" not in each]
    header = random.choices(of_headers, k=random.randrange(2))
    layout = _layout(version, _rules(random, body, matchers), header, random.choice(["AND", "AND", "OR"]))
    is_told, texts = random.random() < 0.5, ["a", "ab", "7", "2020-01-01"]
    other_body, one_header = _with_other_scalars(random, body), random.choice(texts)
    other_header = random.choice(texts) if random.random() < 0.5 else one_header
    answers = [
        body,
        other_body,
        _with_other_scalars(random, body),
        _changed(random, body),
        _changed(random, other_body),
    ]
    return Case(
        version,
        _response(version, body, one_header, layout, is_told=is_told),
        _response(version, other_body, other_header, layout, is_told=is_told),
        answers,
        [one_header, other_header, random.choice(texts), one_header, other_header],
    )


def identity_of(case: Case, response: dict[str, Any]) -> str:
    """The identity of a pact with that response, under the default rule."""
    return identity(content_from(pact_of(case, response)))


def like_cases(random: Random, count: int) -> list[Case]:
    """Cases out of that many in which other examples have the same identity."""
    cases = [case_from(random) for _ in range(count)]
    return [
        case
        for case in cases
        if case.one != case.other and identity_of(case, case.one) == identity_of(case, case.other)
    ]


def pact_of(case: Case, response: dict[str, Any]) -> dict[str, Any]:
    """A pact with one interaction, of that response."""
    interaction: dict[str, Any] = {"description": "x", "request": {"method": "GET", "path": "/"}, "response": response}
    if case.version == "4.0":
        interaction["type"] = "Synchronous/HTTP"
    return {
        "consumer": {"name": "C"},
        "provider": {"name": "P"},
        "interactions": [json.loads(json.dumps(interaction))],
        "metadata": {"pactSpecification": {"version": case.version}},
    }
