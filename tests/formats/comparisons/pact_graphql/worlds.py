"""Random schemas, random queries for them, and what graphql-core answers to these with random data: an oracle."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    parse,
    validate,
)

_SCALARS = ("Int", "Float", "String", "Boolean", "ID", "Thing", "Colour")
_COLOURS = ("RED", "GREEN", "BLUE")
_OBJECTS = ("T0", "T1", "T2", "T3")
_DEEPEST = 4


@dataclass
class World:
    """A schema, by its fields, and a query with its variables that is valid for it."""

    fields: dict[str, dict[str, str]]
    named: frozenset[str]
    union: tuple[str, ...]
    query: str = ""
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def sdl(self) -> str:
        """The schema."""
        return "\n".join([*self._types(), f"union U = {' | '.join(self.union)}", *_REST])

    def without(self, kind: str, name: str) -> "World":
        """The same world, less one field."""
        fields = {each: {**members} for each, members in self.fields.items()}
        del fields[kind][name]
        return World(fields, self.named, self.union, self.query, self.variables)

    def _types(self) -> Iterator[str]:
        for kind, members in self.fields.items():
            word = "interface" if kind == "Named" else "type"
            of = " implements Named" if kind in self.named else ""
            lines = "\n".join(f"  {name}{told}" for name, told in members.items())
            yield f"{word} {kind}{of} {{\n{lines}\n}}"


_REST = (
    f"enum Colour {{ {' '.join(_COLOURS)} }}",
    "scalar Thing",
    "input Where { colour: Colour, least: Int! = 1, names: [String!] }",
)


def world(random: Random) -> World:
    """A world, drawn from a source of chance."""
    shared = {"id": ": ID!", "label": f": {_wrapped('String', random)}"}
    fields = {"Named": shared}
    named = frozenset(kind for kind in _OBJECTS if random.random() < 0.6) or frozenset({"T0"})
    for kind in ("Query", *_OBJECTS):
        own = {f"f{at}": _field(random) for at in range(random.randint(1, 4))}
        fields[kind] = {"id": ": ID!"} | own | (shared if kind in named else {})
    made = World(fields, named, tuple(sorted(random.sample(_OBJECTS, random.randint(1, 3)))))
    schema = build_schema(made.sdl)
    for aliases in (0.4, 1.0):
        asking = _Asking(schema, random, aliases)
        made.query, made.variables = asking.query(), asking.variables
        # Names that mean different things in different fragments are refused; with aliases there are none.
        if not validate(schema, parse(made.query)):
            return made
    raise AssertionError(made)


def _field(random: Random) -> str:
    kind = random.choice((*_SCALARS, *_OBJECTS, "Named", "U"))
    arguments = random.choice(("", "", "(n: Int)", "(n: Int!, where: Where)", "(colour: Colour = RED)"))
    return f"{arguments}: {_wrapped(kind, random)}"


def _wrapped(kind: str, random: Random) -> str:
    for _ in range(random.choice((0, 0, 0, 1, 1, 2))):
        kind = f"[{kind}{random.choice(('', '!'))}]"
    return kind + random.choice(("", "!"))


class _Asking:
    """Makes a query."""

    def __init__(self, schema: GraphQLSchema, random: Random, aliases: float) -> None:
        self.variables: dict[str, Any] = {}
        self._schema, self._random, self._aliases = schema, random, aliases
        self._declared: list[str] = []
        self._fragments: list[str] = []
        self._count = 0

    def query(self) -> str:
        selected = self._selection(self._schema.query_type, 0)
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        return "\n".join([f"query Q{declared} {selected}", *self._fragments])

    def _selection(self, kind: Any, depth: int) -> str:
        parts = [self._field(kind, depth) for _ in range(self._random.randint(1, 4))] if hasattr(kind, "fields") else []
        if is_abstract_type(kind) or not parts:
            parts += ["__typename"] if self._random.random() < 0.6 or not parts else []
            parts += [self._fragment(each, depth) for each in self._schema.get_possible_types(kind) if self._chance()]
        elif self._chance(0.2):
            parts.append(self._fragment(kind, depth))
        self._random.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _fragment(self, kind: Any, depth: int) -> str:
        if depth >= _DEEPEST:
            return "__typename"
        inner = self._selection(kind, depth + 1)
        if self._chance():
            return f"... on {kind.name} {inner}"
        self._count += 1
        self._fragments.append(f"fragment F{self._count} on {kind.name} {inner}")
        return f"...F{self._count}"

    def _field(self, kind: Any, depth: int) -> str:
        usable = [
            name for name, each in kind.fields.items() if depth < _DEEPEST or is_leaf_type(get_named_type(each.type))
        ]
        name = self._random.choice(usable)
        told = kind.fields[name]
        self._count += 1
        alias = f"a{self._count}: " if self._random.random() < self._aliases else ""
        inner = get_named_type(told.type)
        selected = f" {self._selection(inner, depth + 1)}" if is_composite_type(inner) else ""
        return f"{alias}{name}{self._arguments(told)}{selected}"

    def _arguments(self, told: Any) -> str:
        given = [
            f"{name}: {self._argument(each)}"
            for name, each in told.args.items()
            if isinstance(each.type, GraphQLNonNull) or self._chance()
        ]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, told: Any) -> str:
        literal, value = {
            "Int": ("3", 3),
            "Colour": ("GREEN", "GREEN"),
            "Where": ('{colour: BLUE, names: ["a"]}', {"colour": "BLUE", "names": ["a"]}),
        }[get_named_type(told.type).name]
        if self._chance():
            return literal
        self._count += 1
        self._declared.append(f"$v{self._count}: {told.type}")
        self.variables[f"v{self._count}"] = value
        return f"$v{self._count}"

    def _chance(self, of: float = 0.5) -> bool:
        return self._random.random() < of


@dataclass(frozen=True)
class Answered:
    """An answer; ``types`` says of each place in the data what the schema has there."""

    body: dict[str, Any]
    types: dict[tuple[str | int, ...], Any]


def answered(made: World, random: Random) -> Answered:
    """What graphql-core answers, where the values are drawn from a source of chance, and some fields fail."""
    schema = build_schema(made.sdl)
    types: dict[tuple[str | int, ...], Any] = {}

    def resolve(_source: object, info: GraphQLResolveInfo[Any], **_arguments: object) -> Any:
        _note(types, tuple(info.path.as_list()), info.return_type)
        if random.random() < 0.03:
            raise ValueError("It fails.")
        return _value(info.return_type, random)

    def type_of(_value: object, _info: GraphQLResolveInfo[Any], kind: Any) -> str:
        return random.choice(schema.get_possible_types(kind)).name

    result = execute_sync(
        schema, parse(made.query), variable_values=made.variables, field_resolver=resolve, type_resolver=type_of
    )
    return Answered(dict(result.formatted), types)


def _note(types: dict[tuple[str | int, ...], Any], path: tuple[str | int, ...], kind: Any) -> None:
    types[path] = kind
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        for index in range(3):
            _note(types, (*path, index), bare.of_type)


def _value(kind: Any, random: Random) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type, random) if random.random() > 0.01 else None
    if not isinstance(kind, GraphQLNonNull) and random.random() < 0.1:
        return None
    return _bare(kind, random)


def _bare(kind: Any, random: Random) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _bare(kind.of_type, random)
    if isinstance(kind, GraphQLList):
        return [_value(kind.of_type, random) for _ in range(random.randint(0, 3))]
    if isinstance(kind, GraphQLEnumType):
        return random.choice(_COLOURS)
    if is_composite_type(kind):
        return {}
    return {
        "Int": random.randint(-(2**31), 2**31 - 1),
        "Float": random.choice((1, 2.5, -0.0, 1e300)),
        "String": random.choice(("", "text", "5")),
        "Boolean": random.random() < 0.5,
        "ID": random.choice(("a", 5)),
        "Thing": random.choice(([1, None], {"a": "b"}, 5, "x")),
    }[kind.name]


def wrong_for(kind: Any) -> Any:
    """A value that is never there where the schema has this type; None is one where null may not be."""
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return {"not": "a list"}
    if isinstance(kind, GraphQLEnumType):
        return "PURPLE"
    if is_composite_type(kind):
        return "not an object"
    return {"Int": 2.5, "Float": "1", "String": 1, "Boolean": 1, "ID": 1, "Thing": None}[kind.name]


def object_types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """The object types that worlds have."""
    return [schema.type_map[name] for name in ("Query", *_OBJECTS)]  # type: ignore[misc]  # they are
