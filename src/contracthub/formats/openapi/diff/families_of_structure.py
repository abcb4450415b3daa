"""Rows of rules about schemas made of schemas (diff-rules §4, "Composition and applicators", and life cycle)."""

from collections.abc import Iterator
from typing import Any

from contracthub.formats.changes import Effect
from contracthub.formats.openapi.diff.family import BODIES, PROPERTIES, Family, an_object, array, integer, string

_CAT = an_object(title="Cat", properties={"meows": {"type": "boolean"}})
_DOG = an_object(title="Dog", properties={"barks": {"type": "boolean"}})
_COW = an_object(title="Cow", properties={"moos": {"type": "boolean"}})
_NOT_A, _NOT_B = {"not": {"const": "a"}}, {"not": {"const": "b"}}
_DOCUMENTED: dict[str, Any] = {"title": "Documented", "description": "says nothing about values"}


def _unions() -> Iterator[Family]:
    for keyword, name in (("oneOf", "one-of"), ("anyOf", "any-of")):
        few, many = {keyword: [_CAT, _DOG]}, {keyword: [_CAT, _DOG, _COW]}
        added, removed = f"{name}-added", f"{name}-removed"
        yield Family(added, Effect.WIDENS, f"has one more member in {keyword}", few, many, removed)
        yield Family(removed, Effect.NARROWS, f"has one member less in {keyword}", many, few, added)
    yield Family(
        "wrapped-in-one-of",
        Effect.INCOMPARABLE,
        "became one of several objects",
        _CAT,
        {"oneOf": [_CAT, _DOG]},
        None,
        BODIES,
        waiver="unwrapping is told as the member that went and the type that came",
    )


def _conjunctions() -> Iterator[Family]:
    few, many = {"allOf": [_NOT_A]}, {"allOf": [_NOT_A, _NOT_B]}
    yield Family("all-of-added", Effect.NARROWS, "has one more member in allOf", few, many, "all-of-removed")
    yield Family("all-of-removed", Effect.WIDENS, "has one member less in allOf", many, few, "all-of-added")
    more = {"allOf": [_NOT_A, _DOCUMENTED]}
    added, removed = "all-of-added-annotation-only", "all-of-removed-annotation-only"
    yield Family(added, Effect.NONE, "has one more member in allOf, which only documents", few, more, removed)
    yield Family(removed, Effect.NONE, "lost a member of allOf that only documented", more, few, added)


def _discriminated(name: str | None, **mapping: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"oneOf": [_CAT, _DOG]}
    if name is not None:
        schema["discriminator"] = {"propertyName": name, **({"mapping": mapping} if mapping else {})}
    return schema


def _discriminators() -> Iterator[Family]:
    none, plain, other = _discriminated(None), _discriminated("kind"), _discriminated("type")
    one, two, moved = (
        _discriminated("kind", **mapping) for mapping in ({"a": "Cat"}, {"a": "Cat", "b": "Dog"}, {"a": "Dog"})
    )
    other_name, other_schema = "is told apart by another property", "means another schema by a discriminator's value"
    for suffix, effect, says, old, new, mirror in (
        ("added", Effect.NONE, "has a discriminator now", none, plain, "removed"),
        # The values are the same; how readers tell them apart is not known any more.
        ("removed", Effect.UNKNOWN, "has no discriminator any more", plain, none, "added"),
        ("property-name-changed", Effect.INCOMPARABLE, other_name, plain, other, "property-name-changed"),
        ("mapping-added", Effect.WIDENS, "knows one more value of the discriminator", one, two, "mapping-deleted"),
        ("mapping-deleted", Effect.NARROWS, "knows one value of the discriminator less", two, one, "mapping-added"),
        ("mapping-changed", Effect.INCOMPARABLE, other_schema, one, moved, "mapping-changed"),
    ):
        yield Family(f"discriminator-{suffix}", effect, says, old, new, f"discriminator-{mirror}")


_APPLICATORS: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("if", "if", {}, {"if": {"const": "a"}}),
    ("then", "then", {"if": {"const": "a"}}, {"if": {"const": "a"}, "then": {"minLength": 1}}),
    ("else", "else", {"if": {"const": "a"}}, {"if": {"const": "a"}, "else": {"minLength": 1}}),
    ("contains", "contains", array(), array(contains={"const": "a"})),
    ("property-names", "propertyNames", an_object(), an_object(propertyNames={"minLength": 2})),
    ("unevaluated-items", "unevaluatedItems", array(), array(unevaluatedItems={"type": "string"})),
    (
        "unevaluated-properties",
        "unevaluatedProperties",
        an_object(),
        an_object(unevaluatedProperties={"type": "string"}),
    ),
    ("content-schema", "contentSchema", string(), string(contentSchema={"type": "object"})),
    ("not", "not", string(), string(**{"not": {"const": "a"}})),
    ("pattern-property", "patternProperties", an_object(), an_object(patternProperties={"^a": {"type": "string"}})),
    ("dependent-schema", "dependentSchemas", an_object(), an_object(dependentSchemas={"a": {"required": ["b"]}})),
    ("dependent-required", "dependentRequired", an_object(), an_object(dependentRequired={"a": ["b"]})),
)


