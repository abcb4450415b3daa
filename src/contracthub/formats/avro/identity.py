"""When two Avro schemas are the same for everybody who reads and writes data of them.

What does not count: documentation, key order, how a name is spelt and where a type is defined. Everything else does,
also what merely some tools see (logical types, somebody's own properties), and so does all that the schema refers to.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from contracthub.formats.avro.canonical import normalised_text
from contracthub.formats.avro.model import Array, AvroSchema, Enum, Fixed, Map, Named, Node, Record, Reference, Union


def identity(schema: AvroSchema) -> str:
    """The sha under which evidence about the schema is kept."""
    text = "\n".join(_Flattened(schema).everything())
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class _Flattened:
    """Every named type apart, with its fields' types by name, so that it is no matter which one is defined in which."""

    def __init__(self, schema: AvroSchema) -> None:
        self._schema = schema
        self._todo: list[str] = []
        self._seen: set[str] = set()

    def everything(self) -> Iterator[str]:
        """The root, and all named types that it uses, however indirectly, by their names."""
        yield _text(self._bare(self._schema.root))
        used: dict[str, str] = {}
        while self._todo:
            name = self._todo.pop()
            used[name] = _text(self._body(self._schema.names[name]))
        yield from (used[name] for name in sorted(used))

    def _bare(self, node: Node) -> Node:
        if isinstance(node, Record | Fixed | Enum):
            node = Reference(node.name, "")
        if isinstance(node, Reference):
            if node.name not in self._seen:
                self._seen.add(node.name)
                self._todo.append(node.name)
            return node
        if isinstance(node, Array):
            return replace(node, items=self._bare(node.items))
        if isinstance(node, Map):
            return replace(node, values=self._bare(node.values))
        return Union(tuple(map(self._bare, node.branches)), "") if isinstance(node, Union) else node

    def _body(self, named: Named) -> Named:
        named = replace(named, doc=None, aliases=tuple(sorted(named.aliases)))
        if not isinstance(named, Record):
            return named
        fields = (
            replace(each, type=self._bare(each.type), doc=None, aliases=tuple(sorted(each.aliases)))
            for each in named.fields
        )
        return replace(named, fields=tuple(fields))


def _text(node: Node) -> str:
    return normalised_text(AvroSchema(node, {}))
