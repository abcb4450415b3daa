"""Every rule about changes of Protobuf files (schema-registry-api §18; what the registry ignores besides)."""

from collections.abc import Iterator, Mapping

from contracthub.formats.changes import Catalogue, Direction, Rule, Severity
from contracthub.formats.findings import Named, Rows

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_ROWS = Rows("schema")


def _alike(rule: str) -> Named:
    return Named(rule, rule, rule)


NAMES: Mapping[str, Named] = {
    "PACKAGE_CHANGED": _alike("package-changed"),
    "MESSAGE_REMOVED": Named("message-removed", "message-added"),
    "REQUIRED_FIELD_ADDED": _alike("required-field-added"),
    "REQUIRED_FIELD_REMOVED": _alike("required-field-removed"),
    "FIELD_KIND_CHANGED": _alike("field-kind-changed"),
    "FIELD_SCALAR_KIND_CHANGED": _alike("field-type-changed"),
    "FIELD_NAMED_TYPE_CHANGED": _alike("field-message-changed"),
    "FIELD_NUMERIC_LABEL_CHANGED": _alike("field-label-changed"),
    "ONEOF_FIELD_REMOVED": Named("oneof-member-removed", "oneof-member-added"),
    "MULTIPLE_FIELDS_MOVED_TO_ONEOF": Named("fields-moved-into-oneof", "fields-moved-out-of-oneof"),
}
"""How an incompatibility is told, by its rule in the relation."""


def _file(body: str) -> str:
    return f'syntax = "proto3"; package shop; {body}'


def _order(*fields: str, more: str = "") -> str:
    numbered = " ".join(f"{field} = {number};" for number, field in enumerate(fields, 1))
    return _file(f"message Order {{ {numbered} {more} }}")


def _old_style(fields: str) -> str:
    return f"package shop; message Order {{ {fields} }}"


_ID, _BOTH = "string id", Direction.BOTH
_OTHERS = _file("message A { string x = 1; } message B { string x = 1; } message Order { A v = 1; }")


def _breaking() -> Iterator[Rule]:
    yield from _ROWS.own(
        "package-changed",
        _B,
        "The package is another: every type has another name.",
        (_order(_ID), _order(_ID).replace("package shop", "package trade")),
        _BOTH,
    )
    yield from _ROWS.pair(
        ("message-removed", "message-added"),
        (_B, _B),
        (
            "A message went: new readers can't read what was written of it.",
            "A message came: old readers don't know it, and a registry refuses it under FORWARD.",
        ),
        (_file("message A {} message B {}"), _file("message A {}")),
        Direction.REQUEST,
    )
    yield from _ROWS.pair(
        ("required-field-added", "required-field-removed"),
        (_B, _B),
        (
            "A required field came: messages without it are refused.",
            "A required field went: readers that demand it refuse messages without it.",
        ),
        (_old_style(""), _old_style("required string id = 1;")),
        _BOTH,
    )


def _of_types() -> Iterator[Rule]:
    yield from _ROWS.own(
        "field-kind-changed",
        _B,
        "A field is of another kind: scalar, message or map.",
        (_order("string v"), _order("map<string, string> v")),
        _BOTH,
    )
    yield from _ROWS.own(
        "field-type-changed",
        _B,
        "A field is of another type, which is written otherwise.",
        (_order("string v"), _order("int32 v")),
        _BOTH,
    )
    yield from _ROWS.own(
        "field-message-changed",
        _B,
        "A field holds another message.",
        (_OTHERS, _OTHERS.replace("A v", "B v")),
        _BOTH,
    )
    yield from _ROWS.own(
        "field-label-changed",
        _B,
        "The label of a number changed.",
        (_old_style("optional int32 v = 1;"), _old_style("repeated int32 v = 1;")),
        _BOTH,
    )


def _of_oneofs() -> Iterator[Rule]:
    one_of = "oneof how {{ string card = 1; {} }}"
    yield from _ROWS.pair(
        ("oneof-member-removed", "oneof-member-added"),
        (_B, _B),
        (
            "A member of a oneof went: what was sent in it is lost to new readers.",
            "A member of a oneof came: what is sent in it is lost to old readers.",
        ),
        (_order(more=one_of.format("string cash = 2;")), _order(more=one_of.format(""))),
        Direction.REQUEST,
    )
    yield from _ROWS.pair(
        ("fields-moved-into-oneof", "fields-moved-out-of-oneof"),
        (_B, _B),
        (
            "Fields that could be set together are alternatives: new readers keep one of them.",
            "Fields that were alternatives can be set together: old readers keep one of them.",
        ),
        (_order("string card", "string cash"), _order(more=one_of.format("string cash = 2;"))),
        Direction.REQUEST,
    )


