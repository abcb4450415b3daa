"""Whether a schema of events has a field at a place, and whether its reader can do without it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto

from contracthub.domain.registry import SchemaType
from contracthub.formats.avro import model as avro
from contracthub.formats.avro.elements import elements as elements_of_avro
from contracthub.formats.data_paths import Inner, elements_inside
from contracthub.formats.elements import Element, ElementKind
from contracthub.formats.event_schemas import EventSchema
from contracthub.formats.jsonschema import model as jsonschema
from contracthub.formats.jsonschema.elements import elements as elements_of_json
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.pact.expressions import Step
from contracthub.formats.protobuf.parse import ProtobufSchema
from contracthub.formats.usage.places import Steps, is_item, is_same
from contracthub.formats.usage.uses import Known

# Schemas that contain themselves in every alternative come to an end.
_MOST_LOOKS = 10_000


@dataclass(frozen=True, slots=True)
class FieldAt:
    """What a schema says of a place; ``can_do_without`` of data in which the field is missing."""

    known: Known
    can_do_without: bool = False


@dataclass(frozen=True, slots=True)
class _Inner:
    """What is reached from a type: ``node`` stands at step ``at``, and no type where ``node`` is None.

    ``is_open``: anything is taken here, so that nobody knows what is read.
    """

    node: Any
    at: int
    can_do_without: bool = False
    is_open: bool = False


_Inside = Callable[[Any, Steps, int], Iterator[_Inner]]


def field_at(schema: EventSchema, place: Steps) -> FieldAt:
    """The field at a place of what the schema describes, by whichever alternatives lead there.

    Aliases of an Avro field are names by which its reader takes it, too.
    """
    if not place:
        return FieldAt(Known.THERE)
    roots, inside = _WAYS[schema.type](schema.document)
    there, is_open = [], False
    for each in _reached(roots, inside, place):
        is_open = is_open or each.is_open
        there += [] if each.is_open else [each.can_do_without]
    if there:
        return FieldAt(Known.THERE, all(there))
    return FieldAt(Known.NOT_TOLD if is_open else Known.MISSING)


def _reached(roots: list[Any], inside: _Inside, place: Steps) -> Iterator[_Inner]:
    todo = [(root, 0) for root in roots]
    for _ in range(_MOST_LOOKS):
        if not todo:
            return
        node, at = todo.pop()
        for inner in inside(node, place, at):
            if inner.is_open or inner.at == len(place):
                yield inner
            elif inner.node is not None:
                todo.append((inner.node, inner.at))
    yield _Inner(None, 0, is_open=True)


def _ways_of_avro(schema: avro.AvroSchema) -> tuple[list[Any], _Inside]:
    def inside(node: avro.Node, place: Steps, at: int) -> Iterator[_Inner]:
        kind = schema.resolved(node)
        if isinstance(kind, avro.Union):
            yield from (_Inner(each, at) for each in kind.branches)
        elif isinstance(kind, avro.Array):
            yield _Inner(kind.items, at + is_item(place[at]), can_do_without=True)
        elif isinstance(kind, avro.Map):
            yield _Inner(kind.values, at + 1, can_do_without=True)
        elif isinstance(kind, avro.Record):
            for each in kind.fields:
                if any(is_same(name, place[at]) for name in (each.name, *each.aliases)):
                    yield _Inner(each.type, at + 1, each.has_default)

    return [schema.root], inside


def _ways_of_json(schema: JsonSchema) -> tuple[list[Any], _Inside]:
    return [schema.root], _inside_json


def _inside_json(schema: jsonschema.Schema, place: Steps, at: int) -> Iterator[_Inner]:
    node = schema.node
    if isinstance(node, jsonschema.Combined):
        yield from (_Inner(each, at) for each in node.members)
    elif isinstance(node, jsonschema.Conditional):
        yield from (_Inner(node.then, at), _Inner(node.otherwise, at))
    elif isinstance(node, jsonschema.Array):
        yield from (_Inner(each, at + is_item(place[at]), True) for each in (*node.prefix, node.rest))
    elif isinstance(node, jsonschema.Object):
        for name, inner in _properties(node, place[at]):
            yield _Inner(inner, at + 1, name not in node.required)
        yield from (_Inner(each, at) for each in node.dependent.values())
    # Around the whole event an open schema says that nothing of it is read.
    if at > 0 and _takes_anything(node):
        yield _Inner(None, at, is_open=True)


def _properties(node: jsonschema.Object, step: Step) -> Iterator[tuple[str, jsonschema.Schema]]:
    named = [(name, inner) for name, inner in node.properties.items() if is_same(name, step)]
    yield from named
    if not named:
        yield from (("", each) for each in node.patterns.values())
        if not isinstance(node.rest.node, jsonschema.Always | jsonschema.Never):
            yield "", node.rest


def _takes_anything(node: jsonschema.Node) -> bool:
    if isinstance(node, jsonschema.Object):
        return not node.properties and not node.patterns and isinstance(node.rest.node, jsonschema.Always)
    return isinstance(node, jsonschema.Always)


def _ways_of_protobuf(schema: ProtobufSchema) -> tuple[list[Any], _Inside]:
    messages = _Messages(schema)
    return messages.roots(), messages.inside


class _Messages:
    """The messages of a file and of those that it imports, by their full names."""

    def __init__(self, schema: ProtobufSchema) -> None:
        self._own: list[str] = []
        self._named: dict[str, DescriptorProto] = {}
        for file in (*schema.imports.values(), schema.resolved):
            start = f".{file.package}" if file.package else ""
            self._own = [f"{start}.{each.name}" for each in file.message_type]
            todo = [(f"{start}.{each.name}", each) for each in file.message_type]
            while todo:
                name, message = todo.pop()
                self._named[name] = message
                todo += [(f"{name}.{each.name}", each) for each in message.nested_type]

    def roots(self) -> list[Any]:
        """The messages that may be whole events: those that no other one has a field of."""
        used = {
            field.type_name for name, each in self._named.items() for field in each.field if field.type_name != name
        }
        free = [name for name in self._own if name not in used]
        return [self._named[name] for name in free or self._own[:1]]

    def parts(self, message: DescriptorProto) -> Iterator[Inner[DescriptorProto]]:
        """The fields of a message; keys of maps are ``.*``, items of lists ``[*]``."""
        for field in message.field:
            inner = self._named.get(field.type_name)
            if inner is not None and inner.options.map_entry:
                inner = self._named.get(inner.field[1].type_name)
                last = ".*"
            else:
                last = "[*]" if field.label == FieldDescriptorProto.LABEL_REPEATED else ""
            gone = field.options.deprecated
            yield Inner(id(message), f".{field.name}", None, ElementKind.FIELD, deprecated=gone)
            if inner is not None:
                yield Inner(id(message), f".{field.name}{last}", inner)

    def inside(self, message: DescriptorProto, place: Steps, at: int) -> Iterator[_Inner]:
        """The fields of that name; the keys of a map and the items of a list are steps of their own."""
        for field in message.field:
            if any(is_same(name, place[at]) for name in (field.name, _in_json_name(field))):
                inner, after = self._named.get(field.type_name), at + 1
                is_map = inner is not None and inner.options.map_entry
                is_list = field.label == FieldDescriptorProto.LABEL_REPEATED
                if after < len(place) and is_list and (is_map or is_item(place[after])):
                    after += 1
                if is_map and inner is not None:
                    inner = self._named.get(inner.field[1].type_name)
                yield _Inner(inner, after, field.label != FieldDescriptorProto.LABEL_REQUIRED)


def _in_json_name(field: FieldDescriptorProto) -> str:
    """The name that a field has in JSON (Protobuf's JSON mapping), where none is written down."""
    first, *others = field.name.split("_")
    return field.json_name or first + "".join(each[:1].upper() + each[1:] for each in others)


_WAYS: Mapping[SchemaType, Callable[[Any], tuple[list[Any], _Inside]]] = {
    SchemaType.AVRO: _ways_of_avro,
    SchemaType.JSON: _ways_of_json,
    SchemaType.PROTOBUF: _ways_of_protobuf,
}


def elements_by_path(schema: EventSchema) -> Iterator[Element]:
    """The parts of a schema by their place in the data, whatever its language."""
    if schema.type is SchemaType.AVRO:
        yield from elements_of_avro(schema.document)
    elif schema.type is SchemaType.JSON:
        yield from elements_of_json(schema.document)
    else:
        messages = _Messages(schema.document)
        for root in messages.roots():
            yield from elements_inside(root, messages.parts)
