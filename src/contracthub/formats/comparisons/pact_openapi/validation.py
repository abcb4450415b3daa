"""Schemas of a document, compiled once each, and the values that are held against them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.nearby import nearest
from contracthub.formats.comparisons.pact_openapi.named import definition, names_at
from contracthub.formats.comparisons.pact_openapi.our_schemas import Rewriting, without_bad_patterns
from contracthub.formats.comparisons.pact_openapi.own_keywords import OWN_KEYWORDS, SPOKEN, with_own_keywords
from contracthub.formats.comparisons.pact_openapi.peer_schemas import message_schema, peer_schema
from contracthub.formats.comparisons.pact_openapi.reaching import pruned, reachable, reached
from contracthub.formats.comparisons.pact_openapi.references import Place
from contracthub.formats.comparisons.pact_openapi.switches import Rules
from contracthub.formats.comparisons.pact_openapi.text_formats import FORMATS
from contracthub.formats.jsonschema.combinations import MOST_LOOKS, looks_too_often
from contracthub.formats.pointers import child, pointer_from
from contracthub.formats.safe_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

MOST_FAILURES = 50
_MOST_ERRORS = 1_000
# Of these another value of the same kind may be right where the example is wrong.
_OF_EXAMPLES = frozenset(
    {
        "enum",
        "const",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
    }
)
_LISTS_OF_VALUES = frozenset({"enum", "const"})
_BACKTRACKING = 100_000
# A schema that leads to more others is compiled for each value as far as that gets.
_SMALL = 50
_MOST_COMPILED = 2000


@dataclass(frozen=True, slots=True)
class Failure:
    """A way in which a value fails its schema: where in the value, where in the document, and what is wrong."""

    value_pointer: str
    schema_pointer: str
    text: str
    code: str = ""
    """Where the document is at fault, and not the value: what that is called."""
    is_unexpected: bool = False
    """Whether there is to be nothing at this place, whatever stands there."""


class Schemas:
    """The validators of one document, by place and direction."""

    def __init__(self, document: JsonObject, rules: Rules) -> None:
        self._document = document
        self._rules = rules
        self._compiled: dict[tuple[str, bool, bool], _Compiled | Invalid] = {}
        # Threads share what was rewritten and compiled; what is compiled twice at once does no harm.
        self._lock = threading.RLock()
        self._rewritings: dict[bool, Rewriting] = {}
        self._rewritten: dict[tuple[str, bool], _Rewritten] = {}
        self._parts: OrderedDict[tuple[str, bool, frozenset[str]], _Compiled | Invalid] = OrderedDict()

    def failures(
        self,
        place: Place,
        value: JsonValue,
        *,
        response: bool,
        message: bool = False,
        stands_for_its_kind: Callable[[str], bool] | None = None,
        stands_for_another: Callable[[str], bool] | None = None,
        stands_for_any_number: Callable[[str], bool] | None = None,
    ) -> Iterator[Failure]:
        """How a value fails the schema at this place; at most `MOST_FAILURES`.

        What ``stands_for_its_kind``, by its pointer, fails only for its type and for what is in it; what
        ``stands_for_another`` does not fail for being none of the values that the schema lists, and what
        ``stands_for_any_number`` not for its decimals. Raises ``Invalid``
        where the schema itself can't be used; for our own judge that is a failure like others.
        """
        try:
            compiled = self._compiled_for(place, value, response=response, message=message)
        except Invalid as error:
            if not self._rules.ours:
                raise
            return iter((Failure("", place.pointer, error.message, "document.unusable"),))
        return islice(
            (
                *compiled.unusable,
                *compiled.failures(value, _Standing(stands_for_its_kind, stands_for_another, stands_for_any_number)),
            ),
            MOST_FAILURES,
        )

    def is_valid(self, place: Place, value: JsonValue, *, response: bool = False) -> bool:
        """Whether a value is valid. Raises ``Invalid`` where the schema itself can't be used."""
        return bool(self._compiled_for(place, value, response=response, message=False).validator.is_valid(value))

    def is_valid_inline(self, schema: JsonValue, value: JsonValue) -> bool:
        """Whether a value is valid under a schema that stands in another one; one that can't be used fits nothing."""
        key = f"inline {id(schema)}"
        try:
            return self.is_valid(Place(schema, key), value)
        except Invalid:
            return False

    def _compiled_for(self, place: Place, value: JsonValue, *, response: bool, message: bool) -> "_Compiled":
        if self._rules.ours:
            found = self._ours(place, value, response=response)
        else:
            key = (place.pointer, response, message)
            if key not in self._compiled:
                self._compiled[key] = self._tried(
                    lambda: self._compile_peers(place, response=response, message=message), place
                )
            found = self._compiled[key]
        if isinstance(found, Invalid):
            raise found
        return found

    def _ours(self, place: Place, value: JsonValue, *, response: bool) -> "_Compiled | Invalid":
        """The part of the schema that the value has to do with, compiled; a small schema is compiled whole."""
        try:
            rewritten = self._rewritten_at(place, response=response)
        except RecursionError:
            return _too_deep(place)
        names = rewritten.names
        if names is None:
            names = reached(rewritten.root, rewritten.rewriting, value)
        key = (place.pointer, response, names)
        with self._lock:
            found = self._parts.get(key)
            if found is not None:
                self._parts.move_to_end(key)
                return found
        found = self._tried(lambda: self._compile_ours(place, rewritten, names), place)
        with self._lock:
            self._parts[key] = found
            if len(self._parts) > _MOST_COMPILED:
                self._parts.popitem(last=False)
        return found

    def _rewritten_at(self, place: Place, *, response: bool) -> "_Rewritten":
        key = (place.pointer, response)
        with self._lock:
            if key not in self._rewritten:
                rewriting = self._rewritings.setdefault(response, Rewriting(self._document, response=response))
                root = rewriting.root(place)
                self._rewritten[key] = _Rewritten(rewriting, root, reachable(root, rewriting, _SMALL))
            return self._rewritten[key]

    def _tried(self, make: "Callable[[], _Compiled]", place: Place) -> "_Compiled | Invalid":
        """What is compiled, or why it can't be: that is not tried again for every value."""
        try:
            return make()
        except RecursionError:
            return _too_deep(place)
        except Invalid as error:
            return error

    def _compile_peers(self, place: Place, *, response: bool, message: bool) -> "_Compiled":
        import jsonschema_rs

        make = message_schema(self._document, place, received=response) if message else None
        schema, origins = make or peer_schema(self._document, place, self._rules, response=response)
        schema = with_own_keywords(schema, binary=True)
        validator = _validator(schema, place, jsonschema_rs.Draft201909Validator)
        return _Compiled(validator, place.pointer, schema, origins, None)

    def _compile_ours(self, place: Place, rewritten: "_Rewritten", names: frozenset[str]) -> "_Compiled":
        import jsonschema_rs

        rewriting, root = rewritten.rewriting, rewritten.root
        whole = pruned(root, rewriting, names) if isinstance(root, dict) else root
        schema = with_own_keywords(whole, binary=False)
        unusable: tuple[Failure, ...] = ()
        try:
            validator = _validator(schema, place, jsonschema_rs.Draft202012Validator)
        except Invalid:
            # Perhaps one regular expression is to blame: without it the rest may be used.
            patterns = without_bad_patterns(schema)
            if not patterns:
                raise
            told = "The document has a regular expression that can't be read, and nothing is held against it: "
            unusable = tuple(
                Failure("", place.pointer, f"{told}{each[:200]!r}", "document.pattern.unusable") for each in patterns
            )
            validator = _validator(schema, place, jsonschema_rs.Draft202012Validator)
        return _Compiled(
            validator, place.pointer, schema, rewriting.origins, self._document, rewriting.broken, unusable
        )


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """The schema at a place; ``names`` are its definitions where these are few, so that it is compiled whole."""

    rewriting: Rewriting
    root: JsonValue
    names: frozenset[str] | None


