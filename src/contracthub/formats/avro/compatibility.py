"""Whether an Avro reader reads what a writer wrote (specification 1.12 "Schema Resolution"; schema-registry-api §16).

The verdicts are those of Avro for Java 1.12, which Confluent's registry runs: names match without their namespace, and
only the reader's aliases count.
"""

from collections.abc import Iterator, Mapping, Sequence

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
    short_name,
)
from contracthub.formats.compatibility import Incompatibility
from contracthub.formats.pairs import Pairs

# Which written primitives a reader's primitive takes, beyond its own.
_PROMOTED = {
    "long": frozenset({"int"}),
    "float": frozenset({"int", "long"}),
    "double": frozenset({"int", "long", "float"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
_MOST_SHOWN = 50
_NAMED = (Record, Enum, Fixed)


def reads(reader: AvroSchema, writer: AvroSchema) -> tuple[Incompatibility, ...]:
    """Reasons why ``reader`` can't read what ``writer`` wrote, the first of many; empty when it can."""
    return incompatibilities(reader, writer)[:_MOST_SHOWN]


def incompatibilities(reader: AvroSchema, writer: AvroSchema) -> tuple[Incompatibility, ...]:
    """Every reason, however many there are."""
    return _Comparison(reader, writer).outcome()


class _Comparison:
    """Compares pairs of types."""

    def __init__(self, reader: AvroSchema, writer: AvroSchema) -> None:
        self._reader, self._writer = reader, writer
        self._pairs: Pairs[Node] = Pairs(self._compared)
        self._branches: dict[int, Mapping[str, Sequence[Node]]] = {}

    def outcome(self) -> tuple[Incompatibility, ...]:
        """What is wrong with the roots."""
        return self._pairs.outcome(self._reader.resolved(self._reader.root), self._writer.resolved(self._writer.root))

    def of(self, reading: Node, writing: Node, path: str) -> tuple[Incompatibility, ...]:
        """Why the one does not read the other."""
        return self._pairs.of(self._reader.resolved(reading), self._writer.resolved(writing), path)

    def _compared(self, one: Node, other: Node, path: str) -> Iterator[Incompatibility]:
        if isinstance(other, Union):
            yield from self._from_union(one, other, path)
        elif isinstance(one, Union):
            yield from self._into_union(one, other, path)
        elif isinstance(one, Primitive):
            if not (isinstance(other, Primitive) and _takes(one.name, other.name)):
                yield _type_mismatch(one, other, path)
        elif type(one) is not type(other):
            yield _type_mismatch(one, other, path)
        else:
            yield from self._of_one_kind(one, other, path)

    def _of_one_kind(self, one: Node, other: Node, path: str) -> Iterator[Incompatibility]:
        if isinstance(one, Array) and isinstance(other, Array):
            yield from self.of(one.items, other.items, f"{path}[*]")
        elif isinstance(one, Map) and isinstance(other, Map):
            yield from self.of(one.values, other.values, f"{path}.*")
        elif isinstance(one, Record) and isinstance(other, Record):
            mismatch = [*_of_names(one, other, path)]
            yield from mismatch or self._of_fields(one, other, path)
        elif isinstance(one, Enum) and isinstance(other, Enum):
            yield from _of_names(one, other, path)
            yield from _of_symbols(one, other, path)
        elif isinstance(one, Fixed) and isinstance(other, Fixed):
            yield from _of_names(one, other, path)
            if one.size != other.size:
                yield _size_mismatch(one, other, path)

    def _from_union(self, one: Node, other: Union, path: str) -> Iterator[Incompatibility]:
        """Any branch may have been written, so every one has to be read."""
        for branch in other.branches:
            yield from self.of(one, branch, path)

    def _into_union(self, one: Union, other: Node, path: str) -> Iterator[Incompatibility]:
        candidates = [self.of(branch, other, path) for branch in self._branches_for(one, other)]
        if not all(candidates):
            return
        # A branch of the same name is the one that was meant: what is wrong inside of it helps more than "no branch".
        if candidates and not isinstance(other, Primitive):
            yield from candidates[0]
        else:
            yield _missing_branch(one, other, path)

    def _branches_for(self, one: Union, other: Node) -> Sequence[Node]:
        """The branches that could read it at all: by name for a named type, and otherwise those without a name."""
        key = id(one)
        if key not in self._branches:
            index: dict[str, list[Node]] = {}
            for branch in one.branches:
                kind = self._reader.resolved(branch)
                names = {short_name(kind.name), *kind.aliases} if isinstance(kind, _NAMED) else {""}
                for name in names:
                    index.setdefault(name, []).append(kind)
            self._branches[key] = index
        found = self._branches[key]
        if not isinstance(other, _NAMED):
            return [branch for branch in found.get("", ()) if type(branch) is type(other)]
        return [*found.get(short_name(other.name), ()), *found.get(other.name, ())]

    def _of_fields(self, one: Record, other: Record, path: str) -> Iterator[Incompatibility]:
        written = {each.name: each for each in other.fields}
        for each in one.fields:
            found = next((written[name] for name in (each.name, *each.aliases) if name in written), None)
            if found is not None:
                yield from self.of(each.type, found.type, f"{path}.{each.name}")
            elif not each.has_default:
                yield self._missing_field(each, one, other, path)

    def _missing_field(self, each: RecordField, one: Record, other: Record, path: str) -> Incompatibility:
        kind = self._reader.resolved(each.type)
        nullable = isinstance(kind, Union) and any(_is_null(branch) for branch in kind.branches)
        hint = " (that it may be null is no default)" if nullable else ""
        return Incompatibility(
            rule="READER_FIELD_MISSING_DEFAULT_VALUE",
            path=f"{path}.{each.name}",
            message=f"the reader's field '{each.name}' of {one.name} has no default{hint}, and {other.name} was "
            "written without that field",
            remedy=f"Give '{each.name}' a default, or an alias if it is a field of another name.",
            reader_pointer=each.pointer,
            writer_pointer=other.pointer,
        )


def _takes(reading: str, written: str) -> bool:
    return reading == written or written in _PROMOTED.get(reading, ())


def _is_null(node: Node) -> bool:
    return isinstance(node, Primitive) and node.name == "null"


def _is_called(one: Named, other: Named) -> bool:
    return short_name(one.name) == short_name(other.name) or other.name in one.aliases


def _of_names(one: Named, other: Named, path: str) -> Iterator[Incompatibility]:
    if not _is_called(one, other):
        yield _between(
            one,
            other,
            "NAME_MISMATCH",
            path,
            f"the reader expects {one.name}, and {other.name} was written",
            f"Keep the name, or give {one.name} the alias '{other.name}'.",
        )


def _of_symbols(one: Enum, other: Enum, path: str) -> Iterator[Incompatibility]:
    unknown = [symbol for symbol in other.symbols if symbol not in one.symbols]
    if unknown and one.default is None:
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        yield _between(
            one,
            other,
            "MISSING_ENUM_SYMBOLS",
            path,
            f"the reader's enum {one.name} does not know {', '.join(unknown[:10])}{more}, which may have been "
            "written, and has no default of its own (a field's default does not help)",
            f"Add the symbols to {one.name}, or give the enum a default.",
        )


def _size_mismatch(one: Fixed, other: Fixed, path: str) -> Incompatibility:
    return _between(
        one,
        other,
        "FIXED_SIZE_MISMATCH",
        path,
        f"the reader expects {one.name} of {one.size} bytes, and {other.size} were written",
        "Keep the size, or use another field with a fixed type of another name.",
    )


def _missing_branch(one: Union, other: Node, path: str) -> Incompatibility:
    return _between(
        one,
        other,
        "MISSING_UNION_BRANCH",
        path,
        f"no branch of the reader's union reads the {_told(other)} that may have been written",
        f"Add {_told(other)} to the union.",
    )


def _type_mismatch(one: Node, other: Node, path: str) -> Incompatibility:
    return _between(
        one,
        other,
        "TYPE_MISMATCH",
        path,
        f"the reader expects {_told(one)}, and {_told(other)} was written",
        "Keep the type, or make it a union of both.",
    )


def _between(one: Node, other: Node, rule: str, path: str, message: str, remedy: str) -> Incompatibility:
    return Incompatibility(rule, path, message, remedy, one.pointer, other.pointer)


def _told(node: Node) -> str:
    if isinstance(node, Primitive | Reference):
        return node.name
    kind = type(node).__name__.lower()
    return f"{kind} {node.name}" if isinstance(node, Record | Enum | Fixed) else kind
