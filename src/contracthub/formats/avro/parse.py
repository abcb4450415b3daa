"""Reads Avro schemas strictly (specification 1.12, as Avro for Java 1.12 reads new ones); finds every fault at once."""

import re
from collections.abc import Iterator, Mapping, Sequence

from contracthub.domain.errors import Fault
from contracthub.formats import safe_json
from contracthub.formats.avro.defaults import misfit
from contracthub.formats.avro.model import (
    PRIMITIVES,
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
)
from contracthub.formats.faults import invalid
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import JsonObject, JsonValue, kind_of

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What old parsers let through.
_ANY_NAME = re.compile(r".+", re.DOTALL)
_ORDERS = ("ascending", "descending", "ignore")
_CODE, _WHAT = "invalid-avro-schema", "The Avro schema"
_LARGEST_SIZE = 2**31 - 1
# What is part of the language at each kind of type; everything else is somebody's own property and is kept.
_NAMED_KEYS = frozenset({"type", "name", "namespace", "doc", "aliases"})
_OWN_KEYS: Mapping[str, frozenset[str]] = {
    "record": _NAMED_KEYS | {"fields"},
    "error": _NAMED_KEYS | {"fields"},
    "enum": _NAMED_KEYS | {"symbols", "default"},
    "fixed": _NAMED_KEYS | {"size"},
    "array": frozenset({"type", "items"}),
    "map": frozenset({"type", "values"}),
    "field": frozenset({"name", "type", "default", "order", "aliases", "doc"}),
}


def parse(
    data: bytes | str, references: Sequence[AvroSchema] = (), limits: Limits = DOCUMENT, *, lenient: bool = False
) -> AvroSchema:
    """The schema of an Avro schema document; ``references`` define named types that it may use.

    A bare word is taken for a JSON string, as Avro's own parsers do. ``lenient`` is for schemas that were registered
    long ago and have data: names need not be of letters, digits and _, and defaults need not fit, as registries read
    what they stored. Raises ``Invalid`` with every fault and its JSON pointer, and ``TooLarge`` when the text is over a
    limit.
    """
    text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
    bare = text.strip()
    document: JsonValue = bare if bare in PRIMITIVES else safe_json.loads(data, limits)
    reader = _Reader(_names_of(references), _ANY_NAME if lenient else _NAME)
    root = reader.node(document, "", "")
    if not lenient:
        reader.check_defaults()
    if reader.faults:
        raise invalid(_CODE, _WHAT, reader.faults)
    assert root is not None
    return AvroSchema(root, reader.names)


def _names_of(references: Sequence[AvroSchema]) -> dict[str, Named]:
    names: dict[str, Named] = {}
    for schema in references:
        names.update(schema.names)
    return names


