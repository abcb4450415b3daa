"""Every rule about changes of Avro schemas (schema-registry-api §16; what resolution ignores besides)."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracthub.formats.changes import Catalogue, Direction, Rule, Severity
from contracthub.formats.findings import Named, Rows

_B, _D, _S = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
_ROWS = Rows("schema")

NAMES: Mapping[str, Named] = {
    "READER_FIELD_MISSING_DEFAULT_VALUE": Named("field-added-without-default", "field-removed-without-default"),
    "TYPE_MISMATCH": Named("type-narrowed", "type-widened", "type-changed"),
    "MISSING_UNION_BRANCH": Named("union-branch-removed", "union-branch-added"),
    "NAME_MISMATCH": Named("type-renamed-to-alias", "type-renamed-with-alias", "type-renamed"),
    "MISSING_ENUM_SYMBOLS": Named("enum-symbol-removed", "enum-symbol-added"),
    "FIXED_SIZE_MISMATCH": Named("fixed-size-changed", "fixed-size-changed", "fixed-size-changed"),
}
"""How an incompatibility is told, by its rule in the relation."""


def _order(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "shop.Order", "fields": [*fields], **more}


def _field(name: str, kind: Any = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


def _state(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "shop.State", "symbols": [*symbols], **more}


def _hash(size: int, name: str = "shop.Hash", **more: Any) -> dict[str, Any]:
    return {"type": "fixed", "name": name, "size": size, **more}


_ID, _NOTE = _field("id"), _field("note", default="")


def _of_fields() -> Iterator[Rule]:
    yield from _ROWS.pair(
        ("field-added-without-default", "field-removed-without-default"),
        (_B, _B),
        (
            "A field without a default came: new readers can't read what was written without it.",
            "A field without a default went: old readers can't read what is written without it.",
        ),
        (_order(_ID), _order(_ID, _field("sku"))),
        Direction.REQUEST,
    )
    yield from _ROWS.pair(
        ("field-added", "field-removed"),
        (_S, _D),
        (
            "A field came, and its default stands for it in what was written before.",
            "A field went: old readers take its default and don't notice.",
        ),
        (_order(_ID), _order(_ID, _NOTE)),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "field-renamed",
        _D,
        "A field has another name, which an alias joins; readers without the alias take the default.",
        (_order(_NOTE), _order(_field("remark", default="", aliases=["note"]))),
    )
    yield from _ROWS.own(
        "fields-reordered",
        _S,
        "The fields have another order; readers find them by name.",
        (_order(_ID, _NOTE), _order(_NOTE, _ID)),
    )
    yield from _ROWS.pair(
        ("default-added", "default-removed"),
        (_S, _D),
        ("A field has a default now.", "A field has no default any more: what was written without it can't be read."),
        (_order(_field("note")), _order(_NOTE)),
    )
    yield from _ROWS.own(
        "default-changed",
        _D,
        "The default of a field is another: what was written without it is read as something else.",
        (_order(_NOTE), _order(_field("note", default="-"))),
    )
    yield from _ROWS.own(
        "order-changed",
        _D,
        "The sort order of a field changed: what compares records sorts them otherwise.",
        (_order(_ID), _order(_field("id", order="descending"))),
    )


def _of_types() -> Iterator[Rule]:
    yield from _ROWS.pair(
        ("type-narrowed", "type-widened"),
        (_B, _B),
        (
            "A type takes less than before: new readers can't read what was written.",
            "A type takes more than before: old readers can't read what is written.",
        ),
        (_order(_field("n", "long")), _order(_field("n", "int"))),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "type-changed",
        _B,
        "A type is another, and neither reads the other.",
        (_order(_field("n", "int")), _order(_field("n", "boolean"))),
        Direction.BOTH,
    )
    yield from _ROWS.own(
        "type-rewritten",
        _S,
        "A type is written otherwise, and either reads the other.",
        (_order(_field("n", "string")), _order(_field("n", "bytes"))),
    )
    yield from _ROWS.pair(
        ("union-branch-removed", "union-branch-added"),
        (_B, _B),
        (
            "What may stand here is less than before: new readers can't read what was written.",
            "What may stand here is more than before: old readers can't read what is written.",
        ),
        (_order(_field("n", ["null", "string"])), _order(_field("n", "string"))),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "union-reordered",
        _S,
        "The branches of a union have another order; a default must fit the first.",
        (_order(_field("n", ["null", "string"])), _order(_field("n", ["string", "null"]))),
    )
    yield from _ROWS.own(
        "logical-type-changed",
        _D,
        "A logical type changed: the same bytes mean something else.",
        (
            _order(_field("at", {"type": "long", "logicalType": "timestamp-millis"})),
            _order(_field("at", {"type": "long", "logicalType": "timestamp-micros"})),
        ),
    )


def _of_named_types() -> Iterator[Rule]:
    yield from _ROWS.own(
        "type-renamed",
        _B,
        "A named type has another name, and no alias says that it is the same.",
        (_hash(4), _hash(4, "shop.Sum")),
        Direction.BOTH,
    )
    yield from _ROWS.pair(
        ("type-renamed-with-alias", "type-renamed-to-alias"),
        (_B, _B),
        (
            "A named type has another name and the old one as alias: old readers don't know the new name.",
            "A named type has the name that was its alias: new readers don't know the old name.",
        ),
        (_hash(4), _hash(4, "shop.Sum", aliases=["shop.Hash"])),
        Direction.RESPONSE,
    )
    yield from _ROWS.own(
        "namespace-changed",
        _D,
        "A named type moved to another namespace: resolution does not mind, generated code and other tools may.",
        (_hash(4), _hash(4, "trade.Hash")),
    )
    yield from _ROWS.pair(
        ("alias-added", "alias-removed"),
        (_S, _D),
        ("An alias came.", "An alias went: what was written under that name is no longer known."),
        (_hash(4), _hash(4, aliases=["shop.Sum"])),
    )
    yield from _ROWS.own(
        "fixed-size-changed",
        _B,
        "A fixed type has another size.",
        (_hash(4), _hash(8)),
        Direction.BOTH,
    )


def _of_enums() -> Iterator[Rule]:
    yield from _ROWS.pair(
        ("enum-symbol-removed", "enum-symbol-added"),
        (_B, _B),
        (
            "Symbols went, and no default stands for them: new readers can't read what was written.",
            "Symbols came, and the old enum has no default: old readers can't read what is written.",
        ),
        (_state("OPEN", "DONE"), _state("OPEN")),
        Direction.REQUEST,
    )
    yield from _ROWS.pair(
        ("enum-symbol-removed-with-default", "enum-symbol-added-with-default"),
        (_D, _D),
        (
            "Symbols went: new readers take the default of the enum for them.",
            "Symbols came: old readers take the default of the enum for them.",
        ),
        (_state("OPEN", "DONE", default="OPEN"), _state("OPEN", default="OPEN")),
        Direction.REQUEST,
    )
    yield from _ROWS.own(
        "enum-symbols-reordered",
        _S,
        "The symbols have another order, by which they sort; they are read by name.",
        (_state("OPEN", "DONE"), _state("DONE", "OPEN")),
    )
    yield from _ROWS.pair(
        ("enum-default-added", "enum-default-removed"),
        (_S, _D),
        ("An enum has a default for unknown symbols.", "An enum has no default any more for unknown symbols."),
        (_state("OPEN"), _state("OPEN", default="OPEN")),
    )
    yield from _ROWS.own(
        "enum-default-changed",
        _D,
        "Unknown symbols are taken for another one.",
        (_state("OPEN", "DONE", default="OPEN"), _state("OPEN", "DONE", default="DONE")),
    )


def _of_notes() -> Iterator[Rule]:
    yield from _ROWS.own("doc-changed", _S, "Documentation changed.", (_hash(4), _hash(4, doc="A checksum")))
    yield from _ROWS.own(
        "property-changed",
        _S,
        "A property that is none of Avro's changed.",
        (_hash(4), _hash(4, owner="shop")),
    )


CATALOGUE = Catalogue([*_of_fields(), *_of_types(), *_of_named_types(), *_of_enums(), *_of_notes()])
