"""What an Avro schema is made of: its fields by their path in the data, and the symbols of its enums."""

from collections.abc import Iterator

from contracthub.formats.avro.model import Array, AvroSchema, Enum, Map, Node, Record, Union
from contracthub.formats.data_paths import Inner, elements_inside
from contracthub.formats.elements import Element, ElementKind, bounded


def elements(schema: AvroSchema, start: str = "$") -> tuple[Element, ...]:
    """The parts of the schema. A branch of a union adds nothing to a path, as in the messages of a comparison.

    What a reference defines has no pointer, because it stands in another document.
    """
    own = {id(node) for node in _written_in(schema.root)}

    def inside(node: Node) -> Iterator[Inner[Node]]:
        return _inside(schema.resolved(node), schema, own)

    return bounded(elements_inside(schema.root, inside, start))


def _inside(kind: Node, schema: AvroSchema, own: set[int]) -> Iterator[Inner[Node]]:
    if isinstance(kind, Union):
        for branch in kind.branches:
            yield from _inside(schema.resolved(branch), schema, own)
    elif isinstance(kind, Array):
        yield Inner(id(kind), "[*]", kind.items)
    elif isinstance(kind, Map):
        yield Inner(id(kind), ".*", kind.values)
    elif isinstance(kind, Record):
        for each in kind.fields:
            pointer = each.pointer if id(kind) in own else None
            yield Inner(id(kind), f".{each.name}", each.type, ElementKind.FIELD, f"{kind.name}.{each.name}", pointer)
    elif isinstance(kind, Enum):
        for symbol in kind.symbols:
            pointer = f"{kind.pointer}/symbols" if id(kind) in own else None
            yield Inner(id(kind), f"={symbol}", None, ElementKind.ENUM_VALUE, f"{kind.name}.{symbol}", pointer)


def _written_in(root: Node) -> Iterator[Node]:
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, Array):
            todo.append(node.items)
        elif isinstance(node, Map):
            todo.append(node.values)
        elif isinstance(node, Union):
            todo.extend(node.branches)
        elif isinstance(node, Record):
            todo.extend(each.type for each in node.fields)