class _Reader:
    """Builds the tree; what is wrong is noted, and reading goes on beside it."""

    def __init__(self, names: dict[str, Named], name: re.Pattern[str]) -> None:
        self.names = names
        self._name = name
        self.faults: list[Fault] = []
        # A type may be referred to inside of itself, before it is complete.
        self._open: set[str] = set()
        self._fields: list[RecordField] = []

    def check_defaults(self) -> None:
        """Hold every default against its type, once all types are known."""
        if self.faults:
            return
        schema = AvroSchema(Primitive("null", ""), self.names)
        for each in self._fields:
            reason = misfit(each.default, each.type, schema) if each.has_default else None
            if reason:
                self._fault(child(each.pointer, "default"), f"does not fit the field's type: {reason}")

    def node(self, value: JsonValue, namespace: str, pointer: str) -> Node | None:
        """The type that ``value`` writes, None when it is none."""
        if isinstance(value, str):
            return self._by_name(value, namespace, pointer)
        if isinstance(value, list):
            return self._union(value, namespace, pointer)
        if isinstance(value, dict):
            return self._object(value, namespace, pointer)
        self._fault(pointer, f"must be a type (a name, an object or a list), and is {kind_of(value)}")
        return None

    def _fault(self, pointer: str, text: str) -> None:
        self.faults.append(Fault("schema", text, pointer=pointer))

    def _by_name(self, name: str, namespace: str, pointer: str) -> Node | None:
        if name in PRIMITIVES:
            return Primitive(name, pointer)
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        for candidate in (full, name):
            if candidate in self.names or candidate in self._open:
                return Reference(candidate, pointer)
        text = f"names the type {name[:200]!r}, which is not defined here nor in a reference"
        self._fault(pointer, f"{text}; define it first, or add the reference that does")
        return None

    def _union(self, branches: list[JsonValue], namespace: str, pointer: str) -> Node | None:
        read = [self.node(branch, namespace, child(pointer, index)) for index, branch in enumerate(branches)]
        seen: set[str] = set()
        for index, branch in enumerate(read):
            if isinstance(branch, Union):
                self._fault(child(pointer, index), "is a union inside of a union; put its branches into the outer one")
            elif branch is not None:
                kind = _kind_in_union(branch)
                if kind in seen:
                    self._fault(
                        child(pointer, index), f"is a second {kind} in the union; a union tells its branches by type"
                    )
                seen.add(kind)
        return Union(tuple(branch for branch in read if branch is not None), pointer)

    def _object(self, value: JsonObject, namespace: str, pointer: str) -> Node | None:
        kind = value.get("type")
        if isinstance(kind, dict | list):
            # {"type": {"type": "string"}} wraps a type for nothing, and Avro lets it.
            return self.node(kind, namespace, child(pointer, "type"))
        if not isinstance(kind, str):
            self._fault(pointer, 'has no "type"; write one')
            return None
        if kind in PRIMITIVES:
            return Primitive(kind, pointer, {key: each for key, each in value.items() if key not in {"type", "name"}})
        properties = _properties(value, kind)
        if kind == "array":
            items = self._inner(value, "items", namespace, pointer)
            return Array(items, pointer, properties) if items else None
        if kind == "map":
            values = self._inner(value, "values", namespace, pointer)
            return Map(values, pointer, properties) if values else None
        if kind in {"record", "error", "enum", "fixed"}:
            return self._named(value, kind, namespace, pointer)
        return self._by_name(kind, namespace, child(pointer, "type"))

    def _inner(self, value: JsonObject, key: str, namespace: str, pointer: str) -> Node | None:
        if key not in value:
            self._fault(pointer, f'has no "{key}"; say what type they have')
            return None
        return self.node(value[key], namespace, child(pointer, key))

    def _named(self, value: JsonObject, kind: str, namespace: str, pointer: str) -> Node | None:
        name = self._full_name(value, namespace, pointer)
        if name is None:
            return None
        if name in self.names or name in self._open:
            self._fault(pointer, f"defines {name!r} again; a name is defined once and referred to elsewhere")
            return None
        self._open.add(name)
        aliases = tuple(self._aliases(value, namespace_of(name), pointer))
        doc = value["doc"] if isinstance(value.get("doc"), str) else None
        shared = {"aliases": aliases, "pointer": pointer, "doc": doc, "properties": _properties(value, kind)}
        made = self._body(value, kind, name, pointer, shared)
        self._open.discard(name)
        if made is not None:
            self.names[name] = made
        return made

    def _body(
        self, value: JsonObject, kind: str, name: str, pointer: str, shared: Mapping[str, object]
    ) -> Named | None:
        known: dict[str, object] = dict(shared)
        if kind == "enum":
            symbols = tuple(self._symbols(value, pointer))
            default = self._enum_default(value, symbols, pointer)
            return Enum(name=name, symbols=symbols, default=default, **known)  # type: ignore[arg-type]
        if kind == "fixed":
            return Fixed(name=name, size=self._size(value, pointer), **known)  # type: ignore[arg-type]
        fields = tuple(self._record_fields(value, namespace_of(name), pointer))
        return Record(name=name, fields=fields, is_error=kind == "error", **known)  # type: ignore[arg-type]

    def _full_name(self, value: JsonObject, namespace: str, pointer: str) -> str | None:
        name, own = value.get("name"), value.get("namespace")
        if not isinstance(name, str) or not name:
            self._fault(pointer, 'has no "name"; records, enums and fixed types have one')
            return None
        if own is not None and not isinstance(own, str):
            self._fault(child(pointer, "namespace"), f"must be a string, and is {kind_of(own)}")
            return None
        space = namespace if own is None else own
        full = name if "." in name or not space else f"{space}.{name}"
        if not all(self._name.fullmatch(part) for part in full.removeprefix(".").split(".")):
            where = child(pointer, "name")
            self._fault(
                where, f"is {full[:200]!r}; each part of a name is letters, digits and _, and begins with no digit"
            )
            return None
        if full in PRIMITIVES:
            self._fault(child(pointer, "name"), f"is {full!r}, which is a primitive type; choose another name")
            return None
        return full.removeprefix(".")

    def _aliases(self, value: JsonObject, namespace: str, pointer: str) -> Iterator[str]:
        for alias in self._texts(value, "aliases", pointer):
            yield alias if "." in alias or not namespace else f"{namespace}.{alias}"

    def _texts(self, value: JsonObject, key: str, pointer: str) -> Iterator[str]:
        texts = value.get(key)
        if texts is None:
            return
        if not isinstance(texts, list):
            self._fault(child(pointer, key), f"must be a list of strings, and is {kind_of(texts)}")
            return
        for index, text in enumerate(texts):
            if isinstance(text, str):
                yield text
            else:
                self._fault(child(child(pointer, key), index), f"must be a string, and is {kind_of(text)}")

    def _symbols(self, value: JsonObject, pointer: str) -> Iterator[str]:
        if not isinstance(value.get("symbols"), list):
            self._fault(pointer, 'has no list of "symbols"; an enum lists what it may be')
            return
        seen: set[str] = set()
        for symbol in self._texts(value, "symbols", pointer):
            where = child(pointer, "symbols")
            if not self._name.fullmatch(symbol):
                self._fault(where, f"has {symbol[:200]!r}; a symbol is letters, digits and _, and begins with no digit")
            elif symbol in seen:
                self._fault(where, f"has {symbol[:200]!r} twice; each symbol stands once")
            else:
                seen.add(symbol)
                yield symbol

    def _enum_default(self, value: JsonObject, symbols: Sequence[str], pointer: str) -> str | None:
        default = value.get("default")
        if default is None:
            return None
        if not isinstance(default, str) or default not in symbols:
            self._fault(child(pointer, "default"), "is none of the symbols; choose one of them")
            return None
        return default

    def _size(self, value: JsonObject, pointer: str) -> int:
        size = value.get("size")
        if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= _LARGEST_SIZE:
            self._fault(child(pointer, "size"), f"must be a whole number of bytes, 0 to {_LARGEST_SIZE}")
            return 0
        return size

    def _record_fields(self, value: JsonObject, namespace: str, pointer: str) -> Iterator[RecordField]:
        fields = value.get("fields")
        if not isinstance(fields, list):
            self._fault(pointer, 'has no list of "fields"; a record without any has an empty one')
            return
        seen: set[str] = set()
        for index, each in enumerate(fields):
            where = child(child(pointer, "fields"), index)
            if not isinstance(each, dict):
                self._fault(where, f"must be an object, and is {kind_of(each)}")
                continue
            made = self._field(each, namespace, where)
            if made is None:
                continue
            if made.name in seen:
                self._fault(where, f"is a second field named {made.name!r}; names are unique in a record")
            seen.add(made.name)
            self._fields.append(made)
            yield made

    def _field(self, value: JsonObject, namespace: str, pointer: str) -> RecordField | None:
        name, order = value.get("name"), value.get("order", "ascending")
        if not isinstance(name, str) or not self._name.fullmatch(name):
            self._fault(pointer, 'has no valid "name": letters, digits and _, and no digit first')
            return None
        if not isinstance(order, str) or order.lower() not in _ORDERS:
            self._fault(child(pointer, "order"), f"must be one of: {', '.join(_ORDERS)}")
        kind = self._inner(value, "type", namespace, pointer)
        if kind is None:
            return None
        return RecordField(
            name=name,
            type=kind,
            has_default="default" in value,
            default=value.get("default"),
            order=str(order).lower(),
            aliases=tuple(self._texts(value, "aliases", pointer)),
            pointer=pointer,
            doc=value["doc"] if isinstance(value.get("doc"), str) else None,  # type: ignore[arg-type]
            properties=_properties(value, "field"),
        )


def _properties(value: JsonObject, kind: str) -> JsonObject:
    own = _OWN_KEYS.get(kind, _NAMED_KEYS)
    return {key: each for key, each in value.items() if key not in own}


def _kind_in_union(node: Node) -> str:
    if isinstance(node, Primitive | Reference | Record | Enum | Fixed):
        return node.name
    return type(node).__name__.lower()
