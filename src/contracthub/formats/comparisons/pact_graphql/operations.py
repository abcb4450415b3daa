"""Reads documents of GraphQL operations, and holds them against the rules of the specification and of a schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    is_abstract_type,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)
from graphql.validation import OverlappingFieldsCanBeMergedRule, ValidationRule
from graphql.validation.validate import ValidationAbortedError

from contracthub.domain.errors import HubError
from contracthub.formats.comparisons.pact_graphql.findings import LONGEST_TEXT
from contracthub.formats.comparisons.pact_graphql.places import Place, places_of
from contracthub.formats.comparisons.pact_graphql.schema import MOST_KEPT, CompiledSchema
from contracthub.formats.graphql.parse import check_depth
from contracthub.formats.limits import Limits

_OPERATION = Limits(max_bytes=1024 * 1024, max_depth=100)
MOST_TOKENS = 20_000
MOST_FLAWS = 100
_MOST_OVERLAPS = 2_000_000
# Comparisons of fields with the same name in the answer: the library's own bound takes seconds to be reached.
_MOST_MERGES = 150_000
_LONGEST_KEPT = 4_000
# Names that are looked through for the one that was meant, and how often.
_MOST_NAMES, _LONGEST_NAME, _MOST_HINTS = 100, 60, 5

# What breaks these would be refused with other schemas as well, or says by itself which of the rules it is.
_CODES: Mapping[str, str] = {
    "FieldsOnCorrectTypeRule": "graphql.field.unknown",
    "KnownArgumentNamesRule": "graphql.argument.unknown",
    "ProvidedRequiredArgumentsRule": "graphql.argument.missing",
    "KnownTypeNamesRule": "graphql.type.unknown",
    "KnownDirectivesRule": "graphql.directive.unknown",
    "FragmentsOnCompositeTypesRule": "graphql.fragment.impossible",
    "PossibleFragmentSpreadsRule": "graphql.fragment.impossible",
    "ScalarLeafsRule": "graphql.selection.invalid",
    "OverlappingFieldsCanBeMergedRule": "graphql.selection.conflict",
    "ValuesOfCorrectTypeRule": "graphql.value.incompatible",
    "VariablesAreInputTypesRule": "graphql.variable.type",
    "VariablesInAllowedPositionRule": "graphql.variable.type",
    "KnownOperationTypesRule": "graphql.operation.unsupported",
}
_INVALID = "graphql.operation.invalid"
_TOO_COMPLEX = "graphql.operation.too-complex"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a document of operations, and where: in the text, in the answer, and in the schema."""

    rule: str
    message: str
    path: str = ""
    provider: str | None = None
    hint: str = ""
    at: str | None = None
    """Line and column in the text, as ``3:5``."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document that was read; ``tree`` is None where that can't be done.

    ``is_whole``: it was looked at to its end. What was given up over is not to be followed by anybody else either.
    """

    tree: DocumentNode | None
    flaws: tuple[Flaw, ...]
    is_whole: bool = True

    def pick(self, name: str | None) -> OperationDefinitionNode | Flaw:
        """The operation of this name, or the only one; what is wrong where there is none."""
        assert self.tree is not None
        known = [each for each in self.tree.definitions if isinstance(each, OperationDefinitionNode)]
        chosen = [each for each in known if name is None or (each.name is not None and each.name.value == name)]
        if len(chosen) == 1 or (chosen and name is not None):
            return chosen[0]
        names = ", ".join(each.name.value for each in known[:20] if each.name is not None)
        if not known:
            return Flaw("graphql.operation.unknown", "The document holds no operation")
        if name is None:
            told = f"The document holds {len(known)} operations ({names}), and operationName names none of them"
        else:
            told = f"The document holds no operation {name[:200]!r}; it holds {names or 'one without a name'}"
        return Flaw("graphql.operation.unknown", told)


def read_document(text: str, schema: CompiledSchema) -> ReadDocument:
    """A document with all that is wrong with it in this schema, at most `MOST_FLAWS`."""
    known = schema.kept.get(text)
    if known is None:
        known = _read(text, schema.schema)
        if len(text) <= _LONGEST_KEPT:
            if len(schema.kept) >= MOST_KEPT:
                schema.kept.clear()
            schema.kept[text] = known
    return known


