"""Whether a default fits the type of its field (Avro specification 1.12, "Complex Types", Records)."""

from contracthub.formats.avro.model import Array, AvroSchema, Enum, Fixed, Map, Node, Primitive, Record, Union
from contracthub.formats.safe_json import JsonValue, kind_of

_RANGES = {"int": 2**31, "long": 2**63}
# Bytes are written as text in which each character stands for one byte.
_LAST_BYTE = 255
_DEEPEST = 60


def misfit(value: JsonValue, node: Node, schema: AvroSchema, depth: int = 0) -> str | None:
    """Why ``value`` is no value of the type, None when it is one. A union takes the value of any of its branches."""
    kind = schema.resolved(node)
    if depth > _DEEPEST:
        return "it is nested too deeply"
    if isinstance(kind, Union):
        fits = any(misfit(value, branch, schema, depth + 1) is None for branch in kind.branches)
        return None if fits else f"{kind_of(value)} is no branch of the union"
    if isinstance(kind, Record):
        return _misfit_of_record(value, kind, schema, depth)
    if isinstance(kind, Array | Map):
        return _misfit_of_members(value, kind, schema, depth)
    return _misfit_of_scalar(value, kind)


def _misfit_of_record(value: JsonValue, kind: Record, schema: AvroSchema, depth: int) -> str | None:
    if not isinstance(value, dict):
        return f"a record {kind.name} is written as an object, and this is {kind_of(value)}"
    for each in kind.fields:
        if each.name not in value and not each.has_default:
            return f"the field {each.name!r} of {kind.name} is missing"
        if each.name in value:
            reason = misfit(value[each.name], each.type, schema, depth + 1)
            if reason:
                return f"{each.name}: {reason}"
    return None


def _misfit_of_members(value: JsonValue, kind: Array | Map, schema: AvroSchema, depth: int) -> str | None:
    if isinstance(kind, Array):
        if not isinstance(value, list):
            return f"an array is expected, and this is {kind_of(value)}"
        members, inner = value, kind.items
    else:
        if not isinstance(value, dict):
            return f"a map is written as an object, and this is {kind_of(value)}"
        members, inner = [*value.values()], kind.values
    return next((reason for each in members if (reason := misfit(each, inner, schema, depth + 1))), None)


def _misfit_of_scalar(value: JsonValue, kind: Node) -> str | None:
    if isinstance(kind, Enum):
        return None if value in kind.symbols else f"it is none of the symbols of {kind.name}"
    if isinstance(kind, Fixed):
        if not _is_bytes(value):
            return f"{kind.name} is written as text of one character per byte"
        return None if len(str(value)) == kind.size else f"{kind.name} has {kind.size} bytes"
    assert isinstance(kind, Primitive)
    return (
        None
        if _is_primitive(value, kind.name)
        else f"a value of type {kind.name} is expected, and this is {kind_of(value)}"
    )


def _is_primitive(value: JsonValue, name: str) -> bool:
    if name == "null":
        return value is None
    if name == "boolean":
        return isinstance(value, bool)
    if name == "string":
        return isinstance(value, str)
    if name == "bytes":
        return _is_bytes(value)
    if isinstance(value, bool):
        return False
    if name in _RANGES:
        return isinstance(value, int) and -_RANGES[name] <= value < _RANGES[name]
    return isinstance(value, int | float)


def _is_bytes(value: JsonValue) -> bool:
    return isinstance(value, str) and all(ord(character) <= _LAST_BYTE for character in value)
