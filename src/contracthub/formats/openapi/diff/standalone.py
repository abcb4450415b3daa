"""A schema of OpenAPI in the words of JSON Schema alone, by itself: what the algebra of schemas can be asked about."""

from collections.abc import Iterator

from contracthub.formats.bundle import Place
from contracthub.formats.changes import Direction
from contracthub.formats.openapi.diff.keywords import CHILDREN, MAPS, with_numeric_bounds
from contracthub.formats.openapi.diff.sides import Side, member
from contracthub.formats.safe_json import JsonObject, JsonValue

# More schemas than this in one are not translated; the algebra would not take them either.
_MOST_SCHEMAS = 200
# What a string holds is no part of what the algebra decides about.
_SCHEMAS = frozenset(CHILDREN) - {"contentSchema"}
_MAPS = frozenset(MAPS)
_LISTS = frozenset({"allOf", "oneOf", "anyOf", "prefixItems"})
_KEPT = frozenset(
    [
        "type",
        "format",
        "enum",
        "const",
        "required",
        "dependentRequired",
        "pattern",
        "multipleOf",
        "uniqueItems",
        "minContains",
        "maxContains",
        *(f"{end}{what}" for end in ("min", "max") for what in ("imum", "Length", "Items", "Properties")),
        "exclusiveMinimum",
        "exclusiveMaximum",
    ]
)


class NotStandalone(Exception):
    """The schema refers to itself, or is too large."""


def standalone(side: Side, place: Place, direction: Direction) -> JsonValue:
    """The schema with what it refers to inside of it, as it is for who writes in ``direction``.

    Raises ``NotStandalone``.
    """
    return _Translation(side, direction).of(place, ())


class _Translation:
    def __init__(self, side: Side, direction: Direction) -> None:
        self._side = side
        self._never = "readOnly" if direction is Direction.REQUEST else "writeOnly"
        self._left = _MOST_SCHEMAS

    def of(self, place: Place, around: tuple[int, ...]) -> JsonValue:
        value = place.value
        if not isinstance(value, dict):
            return value
        self._left -= 1
        if self._left < 0 or id(value) in around:
            raise NotStandalone
        inside = (*around, id(value))
        reference = value.get("$ref")
        if isinstance(reference, str):
            target = self.of(self._side.target(reference, place), inside)
            if not self._side.has_type_lists or len(value) == 1:
                return target
            rest = Place(place.file, place.pointer, {key: each for key, each in value.items() if key != "$ref"})
            return {"allOf": [target, self.of(rest, inside)]}
        return self._object(place, value, inside)

    def _object(self, place: Place, value: JsonObject, inside: tuple[int, ...]) -> JsonObject:
        made: JsonObject = {}
        for key, said in with_numeric_bounds(value).items():
            held = Place(place.file, place.pointer, said)
            if key in _SCHEMAS:
                made[key] = self.of(held, inside)
            elif key in _MAPS and isinstance(said, dict):
                made[key] = {name: self.of(Place(held.file, "", each), inside) for name, each in self._named(key, held)}
            elif key in _LISTS and isinstance(said, list):
                made[key] = [self.of(Place(held.file, "", each), inside) for each in said]
            elif key in _KEPT:
                made[key] = said
        self._leave_out_what_is_never_sent(place, made)
        if value.get("nullable") is True or value.get("x-nullable") is True:
            return _nullable(made)
        return made

    def _named(self, key: str, held: Place) -> Iterator[tuple[str, JsonValue]]:
        value = held.value
        for name, each in value.items() if isinstance(value, dict) else ():
            if key != "properties" or not self._is_never_sent(Place(held.file, "", each)):
                yield name, each

    def _is_never_sent(self, place: Place) -> bool:
        value = self._side.resolved(place).value
        return isinstance(value, dict) and value.get(self._never) is True

    def _leave_out_what_is_never_sent(self, place: Place, made: JsonObject) -> None:
        named, needed = member(place, "properties"), made.get("required")
        if named is None or not isinstance(named.value, dict) or not isinstance(needed, list):
            return
        made["required"] = [
            name
            for name in needed
            if not isinstance(name, str)
            or name not in named.value
            or not self._is_never_sent(Place(place.file, "", named.value[name]))
        ]


def _nullable(schema: JsonObject) -> JsonObject:
    """``nullable: true`` (3.0) as the type that it means; an enum beside it has null only if it lists it."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    return schema
