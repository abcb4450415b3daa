"""Reads AsyncAPI documents, one file or several that refer to one another, and finds every fault at once."""

import re
from collections.abc import Mapping

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import safe_yaml
from contracthub.formats.asyncapi.model import AsyncApiDocument, Payload
from contracthub.formats.asyncapi.notes import Notes
from contracthub.formats.asyncapi.payloads import Payloads, is_in_another_language
from contracthub.formats.asyncapi.reading import Parts
from contracthub.formats.asyncapi.rules import VERSIONS, broken_rules
from contracthub.formats.asyncapi.schemas import check_schemas
from contracthub.formats.asyncapi.version2 import Version2
from contracthub.formats.asyncapi.version3 import Version3
from contracthub.formats.bundle import Bundle, Lost, Place
from contracthub.formats.faults import in_file, invalid
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonObject, JsonValue, kind_of

_CODE, _WHAT = "invalid-asyncapi", "The AsyncAPI document"
_VERSION = re.compile(r"([0-9]+\.[0-9]+)(?:\.[0-9]+(?:-.+)?)?")
# Schemas in languages of their own; everything else that comes along is JSON or YAML.
_TEXTS = (".proto", ".avdl", ".graphql", ".raml", ".xsd")


def parse(
    data: bytes | str,
    files: Mapping[str, bytes | str] | None = None,
    *,
    name: str = "asyncapi.yaml",
    limits: Limits = DOCUMENT,
) -> AsyncApiDocument:
    """The document of a JSON or YAML text; ``files`` came with it, named relative to the folder of ``name``.

    Raises ``Invalid`` with every fault and its JSON pointer (after the file, where it is another; ``line:column`` for
    syntax), and ``TooLarge``.
    """
    others = {other: text for other, text in (files or {}).items() if other != name}
    _check_size([data, *others.values()], limits)
    document = safe_yaml.loads(data, limits)
    if not isinstance(document, dict):
        raise invalid(_CODE, _WHAT, [Fault("", f"must be an object, and is {kind_of(document)}", pointer="")])
    version = version_of(document)
    if version is None:
        text = f'has no "asyncapi" of {VERSIONS[0]} to {VERSIONS[-1]}; say which version it is written in'
        raise invalid(_CODE, _WHAT, [Fault("", text, pointer="")])
    return _read(document, version, Bundle(name, {name: document, **_documents(others, limits)}), limits)


def version_of(document: JsonObject) -> str | None:
    """The version of the specification that a document says it is written in, by its first two numbers."""
    said = document.get("asyncapi")
    # YAML without quotes makes a number of 3.0.
    found = _VERSION.fullmatch(str(said)) if isinstance(said, str | float) else None
    return found[1] if found and found[1] in VERSIONS else None


def _check_size(texts: list[bytes | str], limits: Limits) -> None:
    size = sum(map(len, texts))
    if size > limits.max_bytes:
        told = f"The files have {size:,} bytes together; at most {limits.max_bytes:,} are accepted. Split the document."
        raise TooLarge("document-too-large", told, size=size, limit=limits.max_bytes)


def _documents(files: Mapping[str, bytes | str], limits: Limits) -> Mapping[str, JsonValue]:
    documents: dict[str, JsonValue] = {}
    faults: list[Fault] = []
    for name, data in files.items():
        try:
            documents[name] = _text(data) if name.endswith(_TEXTS) else safe_yaml.loads(data, limits)
        except Invalid as error:
            faults += in_file(name, error).faults
    if faults:
        raise invalid(_CODE, _WHAT, faults)
    return documents


def _text(data: bytes | str) -> str:
    try:
        return data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise Invalid("not-utf-8", f"Byte {error.start} is not UTF-8. Send the file as UTF-8.") from error


def _read(document: JsonObject, version: str, bundle: Bundle, limits: Limits) -> AsyncApiDocument:
    notes = Notes(bundle.root)
    root = Place(bundle.root, "", document)
    readable: JsonObject = {**document, "asyncapi": f"{version}.0"}
    for pointer, text in broken_rules(version, readable):
        if not is_in_another_language(document, pointer):
            notes.fault(Place(bundle.root, pointer, None), text)
    payloads = Payloads(bundle, notes, limits)
    reader: Version2 | Version3 = (Version2 if version < "3" else Version3)(version, bundle, notes, payloads)
    reader.read()
    _tell_lost(bundle, notes)
    check_schemas(_schemas_of(reader), bundle, notes)
    if notes.faults:
        raise invalid(_CODE, _WHAT, notes.faults)
    model = reader.model
    return AsyncApiDocument(
        version=version,
        application=reader.text(root, "info", "title") or "",
        document=document,
        bundle=bundle,
        servers=tuple(model.servers.values()),
        channels=model.channels,
        operations=tuple(model.operations),
        warnings=tuple(notes.warnings),
    )


def _schemas_of(reader: Parts) -> list[Payload]:
    """Every schema of every message, once."""
    found: dict[int, Payload] = {}
    for channel in reader.model.channels.values():
        for message in channel.messages.values():
            for each in (message.payload, message.headers, message.key):
                if each is not None:
                    found.setdefault(id(each), each)
    return [*found.values()]


def _tell_lost(bundle: Bundle, notes: Notes) -> None:
    for lost in bundle.lost_references():
        told = f"refers to {lost.target[:200]!r}: {lost.reason}"
        place = Place(lost.file, lost.pointer, None)
        if _is_of_a_schema(lost):
            notes.warning(place, told, "$ref")
        else:
            notes.fault(place, told, "$ref")


_IN_SCHEMAS = re.compile(r"/(?:payload|headers|schemas|schema|kafka/key)(?:/|$)")


def _is_of_a_schema(lost: Lost) -> bool:
    """Whether the reference leads out of what was uploaded from inside of a schema.

    Documents take schemas from registries by their URL. Without them the channels and operations are still known, and
    such a schema is unknown, which nobody takes for a yes.
    """
    return lost.target.startswith(("https://", "http://")) and bool(_IN_SCHEMAS.search(lost.pointer))
