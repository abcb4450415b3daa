"""The full check of OpenAPI documents, by openapi-spec-validator: defaults and enumerations against schemas, too."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from contracthub.domain.document_checks import Finding
from contracthub.formats.bundle import Bundle
from contracthub.formats.json_places import values_along
from contracthub.formats.openapi.contract import read
from contracthub.formats.pointers import child, pointer_from
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.formats.uploads import Upload

# A scheme that URLs are joined by; it names a folder that is nowhere.
_BASE = "file:///upload/"


def findings(upload: Upload) -> Iterator[Finding]:
    """What there is to say against a document: what publishing found and let pass, then what the validator finds
    elsewhere, as it comes. Raises whatever a validator may raise.
    """
    from openapi_spec_validator import (
        OpenAPIV2SpecValidator,
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )

    kinds: Mapping[str, Any] = {
        "2.0": OpenAPIV2SpecValidator,
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
        "3.2": OpenAPIV32SpecValidator,
    }
    document = read(upload)
    kind = kinds[document.version]
    # A class of its own, since the handlers of references belong to the class.
    validator = type("Validator", (kind,), {"resolver_handlers": _Files(document.bundle)})
    known = {warning.pointer for warning in document.warnings}
    yield from (Finding(warning.text, warning.pointer) for warning in document.warnings)
    for error in validator(document.document, base_uri=_BASE + upload.root).iter_errors():
        place = _place_of(error, document.document)
        if place not in known:
            yield Finding(error.message, place)


def _place_of(error: Any, document: JsonObject) -> str | None:
    """Where a finding is, None where that can't be told: of what is wrong with a schema, the validator only tells where
    inside of the schema it is.
    """
    steps = [*error.absolute_path] or ["default"]
    pointer = pointer_from(steps)
    if _is_at(document, pointer, error.instance):
        return pointer
    found = [*islice(_holders(document, pointer, error.instance), 2)]
    return found[0] + pointer if len(found) == 1 else None


def _holders(document: JsonObject, pointer: str, value: JsonValue) -> Iterator[str]:
    """Places from which a pointer leads to a value."""
    todo: list[tuple[JsonValue, str]] = [(document, "")]
    while todo:
        holder, place = todo.pop()
        members = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        todo.extend((member, child(place, name)) for name, member in members if isinstance(member, dict | list))
        if isinstance(holder, dict) and _is_at(holder, pointer, value):
            yield place


def _is_at(holder: JsonValue, pointer: str, value: JsonValue) -> bool:
    try:
        return values_along(holder, pointer)[-1] == value
    except LookupError:
        return False


class _Files(dict[str, Any]):
    """Handlers of every scheme there is: they know the files that were uploaded, and fetch nothing."""

    def __init__(self, bundle: Bundle) -> None:
        super().__init__()
        self._documents = bundle.documents

    def __contains__(self, scheme: object) -> bool:
        return True

    def __missing__(self, scheme: str) -> Any:
        return self._find

    def _find(self, uri: str) -> JsonValue:
        name = unquote(urlsplit(uri).path).removeprefix("/upload/")
        if not uri.startswith(_BASE) or name not in self._documents:
            raise LookupError(f"no file {name[:200]!r} was uploaded")
        return self._documents[name]
