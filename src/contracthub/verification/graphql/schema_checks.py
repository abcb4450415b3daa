"""Holds operations and the answers to them against a schema, with graphql-core.

A schema, an operation and an answer all come from elsewhere, and what the rules cost grows with the square of some
documents: this runs in a process of its own (``judge_child``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_operation_ast,
    is_composite_type,
    parse,
    specified_rules,
    type_from_ast,
    validate,
)
from graphql.execution.values import get_variable_values
from graphql.language import DocumentNode
from graphql.language.visitor import Visitor, visit
from graphql.utilities import TypeInfo, TypeInfoVisitor

from contracthub.domain.errors import HubError
from contracthub.formats.graphql.parse import check_depth
from contracthub.formats.graphql.selections import Selections
from contracthub.formats.limits import Limits
from contracthub.formats.pact.expressions import Step, expression_from
from contracthub.formats.safe_json import JsonObject, JsonValue

_OPERATION = Limits(max_bytes=1024 * 1024, max_depth=50)
_MOST_TOKENS = 20_000
MOST_FAULTS = 100
_LONGEST_TEXT = 300
_DEEPEST_ANSWER = 100
_MOST_VISITED = 200_000
_LEAST_INT, _MOST_INT = -(2**31), 2**31 - 1


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: of which element of the schema (``Wallet.essence_coins``), where in operation or answer."""

    element: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation that was read; ``root`` is the schema's type of its kind, None where the schema has none."""

    document: DocumentNode
    operation: OperationDefinitionNode
    root: GraphQLObjectType | None

    @property
    def kind(self) -> str:
        """query, mutation or subscription."""
        return self.operation.operation.value

    @property
    def needed_variables(self) -> tuple[str, ...]:
        """The variables that have to be given a value."""
        return tuple(
            each.variable.name.value
            for each in self.operation.variable_definitions or ()
            if each.type.kind == "non_null_type" and each.default_value is None
        )

    @property
    def name(self) -> str:
        """``Query.offers``, as people know it."""
        root = self.root.name if self.root else self.kind.capitalize()
        fields = [each.name.value for each in self.operation.selection_set.selections if isinstance(each, FieldNode)]
        return ", ".join(f"{root}.{each}" for each in dict.fromkeys(fields)) or root


class OperationNotRead(Exception):
    """A text is no operation, or holds none of the name."""


def prepared(schema: GraphQLSchema | None, text: str, name: str | None) -> Prepared:
    """The operation of this name in a document, or its only one. Raises OperationNotRead."""
    try:
        check_depth(text, _OPERATION)
        document = parse(text, max_tokens=_MOST_TOKENS)
    except GraphQLError as error:
        raise OperationNotRead(f"{_place(error)} {error.message[:_LONGEST_TEXT]}".strip()) from error
    except HubError as error:
        raise OperationNotRead(error.message) from error
    operation = get_operation_ast(document, name)
    if operation is None:
        wanted = f"no operation {name!r}" if name else "not exactly one operation; name one in operationName"
        raise OperationNotRead(f"The document has {wanted}.")
    root = schema.get_root_type(operation.operation) if schema else None
    return Prepared(document, operation, root)


def faults_of(schema: GraphQLSchema, it: Prepared, variables: JsonObject | None) -> tuple[Fault, ...]:
    """Every rule of GraphQL that an operation breaks in this schema, and every variable that is not of its type.

    Variables that are not known are not looked at.
    """
    found = [*_told(schema, it, validate(schema, it.document, specified_rules, max_errors=MOST_FAULTS))]
    # Types that are not there make nonsense of values.
    if not found and variables is not None:
        values = get_variable_values(schema, it.operation.variable_definitions or (), variables, max_errors=MOST_FAULTS)
        if isinstance(values, list):
            found = [*_told(schema, it, values)]
    return tuple(dict.fromkeys(found))