def _applicators() -> Iterator[Family]:
    for name, keyword, without, having in _APPLICATORS:
        added, removed = f"{name}-added", f"{name}-removed"
        yield Family(added, Effect.NARROWS, f"demands more: {keyword}", without, having, removed)
        yield Family(removed, Effect.WIDENS, f"demands less: {keyword}", having, without, added)
    for name, keyword, old, new in (
        (
            "if",
            "if",
            {"if": {"const": "a"}, "then": {"minLength": 1}},
            {"if": {"const": "b"}, "then": {"minLength": 1}},
        ),
        ("not", "not", _NOT_A, _NOT_B),
    ):
        effect = Effect.UNKNOWN if name == "if" else Effect.INCOMPARABLE
        yield Family(f"{name}-changed", effect, f"has another {keyword}", old, new, f"{name}-changed")
    yield Family(
        "dependent-required-changed",
        Effect.INCOMPARABLE,
        "demands other properties beside one",
        an_object(dependentRequired={"a": ["b"]}),
        an_object(dependentRequired={"a": ["c"]}),
        "dependent-required-changed",
    )
    # Where other items may be anything, a position more takes less; where there are none, it takes more.
    short = {"prefixItems": [string()], "items": False}
    long = {"prefixItems": [string(), integer()], "items": False}
    added, removed = "prefix-items-added", "prefix-items-removed"
    yield Family(added, Effect.WIDENS, "has more positions in prefixItems", short, long, removed)
    yield Family(removed, Effect.NARROWS, "has fewer positions in prefixItems", long, short, added)
    open_, closed = an_object(), an_object(additionalProperties=False)
    yield Family("closed", Effect.NARROWS, "takes no properties that are not named", open_, closed, "opened")
    yield Family("opened", Effect.WIDENS, "takes properties that are not named", closed, open_, "closed")
    typed = an_object(additionalProperties=string())
    demanded, free = "additional-properties-typed", "additional-properties-untyped"
    yield Family(demanded, Effect.NARROWS, "says what properties that are not named must be", open_, typed, free)
    yield Family(
        free, Effect.WIDENS, "no longer says what properties that are not named must be", typed, open_, demanded
    )


def _lifecycle() -> Iterator[Family]:
    plain, gone = string(), string(deprecated=True)
    later = string(deprecated=True, **{"x-sunset": "9999-01-01"})
    stable, beta = string(), string(**{"x-stability-level": "beta"})
    for suffix, effect, says, old, new, mirror, waiver in (
        ("deprecated", Effect.NONE, "is deprecated", plain, gone, "reactivated", ""),
        ("deprecated-with-sunset", Effect.NONE, "is deprecated, with a date", plain, later, "reactivated", ""),
        ("reactivated", Effect.NONE, "is no longer deprecated", gone, plain, "deprecated", ""),
        (
            "deprecated-sunset-missing",
            Effect.VIOLATION,
            "is deprecated without the date that is demanded",
            plain,
            gone,
            "reactivated",
            "",
        ),
        (
            "deprecated-sunset-invalid",
            Effect.VIOLATION,
            "is deprecated with a date that is none",
            plain,
            string(deprecated=True, **{"x-sunset": "soon"}),
            "reactivated",
            "",
        ),
        (
            "sunset-date-too-small",
            Effect.VIOLATION,
            "is deprecated with a date that is too near",
            plain,
            string(deprecated=True, **{"x-sunset": "2000-01-01"}),
            "reactivated",
            "",
        ),
        ("stability-decreased", Effect.VIOLATION, "is less stable", stable, beta, "stability-increased", ""),
        ("stability-increased", Effect.NONE, "is more stable", beta, stable, "stability-decreased", ""),
    ):
        within = "@30" if suffix == "deprecated-sunset-missing" else ""
        yield Family(suffix, effect, says, old, new, mirror, PROPERTIES, waiver, within)


FAMILIES = (*_unions(), *_conjunctions(), *_discriminators(), *_applicators(), *_lifecycle())
