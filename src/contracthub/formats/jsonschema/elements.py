"""What a JSON Schema is made of: the properties that it names, by their path in the data, and what they may be."""

from collections.abc import Iterable, Iterator

from contracthub.formats.data_paths import Inner, elements_inside
from contracthub.formats.elements import Element, ElementKind, bounded
from contracthub.formats.jsonschema.model import Array, Combined, Conditional, Constants, Node, Object, Schema
from contracthub.formats.jsonschema.reading import JsonSchema

_MOST_ALTERNATIVES = 100_000


def elements(schema: JsonSchema) -> tuple[Element, ...]:
    """The parts of the schema. A property has one path however many alternatives name it."""
    return bounded(elements_of(schema.root))


def elements_of(schema: Schema, start: str = "$") -> Iterator[Element]:
    """The parts of a schema inside of a document, named from ``start`` on."""
    return elements_inside(schema.node, _Walk().inside, start)


class _Walk:
    """Looks through combinations; they say more about the same value. All looks of one walk are counted together."""

    def __init__(self) -> None:
        self._left = _MOST_ALTERNATIVES

    def inside(self, node: Node) -> Iterator[Inner[Node]]:
        """The steps from any of the alternatives of a node."""
        for each in self._alternatives(node):
            if isinstance(each, Object):
                yield from _properties(each)
            elif isinstance(each, Array):
                for item in (*each.prefix, each.rest):
                    yield Inner(id(each), "[*]", item.node)
            elif isinstance(each, Constants):
                # Longer ones are data that was fixed, and nothing that consumers tell apart by name.
                short = (key for key in sorted(each.keys) if len(key) <= _LONGEST_CONSTANT)
                for key in short:
                    yield Inner(id(each), f"={key}", None, ElementKind.ENUM_VALUE, pointer=each.pointer)

    def _alternatives(self, node: Node) -> Iterator[Node]:
        todo, seen = [node], {id(node)}
        while todo and self._left:
            self._left -= 1
            each = todo.pop()
            yield each
            for member in reversed([*_members(each)]):
                inner = member.node
                if id(inner) not in seen:
                    seen.add(id(inner))
                    todo.append(inner)


_LONGEST_CONSTANT = 200


def _members(node: Node) -> Iterable[Schema]:
    if isinstance(node, Combined):
        return node.members
    if isinstance(node, Conditional):
        return (node.then, node.otherwise)
    return [*node.dependent.values()] if isinstance(node, Object) else ()


def _properties(node: Object) -> Iterator[Inner[Node]]:
    for name, schema in node.properties.items():
        yield Inner(id(node), f".{name}", schema.node, ElementKind.FIELD, "", schema.pointer, _is_deprecated(schema))
    for schema in (*node.patterns.values(), node.rest):
        yield Inner(id(node), ".*", schema.node)


def _is_deprecated(schema: Schema) -> bool:
    return isinstance(schema.value, dict) and schema.value.get("deprecated") is True
