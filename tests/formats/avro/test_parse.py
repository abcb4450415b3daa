import json
from typing import Any

import pytest

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.avro.canonical import canonical_text, normalised_text
from contracthub.formats.avro.parse import parse
from contracthub.formats.limits import Limits

FAULTY: dict[str, tuple[Any, str]] = {
    "a number": (3, ""),
    "an unknown type": ("Missing", ""),
    "an unknown type in a field": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "X"}]},
        "/fields/0/type",
    ),
    "no type": ({"name": "R"}, ""),
    "no name": ({"type": "record", "fields": []}, ""),
    "a name that begins with a digit": ({"type": "record", "name": "1R", "fields": []}, "/name"),
    "a namespace with a blank": ({"type": "fixed", "name": "R", "namespace": "a b", "size": 1}, "/name"),
    "the name of a primitive": ({"type": "fixed", "name": "int", "size": 1}, "/name"),
    "no fields": ({"type": "record", "name": "R"}, ""),
    "two fields of one name": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "a", "type": "int"}]},
        "/fields/1",
    ),
    "no symbols": ({"type": "enum", "name": "E"}, ""),
    "a symbol twice": ({"type": "enum", "name": "E", "symbols": ["A", "A"]}, "/symbols"),
    "a symbol with a dash": ({"type": "enum", "name": "E", "symbols": ["A-B"]}, "/symbols"),
    "a default that is no symbol": ({"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}, "/default"),
    "a negative size": ({"type": "fixed", "name": "F", "size": -1}, "/size"),
    "a size that is no number": ({"type": "fixed", "name": "F", "size": True}, "/size"),
    "no items": ({"type": "array"}, ""),
    "a union in a union": (["null", ["int"]], "/1"),
    "a branch twice": (["null", "null"], "/1"),
    "two arrays in a union": ([{"type": "array", "items": "int"}, {"type": "array", "items": "long"}], "/1"),
    "a type that is defined again": (
        [{"type": "fixed", "name": "F", "size": 1}, {"type": "record", "name": "F", "fields": []}],
        "/1",
    ),
    "a default of another type": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "1"}]},
        "/fields/0/default",
    ),
    "a default out of range": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": 2147483648}]},
        "/fields/0/default",
    ),
    "a default that no branch takes": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "int"], "default": "x"}]},
        "/fields/0/default",
    ),
    "an unknown order": (
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "order": "up"}]},
        "/fields/0/order",
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_fault_is_told_with_its_place(case: str) -> None:
    schema, pointer = FAULTY[case]
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(schema))
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_all_faults_are_told_at_once() -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "X"}, {"name": "1"}, {"type": "int"}]}
    with pytest.raises(Invalid) as refused:
        parse(json.dumps(schema))
    assert [fault.pointer for fault in refused.value.faults] == ["/fields/0/type", "/fields/1", "/fields/2"]


def test_a_word_without_quotes_is_a_primitive_type() -> None:
    assert canonical_text(parse("string")) == '"string"'


def test_what_is_too_large_or_too_deep_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(TooLarge):
        parse('"int"' + " " * 100, limits=Limits(max_bytes=50))
    with pytest.raises(Invalid):
        parse('{"type":"array","items":' * 100_000)
    with pytest.raises(Invalid):
        parse(b'"\xff"')


def test_references_define_types_that_may_be_named() -> None:
    address = parse(json.dumps({"type": "record", "name": "Address", "namespace": "shop", "fields": []}))
    text = json.dumps({"type": "record", "name": "shop.Order", "fields": [{"name": "to", "type": "Address"}]})
    assert '"type":"Address"' in canonical_text(parse(text, [address]))
    with pytest.raises(Invalid, match=r"'Address'.*not defined"):
        parse(text)


def test_layout_and_redundancy_do_not_count_and_everything_else_does() -> None:
    plain = {"type": "record", "name": "R", "doc": "d", "fields": [{"name": "a", "type": "int"}]}
    wrapped = {"fields": [{"type": {"type": "int"}, "name": "a"}], "name": "R", "doc": "d", "type": "record"}
    assert canonical_text(parse(json.dumps(plain))) == canonical_text(parse(json.dumps(wrapped, indent=3)))
    assert canonical_text(parse(json.dumps(plain))) != canonical_text(parse(json.dumps({**plain, "doc": "e"})))
    kept = {"type": "record", "name": "R", "fields": [], "owner": {"b": 1, "a": 2}, "aliases": ["S"]}
    assert json.loads(canonical_text(parse(json.dumps(kept)))) == kept


def test_a_logical_type_stays() -> None:
    text = '{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}'
    assert canonical_text(parse(text)) == text


def test_normalised_names_are_full_and_properties_sorted() -> None:
    one = {
        "type": "record",
        "name": "R",
        "namespace": "n",
        "z": 1,
        "a": 2,
        "fields": [{"name": "f", "type": ["null", "R"]}],
    }
    other = {"type": "record", "name": "n.R", "a": 2, "z": 1, "fields": [{"name": "f", "type": ["null", "n.R"]}]}
    assert normalised_text(parse(json.dumps(one))) == normalised_text(parse(json.dumps(other)))
    assert parse(normalised_text(parse(json.dumps(one)))) is not None


def test_what_was_written_back_reads_as_the_same() -> None:
    text = json.dumps(
        {
            "type": "record",
            "name": "a.R",
            "fields": [
                {
                    "name": "e",
                    "type": {"type": "enum", "name": "b.E", "symbols": ["X"], "default": "X"},
                    "default": "X",
                },
                {"name": "g", "type": ["null", "b.E"], "default": None, "order": "ignore", "aliases": ["h"]},
                {"name": "f", "type": {"type": "fixed", "name": "F", "size": 2}},
            ],
        }
    )
    written = canonical_text(parse(text))
    assert canonical_text(parse(written)) == written
    assert '"namespace":"a"' in written
    assert '"namespace":"b"' in written


LENIENT: dict[str, Any] = {
    "a record's name with a dash": {"type": "record", "name": "my-app.order-line", "fields": []},
    "a field's name with a dot": {"type": "record", "name": "R", "fields": [{"name": "a.b", "type": "int"}]},
    "a symbol that begins with a digit": {"type": "enum", "name": "E", "symbols": ["2XL", "A B"]},
    "a default of another type": {
        "type": "record",
        "name": "R",
        "fields": [{"name": "a", "type": ["null", "int"], "default": "null"}],
    },
}


@pytest.mark.parametrize("name", LENIENT)
def test_what_was_stored_by_an_old_registry_is_read_again_and_is_refused_when_new(name: str) -> None:
    text = json.dumps(LENIENT[name])

    with pytest.raises(Invalid):
        parse(text)
    assert canonical_text(parse(text, lenient=True)) == canonical_text(
        parse(canonical_text(parse(text, lenient=True)), lenient=True)
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "record", "name": "R", "fields": [{"name": "", "type": "int"}]},
        {"type": "record", "name": "a..R", "fields": []},
        {"type": "record", "name": "R", "fields": [{"name": "a", "type": "Missing"}]},
        {"type": "enum", "name": "E", "symbols": ["A"], "default": "B"},
        ["int", "int"],
    ],
)
def test_what_has_no_meaning_stays_refused_when_read_leniently(schema: Any) -> None:
    with pytest.raises(Invalid):
        parse(json.dumps(schema), lenient=True)