def deprecations(schema: GraphQLSchema, it: Prepared, variables: JsonObject) -> tuple[str, ...]:
    """What the operation uses that is deprecated, with the reason."""
    errors = validate(schema, it.document, [NoDeprecatedCustomRule], max_errors=MOST_FAULTS)
    found = [error.message for error in errors]
    for definition in it.operation.variable_definitions or ():
        kind = type_from_ast(schema, definition.type)
        value = variables.get(definition.variable.name.value)
        if kind is not None and value is not None:
            found += _deprecated_in(kind, value, 0)
    return tuple(dict.fromkeys(" ".join(text.split())[:_LONGEST_TEXT] for text in found))


def _deprecated_in(kind: Any, value: JsonValue, depth: int) -> Iterator[str]:
    if isinstance(kind, GraphQLNonNull | GraphQLList) and not isinstance(value, list):
        yield from _deprecated_in(kind.of_type, value, depth)
    elif isinstance(value, list):
        inner = kind.of_type if isinstance(kind, GraphQLNonNull | GraphQLList) else kind
        inner = inner.of_type if isinstance(inner, GraphQLList) else inner
        for each in value if depth < _DEEPEST_ANSWER else ():
            yield from _deprecated_in(inner, each, depth + 1)
    elif isinstance(kind, GraphQLEnumType) and isinstance(value, str):
        known = kind.values.get(value)
        if known is not None and known.deprecation_reason is not None:
            yield f"The enum value '{kind.name}.{value}' is deprecated. {known.deprecation_reason}"
    elif isinstance(kind, GraphQLInputObjectType) and isinstance(value, dict) and depth < _DEEPEST_ANSWER:
        for name, inner in value.items():
            field = kind.fields.get(name)
            if field is not None:
                if field.deprecation_reason is not None:
                    yield f"The input field {kind.name}.{name} is deprecated. {field.deprecation_reason}"
                yield from _deprecated_in(field.type, inner, depth + 1)


def _told(schema: GraphQLSchema, it: Prepared, errors: list[GraphQLError]) -> Iterator[Fault]:
    for error in errors:
        yield Fault(_element(schema, it, error), _place(error), error.message[:_LONGEST_TEXT])


def _element(schema: GraphQLSchema, it: Prepared, error: GraphQLError) -> str:
    """The field that an error is about, as the schema names it; empty where it is about none."""
    nodes = {id(node) for node in error.nodes or ()}
    if not nodes:
        return ""
    info = TypeInfo(schema)
    finder = _Finder(info, nodes)
    visit(it.document, TypeInfoVisitor(info, finder))
    return finder.found


class _Finder(Visitor):
    """Finds the field that a node is, or stands in."""

    def __init__(self, info: TypeInfo, nodes: set[int]) -> None:
        super().__init__()
        self.info, self.nodes, self.found = info, nodes, ""

    def enter(self, node: Any, *_: Any) -> None:
        """Notes the innermost field around the node that is looked for."""
        if self.found or id(node) not in self.nodes:
            return
        parent = self.info.get_parent_type()
        if parent is None:
            return
        field = self.info.get_field_def()
        if isinstance(node, FieldNode):
            self.found = f"{parent.name}.{node.name.value}"
        elif field is not None:
            self.found = next((f"{parent.name}.{name}" for name, each in _fields(parent).items() if each is field), "")


def _fields(kind: Any) -> Mapping[str, Any]:
    return kind.fields if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else {}


def _place(error: GraphQLError) -> str:
    return f"{error.locations[0].line}:{error.locations[0].column}" if error.locations else ""


