"""Every rule about changes of JSON Schemas (schema-registry-api §17; what the registry ignores besides)."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracthub.formats.changes import Catalogue, Direction, Rule, Severity
from contracthub.formats.findings import Named, Rows
from contracthub.formats.safe_json import JsonValue

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_ROWS = Rows("schema")
_STRING: dict[str, Any] = {"type": "string"}
_INTEGER: dict[str, Any] = {"type": "integer"}
_REFUSES = "new readers refuse what was written"
_REFUSED = "old readers refuse what is written"
_UPPER = {"maxLength": "string", "maximum": "number", "exclusiveMaximum": "number"}
_UPPER |= {"maxItems": "array", "maxProperties": "object", "maxContains": "array"}
_LOWER = {"minLength": "string", "minimum": "number", "exclusiveMinimum": "number"}
_LOWER |= {"minItems": "array", "minProperties": "object", "minContains": "array"}


def kebab(keyword: str) -> str:
    """``max-length`` for ``maxLength``."""
    return "".join(f"-{each.lower()}" if each.isupper() else each for each in keyword)


def _names_of_bounds() -> Iterator[tuple[str, Named]]:
    for keyword in (*_UPPER, *_LOWER):
        name = kebab(keyword)
        constant = name.replace("-", "_").upper()
        lowered, raised = f"{name}-decreased", f"{name}-increased"
        yield f"{constant}_ADDED", Named(f"{name}-added", f"{name}-removed")
        if keyword in _UPPER:
            yield f"{constant}_DECREASED", Named(lowered, raised)
        else:
            yield f"{constant}_INCREASED", Named(raised, lowered)


NAMES: Mapping[str, Named] = {
    **dict(_names_of_bounds()),
    "PATTERN_ADDED": Named("pattern-added", "pattern-removed"),
    "PATTERN_CHANGED": Named("pattern-changed", "pattern-changed", "pattern-changed"),
    "MULTIPLE_OF_ADDED": Named("multiple-of-added", "multiple-of-removed"),
    "MULTIPLE_OF_EXPANDED": Named("multiple-of-expanded", "multiple-of-reduced"),
    "MULTIPLE_OF_CHANGED": Named("multiple-of-changed", "multiple-of-changed", "multiple-of-changed"),
    "ENUM_ARRAY_NARROWED": Named("enum-narrowed", "enum-extended"),
    "ENUM_ARRAY_CHANGED": Named("enum-changed", "enum-changed", "enum-changed"),
    "TYPE_NARROWED": Named("type-narrowed", "type-widened"),
    "TYPE_CHANGED": Named("type-narrowed", "type-widened", "type-changed"),
    "COMBINED_TYPE_CHANGED": Named("combination-narrowed", "combination-widened", "combination-changed"),
    "PRODUCT_TYPE_EXTENDED": Named("all-of-extended", "all-of-narrowed"),
    "SUM_TYPE_NARROWED": Named("alternatives-narrowed", "alternatives-extended"),
    "COMBINED_TYPE_SUBSCHEMAS_CHANGED": Named("members-narrowed", "members-widened", "members-changed"),
    "NOT_TYPE_NARROWED": Named("not-extended", "not-narrowed", "not-changed"),
    "CONDITION_CHANGED": Named("condition-changed", "condition-changed", "condition-changed"),
    "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL": Named("property-added-to-open-model", "property-removed-from-open-model"),
    "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL": Named(
        "property-removed-from-closed-model", "property-added-to-closed-model"
    ),
    "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": Named(
        "property-added-narrower-than-cover", "property-removed-narrower-than-cover"
    ),
    "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL": Named(
        "property-removed-wider-than-cover", "property-added-wider-than-cover"
    ),
    "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL": Named("required-property-added", "required-property-removed"),
    "REQUIRED_ATTRIBUTE_ADDED": Named("required-added", "required-removed"),
    "ADDITIONAL_PROPERTIES_REMOVED": Named("additional-properties-removed", "additional-properties-added"),
    "ADDITIONAL_PROPERTIES_NARROWED": Named(
        "additional-properties-narrowed", "additional-properties-extended", "additional-properties-changed"
    ),
    "ADDITIONAL_ITEMS_REMOVED": Named("additional-items-removed", "additional-items-added"),
    "ADDITIONAL_ITEMS_NARROWED": Named(
        "additional-items-narrowed", "additional-items-extended", "additional-items-changed"
    ),
    "ITEM_ADDED_TO_OPEN_CONTENT_MODEL": Named("item-added-to-open-model", "item-removed-from-open-model"),
    "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL": Named("item-removed-from-closed-model", "item-added-to-closed-model"),
    "UNIQUE_ITEMS_ADDED": Named("unique-items-added", "unique-items-removed"),
    "CONTAINS_ADDED": Named("contains-added", "contains-removed"),
    "DEPENDENCY_ARRAY_EXTENDED": Named("dependency-extended", "dependency-narrowed", "dependency-changed"),
    "DEPENDENCY_SCHEMA_ADDED": Named("dependency-schema-added", "dependency-schema-removed"),
}
"""How an incompatibility is told, by its rule in the relation."""


def _narrows(ids: tuple[str, str], what: tuple[str, str], example: tuple[Any, Any]) -> tuple[Rule, Rule]:
    says = _sentence(what[0], _REFUSES), _sentence(what[1], _REFUSED)
    return _ROWS.pair(ids, (_B, _B), says, example, Direction.REQUEST)


def _sentence(what: str, who: str) -> str:
    return f"{what if what[0].isupper() else f'The keyword {what}'}: {who}."


def _changes(id_: str, what: str, example: tuple[Any, Any]) -> tuple[Rule]:
    return _ROWS.own(id_, _B, _sentence(what, f"{_REFUSES}, and {_REFUSED}"), example, Direction.BOTH)


def _bounds() -> Iterator[Rule]:
    for keyword, kind in (_UPPER | _LOWER).items():
        name = kebab(keyword)
        low, high, none = ({"type": kind, keyword: 2}, {"type": kind, keyword: 5}, {"type": kind})
        yield from _narrows((f"{name}-added", f"{name}-removed"), (f"{keyword} came", f"{keyword} went"), (none, low))
        lowered, raised = (
            (f"{name}-decreased", f"{keyword} was lowered"),
            (f"{name}-increased", f"{keyword} was raised"),
        )
        first, second, example = (lowered, raised, (high, low)) if keyword in _UPPER else (raised, lowered, (low, high))
        yield from _narrows((first[0], second[0]), (first[1], second[1]), example)


def _values() -> Iterator[Rule]:
    a, b = {**_STRING, "pattern": "^a"}, {**_STRING, "pattern": "^b"}
    yield from _narrows(("pattern-added", "pattern-removed"), ("A pattern came", "A pattern went"), (_STRING, a))
    yield from _changes("pattern-changed", "A pattern is another, which is not compared by meaning", (a, b))
    two, three, six = ({"type": "number", "multipleOf": each} for each in (2, 3, 6))
    number = {"type": "number"}
    yield from _narrows(
        ("multiple-of-added", "multiple-of-removed"), ("multipleOf came", "multipleOf went"), (number, two)
    )
    yield from _narrows(
        ("multiple-of-expanded", "multiple-of-reduced"),
        ("multipleOf is a multiple of what it was", "multipleOf is a divisor of what it was"),
        (two, six),
    )
    yield from _changes("multiple-of-changed", "multipleOf is another", (two, three))
    some, more, others = {"enum": ["a"]}, {"enum": ["a", "b"]}, {"enum": ["c"]}
    yield from _narrows(("enum-narrowed", "enum-extended"), ("Values went", "Values came"), (more, some))
    yield from _changes("enum-changed", "Values went, and others came", (some, others))
    yield from _narrows(
        ("type-narrowed", "type-widened"),
        ("A type takes less than before", "A type takes more than before"),
        (number, _INTEGER),
    )
    yield from _changes("type-changed", "A type is another", (_STRING, _INTEGER))


def _combinations() -> Iterator[Rule]:
    one, other, third = _STRING, _INTEGER, {"type": "boolean"}
    any_of = {"anyOf": [one, other]}
    # Two patterns can neither be made one nor told apart: what takes both of them is not known.
    first, last, middle = ({**_STRING, "pattern": pattern} for pattern in ("^a", "b$", "c"))
    any_pattern, one_pattern, all_patterns = ({keyword: [first, last]} for keyword in ("anyOf", "oneOf", "allOf"))
    yield from _narrows(
        ("combination-narrowed", "combination-widened"),
        ("A combination takes less than before", "A combination takes more than before"),
        (any_pattern, one_pattern),
    )
    yield from _changes("combination-changed", "A combination counts otherwise", (one_pattern, all_patterns))
    yield from _narrows(
        ("all-of-extended", "all-of-narrowed"),
        ("allOf has more members", "allOf has fewer members"),
        (all_patterns, {"allOf": [first, last, middle]}),
    )
    yield from _narrows(
        ("alternatives-narrowed", "alternatives-extended"),
        ("There are fewer alternatives", "There are more alternatives"),
        ({"anyOf": [one, other, third]}, any_of),
    )
    yield from _narrows(
        ("members-narrowed", "members-widened"),
        ("Members of a combination take less", "Members of a combination take more"),
        (any_of, {"anyOf": [one, {**_INTEGER, "minimum": 0}]}),
    )
    yield from _changes("members-changed", "Members of a combination are others", (any_of, {"anyOf": [one, third]}))
    yield from _narrows(
        ("not-extended", "not-narrowed"),
        ("More is forbidden", "Less is forbidden"),
        ({"not": {"enum": [1]}}, {"not": {"enum": [1, 2]}}),
    )
    yield from _changes("not-changed", "Something else is forbidden", ({"not": _STRING}, {"not": _INTEGER}))
    yield from _changes(
        "condition-changed",
        "The condition of if is another",
        ({"if": _STRING, "then": {"minLength": 1}}, {"if": _INTEGER, "then": {"minLength": 1}}),
    )


def _object(properties: dict[str, Any], rest: JsonValue, *required: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties}
    if rest is not True:
        made["additionalProperties"] = rest
    return {**made, "required": [*required]} if required else made


def _properties() -> Iterator[Rule]:
    a, ab = {"a": _STRING}, {"a": _STRING, "b": _STRING}
    for model, rest in (("open", True), ("closed", False)):
        came = f"A property came in an object that is {model}"
        went = f"A property went from an object that is {model}"
        added, removed = f"property-added-to-{model}-model", f"property-removed-from-{model}-model"
        if rest:
            yield from _narrows((added, removed), (came, went), (_object(a, rest), _object(ab, rest)))
        else:
            yield from _narrows((removed, added), (went, came), (_object(ab, rest), _object(a, rest)))
    tight = {"a": _STRING, "b": {**_STRING, "maxLength": 1}}
    short = {**_STRING, "maxLength": 5}
    yield from _narrows(
        ("property-added-narrower-than-cover", "property-removed-narrower-than-cover"),
        (
            "A property came, and takes less than what stood for it",
            "A property went, and what stands for it takes more",
        ),
        (_object(a, short), _object(tight, short)),
    )
    yield from _narrows(
        ("property-removed-wider-than-cover", "property-added-wider-than-cover"),
        (
            "A property went, and what stands for it takes less",
            "A property came, and takes more than what stood for it",
        ),
        (_object(ab, short), _object(a, short)),
    )
    yield from _narrows(
        ("required-property-added", "required-property-removed"),
        ("A property came that is required", "A property went that is required"),
        (_object(a, False), _object(ab, False, "b")),
    )
    yield from _narrows(
        ("required-added", "required-removed"),
        ("A property is required now", "A property is no longer required"),
        (_object(a, True), _object(a, True, "a")),
    )
    closed, partly, wide = _object(a, False), _object(a, short), _object(a, _STRING)
    yield from _narrows(
        ("additional-properties-removed", "additional-properties-added"),
        ("Properties that are not listed are refused", "Properties that are not listed are taken"),
        (_object(a, True), closed),
    )
    yield from _narrows(
        ("additional-properties-narrowed", "additional-properties-extended"),
        ("Properties that are not listed take less", "Properties that are not listed take more"),
        (wide, partly),
    )
    yield from _changes(
        "additional-properties-changed", "Properties that are not listed are others", (wide, _object(a, _INTEGER))
    )


def _dependencies() -> Iterator[Rule]:
    def together(*names: str) -> dict[str, Any]:
        return {"type": "object", "dependencies": {"a": [*names]}}

    yield from _narrows(
        ("dependency-extended", "dependency-narrowed"),
        ("A property demands others beside it", "A property no longer demands others beside it"),
        (together("b"), together("b", "c")),
    )
    yield from _changes("dependency-changed", "A property demands others than before", (together("b"), together("c")))
    schema = {"type": "object", "dependencies": {"a": {"required": ["b"]}}}
    yield from _narrows(
        ("dependency-schema-added", "dependency-schema-removed"),
        ("A property demands more of the object", "A property no longer demands more of the object"),
        ({"type": "object"}, schema),
    )


def _arrays() -> Iterator[Rule]:
    array: dict[str, Any] = {"type": "array"}
    for name, keyword, value in (("unique-items", "uniqueItems", True), ("contains", "contains", _STRING)):
        says = f"{keyword} came", f"{keyword} went"
        yield from _narrows((f"{name}-added", f"{name}-removed"), says, (array, {**array, keyword: value}))

    def tuple_(rest: JsonValue, *items: JsonValue) -> dict[str, Any]:
        return {**array, "items": [*items], **({} if rest is True else {"additionalItems": rest})}

    short = {**_STRING, "maxLength": 5}
    yield from _narrows(
        ("item-added-to-open-model", "item-removed-from-open-model"),
        ("An item is told what it must be", "An item is no longer told what it must be"),
        (tuple_(True, _STRING), tuple_(True, _STRING, _STRING)),
    )
    yield from _narrows(
        ("item-removed-from-closed-model", "item-added-to-closed-model"),
        ("An item went where no others are taken", "An item came where no others were taken"),
        (tuple_(False, _STRING, _STRING), tuple_(False, _STRING)),
    )
    yield from _narrows(
        ("additional-items-removed", "additional-items-added"),
        ("Items that are not listed are refused", "Items that are not listed are taken"),
        (tuple_(True, _STRING), tuple_(False, _STRING)),
    )
    yield from _narrows(
        ("additional-items-narrowed", "additional-items-extended"),
        ("Items that are not listed take less", "Items that are not listed take more"),
        (tuple_(_STRING, _STRING), tuple_(short, _STRING)),
    )
    yield from _changes(
        "additional-items-changed",
        "Items that are not listed are others",
        (tuple_(_STRING, _STRING), tuple_(_INTEGER, _STRING)),
    )


def _beside() -> Iterator[Rule]:
    """What the registry's relation does not look at."""
    anything = {"a": True}
    yield from _ROWS.pair(
        ("property-added", "property-removed"),
        (_S, _D),
        ("A property came.", "A property went: who reads it may find nothing."),
        (_object({}, True), _object(anything, True)),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "required-with-default-changed",
        _S,
        "Whether a property with a default is required changed.",
        (_object({"a": {"default": 1}}, True), _object({"a": {"default": 1}}, True, "a")),
    )
    yield from _ROWS.pair(
        ("default-added", "default-removed"),
        (_S, _D),
        ("A default came.", "A default went: what stood for a missing value does no longer."),
        (_STRING, {**_STRING, "default": ""}),
    )
    yield from _ROWS.own(
        "default-changed",
        _D,
        "A default is another: a missing value means something else.",
        ({**_STRING, "default": ""}, {**_STRING, "default": "-"}),
    )


