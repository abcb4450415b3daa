"""What a GraphQL operation uses of a schema, by the names that schema coordinates have, and where in it.

Imported only when there is an operation to read: graphql-core takes its time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutableDefinitionsRule,
    FieldsOnCorrectTypeRule,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownFragmentNamesRule,
    KnownTypeNamesRule,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    separate_operations,
    type_from_ast,
    validate,
    visit,
)

_MOST_TOKENS = 20_000
LONGEST_OPERATION = 200_000
# Those that say whether every name is known; the others are slow, and a server that is laxer would answer all the same.
_RULES = (
    ExecutableDefinitionsRule,
    KnownTypeNamesRule,
    FieldsOnCorrectTypeRule,
    KnownFragmentNamesRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
)


@dataclass(frozen=True, slots=True)
class OperationUses:
    """``places`` are the names that are used (``Order.total``, ``Query.orders.first``, ``State``), each with where.

    ``words`` are the values of enums that stand in the text.
    """

    places: Mapping[str, str]
    words: frozenset[str]


def uses_of(
    text: str, schema: GraphQLSchema, name: str | None, sent: Sequence[Sequence[str]] = ()
) -> OperationUses | None:
    """What the operation uses; None where the schema does not take it, or it can't be read.

    ``name`` is the operation that is meant where the text has several; ``sent`` are the places in the variables that
    are given with it, the variable's name first.
    """
    if len(text) > LONGEST_OPERATION:
        return None
    try:
        tree = parse(text, max_tokens=_MOST_TOKENS)
        if validate(schema, tree, _RULES, max_errors=1):
            return None
        parts = separate_operations(tree)
        # What no operation spreads is sent, and used by nobody.
        chosen = parts.get(name or "") or (next(iter(parts.values())) if len(parts) == 1 else tree)
        found = _gathered(chosen, schema)
    except (GraphQLError, RecursionError):
        return None
    _add_inputs(found, chosen, schema, sent)
    return OperationUses(found.places, frozenset(found.words))


@dataclass(slots=True)
class _Gathered:
    places: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    trail: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    def use(self, name: str, more: str = "") -> None:
        self.places.setdefault(name, ".".join(self.trail) + more)


def _gathered(tree: DocumentNode, schema: GraphQLSchema) -> _Gathered:
    known, found = TypeInfo(schema), _Gathered()
    visit(tree, TypeInfoVisitor(known, _Using(known, found)))
    return found


class _Using(Visitor):
    """Notes what an operation names; the type info has gone to the same place before."""

    def __init__(self, known: TypeInfo, found: _Gathered) -> None:
        super().__init__()
        self._known, self._found = known, found

    def enter_fragment_definition(self, node: Any, *_: object) -> None:
        """Places inside of a fragment are told from its name on."""
        self._found.trail.append(f"...{node.name.value}")

    def leave_fragment_definition(self, *_: object) -> None:
        """The fragment is over."""
        self._found.trail.pop()

    def enter_field(self, node: Any, *_: object) -> None:
        """A field, with the type that has it and the one that it leads to."""
        self._found.trail.append((node.alias or node.name).value)
        self._found.fields.append(node.name.value)
        parent, owner = self._known.get_parent_type(), self._known.get_field_def()
        if parent is not None and owner is not None:
            for name in (parent.name, f"{parent.name}.{node.name.value}", get_named_type(owner.type).name):
                self._found.use(name)

    def leave_field(self, *_: object) -> None:
        """The field is over."""
        self._found.trail.pop()
        self._found.fields.pop()

    def enter_inline_fragment(self, node: Any, *_: object) -> None:
        """A type that is asked for by name."""
        if node.type_condition is not None:
            self._found.use(node.type_condition.name.value)

    def enter_directive(self, node: Any, *_: object) -> None:
        """A directive with its arguments."""
        self._found.use(f"@{node.name.value}")
        for each in node.arguments or ():
            self._found.use(f"@{node.name.value}.{each.name.value}")

    def enter_argument(self, node: Any, *_: object) -> None:
        """An argument, of a directive or of the field around it."""
        parent = self._known.get_parent_type()
        if self._known.get_directive() is None and parent is not None and self._found.fields:
            self._found.use(f"{parent.name}.{self._found.fields[-1]}.{node.name.value}", f"({node.name.value}:)")
        self._note_input()

    def enter_object_field(self, node: Any, *_: object) -> None:
        """A field of an input object that is written in place."""
        owner = get_named_type(self._known.get_parent_input_type())
        if owner is not None:
            self._found.use(f"{owner.name}.{node.name.value}", f"({node.name.value}:)")
        self._note_input()

    def enter_variable_definition(self, *_: object) -> None:
        """The type of a variable."""
        self._note_input()

    def enter_enum_value(self, node: Any, *_: object) -> None:
        """A value that is sent."""
        self._found.words.add(node.value)

    def _note_input(self) -> None:
        inner = self._known.get_input_type()
        if inner is not None:
            self._found.use(get_named_type(inner).name)


def _add_inputs(found: _Gathered, tree: DocumentNode, schema: GraphQLSchema, sent: Sequence[Sequence[str]]) -> None:
    """The fields of input objects that come in variables."""
    types = {
        each.variable.name.value: type_from_ast(schema, each.type)
        for definition in tree.definitions
        if isinstance(definition, OperationDefinitionNode)
        for each in definition.variable_definitions or ()
    }
    for name, *steps in (each for each in sent if each):
        here = types.get(name)
        for depth, step in enumerate(steps, 1):
            inner = get_named_type(here) if here is not None else None
            if not isinstance(inner, GraphQLInputObjectType) or step not in inner.fields:
                break
            place = f"${'.'.join([name, *steps[:depth]])}"
            found.places.setdefault(inner.name, place)
            found.places.setdefault(f"{inner.name}.{step}", place)
            here = inner.fields[step].type
