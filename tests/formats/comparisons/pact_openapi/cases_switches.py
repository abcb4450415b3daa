"""Pairs in which one of the peer's switches decides (§9): the codes without it, and with it."""

from dataclasses import dataclass
from typing import Any

from contracthub.formats.comparisons.pact_openapi.switches import Switch
from tests.formats.comparisons.pact_openapi.cases import (
    INTEGER,
    JSON,
    Case,
    answering,
    api,
    asking,
    at,
    heading,
    obj,
    reading,
    secured,
    sending,
    taking,
    with_query,
)


@dataclass(frozen=True)
class Switched:
    """A pair, and the codes that the peer gives with the switch off and on."""

    switch: Switch
    document: Any
    pact: Any
    off: tuple[str, ...]
    on: tuple[str, ...]

    def case(self, value: object) -> Case:
        """The pair, with the switch set in the document."""
        info = {"title": "t", "version": "1", f"x-opc-config-{self.switch}": value}
        return Case(self.switch, {**self.document, "info": info}, self.pact)


UNKNOWN = ("request.path-or-method.unknown",)
PARTS = '--z\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--z--\r\n'
BEARER = secured([{"k": []}], {"k": {"type": "http", "scheme": "bearer"}})
MAYBE = answering({"type": "array", "items": {**obj(a=INTEGER), "nullable": True}})
CASES = [
    Switched(
        Switch.CAST_OBJECTS_IN_PACT,
        with_query(("a", {"type": "object"}, {})),
        asking("a=[object Object]"),
        ("request.query.incompatible",),
        (),
    ),
    Switched(
        Switch.DISABLE_MULTIPART_FORMDATA,
        taking(obj(a=INTEGER), media="multipart/form-data"),
        sending(PARTS, "multipart/form-data; boundary=z"),
        ("request.body.incompatible",),
        ("request.body.unvalidatable",),
    ),
    Switched(Switch.IGNORE_DUPLICATE_SLASHES, api(path="/x/y"), at("/x//y"), UNKNOWN, ()),
    Switched(Switch.IGNORE_TRAILING_SLASH, api(), at("/x/"), UNKNOWN, ()),
    Switched(
        Switch.LEGACY_PARSER,
        with_query(("a.b", {"type": "string"}, {"required": True})),
        asking("a.b=1"),
        ("request.query.incompatible", "request.query.unknown"),
        (),
    ),
    Switched(
        Switch.NO_AUTHORIZATION_SCHEMA,
        BEARER,
        heading({"Authorization": "abc"}),
        ("request.authorization.missing",),
        (),
    ),
    Switched(Switch.NO_PERCENT_ENCODING, api(path="/x%"), at("/x%"), UNKNOWN, ()),
    Switched(
        Switch.NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA,
        answering(obj(a=INTEGER)),
        reading({"b": 1}),
        ("response.body.incompatible",),
        ("response.body.incompatible",),
    ),
    Switched(Switch.NO_TRANSFORM_NON_NULLABLE_RESPONSE_SCHEMA, MAYBE, reading([{"b": 1}]), (), ()),
    Switched(
        Switch.NO_VALIDATE_COMPLEX_PARAMETERS,
        with_query(("a", {"type": "array", "items": INTEGER}, {})),
        asking("a=x"),
        ("request.query.incompatible",),
        (),
    ),
    Switched(
        Switch.NO_VALIDATE_REQUEST_BODY_UNLESS_APPLICATION_JSON,
        taking(INTEGER, media="application/vnd.a+json"),
        sending("x", "application/vnd.a+json"),
        ("request.body.incompatible",),
        (),
    ),
    Switched(
        Switch.NO_VALIDATE_REQUEST_BODY_UNLESS_APPLICATION_JSON,
        taking(INTEGER),
        sending("x", JSON),
        ("request.body.incompatible",),
        ("request.body.incompatible",),
    ),
    Switched(Switch.CASE_INSENSITIVE, api(path="/Things"), at("/things"), UNKNOWN, ()),
]