class AnswerChecks:
    """Holds the ``data`` of an answer against what the schema says of each field that was asked for."""

    def __init__(self, schema: GraphQLSchema, it: Prepared, variables: JsonObject) -> None:
        self._schema, self._it = schema, it
        values = get_variable_values(schema, it.operation.variable_definitions or (), variables)
        self._selections = Selections(schema, it.document, {} if isinstance(values, list) else values.coerced)
        self._visited = 0

    def faults(self, data: JsonValue, excused: frozenset[tuple[Step, ...]]) -> tuple[Fault, ...]:
        """What of the data is not as the schema says, at most 100; ``excused`` are the paths that an error explains."""
        if self._it.root is None or data is None:
            return ()
        found = self._object(self._it.root, [self._it.operation.selection_set], data, ("data",))
        return tuple(islice((fault for path, fault in found if path not in excused), MOST_FAULTS))

    def elements(self) -> Mapping[tuple[str, ...], str]:
        """The schema's name of every field of the answer, by its path without indexes."""
        found: dict[tuple[str, ...], str] = {}
        if self._it.root is not None:
            self._name_all(self._it.root, [self._it.operation.selection_set], ("data",), found)
        return found

    def _name_all(
        self, kind: Any, sets: list[SelectionSetNode], path: tuple[str, ...], found: dict[tuple[str, ...], str]
    ) -> None:
        for runtime in self._selections.possible_types(kind):
            for key, nodes in self._selections.asked_of(runtime, sets).items():
                here = (*path, key)
                if here in found or len(here) > _DEEPEST_ANSWER or len(found) > _MOST_VISITED:
                    continue
                name = nodes[0].name.value
                found[here] = f"{runtime.name}.{name}"
                field = runtime.fields.get(name)
                if field is not None:
                    inner = [node.selection_set for node in nodes if node.selection_set]
                    self._name_all(get_named_type(field.type), inner, here, found)

    def _object(
        self, kind: Any, sets: list[SelectionSetNode], value: JsonValue, path: tuple[Step, ...]
    ) -> Iterator[tuple[tuple[Step, ...], Fault]]:
        if not isinstance(value, dict):
            yield path, _fault(kind.name, path, f"is {_shown(value)}, not an object of type {kind.name}")
            return
        runtime = self._runtime(kind, value)
        if runtime is None:
            return
        for key, nodes in self._selections.asked_of(runtime, sets).items():
            self._visited += 1
            name = nodes[0].name.value
            field = runtime.fields.get(name)
            if field is None or self._visited > _MOST_VISITED:
                continue
            element, here = f"{runtime.name}.{name}", (*path, key)
            if key not in value:
                yield here, _fault(element, here, "is missing")
                continue
            inner = [node.selection_set for node in nodes if node.selection_set]
            yield from self._value(element, field.type, inner, value[key], here)

    def _value(
        self, element: str, kind: Any, sets: list[SelectionSetNode], value: JsonValue, path: tuple[Step, ...]
    ) -> Iterator[tuple[tuple[Step, ...], Fault]]:
        if isinstance(kind, GraphQLNonNull):
            if value is None:
                yield path, _fault(element, path, f"is null, and its type is {kind}")
                return
            kind = kind.of_type
        if value is None:
            return
        if isinstance(kind, GraphQLList):
            if not isinstance(value, list):
                yield path, _fault(element, path, f"is {_shown(value)}, and its type is {kind}")
                return
            for index, item in enumerate(value):
                yield from self._value(element, kind.of_type, sets, item, (*path, index))
        elif is_composite_type(kind):
            yield from self._object(kind, sets, value, path)
        elif not _is_leaf_of(kind, value):
            yield path, _fault(element, path, f"is {_shown(value)}, and its type is {kind}")

    def _runtime(self, kind: Any, value: Mapping[str, JsonValue]) -> GraphQLObjectType | None:
        if isinstance(kind, GraphQLObjectType):
            return kind
        possible = self._selections.possible_types(kind)
        named = next((each for each in possible if each.name == value.get("__typename")), None)
        if named is not None:
            return named
        # Without its name, nobody can tell which of several types it is.
        return possible[0] if len(possible) == 1 else None


def _is_leaf_of(kind: Any, value: JsonValue) -> bool:
    if isinstance(kind, GraphQLEnumType):
        return isinstance(value, str) and value in kind.values
    assert isinstance(kind, GraphQLScalarType)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # JSON has one kind of number: 2.0 is an Int.
    whole = isinstance(value, int) if not isinstance(value, float) else value.is_integer()
    match kind.name:
        case "Int":
            return number and whole and _LEAST_INT <= value <= _MOST_INT  # type: ignore[operator]
        case "Float":
            return number
        case "String":
            return isinstance(value, str)
        case "Boolean":
            return isinstance(value, bool)
        case "ID":
            return isinstance(value, str) or (number and whole)
    # A scalar of the provider's own may be written in any way.
    return True


def _fault(element: str, path: tuple[Step, ...], text: str) -> Fault:
    return Fault(element, expression_from(path), text)


def _shown(value: JsonValue) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text[:80]
