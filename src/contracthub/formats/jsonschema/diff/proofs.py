"""Values that one of two JSON Schemas takes and the other refuses, as evidence for what the rules found.

Algebra knows one dialect and no references, so it is asked about a schema put into that form; a value that it gives is
held against the schema as it was written before anybody is told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from contracthub.formats import safe_json
from contracthub.formats.changes import Direction, Proof, Proven
from contracthub.formats.json_places import values_along
from contracthub.formats.jsonschema.keywords import MAPS, SCHEMAS
from contracthub.formats.jsonschema.proof import proof_of
from contracthub.formats.jsonschema.reading import JsonSchema
from contracthub.formats.jsonschema.resolution import base_of
from contracthub.formats.jsonschema.rules import DEFAULT_DIALECT
from contracthub.formats.safe_json import JsonObject, JsonValue, canonical

# More than this in one document are read by nobody one by one.
_MOST_PROOFS = 40
_MOST_BYTES = 1_500
_MOST_SCHEMAS = 200
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas"})
_DEMANDS = frozenset(
    {
        *("type", "enum", "const", "required", "dependentRequired", "pattern", "multipleOf", "uniqueItems"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"),
    }
)
# What these mean depends on the way by which a schema was come to.
_OF_THE_WAY = frozenset({"$id", "id", "$dynamicRef", "$recursiveRef", "unevaluatedItems", "unevaluatedProperties"})
_SINCE_2019 = frozenset({"minContains", "maxContains", "dependentRequired", "dependentSchemas"})
# What one member refuses another one may take, or the other way round.
_COMBINING = re.compile(r"/(?:allOf|anyOf|oneOf|not|if|then|else|dependentSchemas|dependencies)(?:/|$)")


class _NotStandalone(Exception):
    """The schema refers to itself or elsewhere, is too large, or can't be put into the words of the algebra."""


@dataclass(slots=True)
class Proofs:
    """Evidence for the changes of two documents; a pair of places is looked at once."""

    old: JsonSchema
    new: JsonSchema
    _known: dict[tuple[str, str, Direction], Proof] = field(default_factory=dict)

    def of(self, pointer_old: str | None, pointer_new: str | None, direction: Direction) -> Proof:
        """A value that is no longer taken (``REQUEST``), that was not taken before (``RESPONSE``), or either."""
        if pointer_old is None or pointer_new is None:
            return Proof(Proven.NOT_PROVEN)
        key = pointer_old, pointer_new, direction
        if key not in self._known:
            if len(self._known) >= _MOST_PROOFS:
                return Proof(Proven.NOT_PROVEN)
            self._known[key] = self._found(pointer_old, pointer_new, direction)
        return self._known[key]

    def _found(self, pointer_old: str, pointer_new: str, direction: Direction) -> Proof:
        try:
            old, new = _inlined(self.old, pointer_old), _inlined(self.new, pointer_new)
            sides = [_Side(self.old, old), _Side(self.new, new)]
        except _NotStandalone:
            return Proof(Proven.NOT_PROVEN)
        asked = [] if direction is Direction.RESPONSE else [(sides[1], sides[0])]
        asked += [] if direction is Direction.REQUEST else [(sides[0], sides[1])]
        found = [_told_apart(taker, given) for taker, given in asked]
        return next((each for each in found if each is not None), Proof(Proven.NOT_PROVEN))


@dataclass(frozen=True, slots=True)
class _Side:
    """A schema as it was written, and the document that it is from."""

    home: JsonSchema
    written: JsonValue

    @property
    def plain(self) -> JsonValue:
        """The schema for the algebra."""
        return _plain(self.written, self.home)

    def takes(self, value: JsonValue) -> bool:
        """Whether the schema takes a value, in its own dialect."""
        import jsonschema_rs

        if not isinstance(self.written, dict):
            return self.written is not False
        schema: JsonObject = {**self.written, "$schema": _dialect(self.home)}
        return jsonschema_rs.validator_for(schema).is_valid(value)


def _told_apart(taker: _Side, given: _Side) -> Proof | None:
    """A value, or nothing: that the algebra sees no difference here says nothing of what stands around."""
    try:
        proof = proof_of(taker.plain, given.plain)
        if proof.counterexample is None:
            return None
        value = safe_json.loads(proof.counterexample)
        return proof if given.takes(value) and not taker.takes(value) else None
    except (_NotStandalone, ValueError):
        return None