def _too_deep(place: Place) -> Invalid:
    told = f"The schema at {place.pointer} leads through too many references. Make it flatter."
    return Invalid("unusable-schema", told)


def _validator(schema: JsonValue, place: Place, kind: Any) -> Any:
    import jsonschema_rs

    if looks_too_often(schema):
        told = f"The schema at {place.pointer} combines other schemas too often: more than {MOST_LOOKS:,} times."
        raise Invalid("too-many-alternatives", f"{told} Combine fewer.")
    try:
        return kind(
            schema,
            formats=dict(FORMATS),
            validate_formats=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKING),
            keywords=OWN_KEYWORDS,
            offline=True,
        )
    except (ValueError, TypeError, jsonschema_rs.ValidationError) as error:
        raise Invalid("unusable-schema", f"The schema at {place.pointer} can't be used: {error}"[:500]) from error


@dataclass(frozen=True, slots=True)
class _Standing:
    """Which values are but examples, by their pointers."""

    for_its_kind: Callable[[str], bool] | None
    for_another: Callable[[str], bool] | None
    for_any_number: Callable[[str], bool] | None

    def excuses(self, pointer: str, keyword: str) -> bool:
        """Whether another value would do where this one is refused by a keyword."""
        if self.for_its_kind is not None and self.for_its_kind(pointer):
            return True
        return keyword in _LISTS_OF_VALUES and self.for_another is not None and self.for_another(pointer)


