"""Requests of consumers against an OpenAPI document: which operation, what may be changed about them, what is valid."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from contracthub.formats.bundle import Bundle, Place, references_in
from contracthub.formats.jsonschema.offline import nothing_fetched
from contracthub.formats.openapi.operations import Operation
from contracthub.formats.openapi.parse import OpenApiDocument
from contracthub.formats.openapi.requests import Requests
from contracthub.formats.pact.bodies import is_json_type
from contracthub.verification.fuzz.sightings import Sighting
from contracthub.verification.fuzz.surfaces import Judge, Variation
from contracthub.verification.fuzz.values import alternatives, text_alternatives
from contracthub.verification.fuzz.wire import Answer, Call, path_segment

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NAME = re.compile(r"\{([^{}]+)\}")
_DEEPEST = 12
_MOST_NODES = 5_000
_MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class _Parameter:
    where: str
    name: str
    schema: Mapping[str, Any]
    is_plain: bool = True


class RestSurface:
    """The operations of a document. ``root_path`` is what stands before every path of a consumer."""

    def __init__(self, document: OpenApiDocument, root_path: str, judge: Judge) -> None:
        self.document = document
        self.root_path = root_path
        self._judge = judge
        self._requests = Requests(document)
        self._parameters: dict[str, tuple[_Parameter, ...]] = {}
        self._bodies: dict[str, Mapping[str, Any] | None] = {}
        self._validators: dict[str, Any] = {}

    def operation(self, call: Call) -> str | None:
        """The operation that a request is for; None where it is for none of this document."""
        found = self._found(call)
        return None if found is None else found.name

    def faults_in(self, operation: str, call: Call, answer: Answer) -> list[Sighting]:
        """What the document has against an answer."""
        return self._judge(operation, call, answer)

    def reads_only(self, call: Call) -> bool:
        """Whether the method is one that changes nothing."""
        return call.method in SAFE

    def variations(self, call: Call) -> Iterator[Variation]:
        """The body, the query, the headers and the path with one thing changed at a time."""
        found = self._found(call)
        if found is None:
            return
        yield from self._bodies_of(found, call)
        parameters = self._parameters_of(found)
        yield from self._queries(parameters, call)
        yield from self._headers(parameters, call)
        yield from self._paths(found, parameters, call)

    def values(self, calls: Mapping[str, list[Call]]) -> Mapping[str, list[str | int | float]]:
        """Values of parameters, by where they are sent.

        Without those of bodies, whose schemas have references as a rule.
        """
        found: dict[str, dict[str | int | float, None]] = {}
        for listed in calls.values():
            for call in listed:
                for key, value in self._sent(call):
                    values = found.setdefault(key, {})
                    if len(values) < _MOST_VALUES:
                        values[value] = None
        return {key: list(values) for key, values in found.items()}

    def path_values(self, call: Call) -> Mapping[str, str]:
        """The path parameters of a request, decoded."""
        found = self._found(call)
        return {} if found is None else self._path_values(found, call)

    def _found(self, call: Call) -> Operation | None:
        path = unquote(call.path.removeprefix(self.root_path)) or "/"
        return self._requests.operation(f"{call.method} {path}")

    def _sent(self, call: Call) -> Iterator[tuple[str, str | int | float]]:
        found = self._found(call)
        if found is None:
            return
        sent = {("path", name): value for name, value in self._path_values(found, call).items()}
        sent |= {("query", name): value for name, value in call.query}
        sent |= {("header", name.lower()): value for name, value in call.headers}
        for each in self._parameters_of(found):
            value = sent.get((each.where, each.name.lower() if each.where == "header" else each.name))
            # On a value for a schema with references Schemathesis 4.32 ends: it looks for them in the wrong document.
            if value is not None and each.is_plain and "." not in each.name:
                yield f"{each.where}.{each.name}", _typed(each.schema, value)

    def _bodies_of(self, found: Operation, call: Call) -> Iterator[Variation]:
        body = self._json_body(call)
        if body is None:
            return
        schema = self._body_schema(found)
        for each in alternatives(schema or {}, body):
            yield Variation(
                f"body: {each.what}", call.with_json(each.value), self._is_invalid(found.name, schema, each.value)
            )
        yield Variation("without its body", replace(call, body=None).without_header("Content-Type"))

    def _queries(self, parameters: tuple[_Parameter, ...], call: Call) -> Iterator[Variation]:
        sent = dict(call.query)
        for at, (name, value) in enumerate(call.query):
            rest = (*call.query[:at], *call.query[at + 1 :])
            schema = next((each.schema for each in parameters if each.where == "query" and each.name == name), {})
            for what, text in text_alternatives(schema, value):
                query = (*call.query[:at], (name, text), *call.query[at + 1 :])
                yield Variation(f"query {name}: {what}", replace(call, query=query))
            yield Variation(f"without query {name}", replace(call, query=rest))
            yield Variation(f"query {name} twice", replace(call, query=(*call.query, (name, value))))
        for each in parameters:
            if each.where == "query" and each.name not in sent:
                for what, text in text_alternatives(each.schema, ""):
                    if text:
                        query = (*call.query, (each.name, text))
                        yield Variation(f"with query {each.name}: {what}", replace(call, query=query))
        yield Variation("with a query that nobody knows", replace(call, query=(*call.query, ("x-unknown", "1"))))

    def _headers(self, parameters: tuple[_Parameter, ...], call: Call) -> Iterator[Variation]:
        declared = {each.name.lower(): each for each in parameters if each.where == "header"}
        for name, value in call.headers:
            if name.lower() in ("content-type", "authorization", "cookie"):
                continue
            known = declared.get(name.lower())
            for what, text in text_alternatives(known.schema if known else {}, value):
                if _is_header_value(text):
                    yield Variation(f"header {name}: {what}", call.with_header(name, text))
            yield Variation(f"without header {name}", call.without_header(name))
        for key, each in declared.items():
            if call.header(key) is None:
                for what, text in text_alternatives(each.schema, ""):
                    if text and _is_header_value(text):
                        yield Variation(f"with header {each.name}: {what}", call.with_header(each.name, text))

    def _paths(self, found: Operation, parameters: tuple[_Parameter, ...], call: Call) -> Iterator[Variation]:
        values = self._path_values(found, call)
        for name, value in values.items():
            schema = next((each.schema for each in parameters if each.where == "path" and each.name == name), {})
            for what, text in text_alternatives(schema, value):
                # An empty segment, or one that leads elsewhere, is another path.
                if text and "/" not in text and text not in (".", ".."):
                    path = self.path_with(call, name, text)
                    yield Variation(f"path {name}: {what}", replace(call, path=path))

    def path_with(self, call: Call, name: str, value: str) -> str:
        """The path of a request with another value for one of its parameters."""
        found = self._found(call)
        assert found is not None
        template = found.name.partition(" ")[2]
        values = {**self._path_values(found, call), name: value}
        filled = _NAME.sub(lambda each: path_segment(values.get(each[1], "")), template)
        inner = _NAME.sub("[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}"))
        before = re.sub(inner + "$", "", unquote(call.path))
        return f"{before}{filled}"

    def _path_values(self, found: Operation, call: Call) -> dict[str, str]:
        template = found.name.partition(" ")[2]
        names = _NAME.findall(template)
        pattern = "([^/]+)".join(re.escape(each) for each in re.split(r"\{[^{}]+\}", template))
        matched = re.search(pattern + "$", call.path) or re.search(pattern + "$", unquote(call.path))
        return (
            {}
            if matched is None
            else {name: unquote(value) for name, value in zip(names, matched.groups(), strict=True)}
        )

    def _parameters_of(self, found: Operation) -> tuple[_Parameter, ...]:
        if found.name not in self._parameters:
            self._parameters[found.name] = tuple(
                self._parameter(each.where, each.name, each.pointer) for each in found.parameters
            )
        return self._parameters[found.name]

    def _parameter(self, where: str, name: str, pointer: str) -> _Parameter:
        place = self.document.bundle.find(f"#{pointer}" if not pointer.partition("#")[1] else pointer, self._root)
        if isinstance(place, str) or not isinstance(place.value, dict):
            return _Parameter(where, name, {}, is_plain=False)
        schema = place.value.get("schema", place.value)
        found = inlined(Place(place.file, place.pointer, schema), self.document.bundle)
        is_plain = not any(True for _ in references_in(schema))
        return _Parameter(where, name, found if isinstance(found, dict) else {}, is_plain)

    @property
    def _root(self) -> str:
        return self.document.bundle.root

    def _body_schema(self, found: Operation) -> Mapping[str, Any] | None:
        if found.name not in self._bodies:
            schema = next((each.schema for each in found.bodies if each.schema and is_json_type(each.media_type)), None)
            value = inlined(schema, self.document.bundle) if schema is not None else None
            self._bodies[found.name] = value if isinstance(value, dict) else None
        return self._bodies[found.name]

    def _is_invalid(self, operation: str, schema: Mapping[str, Any] | None, value: Any) -> bool:
        """Whether the document clearly refuses a body; where that is in doubt, it does not."""
        if schema is None:
            return False
        if operation not in self._validators:
            self._validators[operation] = _validator(schema, self.document.version)
        validator = self._validators[operation]
        return validator is not None and not validator.is_valid(value)

    @staticmethod
    def _json_body(call: Call) -> Any:
        if call.body is None or not is_json_type(call.header("Content-Type") or "application/json"):
            return None
        try:
            return call.json
        except ValueError:
            return None


def inlined(place: Place, bundle: Bundle) -> Any:
    """A schema with its references followed, as far as that ends: beyond, anything is allowed."""
    budget = [_MOST_NODES]

    def walk(here: Place, depth: int) -> Any:
        budget[0] -= 1
        if depth <= 0 or budget[0] <= 0:
            return {}
        found = bundle.resolved(here)
        if found is None:
            return {}
        value = found.value
        if isinstance(value, dict):
            return {
                key: member if key in _DATA else walk(Place(found.file, found.pointer, member), depth - 1)
                for key, member in value.items()
            }
        if isinstance(value, list):
            return [walk(Place(found.file, found.pointer, member), depth - 1) for member in value]
        return value

    return walk(place, _DEEPEST * 2)


_DATA = frozenset({"enum", "const", "default", "example", "examples", "required", "type"})


def _validator(schema: Mapping[str, Any], version: str) -> Any:
    kind = jsonschema_rs.Draft202012Validator if version in ("3.1", "3.2") else jsonschema_rs.Draft4Validator
    try:
        return kind(_with_null(schema), retriever=nothing_fetched)
    except ValueError:
        return None


def _with_null(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 as JSON Schema has it: what is nullable may be null, what is read only is not judged."""
    if isinstance(schema, list):
        return [_with_null(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {key: member if key in _DATA else _with_null(member) for key, member in schema.items()}
    return {"anyOf": [plain, {"enum": [None]}]} if plain.get("nullable") is True else plain


def _typed(schema: Mapping[str, Any], value: str) -> str | int | float:
    kinds = schema.get("type")
    wanted = kinds if isinstance(kinds, list) else [kinds]
    try:
        if "integer" in wanted:
            return int(value)
        if "number" in wanted:
            return float(value)
    except ValueError:
        return value
    return value


def _is_header_value(text: str) -> bool:
    return text.isprintable() and text.isascii() and text == text.strip() and len(text) < 4000
