"""Values in one spelling, so that what is written differently and means the same is the same."""

import json
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphql import ValueNode

_LONGEST_NUMBER = 40


def spelled(value: "ValueNode", of_type: str = "") -> str:
    """A constant in one spelling.

    Fields of objects are sorted, strings have one notation, numbers one precision. Where its type is known, one value
    for a list is a list of it, and a number for an ``ID`` is its text (GraphQL specification, 3.5.5 and 3.11).
    """
    inner = of_type.removesuffix("!")
    if inner.startswith("["):
        return _list(value, inner[1:-1])
    match value.kind:
        case "int_value" | "float_value":
            text: str = value.value  # type: ignore[attr-defined]
            return json.dumps(text) if inner == "ID" else _number(text)
        case "string_value":
            return json.dumps(value.value, ensure_ascii=False)  # type: ignore[attr-defined]
        case "boolean_value":
            return "true" if value.value else "false"  # type: ignore[attr-defined]
        case "null_value":
            return "null"
        case "list_value":
            return _list(value, "")
        case "object_value":
            fields = sorted((each.name.value, spelled(each.value)) for each in value.fields)  # type: ignore[attr-defined]
            return "{" + ", ".join(f"{name}: {inside}" for name, inside in fields) + "}"
    return str(getattr(value, "value", ""))


def _list(value: "ValueNode", of_type: str) -> str:
    if value.kind == "null_value":
        return "null"
    values = value.values if value.kind == "list_value" else [value]  # type: ignore[attr-defined]
    return "[" + ", ".join(spelled(each, of_type) for each in values) + "]"


def _number(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        return text
    try:
        number = Decimal(text).normalize() + 0
    except ArithmeticError:
        return text
    return f"{number:f}" if abs(number.adjusted()) < _LONGEST_NUMBER else str(number)