def _meanings() -> Iterator[Rule]:
    """What a value means to who knows it, and notes."""
    for id_, old, new, what in (
        ("format-changed", _STRING, {**_STRING, "format": "uuid"}, "The format or the encoding of a value changed."),
        ("access-changed", _STRING, {**_STRING, "readOnly": True}, "Who may write a value changed."),
        (
            "pattern-properties-changed",
            {"type": "object"},
            {"type": "object", "patternProperties": {"^x": _STRING}},
            "What properties of a kind of name must be came or went; nothing is known of those that were there.",
        ),
        (
            "property-names-changed",
            {"type": "object"},
            {"type": "object", "propertyNames": {"maxLength": 3}},
            "What properties may be called changed.",
        ),
        (
            "dialect-changed",
            _STRING,
            {**_STRING, "$schema": "https://json-schema.org/draft/2020-12/schema"},
            "The schema is written in another dialect: keywords may mean something else.",
        ),
    ):
        yield from _ROWS.own(id_, _D, what, (old, new))
    yield from _ROWS.pair(
        ("deprecated", "reactivated"),
        (_S, _S),
        ("A value is deprecated.", "A value is no longer deprecated."),
        (_STRING, {**_STRING, "deprecated": True}),
    )
    for id_, old, new, what in (
        ("doc-changed", _STRING, {**_STRING, "description": "Its name"}, "Documentation changed."),
        ("keyword-changed", _STRING, {**_STRING, "x-owner": "shop"}, "A keyword changed that no rule is about."),
    ):
        yield from _ROWS.own(id_, _S, what, (old, new))


CATALOGUE = Catalogue(
    [
        *_bounds(),
        *_values(),
        *_combinations(),
        *_properties(),
        *_dependencies(),
        *_arrays(),
        *_beside(),
        *_meanings(),
    ]
)
