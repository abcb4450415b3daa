"""Rows of rules about types, null and named values (diff-rules §4, "Type and format" and "Values")."""

from contracthub.formats.changes import Effect
from contracthub.formats.openapi.diff.family import REQUESTS, RESPONSES, Family, integer, string
from contracthub.formats.openapi.diff.places import Kind

_NUMBER = {"type": "number"}
_BOOLEAN = {"type": "boolean"}
_NARROW = "in requests what is narrower is told as another type"
_TEXT = "the way back is a change of type: text is wider than what can be written as text"
_CHANGED, _GENERALIZED, _SPECIALIZED = "type-changed", "type-generalized", "type-specialized"
_OTHER, _WIDER, _NARROWER = "has another type or format", "has a wider type or format", "has a narrower type or format"
_SAME_TEXT = "has another type that is written as the same text"
_ASIDE = (Kind.PARAMETER_PROPERTY, Kind.RESPONSE_HEADER)
_HEADER = (Kind.RESPONSE_HEADER,)
_IN_JSON = tuple(kind for kind in Kind if kind not in _ASIDE and kind is not Kind.PARAMETER)
_IN_TEXT = (Kind.RESPONSE_BODY, Kind.RESPONSE_PROPERTY)

_TYPES = (
    Family(_CHANGED, Effect.INCOMPARABLE, _OTHER, string(), integer(), _CHANGED, _IN_JSON),
    Family(_CHANGED, Effect.INCOMPARABLE, _OTHER, integer(), _BOOLEAN, _CHANGED, (Kind.PARAMETER, *_HEADER)),
    Family(
        _CHANGED,
        Effect.INCOMPARABLE,
        _OTHER,
        integer(),
        string(),
        None,
        (Kind.PARAMETER_PROPERTY,),
        waiver="how the object is written decides one way, and nothing the other way",
    ),
    Family(_GENERALIZED, Effect.WIDENS, _WIDER, integer(), _NUMBER, _SPECIALIZED, RESPONSES),
    Family(_GENERALIZED, Effect.WIDENS, _WIDER, integer(), _NUMBER, _SPECIALIZED, (Kind.PARAMETER_PROPERTY,)),
    Family(
        _GENERALIZED,
        Effect.WIDENS,
        _WIDER,
        integer(),
        _NUMBER,
        None,
        (Kind.PARAMETER, Kind.REQUEST_BODY, Kind.REQUEST_PROPERTY),
        waiver=_NARROW,
    ),
    Family(_SPECIALIZED, Effect.NARROWS, _NARROWER, _NUMBER, integer(), _GENERALIZED, RESPONSES),
    Family(_SPECIALIZED, Effect.NARROWS, _NARROWER, _NUMBER, integer(), _GENERALIZED, (Kind.PARAMETER_PROPERTY,)),
    *(
        Family("type-compatible", Effect.NONE, _SAME_TEXT, old, new, None, kinds, _TEXT, within)
        for old, new, kinds, within in (
            (integer(), string(), (Kind.REQUEST_BODY, Kind.REQUEST_PROPERTY), "/text"),
            (string(), integer(), _IN_TEXT, "/text"),
            (string(), integer(), _HEADER, ""),
        )
    ),
    Family(
        "list-of-types-widened",
        Effect.WIDENS,
        "takes one more plain type",
        string(),
        {"oneOf": [string(), integer()]},
        "list-of-types-narrowed",
    ),
    Family(
        "list-of-types-narrowed",
        Effect.NARROWS,
        "takes one plain type less",
        {"oneOf": [string(), integer()]},
        string(),
        "list-of-types-widened",
    ),
    Family(
        "became-nullable",
        Effect.WIDENS,
        "takes null now",
        string(),
        {"type": ["string", "null"]},
        "became-not-nullable",
    ),
    Family(
        "became-not-nullable",
        Effect.NARROWS,
        "takes null no longer",
        {"type": ["string", "null"]},
        string(),
        "became-nullable",
    ),
    Family(
        "content-media-type-changed",
        Effect.INCOMPARABLE,
        "holds text of another media type",
        string(contentMediaType="image/png"),
        string(contentMediaType="image/gif"),
        "content-media-type-changed",
    ),
    Family(
        "content-encoding-changed",
        Effect.INCOMPARABLE,
        "holds text in another encoding",
        string(),
        string(contentEncoding="base64"),
        "content-encoding-changed",
    ),
)
_VALUES = (
    Family(
        "became-enum",
        Effect.NARROWS,
        "takes the values of a list only",
        string(),
        string(enum=["a", "b"]),
        "became-not-enum",
        RESPONSES,
    ),
    Family(
        "became-enum",
        Effect.NARROWS,
        "takes the values of a list only",
        string(),
        string(enum=["a", "b"]),
        "enum-value-removed",
        REQUESTS,
    ),
    Family(
        "became-not-enum",
        Effect.WIDENS,
        "takes values outside of the list",
        string(enum=["a", "b"]),
        string(),
        "became-enum",
        RESPONSES,
    ),
    Family(
        "enum-value-added",
        Effect.WIDENS,
        "takes one more value",
        string(enum=["a"]),
        string(enum=["a", "b"]),
        "enum-value-removed",
    ),
    Family(
        "enum-value-removed",
        Effect.NARROWS,
        "names a value no longer; without a list, it still takes it",
        string(enum=["a", "b"]),
        string(enum=["a"]),
        "enum-value-added",
    ),
    Family(
        "x-extensible-enum-value-removed",
        Effect.NARROWS,
        "knows a value no longer",
        string(**{"x-extensible-enum": ["a", "b"]}),
        string(**{"x-extensible-enum": ["a"]}),
        None,
        REQUESTS,
        waiver="adding a value to an open list concerns nobody",
    ),
    Family("const-added", Effect.NARROWS, "takes one value only", string(), string(const="a"), "const-removed"),
    Family("const-removed", Effect.WIDENS, "takes other values too", string(const="a"), string(), "const-added"),
    Family(
        "const-changed",
        Effect.INCOMPARABLE,
        "takes another value",
        string(const="a"),
        string(const="b"),
        "const-changed",
    ),
    Family(
        "default-value-added",
        Effect.NONE,
        "has a default now",
        string(),
        string(default="a"),
        "default-value-removed",
    ),
    Family(
        "default-value-removed",
        Effect.NONE,
        "has no default any more",
        string(default="a"),
        string(),
        "default-value-added",
    ),
    Family(
        "default-value-changed",
        Effect.NONE,
        "has another default",
        string(default="a"),
        string(default="b"),
        "default-value-changed",
    ),
)

FAMILIES = (*_TYPES, *_VALUES)
