"""The full check of OpenAPI documents, by openapi-spec-validator: defaults and enumerations against schemas, too."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from contracthub.domain.document_checks import Finding
from contracthub.formats.bundle import Bundle
from contracthub.formats.openapi.contract import read
from contracthub.formats.pointers import pointer_from
from contracthub.formats.safe_json import JsonValue
from contracthub.formats.uploads import Upload

# A scheme that URLs are joined by; it names a folder that is nowhere.
_BASE = "file:///upload/"


def findings(upload: Upload) -> Iterator[Finding]:
    """What the validator says against a document, as it comes. Raises whatever a validator may raise."""
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
    for error in validator(document.document, base_uri=_BASE + upload.root).iter_errors():
        place = pointer_from(error.absolute_path)
        yield Finding(error.message, place or None)


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