def _of_fields() -> Iterator[Rule]:
    yield from _ROWS.pair(
        ("field-added", "field-removed-without-reservation"),
        (_S, _D),
        (
            "A field came.",
            "A field went, and its number is not reserved: it may be given to something else.",
        ),
        (_order(_ID), _order(_ID, "string sku")),
        Direction.REQUEST,
    )
    yield Rule(
        "field-removed",
        _D,
        Direction.RESPONSE,
        "schema",
        "A field went: who reads it finds its default.",
        _ROWS.own("", _S, "", (_order(_ID, "string sku"), _order(_ID, more="reserved 2;")))[0].example,
        "field-added",
    )
    for id_, says, old, new in (
        ("field-renamed", "A field has another name: JSON and code know it by that.", "string v", "string w"),
        ("json-name-changed", "A field has another name in JSON.", "string v", 'string v = 1 [json_name = "w"]; //'),
        (
            "type-widened-or-narrowed",
            "A field is of another type that is read from the same bytes: values may be cut.",
            "int32 v",
            "int64 v",
        ),
        (
            "cardinality-changed",
            "A field holds one value or several otherwise than before.",
            "string v",
            "repeated string v",
        ),
        ("presence-changed", "Whether it is known that a field was set changed.", "string v", "optional string v"),
    ):
        left, right = (_file(f"message Order {{ {each}{'' if '=' in each else ' = 1;'}\n }}") for each in (old, new))
        yield from _ROWS.own(id_, _D, says, (left, right))


def _of_parts() -> Iterator[Rule]:
    yield from _ROWS.pair(
        ("field-moved-into-oneof", "field-moved-out-of-oneof"),
        (_D, _D),
        (
            "A field is an alternative now: setting another one clears it.",
            "A field is no alternative any more: setting another one does not clear it.",
        ),
        (_order("string card"), _order(more="oneof how { string card = 1; }")),
    )
    yield from _ROWS.own(
        "oneof-renamed",
        _S,
        "A oneof has another name, which only code knows.",
        (_order(more="oneof how { string card = 1; }"), _order(more="oneof paid { string card = 1; }")),
    )
    yield from _ROWS.own(
        "default-changed",
        _D,
        "The default of a field changed: a missing value means something else.",
        (_old_style("optional int32 v = 1;"), _old_style("optional int32 v = 1 [default = 3];")),
    )
    yield from _ROWS.pair(
        ("reservation-added", "reservation-removed"),
        (_S, _D),
        ("Numbers or names are reserved.", "Numbers or names are no longer reserved: they may be used again."),
        (_order(_ID), _order(_ID, more="reserved 7, 9 to 11; reserved 'old';")),
    )
    yield from _ROWS.own(
        "extensions-changed",
        _D,
        "What may extend a message, or extends one, changed.",
        (_old_style(""), _old_style("extensions 100 to 199;")),
    )


def _of_enums() -> Iterator[Rule]:
    def state(values: str) -> str:
        return _file(f"message Order {{ State s = 1; }} enum State {{ NONE = 0; {values} }}")

    yield from _ROWS.pair(
        ("enum-added", "enum-removed"),
        (_S, _D),
        ("An enum came.", "An enum went."),
        (_order(_ID), _order(_ID) + " enum State { NONE = 0; }"),
    )
    yield from _ROWS.pair(
        ("enum-value-removed", "enum-value-added"),
        (_D, _D),
        ("A value went: new readers see a number for it.", "A value came: old readers see a number for it."),
        (state("OPEN = 1;"), state("")),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "enum-value-renumbered",
        _D,
        "A value has another number: the same bytes mean another value.",
        (state("OPEN = 1;"), state("OPEN = 2;")),
    )
    yield from _ROWS.own(
        "enum-value-renamed",
        _D,
        "A value has another name: JSON and code know it by that.",
        (state("OPEN = 1;"), state("READY = 1;")),
    )


def _of_services() -> Iterator[Rule]:
    head = "message A {} message B {} "

    def service(methods: str) -> str:
        return _file(f"{head} service Shop {{ {methods} }}")

    get = "rpc Get(A) returns (B);"
    yield from _ROWS.pair(
        ("service-removed", "service-added"),
        (_B, _S),
        ("A service went.", "A service came."),
        (service(get), _file(head)),
    )
    yield from _ROWS.pair(
        ("method-removed", "method-added"),
        (_B, _S),
        ("A method went.", "A method came."),
        (service(get), service("")),
    )
    yield from _ROWS.own(
        "method-signature-changed",
        _B,
        "A method takes or returns another message, or streams otherwise.",
        (service(get), service("rpc Get(A) returns (stream B);")),
    )


def _of_files() -> Iterator[Rule]:
    yield from _ROWS.own(
        "syntax-changed",
        _D,
        "The file is written in another edition: presence and unknown enum values differ.",
        (_old_style("optional string v = 1;"), _order("optional string v")),
    )
    yield from _ROWS.pair(
        ("deprecated", "reactivated"),
        (_S, _S),
        ("It is deprecated.", "It is no longer deprecated."),
        (_order("string v"), _file("message Order { string v = 1 [deprecated = true]; }")),
    )
    yield from _ROWS.own(
        "option-changed",
        _S,
        "An option changed that no rule is about.",
        (_order("string v"), _order("string v") + ' option go_package = "shop";'),
    )


CATALOGUE = Catalogue(
    [
        *_breaking(),
        *_of_types(),
        *_of_oneofs(),
        *_of_fields(),
        *_of_parts(),
        *_of_enums(),
        *_of_services(),
        *_of_files(),
    ]
)
