"""Rewritings of Avro schemas that change nothing: no change is told of them."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracthub.formats.avro.diff.engine import changes_between
from contracthub.formats.avro.parse import parse
from contracthub.formats.safe_json import JsonValue
from tests.formats.avro.diff.test_engine import readable, types


def reordered(value: Any) -> Any:
    """The same with the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: reordered(each) for key, each in reversed(value.items())}
    return [*map(reordered, value)] if isinstance(value, list) else value


def wrapped(value: Any) -> Any:
    """The same with every name of a type written as an object."""
    if isinstance(value, str):
        return {"type": value}
    if isinstance(value, list):
        return [*map(wrapped, value)]
    made = dict(value)
    for key in {"items", "values"} & made.keys():
        made[key] = wrapped(made[key])
    if "fields" in made:
        made["fields"] = [{**each, "type": wrapped(each["type"])} for each in made["fields"]]
    return made


def spelled_out(value: Any) -> Any:
    """The same with the namespace of a type apart from its name."""
    if isinstance(value, list):
        return [*map(spelled_out, value)]
    if not isinstance(value, dict):
        return value
    made = {key: spelled_out(each) for key, each in value.items()}
    space, dot, name = str(value.get("name", "")).rpartition(".")
    return {**made, "name": name, "namespace": space} if dot else made


@settings(max_examples=50, deadline=None)
@given(types(), st.lists(st.sampled_from([reordered, wrapped, spelled_out]), min_size=1, max_size=3))
def test_another_way_to_write_a_schema_is_no_change(value: JsonValue, rewritings: list[Any]) -> None:
    old = readable(value)
    if old is None:
        return
    written: Any = value
    for rewrite in rewritings:
        written = rewrite(written)
    assert changes_between(old, parse(json.dumps(written))) == ()


def defined_where_first_used(named: JsonValue, namespace: str, *, second: bool) -> dict[str, Any]:
    """A record with two fields of one type: it is defined in the first, and the second refers to it."""
    reference = f"{namespace}.T" if second else "T"
    fields = [{"name": "a", "type": named}, {"name": "b", "type": {"type": "array", "items": reference}}]
    return {"type": "record", "name": "R", "namespace": namespace, "fields": fields}


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(
        [
            {"type": "enum", "symbols": ["P", "Q"]},
            {"type": "fixed", "size": 3},
            {"type": "record", "fields": [{"name": "next", "type": ["null", "T"]}]},
        ]
    ),
    st.sampled_from(["shop", "shop.inner"]),
    st.booleans(),
    st.booleans(),
)
def test_a_namespace_is_inherited_or_spelled_out(kind: Any, namespace: str, full: bool, second: bool) -> None:
    old = defined_where_first_used({**kind, "name": "T"}, namespace, second=False)
    new = defined_where_first_used({**kind, "name": f"{namespace}.T" if full else "T"}, namespace, second=second)
    assert changes_between(parse(json.dumps(old)), parse(json.dumps(new))) == ()
