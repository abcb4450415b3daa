"""Pacts under matching rules, the same with other examples, and what providers may answer: food for two oracles."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

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

bodies = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, min_size=0, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
).filter(lambda body: isinstance(body, dict | list))


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


@st.composite
def expressions(draw: st.DrawFn, body: Any) -> str:
    """The expression of a place in the body, some steps of it wild, or of one that is not there."""
    path = draw(st.sampled_from([*paths_of(body)]))
    if draw(st.integers(0, 9)) == 0:
        path = (*path, draw(st.sampled_from([*NAMES, 0, 1, 2])))
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += draw(st.sampled_from(["[*]", "[*]", "[*]", f"[{step}]", ".*"]))
        elif draw(st.integers(0, 4)) == 0:
            text += draw(st.sampled_from([".*", ".*", "[*]"]))
        else:
            text += f".{step}" if step != "1" and draw(st.booleans()) else f"['{step}']"
    return text


@st.composite
def rule_sets(draw: st.DrawFn, body: Any, matchers: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found = draw(st.lists(expressions(body), max_size=5, unique=True))
    return {
        expression: draw(st.lists(st.sampled_from(matchers), min_size=1, max_size=draw(st.sampled_from([1, 1, 1, 2]))))
        for expression in found
    }


@st.composite
def with_other_scalars(draw: st.DrawFn, body: Any) -> Any:
    """The body with some scalars replaced, mostly by ones of the same kind."""
    if isinstance(body, dict):
        return {name: draw(with_other_scalars(member)) for name, member in body.items()}
    if isinstance(body, list):
        return [draw(with_other_scalars(item)) for item in body]
    kind = draw(st.integers(0, 9))
    if kind < 3:
        return body
    return draw(st.sampled_from([each for each in SCALARS if kind == 9 or type(each) is type(body)]))


@st.composite
def changed(draw: st.DrawFn, body: Any) -> Any:
    """A body that is near: one place of it is another value, gone, or there once more."""
    new = copy.deepcopy(body)
    path = draw(st.sampled_from([*paths_of(new)]))
    if not path:
        return draw(bodies)
    parent = new
    for step in path[:-1]:
        parent = parent[step]
    what = draw(st.integers(0, 3))
    if what == 0:
        del parent[path[-1]]
    elif what == 1 and isinstance(parent, list):
        parent.append(draw(with_other_scalars(parent[path[-1]])))
    elif what == 2 and isinstance(parent, dict):
        parent[draw(st.sampled_from(NAMES))] = draw(with_other_scalars(parent[path[-1]]))
    else:
        parent[path[-1]] = draw(st.sampled_from(SCALARS) | bodies)
    return new


def _layout(version: str, rules: dict[str, list[dict[str, Any]]], header: list[dict[str, Any]], combine: str) -> Any:
    if version == "2.0.0":
        flat = {f"$.body{expression[1:]}": matchers[0] for expression, matchers in rules.items()}
        return {**flat, **({"$.headers.X-Id": header[0]} if header else {})}
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


@st.composite
def cases(draw: st.DrawFn) -> Case:
    version = draw(st.sampled_from(["2.0.0", "3.0.0", "4.0"]))
    matchers = FLAT_MATCHERS if version == "2.0.0" else MATCHERS
    body = draw(bodies)
    rules = draw(rule_sets(body, matchers))
    header_matchers = [
        each for each in matchers if each.get("match") in {"type", "regex", "integer", "date", "equality"}
    ]
    header = draw(st.lists(st.sampled_from([each for each in header_matchers if "min" not in each]), max_size=1))
    layout = _layout(version, rules, header, draw(st.sampled_from(["AND", "AND", "OR"])))
    is_told = draw(st.booleans())
    other_body = draw(with_other_scalars(body))
    texts = ["a", "ab", "7", "2020-01-01"]
    one_header, other_header = draw(st.sampled_from(texts)), draw(st.sampled_from(texts))
    if not draw(st.booleans()):
        other_header = one_header
    answers = [body, other_body, draw(with_other_scalars(body)), draw(changed(body)), draw(changed(other_body))]
    return Case(
        version,
        _response(version, body, one_header, layout, is_told=is_told),
        _response(version, other_body, other_header, layout, is_told=is_told),
        answers,
        [one_header, other_header, draw(st.sampled_from(texts)), one_header, other_header],
    )


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