def _dialect(schema: JsonSchema) -> str:
    named = schema.document.get("$schema") if isinstance(schema.document, dict) else None
    return named if isinstance(named, str) else DEFAULT_DIALECT


def _inlined(schema: JsonSchema, pointer: str) -> JsonValue:
    """The schema at a place with what it refers to in the place of references. Raises ``_NotStandalone``."""
    if schema.others or _COMBINING.search(pointer):
        # A place in another document may have the same pointer.
        raise _NotStandalone
    try:
        way = values_along(schema.document, pointer)[1:]
    except LookupError:
        raise _NotStandalone from None
    if any(base_of(each, "") for each in way):
        # References inside start from elsewhere.
        raise _NotStandalone
    value = way[-1] if way else schema.document
    made = _Inlining(schema).of(value, (), is_root=pointer == "")
    if len(canonical(made)) > _MOST_BYTES:
        raise _NotStandalone
    return made


class _Inlining:
    def __init__(self, schema: JsonSchema) -> None:
        self._schema = schema
        self._left = _MOST_SCHEMAS

    def of(self, value: JsonValue, around: tuple[int, ...], *, is_root: bool = False) -> JsonValue:
        if not isinstance(value, dict):
            return value
        self._left -= 1
        forbidden = _OF_THE_WAY - {"$id", "id"} if is_root else _OF_THE_WAY
        if self._left < 0 or id(value) in around or forbidden & value.keys():
            raise _NotStandalone
        inside = (*around, id(value))
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {key: each for key, each in self._members(value, inside) if key not in {"$id", "id"}}
        target = self.of(self._target(reference), inside)
        rest = dict(self._members({key: each for key, each in value.items() if key != "$ref"}, inside))
        return target if self._schema.hides_siblings or not rest else {"allOf": [target, rest]}

    def _target(self, reference: str) -> JsonValue:
        if not reference.startswith("#"):
            raise _NotStandalone
        found = self._schema.resolver.find(reference, self._schema.resolver.root[1])
        if found is None or found[1] != self._schema.resolver.root[1]:
            raise _NotStandalone
        return found[0]

    def _members(self, value: JsonObject, inside: tuple[int, ...]) -> Iterator[tuple[str, JsonValue]]:
        for key, each in value.items():
            if key in {"$defs", "definitions"}:
                continue
            if key in MAPS and isinstance(each, dict):
                yield key, {name: self.of(member, inside) for name, member in each.items()}
            elif key in SCHEMAS:
                yield key, [self.of(item, inside) for item in each] if isinstance(each, list) else self.of(each, inside)
            else:
                yield key, each


def _plain(value: JsonValue, home: JsonSchema) -> JsonValue:
    """What a schema demands, in the words of 2020-12. Raises ``_NotStandalone``."""
    if isinstance(value, list):
        return [_plain(each, home) for each in value]
    if not isinstance(value, dict):
        return value
    made: JsonObject = {}
    for key, each in _demands(value, home):
        if key in _MAPS and isinstance(each, dict):
            made[key] = {name: _plain(member, home) for name, member in each.items()}
        elif key in SCHEMAS:
            made[key] = _plain(each, home)
        else:
            made[key] = each
    return made


def _demands(value: JsonObject, home: JsonSchema) -> Iterator[tuple[str, JsonValue]]:
    """The keywords of one schema that demand something, as they are called in 2020-12."""
    for key, each in value.items():
        if key in _SINCE_2019 and home.hides_siblings:
            continue
        if key in {"exclusiveMinimum", "exclusiveMaximum"} and isinstance(each, bool):
            raise _NotStandalone
        if key == "items" and isinstance(each, list):
            yield "prefixItems", each
            yield "items", value.get("additionalItems", True)
        elif key == "dependencies" and isinstance(each, dict):
            yield "dependentRequired", {name: names for name, names in each.items() if isinstance(names, list)}
            yield "dependentSchemas", {name: member for name, member in each.items() if not isinstance(member, list)}
        elif key != "additionalItems" and key in _DEMANDS | SCHEMAS | _MAPS:
            yield key, each
