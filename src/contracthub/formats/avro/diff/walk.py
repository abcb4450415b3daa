"""Walks two Avro schemas side by side, for all that schema resolution does not mind."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence

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
    short_name,
)
from contracthub.formats.changes import Direction
from contracthub.formats.findings import Broken, Finding, value_of
from contracthub.formats.pairs import MOST_COMPARISONS
from contracthub.formats.safe_json import JsonObject, JsonValue

_NAMED = (Record, Enum, Fixed)
_LOGICAL = frozenset({"logicalType", "precision", "scale"})
_FIELD_RULE = "READER_FIELD_MISSING_DEFAULT_VALUE"


class Walk:
    """Finds what ``broken`` does not say already. Every pair of types is looked at once, at its nearest place."""

    def __init__(self, old: AvroSchema, new: AvroSchema, broken: Collection[Broken]) -> None:
        self._old, self._new = old, new
        self._places = {(each.pointer_old, each.pointer_new) for each in broken}
        fields = [each for each in broken if each.rule == _FIELD_RULE]
        self._came = {each.pointer_new for each in fields if each.direction is Direction.REQUEST}
        self._went = {each.pointer_old for each in fields if each.direction is Direction.RESPONSE}
        self._todo: deque[tuple[Node, Node, str]] = deque([(old.root, new.root, "$")])
        self._seen: set[tuple[int, int]] = set()

    def findings(self) -> Iterator[Finding]:
        """Everything found, nearest first."""
        while self._todo and len(self._seen) < MOST_COMPARISONS:
            old, new, path = self._todo.popleft()
            one, other = self._old.resolved(old), self._new.resolved(new)
            if (id(one), id(other)) not in self._seen:
                self._seen.add((id(one), id(other)))
                yield from self._of_types(one, other, path)

    def _of_types(self, old: Node, new: Node, path: str) -> Iterator[Finding]:
        if isinstance(old, Union) or isinstance(new, Union):
            yield from self._of_unions(old, new, path)
        elif type(old) is not type(new) or (isinstance(old, Primitive) and old.name != getattr(new, "name", "")):
            yield from self._rewritten(old, new, path)
        else:
            yield from _of_properties(old, new, path)
            if isinstance(old, Array) and isinstance(new, Array):
                self._todo.append((old.items, new.items, f"{path}[*]"))
            elif isinstance(old, Map) and isinstance(new, Map):
                self._todo.append((old.values, new.values, f"{path}.*"))
            elif isinstance(old, _NAMED) and isinstance(new, _NAMED):
                yield from self._of_named(old, new, path)

    def _rewritten(self, old: Node, new: Node, path: str) -> Iterator[Finding]:
        told = _spelt(old), _spelt(new)
        olds, news = {old.pointer, *_pointers(old, self._old)}, {new.pointer, *_pointers(new, self._new)}
        is_told = any(one in olds and other in news for one, other in self._places)
        if told[0] != told[1] and not is_told:
            yield _at("type-rewritten", path, (old, new), told)

    def _of_unions(self, old: Node, new: Node, path: str) -> Iterator[Finding]:
        olds, news = _branches(old, self._old), _branches(new, self._new)
        pairs: list[tuple[Node, Node]] = []
        known, taken = set[int](), set[int]()
        for keys in (_exact_keys, _loose_keys):
            index: dict[tuple[type, str], list[Node]] = {}
            for other in news:
                for key in keys(other):
                    index.setdefault(key, []).append(other)
            for one in (each for each in olds if id(each) not in known):
                alike = (other for key in keys(one) for other in index.get(key, ()) if id(other) not in taken)
                found = next(alike, None)
                if found is not None:
                    known.add(id(one))
                    taken.add(id(found))
                    pairs.append((one, found))
        lost = [each for each in olds if id(each) not in known]
        come = [each for each in news if id(each) not in taken]
        if len(lost) == len(come) == 1 and isinstance(lost[0], _NAMED) and type(lost[0]) is type(come[0]):
            pairs.append((lost[0], come[0]))
        elif lost or come or isinstance(old, Union) is not isinstance(new, Union):
            yield from self._rewritten(old, new, path)
        before, after = ({id(each): at for at, each in enumerate(side)} for side in (olds, news))
        turned = [after[id(other)] for _, other in sorted(pairs, key=lambda pair: before[id(pair[0])])]
        if not lost and not come and turned != sorted(turned):
            yield _at("union-reordered", path, (old, new), (_spelt(old), _spelt(new)))
        self._todo.extend((one, other, path) for one, other in pairs)

    def _of_named(self, old: Named, new: Named, path: str) -> Iterator[Finding]:
        pair = (old, new)
        if old.name != new.name and short_name(old.name) == short_name(new.name):
            yield _at("namespace-changed", path, pair, (old.name, new.name))
        gone = [*old.aliases, *([] if short_name(old.name) == short_name(new.name) else [old.name])]
        yield from _of_aliases(gone, new, (old, new), path)
        yield from _of_doc(old, new, path)
        if isinstance(old, Enum) and isinstance(new, Enum):
            yield from self._of_enums(old, new, path)
        elif isinstance(old, Record) and isinstance(new, Record):
            if old.is_error != new.is_error:
                yield _at("property-changed", path, pair, (old.is_error, new.is_error))
            yield from self._of_fields(old, new, path)

    def _of_enums(self, old: Enum, new: Enum, path: str) -> Iterator[Finding]:
        went = [symbol for symbol in old.symbols if symbol not in new.symbols]
        came = [symbol for symbol in new.symbols if symbol not in old.symbols]
        if went and new.default is not None:
            yield _at("enum-symbol-removed-with-default", path, (old, new), ([*went], None))
        if came and old.default is not None:
            yield _at("enum-symbol-added-with-default", path, (old, new), (None, [*came]))
        if [each for each in old.symbols if each not in went] != [each for each in new.symbols if each not in came]:
            yield _at("enum-symbols-reordered", path, (old, new), ([*old.symbols], [*new.symbols]))
        if old.default != new.default:
            how = "added" if old.default is None else "removed" if new.default is None else "changed"
            yield _at(f"enum-default-{how}", path, (old, new), (old.default, new.default))

    def _of_fields(self, old: Record, new: Record, path: str) -> Iterator[Finding]:
        pairs = _paired(old.fields, new.fields)
        known = {one.name for one, _ in pairs}
        taken = {other.name for _, other in pairs}
        for each in old.fields:
            if each.name not in known and each.pointer not in self._went:
                yield Finding("field-removed", f"{path}.{each.name}", each.pointer, None)
        for each in new.fields:
            if each.name not in taken and each.pointer not in self._came:
                yield Finding("field-added", f"{path}.{each.name}", None, each.pointer)
        for one, other in pairs:
            place = f"{path}.{other.name}"
            yield from self._of_field(one, other, place)
            self._todo.append((one.type, other.type, place))
        before = [one.name for one, _ in pairs]
        if before != [name for name in (each.name for each in old.fields) if name in known]:
            yield _at("fields-reordered", path, (old, new), ([*before], [each.name for each in new.fields]))

    def _of_field(self, old: RecordField, new: RecordField, path: str) -> Iterator[Finding]:
        pair = (old, new)
        if old.name != new.name and old.pointer not in self._went and new.pointer not in self._came:
            yield _at("field-renamed", path, pair, (old.name, new.name))
        yield from _of_aliases([*old.aliases, *([] if old.name == new.name else [old.name])], new, pair, path)
        if old.has_default is not new.has_default:
            yield _at(f"default-{'added' if new.has_default else 'removed'}", path, pair, (old.default, new.default))
        elif safe_json.canonical(old.default) != safe_json.canonical(new.default):
            yield _at("default-changed", path, pair, (old.default, new.default))
        if old.order != new.order:
            yield _at("order-changed", path, pair, (old.order, new.order))
        yield from _of_doc(old, new, path)
        yield from _of_properties(old, new, path)


_Pair = tuple[Node | RecordField, Node | RecordField]


def _at(rule: str, path: str, pair: _Pair, values: tuple[JsonValue, JsonValue] = (None, None)) -> Finding:
    return Finding(rule, path, pair[0].pointer, pair[1].pointer, "", value_of(values[0]), value_of(values[1]))


def _of_aliases(gone: Collection[str], new: Named | RecordField, pair: _Pair, path: str) -> Iterator[Finding]:
    """``gone`` are the old aliases and the old name, which is kept by an alias and no news then."""
    went = [alias for alias in pair[0].aliases if alias not in new.aliases and alias != new.name]  # type: ignore[union-attr]
    came = [alias for alias in new.aliases if alias not in gone]
    if went:
        yield _at("alias-removed", path, pair, ([*went], None))
    if came:
        yield _at("alias-added", path, pair, (None, [*came]))


def _of_doc(old: Named | RecordField, new: Named | RecordField, path: str) -> Iterator[Finding]:
    if old.doc != new.doc:
        yield _at("doc-changed", path, (old, new), (old.doc, new.doc))


def _of_properties(old: Node | RecordField, new: Node | RecordField, path: str) -> Iterator[Finding]:
    before: JsonObject = getattr(old, "properties", {})
    after: JsonObject = getattr(new, "properties", {})
    for rule, logical in (("logical-type-changed", True), ("property-changed", False)):
        one, other = (
            {key: value for key, value in each.items() if (key in _LOGICAL) is logical} for each in (before, after)
        )
        if safe_json.canonical(one) != safe_json.canonical(other):
            yield _at(rule, path, (old, new), (one or None, other or None))


def _paired(olds: Sequence[RecordField], news: Sequence[RecordField]) -> list[tuple[RecordField, RecordField]]:
    """The fields that are the same, in their new order: by name, or else by an alias of either."""
    before, after = {each.name: each for each in olds}, {each.name for each in news}
    aliases = {alias: each for each in olds if each.name not in after for alias in each.aliases}
    pairs, taken = [], set[str]()
    for each in news:
        known = (before[name] for name in each.aliases if name in before and name not in after)
        found = before.get(each.name) or next(known, None) or aliases.get(each.name)
        if found is not None and found.name not in taken:
            taken.add(found.name)
            pairs.append((found, each))
    return pairs


def _branches(node: Node, schema: AvroSchema) -> list[Node]:
    return [schema.resolved(each) for each in node.branches] if isinstance(node, Union) else [node]


def _pointers(node: Node, schema: AvroSchema) -> Iterator[str]:
    yield from (each.pointer for each in _branches(node, schema))


def _exact_keys(node: Node) -> list[tuple[type, str]]:
    return [(type(node), getattr(node, "name", ""))]


def _loose_keys(node: Node) -> list[tuple[type, str]]:
    """What else a named branch may be known by."""
    if not isinstance(node, _NAMED):
        return []
    return [(type(node), name) for name in (short_name(node.name), node.name, *node.aliases)]


def _spelt(node: Node) -> JsonValue:
    """A type by its name, its inside left out."""
    if isinstance(node, Primitive | Reference | Record | Enum | Fixed):
        return short_name(node.name)
    if isinstance(node, Union):
        return [_spelt(branch) for branch in node.branches]
    kind, inner = ("array", node.items) if isinstance(node, Array) else ("map", node.values)
    return {kind: _spelt(inner)}