def _read(text: str, schema: GraphQLSchema) -> ReadDocument:
    if len(text) > _OPERATION.max_bytes:
        told = f"The operation has {len(text):,} characters; at most {_OPERATION.max_bytes:,} are compared"
        return ReadDocument(None, (Flaw(_TOO_COMPLEX, told),))
    try:
        check_depth(text, _OPERATION)
        tree = parse(text, max_tokens=MOST_TOKENS)
    except GraphQLError as error:
        is_long = "tokens" in error.message
        told = f"{error.message[:LONGEST_TEXT]}{_where(error)}"
        rule = _TOO_COMPLEX if is_long else "graphql.operation.syntax"
        return ReadDocument(None, (Flaw(rule, told, at=_at(error)),))
    except (HubError, RecursionError) as error:
        return ReadDocument(None, (Flaw(_TOO_COMPLEX, str(error)[:LONGEST_TEXT]),))
    # Suggestions of the library are looked for among all names there are, for each error anew.
    errors = validate(schema, tree, _tagged_rules(), max_errors=MOST_FLAWS, hide_suggestions=True)
    is_whole = not any(isinstance(error, ValidationAbortedError) for error in errors)
    return ReadDocument(tree, tuple(_flaws(tree, schema, errors[:MOST_FLAWS])), is_whole)


def _flaws(tree: DocumentNode, schema: GraphQLSchema, errors: Sequence[GraphQLError]) -> Iterable[Flaw]:
    if not errors:
        return []
    places = places_of(tree, schema, {id(node) for error in errors for node in (error.nodes or ())[:1]})
    return dict.fromkeys(_flaw(error, places, hints=at < _MOST_HINTS) for at, error in enumerate(errors))


def _flaw(error: GraphQLError, places: Mapping[int, Place], *, hints: bool) -> Flaw:
    rule = (error.extensions or {}).get("rule")
    if rule is None:
        told = f"It is too complex to be held against the schema: {error.message[:LONGEST_TEXT]}"
        return Flaw(_TOO_COMPLEX, told)
    place = places.get(id(error.nodes[0])) if error.nodes else None
    code = _CODES.get(rule, _INVALID)
    told = f"{error.message[:LONGEST_TEXT].rstrip('.')}{_where(error)}"
    if place is None:
        return Flaw(code, told, at=_at(error))
    meant = _meant(code, error.nodes[0], place) if hints and error.nodes else ""
    return Flaw(code, told, place.path, place.provider, meant, _at(error))


def _meant(code: str, node: Any, place: Place) -> str:
    """Which name was most likely meant."""
    if code not in {"graphql.field.unknown", "graphql.argument.unknown"}:
        return ""
    names = place.arguments if code == "graphql.argument.unknown" else place.fields
    name = getattr(getattr(node, "name", None), "value", "")
    if len(name) > _LONGEST_NAME:
        return ""
    close = get_close_matches(name, [each for each in names[:_MOST_NAMES] if len(each) <= _LONGEST_NAME], 1)
    return f"Was {close[0]!r} meant?" if close else ""


def _at(error: GraphQLError) -> str | None:
    first = error.locations[0] if error.locations else None
    return f"{first.line}:{first.column}" if first is not None else None


def _where(error: GraphQLError) -> str:
    if not error.locations:
        return ""
    return f" (line {error.locations[0].line}, column {error.locations[0].column} of the operation)"


@lru_cache(maxsize=1)
def _tagged_rules() -> tuple[Any, ...]:
    """The rules of the specification, each saying with its errors which one it is."""
    # Those that are recommended belong to servers, not to the language.
    known = [rule for rule in specified_rules if rule not in recommended_rules]
    return (_OverlapBound, *(_tagged(rule) for rule in known))


def _tagged(rule: Any) -> Any:
    def made(context: Any) -> Any:
        own = rule(_Tagging(context, rule.__name__))
        if isinstance(own, OverlappingFieldsCanBeMergedRule):
            own.rule_context.remaining_complexity_budget = _MOST_MERGES
        return own

    return made


class _Tagging:
    """Stands for the context that a rule works in, and notes in each error whose it is."""

    def __init__(self, context: Any, rule: str) -> None:
        self._context, self._rule = context, rule

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def report_error(self, error: GraphQLError) -> None:
        error.extensions = {"rule": self._rule}
        self._context.report_error(error)


class _OverlapBound(ValidationRule):
    """Ends the validation before types are held against one another without end.

    Whether a fragment can apply is found by looking at all types of a union, for each fragment anew.
    """

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self._left = _MOST_OVERLAPS

    def enter_inline_fragment(self, *_: Any) -> None:
        self._pay(self.context.get_type())

    def enter_fragment_spread(self, node: Any, *_: Any) -> None:
        fragment = self.context.get_fragment(node.name.value)
        name = fragment.type_condition.name.value if fragment else ""
        self._pay(self.context.schema.type_map.get(name))

    def _pay(self, condition: Any) -> None:
        for kind in (condition, self.context.get_parent_type()):
            if is_abstract_type(kind):
                self._left -= len(self.context.schema.get_possible_types(kind))
        if self._left < 0:
            raise ValidationAbortedError("Its fragments are about too many types.")
