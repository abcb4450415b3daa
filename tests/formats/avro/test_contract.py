import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats.avro.contract import elements, identity, read
from contracthub.formats.avro.model import AvroSchema
from contracthub.formats.elements import MOST_ELEMENTS, Element
from contracthub.formats.uploads import Upload

LINE = {
    "type": "record",
    "name": "Line",
    "fields": [{"name": "sku", "type": "string"}, {"name": "amount", "type": "int", "default": 1}],
}
ORDER = {
    "type": "record",
    "name": "Order",
    "namespace": "shop",
    "doc": "What somebody bought.",
    "fields": [
        {"name": "lines", "type": {"type": "array", "items": LINE}},
        {"name": "labels", "type": {"type": "map", "values": ["null", "string"]}},
        {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["OPEN", "PAID"]}},
        {"name": "gift", "type": ["null", "Line"], "default": None},
        {"name": "before", "type": ["null", "Order"], "default": None},
    ],
}


def of(schema: Any, **others: Any) -> AvroSchema:
    files = {"root.avsc": schema, **others}
    return read(Upload("root.avsc", {name: json.dumps(each).encode() for name, each in files.items()}))


def names(schema: Any, **others: Any) -> list[str]:
    return [element.name for element in elements(of(schema, **others))]


def test_fields_and_symbols_are_told_by_their_path_in_the_data() -> None:
    assert names(ORDER) == [
        *("$.lines", "$.labels", "$.status", "$.gift", "$.before"),
        *("$.status=OPEN", "$.status=PAID", "$.gift.sku", "$.gift.amount", "$.lines[*].sku", "$.lines[*].amount"),
    ]


def test_an_element_says_whose_it_is_and_where_it_is_written() -> None:
    found = {element.name: element for element in elements(of(ORDER))}

    sku = found["$.lines[*].sku"]
    assert (sku.path, sku.pointer) == ("shop.Line.sku", "/fields/0/type/items/fields/0")


def test_what_another_file_defines_has_no_pointer_here() -> None:
    schema = {"type": "record", "name": "Basket", "fields": [{"name": "line", "type": "Line"}]}

    found = {element.name: element.pointer for element in elements(of(schema, line=LINE))}
    assert found == {"$.line": "/fields/0", "$.line.sku": None, "$.line.amount": None}


def test_files_may_use_one_another_in_any_order() -> None:
    money = {"type": "fixed", "name": "Money", "size": 8}
    price = {"type": "record", "name": "Price", "fields": [{"name": "amount", "type": "Money"}]}
    root = {"type": "record", "name": "Item", "fields": [{"name": "price", "type": "Price"}]}

    assert names(root, a=price, b=money) == ["$.price", "$.price.amount"]


def test_a_fault_in_another_file_is_told_with_its_name() -> None:
    with pytest.raises(Invalid) as refused:
        of("Line", line={"type": "record", "name": "Line", "fields": [{"name": "x", "type": "Nowhere"}]})
    assert [fault.pointer for fault in refused.value.faults] == ["line#/fields/0/type"]


def test_files_without_end_are_refused() -> None:
    others = {f"f{number}": {"type": "fixed", "name": f"F{number}", "size": 1} for number in range(300)}

    with pytest.raises(TooLarge):
        of("F1", **others)


def test_types_with_more_places_than_anyone_can_list_are_cut() -> None:
    inner: Any = "int"
    for level in range(12):
        fields = [{"name": f"f{index}", "type": inner if index == 0 else f"R{level - 1}"} for index in range(8)]
        inner = {"type": "record", "name": f"R{level}", "fields": fields if level else [{"name": "x", "type": "int"}]}

    found = elements(of(inner))
    assert 1_000 < len(found) <= MOST_ELEMENTS
    assert found[0].name == "$.f0"


def changed(**changes: Any) -> dict[str, Any]:
    return {**ORDER, **changes}


SAME: Mapping[str, Any] = {
    "another order of keys": dict(reversed(ORDER.items())),
    "other documentation": changed(doc="Told in other words."),
    "a name in full": changed(name="shop.Order", namespace="ignored.here"),
    "a wrapped primitive": json.loads(json.dumps(ORDER).replace('"string"', '{"type": "string"}')),
}
OTHER: Mapping[str, Any] = {
    "another name": json.loads(json.dumps(ORDER).replace('"Order"', '"Purchase"')),
    "one field less": changed(fields=ORDER["fields"][:-1]),
    "fields in another order, which is the order of the bytes": changed(
        fields=[ORDER["fields"][1], ORDER["fields"][0], *ORDER["fields"][2:]]
    ),
    "an alias": changed(aliases=["Purchase"]),
    "somebody's own property": changed(owner="team-a"),
    "another default": json.loads(json.dumps(ORDER).replace('"default": 1', '"default": 2')),
    "another inner type": json.loads(json.dumps(ORDER).replace('"int"', '"long"')),
}


@pytest.mark.parametrize("name", SAME)
def test_identity_is_that_of_what_readers_and_writers_can_see(name: str) -> None:
    assert identity(of(SAME[name])) == identity(of(ORDER))


@pytest.mark.parametrize("name", OTHER)
def test_another_schema_has_another_identity(name: str) -> None:
    assert identity(of(OTHER[name])) != identity(of(ORDER))


def test_identity_sees_what_another_file_defines_and_not_that_it_does() -> None:
    field = {"name": "line", "type": "Line"}
    basket = {"type": "record", "name": "Basket", "fields": [field]}
    together = {**basket, "fields": [{**field, "type": LINE}]}
    longer = {**LINE, "fields": [*LINE["fields"], {"name": "note", "type": "string"}]}

    assert identity(of(basket, line=LINE)) == identity(of(together))
    assert identity(of(basket, line=longer)) != identity(of(together))


_schemas = st.recursive(
    st.sampled_from(["int", "string", "null"]),
    lambda inner: (
        st.fixed_dictionaries({"type": st.just("array"), "items": inner})
        | st.fixed_dictionaries({"type": st.just("map"), "values": inner})
        | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3).map(
            lambda fields: {"type": "record", "fields": [{"name": name, "type": each} for name, each in fields.items()]}
        )
    ),
    max_leaves=8,
)


def _named(schema: Any, numbers: Any) -> Any:
    if isinstance(schema, dict):
        name = {"name": f"R{next(numbers)}"} if schema["type"] == "record" else {}
        return {**{key: _named(each, numbers) for key, each in schema.items()}, **name} if "type" in schema else schema
    return [{**each, "type": _named(each["type"], numbers)} for each in schema] if isinstance(schema, list) else schema


def _reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed_keys(each) for key, each in reversed(value.items())}
    return [_reversed_keys(each) for each in value] if isinstance(value, list) else value


@given(_schemas)
def test_identity_and_elements_do_not_depend_on_the_order_of_keys(shape: Any) -> None:
    schema = _named(shape, iter(range(100)))
    one, other = of(schema), of(_reversed_keys(schema))

    def known(parts: tuple[Element, ...]) -> set[tuple[str, str]]:
        return {(part.name, part.kind) for part in parts}

    assert identity(one) == identity(other)
    assert known(elements(one)) == known(elements(other))
    assert elements(one) == elements(one)
