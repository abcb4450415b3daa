"""Data that are told with changes of Avro schemas, written and read by another implementation."""

import json
from io import BytesIO, StringIO
from typing import Any

import fastavro
import pytest
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException, UnknownType
from hypothesis import given, settings

from contracthub.formats.avro.diff.engine import changes_between
from contracthub.formats.avro.diff.rules import CATALOGUE
from contracthub.formats.changes import LONGEST_SHOWN, Change, Direction, Proven, Severity
from contracthub.formats.json_places import values_along
from contracthub.formats.safe_json import JsonValue
from tests.formats.avro.diff.test_engine import PAIRS, compare, field, readable, record


def is_refused(change: Change, old: JsonValue, new: JsonValue) -> bool:
    """Whether the datum of a change, written with the one schema, can't be read with the other."""
    assert change.proof is not None
    assert change.proof.counterexample is not None
    sides = [_type_at(old, change.pointer_old), _type_at(new, change.pointer_new)]
    writer, reader = sides[::-1] if change.direction is Direction.RESPONSE else sides
    (datum,) = fastavro.json_reader(StringIO(change.proof.counterexample), writer)
    written = BytesIO()
    fastavro.schemaless_writer(written, writer, datum)
    written.seek(0)
    try:
        fastavro.schemaless_reader(written, writer, reader)
    except (SchemaResolutionError, RecursionError):
        # A record that contains itself is looked through without an end before it is refused.
        return True
    return False


def _type_at(schema: JsonValue, pointer: str | None) -> Any:
    """The type at a place; of a field that one side lacks, the record."""
    assert pointer is not None
    place = values_along(schema, pointer)
    return place[-3] if pointer.rpartition("/")[0].endswith("/fields") else place[-1]


def is_whole(value: Any) -> bool:
    """Whether a type says all of itself, and has values: names would have to be looked for elsewhere."""
    if value == []:
        return False
    try:
        fastavro.parse_schema(value)
    except (SchemaParseException, UnknownType):
        return False
    return True


def breaking(changes: tuple[Change, ...]) -> list[Change]:
    return [each for each in changes if each.severity is Severity.BREAKING]


@pytest.mark.parametrize("rule", [each for each in CATALOGUE.values() if each.severity is Severity.BREAKING], ids=str)
def test_what_breaks_comes_with_a_datum_that_is_refused(rule: Any) -> None:
    old, new = rule.example.old, rule.example.new
    found = breaking(compare(old, new))
    assert found
    for change in found:
        assert change.proof is not None
        assert change.proof.verdict is Proven.INCOMPATIBLE
        assert is_refused(change, old, new), change


@settings(max_examples=100, deadline=None)
@given(PAIRS)
def test_no_datum_is_told_that_can_be_read(pair: tuple[JsonValue, JsonValue]) -> None:
    old, new = map(readable, pair)
    if old is None or new is None:
        return
    for change in breaking(changes_between(old, new)):
        assert change.proof is not None
        if change.proof.counterexample is None:
            continue
        sides = [_type_at(pair[0], change.pointer_old), _type_at(pair[1], change.pointer_new)]
        # That implementation takes types of one name for the same, though one is an enum and the other a record.
        kinds = {each["type"] for each in sides if isinstance(each, dict) and "name" in each}
        if all(map(is_whole, sides)) and len(kinds) < 2:
            assert is_refused(change, *pair), change


def test_a_datum_is_written_as_avro_writes_it_in_json() -> None:
    old = record("Order", field("note", ["string", "null"]), field("lines", {"type": "array", "items": "long"}))
    new = record("Order", *old["fields"], field("total", "int"))
    (change,) = compare(old, new)
    assert change.proof is not None
    assert json.loads(change.proof.counterexample or "") == {"note": {"string": "a"}, "lines": []}
    assert is_refused(change, old, new)


def test_what_can_not_be_shown_is_told_without() -> None:
    endless = record("Node", field("next", "Node"))
    (change,) = compare(endless, record("Node", *endless["fields"], field("total", "int")))
    assert change.proof is not None
    assert (change.proof.verdict, change.proof.counterexample) == (Proven.NOT_PROVEN, None)
    wide = record("Wide", *(field(f"a{index}", "string") for index in range(LONGEST_SHOWN)))
    (change,) = compare(wide, record("Wide", *wide["fields"], field("total", "int")))
    assert change.proof is not None
    assert (change.proof.verdict, change.proof.counterexample) == (Proven.INCOMPATIBLE, None)


def test_branches_that_differ_in_their_namespaces_alone_prove_nothing() -> None:
    def state(name: str, *symbols: str) -> dict[str, Any]:
        return {"type": "enum", "name": name, "symbols": [*symbols]}

    old = record("R", field("a", state("x.State", "P", "Q")))
    new = record("R", field("a", [state("x.State", "P"), state("y.State", "P")]))
    assert {each.proof.verdict for each in breaking(compare(old, new)) if each.proof} == {Proven.NOT_PROVEN}