@dataclass(frozen=True, slots=True)
class _Compiled:
    validator: Any
    pointer: str
    schema: JsonValue
    origins: Mapping[str, str]
    document: JsonObject | None
    broken: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[Failure, ...] = ()

    def failures(self, value: JsonValue, stands: "_Standing") -> Iterator[Failure]:
        if self.validator.is_valid(value):
            return
        errors = [*islice(self.validator.iter_errors(value), _MOST_ERRORS)]
        unexpected = [each for each in errors if _unexpected(each)]
        others = [each for each in errors if not _unexpected(each)]
        if unexpected and others:
            # What is wrong in a branch keeps its other members from counting as named: so without what is wrong.
            rest = _without(value, [path for each in others for path in _wrong_places(each, stands)])
            again = islice(self.validator.iter_errors(rest), _MOST_ERRORS)
            unexpected = [each for each in again if _unexpected(each)]
        for error in (*others, *unexpected):
            if not _is_of_the_example(error, stands):
                yield from self._told(error)

    def _told(self, error: "ValidationError") -> Iterator[Failure]:
        pointer = pointer_from(error.instance_path)
        path = list(error.evaluation_path)
        unexpected = _unexpected(error)
        named = tuple(names_at(self.schema, path[:-1])) if unexpected else ()
        for name in unexpected:
            close = nearest(name, (each for each in named if each != name))
            told = "is not named there" + (f"; the nearest name is {close}" if close is not None else "")
            yield Failure(child(pointer, name), self._origin(path), told, is_unexpected=True)
        if unexpected:
            return
        reference, told = self._broken(error), error.message
        if reference is not None:
            path, told = path[:-1], f"is described by a reference that leads nowhere: {reference[:200]!r}"
        yield Failure(pointer, self._origin(path), told[:300])

    def _broken(self, error: "ValidationError") -> str | None:
        path = [str(each) for each in error.schema_path]
        return self.broken.get(path[-1]) if error.kind.name == "falseSchema" and path else None

    def _origin(self, path: list[str | int]) -> str:
        """The place in the provider's document that a path through the rewritten schema comes from, as far as known."""
        pointer, node = self.pointer, self.schema
        for step in path:
            if step == "$ref" and isinstance(node, dict):
                name = str(node["$ref"]).rpartition("/")[2]
                pointer = self.origins.get(name) or pointer
                node = definition(self.schema, name)
                continue
            pointer = child(pointer, SPOKEN.get(str(step), step))
            if isinstance(node, dict):
                node = node.get(str(step))
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
        return pointer if self.document is None else _written(self.document, pointer)


def _written(document: JsonObject, pointer: str) -> str:
    """The pointer as far as there is something: what a rewriting added stands in no file, but the schema does."""
    node: JsonValue = document
    found = ""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and name in node:
            node = node[name]
        elif isinstance(node, list) and name.isdigit() and int(name) < len(node):
            node = node[int(name)]
        else:
            break
        found = f"{found}/{token}"
    return found


def _unexpected(error: "ValidationError") -> list[str]:
    return [*(getattr(error.kind, "unexpected", None) or ())]


def _wrong_places(error: "ValidationError", stands: "_Standing") -> Iterator[list[str | int]]:
    """The places of what an error is about; for alternatives, those of the examples that keep one from fitting."""
    contexts = getattr(error.kind, "context", None) or ()
    excused = [some for some in contexts if some and all(_is_of_the_example(each, stands) for each in some)]
    for some in excused:
        for each in some:
            yield from _wrong_places(each, stands)
    if not excused:
        yield list(error.instance_path)


def _without(value: JsonValue, places: list[list[str | int]]) -> JsonValue:
    """The value without the members that hold what stands at these places."""
    rest = deepcopy(value)
    for place in places:
        steps = place
        while steps and not isinstance(steps[-1], str):
            steps = steps[:-1]
        node: JsonValue = rest
        for step in steps[:-1]:
            if isinstance(node, dict):
                node = node.get(str(step))
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
        if steps and isinstance(node, dict):
            node.pop(str(steps[-1]), None)
    return rest


def _is_of_the_example(error: "ValidationError", stands: "_Standing") -> bool:
    """Whether only the example is wrong, and not what it stands for."""
    kind = SPOKEN.get(str(error.evaluation_path[-1]), error.kind.name) if error.evaluation_path else error.kind.name
    if kind == "type" and isinstance(error.instance, float) and "integer" in getattr(error.kind, "types", ()):
        of_numbers = stands.for_any_number
        return of_numbers is not None and of_numbers(pointer_from(error.instance_path))
    if kind in _OF_EXAMPLES:
        return stands.excuses(pointer_from(error.instance_path), kind)
    alternatives = getattr(error.kind, "context", None) or ()
    return any(bool(some) and all(_is_of_the_example(each, stands) for each in some) for some in alternatives)
