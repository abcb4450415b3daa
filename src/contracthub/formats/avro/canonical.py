"""The two ways in which an Avro schema is written back: as it is stored, and normalised (schema-registry-api §11).

As stored, the text is what Avro for Java writes: one order of attributes, nothing redundant, everything kept that
somebody might read. Normalised, names are written in full and properties sorted, so that schemas that mean the same
are the same.
"""

from collections.abc import Mapping

from contracthub.formats import safe_json
from contracthub.formats.avro.model import (
    Array,
    AvroSchema,
    Enum,
    Fixed,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    RecordField,
    Reference,
    Union,
    namespace_of,
    short_name,
)
from contracthub.formats.safe_json import JsonObject, JsonValue


def canonical_text(schema: AvroSchema) -> str:
    """The schema as it is stored and given back."""
    return safe_json.dumps(_Writer(in_full=False).node(schema.root, "")).decode()


def normalised_text(schema: AvroSchema) -> str:
    """The schema with full names and sorted properties: equal for schemas that differ in spelling alone."""
    return safe_json.dumps(_Writer(in_full=True).node(schema.root, "")).decode()


def sorted_text(schema: AvroSchema) -> str:
    """What ``canonical_text`` makes of the normalised text, so that a schema is known again by either."""
    return safe_json.dumps(_Writer(in_full=False, sorts=True).node(schema.root, "")).decode()


def resolved_text(schema: AvroSchema, *, sorts: bool = False) -> str:
    """The schema with the types of those that it refers to written where they are first used."""
    return safe_json.dumps(_Writer(in_full=False, sorts=sorts, types=schema.names).node(schema.root, "")).decode()


class _Writer:
    """Writes types; a type that is written a second time is referred to by its name.

    ``types`` are written where they are first referred to.
    """

    def __init__(self, *, in_full: bool, sorts: bool | None = None, types: Mapping[str, Named] | None = None) -> None:
        self._in_full = in_full
        self._sorts = in_full if sorts is None else sorts
        self._types = types or {}
        self._written: set[str] = set()

    def node(self, node: Node, namespace: str) -> JsonValue:
        """The JSON of a type inside of a namespace."""
        if isinstance(node, Primitive):
            return {"type": node.name, **self._sorted(node.properties)} if node.properties else node.name
        if isinstance(node, Reference):
            named = self._types.get(node.name)
            return self._name(node.name, namespace) if named is None else self._named(named, namespace)
        if isinstance(node, Union):
            return [self.node(branch, namespace) for branch in node.branches]
        if isinstance(node, Array):
            return {"type": "array", "items": self.node(node.items, namespace), **self._sorted(node.properties)}
        if isinstance(node, Map):
            return {"type": "map", "values": self.node(node.values, namespace), **self._sorted(node.properties)}
        return self._named(node, namespace)

    def _named(self, node: Named, namespace: str) -> JsonValue:
        if node.name in self._written:
            return self._name(node.name, namespace)
        self._written.add(node.name)
        return {
            **self._head(node, namespace),
            **self._body(node),
            **self._sorted(node.properties),
            **self._aliases(node),
        }

    def _head(self, node: Named, namespace: str) -> JsonObject:
        own = namespace_of(node.name)
        kinds: dict[type[Named], str] = {Enum: "enum", Fixed: "fixed"}
        kind = kinds.get(type(node)) or ("error" if isinstance(node, Record) and node.is_error else "record")
        head: JsonObject = {"type": kind, "name": node.name if self._in_full else short_name(node.name)}
        if not self._in_full and own != namespace:
            head["namespace"] = own
        if node.doc is not None:
            head["doc"] = node.doc
        return head

    def _body(self, node: Named) -> JsonObject:
        if isinstance(node, Fixed):
            return {"size": node.size}
        if isinstance(node, Enum):
            default: JsonObject = {} if node.default is None else {"default": node.default}
            return {"symbols": [*node.symbols], **default}
        return {"fields": [self._field(each, namespace_of(node.name)) for each in node.fields]}

    def _field(self, field: RecordField, namespace: str) -> JsonValue:
        written: JsonObject = {"name": field.name, "type": self.node(field.type, namespace)}
        if field.doc is not None:
            written["doc"] = field.doc
        if field.has_default:
            written["default"] = field.default
        if field.order != "ascending":
            written["order"] = field.order
        if field.aliases:
            written["aliases"] = [*field.aliases]
        return {**written, **self._sorted(field.properties)}

    def _name(self, full: str, namespace: str) -> str:
        same = not self._in_full and namespace_of(full) == namespace
        return short_name(full) if same else full

    def _aliases(self, node: Named) -> JsonObject:
        own = namespace_of(node.name)
        return {"aliases": [self._name(alias, own) for alias in node.aliases]} if node.aliases else {}

    def _sorted(self, properties: JsonObject) -> JsonObject:
        return _sorted_value(properties) if self._sorts else properties  # type: ignore[return-value]


def _sorted_value(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _sorted_value(value[key]) for key in sorted(value)}
    return [_sorted_value(item) for item in value] if isinstance(value, list) else value
