"""Schemas of events in the shape of JSON Schema: what their data looks like to a contract that reads it as JSON.

A contract says of a message what a program reads of it. So a record is an object, a symbol a text, a union any of its
branches. Each part knows the places of its schema, by which changes name them.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto

from contracthub.formats.avro import model as avro
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.pointers import child
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.safe_json import JsonObject, JsonValue

_DEFINITIONS = "/definitions"
_PRIMITIVES: Mapping[str, str] = {
    "null": "null",
    "boolean": "boolean",
    "int": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "bytes": "string",
    "string": "string",
}
_FLOATS = (FieldDescriptorProto.TYPE_DOUBLE, FieldDescriptorProto.TYPE_FLOAT)
_LONGS = (
    FieldDescriptorProto.TYPE_INT64,
    FieldDescriptorProto.TYPE_UINT64,
    FieldDescriptorProto.TYPE_FIXED64,
    FieldDescriptorProto.TYPE_SFIXED64,
    FieldDescriptorProto.TYPE_SINT64,
)
_TEXTS = (FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_BYTES)
_OBJECTS = (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_GROUP)


class Translated(dict[str, JsonValue]):
    """A schema that stands for a part of another one; ``origins`` are the places of that part."""

    def __init__(self, value: JsonObject, origins: Iterable[str] = ()) -> None:
        super().__init__(value)
        self.origins = frozenset(origins)


def from_avro(schema: avro.AvroSchema, where: Callable[[str], str]) -> tuple[Place, Bundle]:
    """An Avro schema as JSON Schema; ``where`` tells a pointer in it as changes do."""
    translation = _Avro(schema, where)
    definitions = {name: translation.named(each) for name, each in schema.names.items()}
    return _bundled(translation.of(schema.root), definitions)


class _Avro:
    def __init__(self, schema: avro.AvroSchema, where: Callable[[str], str]) -> None:
        self._schema, self._where = schema, where

    def of(self, node: avro.Node, *more: str) -> Translated:
        """A type where it is used; ``more`` are other places that are about its use."""
        places = [self._where(each) for each in (node.pointer, *more)]
        match node:
            case avro.Reference(name) | avro.Record(name) | avro.Enum(name) | avro.Fixed(name):
                return Translated({"$ref": f"#{child(_DEFINITIONS, name)}"}, places)
            case avro.Union(branches):
                return Translated({"anyOf": [self.of(each) for each in branches]}, places)
            case avro.Array(items):
                return Translated({"type": "array", "items": self.of(items)}, places)
            case avro.Map(values):
                return Translated({"type": "object", "additionalProperties": self.of(values)}, places)
            case avro.Primitive(name, _, properties):
                # What programs make of a logical type is not known here.
                is_plain = "logicalType" not in properties
                return Translated({"type": _PRIMITIVES[name]} if is_plain else {}, places)

    def named(self, node: avro.Named) -> Translated:
        """A type where it is defined. Whoever writes a record writes all its fields."""
        places = [self._where(node.pointer)]
        if isinstance(node, avro.Enum):
            return Translated({"type": "string", "enum": [*node.symbols]}, places)
        if isinstance(node, avro.Fixed):
            return Translated({"type": "string"}, places)
        fields: JsonObject = {each.name: self.of(each.type, each.pointer) for each in node.fields}
        return Translated({"type": "object", "properties": fields, "required": [*fields]}, places)


def from_protobuf(schema: ProtobufSchema) -> tuple[Place, Bundle]:
    """A Protobuf file as JSON Schema, as its JSON mapping has it; places are names such as ``Order.id``.

    The event is any of the messages that no other one has a field of. No field has to be there: defaults are left out.
    """
    definitions: JsonObject = {}
    used: set[str] = set()
    own: list[str] = []
    for file in (*schema.imports.values(), schema.resolved):
        start = f".{file.package}" if file.package else ""
        own = [f"{start}.{each.name}" for each in file.message_type]
        todo: list[tuple[str, str, DescriptorProto]] = [
            (f"{start}.{each.name}", each.name, each) for each in file.message_type
        ]
        definitions |= {f"{start}.{each.name}": _enum(each.name, each) for each in file.enum_type}
        while todo:
            full, name, message = todo.pop()
            definitions[full] = _message(name, message)
            used.update(field.type_name for field in message.field if field.type_name != full)
            todo += [(f"{full}.{each.name}", f"{name}.{each.name}", each) for each in message.nested_type]
            definitions |= {f"{full}.{each.name}": _enum(f"{name}.{each.name}", each) for each in message.enum_type}
    roots = [name for name in own if name not in used] or own[:1]
    return _bundled(Translated({"anyOf": [_reference(name) for name in roots]}), definitions)


def _reference(name: str) -> Translated:
    return Translated({"$ref": f"#{child(_DEFINITIONS, name)}"})


def _enum(name: str, enum: EnumDescriptorProto) -> Translated:
    words: list[JsonValue] = [each.name for each in enum.value]
    return Translated({"anyOf": [{"type": "string", "enum": words}, {"type": "integer"}]}, [name])


def _message(name: str, message: DescriptorProto) -> Translated:
    if message.options.map_entry:
        return Translated({"type": "object", "additionalProperties": _field(name, message.field[1])}, [name])
    fields: JsonObject = {}
    maps = {each.name for each in message.nested_type if each.options.map_entry}
    for each in message.field:
        made = _field(name, each, is_map=each.type_name.rpartition(".")[2] in maps)
        fields |= {each.name: made, each.json_name: made}
    return Translated({"type": "object", "properties": fields}, [name])


def _field(owner: str, field: FieldDescriptorProto, *, is_map: bool = False) -> Translated:
    places = [f"{owner}.{field.name}"]
    made: JsonObject
    if field.type in _OBJECTS or field.type == FieldDescriptorProto.TYPE_ENUM:
        made = _reference(field.type_name)
    elif field.type in _TEXTS:
        made = {"type": "string"}
    elif field.type == FieldDescriptorProto.TYPE_BOOL:
        made = {"type": "boolean"}
    elif field.type in _FLOATS:
        made = {"type": "number"}
    else:
        # Long numbers are written as text, so that nothing is lost.
        made = {"type": ["integer", "string"] if field.type in _LONGS else "integer"}
    if field.label == FieldDescriptorProto.LABEL_REPEATED and not is_map:
        made = {"type": "array", "items": made}
    return Translated(made, places)


def _bundled(root: Translated, definitions: Mapping[str, Any]) -> tuple[Place, Bundle]:
    whole: JsonObject = {"definitions": {**definitions}, "root": root}
    return Place("", "/root", root), Bundle("", {"": whole})
