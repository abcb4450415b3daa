"""Reads OpenAPI documents and finds every fault at once.

This is the fast gate: the specification's own schema, references, operation ids and path parameters, in milliseconds
for thousands of operations. What takes longer (examples and defaults against their schemas) is asked elsewhere.

Documents that serve thousands of clients break the letter of the specification. What leaves no doubt about what is
meant is a warning; the rest refuses the document.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from contracthub.domain.errors import Fault, Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.bundle import Bundle, Place
from contracthub.formats.faults import in_file, invalid
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.openapi.rules import METHODS, broken_rules
from contracthub.formats.pointers import child
from contracthub.formats.safe_json import MOST_FAULTS, JsonObject, JsonValue, kind_of

__all__ = ["METHODS", "OpenApiDocument", "parse", "version_of"]

_CODE, _WHAT = "invalid-openapi", "The OpenAPI document"
_VERSION = re.compile(r"(3\.[012])(?:\.[0-9]+)?(?:-.+)?|(2\.0)")
# They lie in the same folder, and no part of an OpenAPI document is written in these.
_OTHER_LANGUAGES = (".graphql", ".graphqls", ".gql", ".proto", ".avsc")
_IN_PATH = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class OpenApiDocument:
    """A document of ``version`` 2.0, 3.0, 3.1 or 3.2, with the files that it refers to.

    ``warnings`` are rules that it breaks without leaving a doubt about what it means. ``remembered`` is what those who
    compare it worked out about it, and is no part of it.
    """

    version: str
    document: JsonObject
    bundle: Bundle
    warnings: tuple[Fault, ...] = ()
    remembered: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def parse(
    data: bytes | str,
    files: Mapping[str, bytes | str] | None = None,
    *,
    name: str = "openapi.yaml",
    limits: Limits = DOCUMENT,
) -> OpenApiDocument:
    """The document of a JSON or YAML text; ``files`` came with it, named relative to the folder of ``name``.

    Raises ``Invalid`` with every fault and its JSON pointer (and file, where it is another), and ``TooLarge``.
    """
    document = safe_yaml.loads(data, limits)
    if not isinstance(document, dict):
        raise invalid(_CODE, _WHAT, [Fault("", f"must be an object, and is {kind_of(document)}", pointer="")])
    version = version_of(document)
    if version is None:
        text = 'has no "openapi" of 3.0, 3.1 or 3.2, and no "swagger" of 2.0; say which version it is written in'
        raise invalid(_CODE, _WHAT, [Fault("", text, pointer="")])
    bundle = Bundle(name, {name: document, **_others(name, files or {}, limits)})
    readable = {**document, "swagger": "2.0"} if version == "2.0" else document
    broken = [*broken_rules(version, readable)]
    faults = [Fault("", each.text, pointer=each.pointer) for each in broken if not each.is_readable]
    faults += islice(_faults(document, bundle), MOST_FAULTS)
    warnings = [Fault("", each.text, pointer=each.pointer) for each in broken if each.is_readable]
    warnings += islice(_warnings(document, bundle), MOST_FAULTS)
    if faults:
        raise invalid(_CODE, _WHAT, [*faults, *warnings][:MOST_FAULTS])
    return OpenApiDocument(version, document, bundle, tuple(warnings[:MOST_FAULTS]))


def _others(root: str, files: Mapping[str, bytes | str], limits: Limits) -> Mapping[str, JsonValue]:
    """The files that came along and may hold parts of the document; each that can't be read is told by its name."""
    documents: dict[str, JsonValue] = {}
    faults: list[Fault] = []
    for name, text in files.items():
        if name == root or name.lower().endswith(_OTHER_LANGUAGES):
            continue
        try:
            documents[name] = safe_yaml.loads(text, limits)
        except Invalid as error:
            faults += in_file(name, error).faults
    if faults:
        raise invalid(_CODE, _WHAT, faults)
    return documents


def version_of(document: JsonObject) -> str | None:
    """The version of the specification that a document says it is written in, by its first two numbers."""
    said = document.get("openapi", document.get("swagger"))
    # YAML without quotes makes a number of it.
    found = _VERSION.fullmatch(str(said)) if isinstance(said, str | float) else None
    return (found[1] or found[2]) if found else None


def _faults(document: JsonObject, bundle: Bundle) -> Iterator[Fault]:
    for lost in bundle.lost_references():
        place = child(lost.pointer, "$ref")
        where = place if lost.file == bundle.root else f"{lost.file}#{place}"
        yield Fault("", f"refers to {lost.target[:200]!r}: {lost.reason}", pointer=where)
    shapes: dict[tuple[str, str], str] = {}
    for path, _, operations in _paths(document, bundle):
        yield from _taken(path, operations, shapes)


def _warnings(document: JsonObject, bundle: Bundle) -> Iterator[Fault]:
    first_with: dict[str, str] = {}
    for path, item, operations in _paths(document, bundle):
        where = child("/paths", path)
        for method, operation in operations.items():
            yield from _faults_of_operation(operation, child(where, method), first_with)
            holders = [Place(item.file, child(where, method), operation), item]
            yield from _undeclared(path, holders, bundle)


def _paths(document: JsonObject, bundle: Bundle) -> Iterator[tuple[str, Place, Mapping[str, JsonObject]]]:
    """Each path with the item that it leads to, and the operations there."""
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        found = bundle.resolved(Place(bundle.root, child("/paths", path), item))
        if found is not None and isinstance(found.value, dict):
            members = ((method, found.value.get(method)) for method in METHODS)
            yield path, found, {method: each for method, each in members if isinstance(each, dict)}


def _taken(path: str, methods: Iterable[str], shapes: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Names of parameters don't tell paths apart: a request could mean either. With other methods each it could not,
    and large public documents have such paths, against the letter of the specification.
    """
    shape = _IN_PATH.sub("{}", path)
    for method in methods:
        other = shapes.setdefault((shape, method), path)
        if other != path:
            text = f"is the same path as {other!r} with other names for its parameters, and both have {method}"
            yield Fault("", text, pointer=child("/paths", path))
            return


def _faults_of_operation(operation: JsonObject, pointer: str, first_with: dict[str, str]) -> Iterator[Fault]:
    name = operation.get("operationId")
    if isinstance(name, str):
        other = first_with.setdefault(name, pointer)
        if other != pointer:
            text = f"is {name[:200]!r}, which {other} has already; an operationId is there once"
            yield Fault("", text, pointer=child(pointer, "operationId"))


def _undeclared(path: str, holders: Sequence[Place], bundle: Bundle) -> Iterator[Fault]:
    declared = {name for holder in holders for name in _path_parameters(holder, bundle)}
    for name in _IN_PATH.findall(path):
        if name not in declared:
            text = f"does not declare the path parameter {name[:200]!r}; add it to parameters"
            yield Fault("", text, pointer=holders[0].pointer)


def _path_parameters(holder: Place, bundle: Bundle) -> Iterator[str]:
    assert isinstance(holder.value, dict)
    parameters = holder.value.get("parameters")
    for parameter in parameters if isinstance(parameters, list) else ():
        found = bundle.resolved(Place(holder.file, "", parameter))
        value = found.value if found else None
        if isinstance(value, dict) and value.get("in") == "path" and isinstance(value.get("name"), str):
            yield str(value["name"])
