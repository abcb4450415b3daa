"""Whether pact files are what the Pact specification describes, before anything is sent (pact-broker-api §18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contracthub.cli.pact_files import PactFile

_INTERACTION = frozenset(
    {"_id", "type", "key", "description", "providerState", "provider_state", "providerStates", "pending", "comments"}
    | {"pluginConfiguration", "interactionMarkup", "transport", "references", "request", "response"}
)
_MESSAGE = _INTERACTION | {"contents", "metaData", "metadata", "matchingRules", "generators"}
_PARTS = {
    "": frozenset({"consumer", "provider", "interactions", "messages", "metadata", "_links", "createdAt"}),
    "/consumer": frozenset({"name"}),
    "/provider": frozenset({"name"}),
}
_MESSAGE_TYPES = ("Asynchronous/Messages", "Synchronous/Messages")


@dataclass(frozen=True, slots=True)
class Validity:
    """What is wrong with pact files, and what is only odd: a sentence each, naming the file and the place."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def validate(files: list[PactFile], *, strict: bool) -> Validity:
    """Reads the files as the hub would read them for a verification; with ``strict`` what is odd is wrong."""
    errors = [text for file in files for text in _errors(file)]
    odd = [text for file in files for text in _unknown_members(file)]
    return Validity((*errors, *odd), ()) if strict else Validity(tuple(errors), tuple(odd))


def _errors(file: PactFile) -> Iterator[str]:
    # The parsers are larger than all the rest of a command; only this one needs them.
    from contracthub.domain.errors import Invalid
    from contracthub.formats.pact.parse import parse

    try:
        parse(file.content)
    except Invalid as invalid:
        faults = [(fault.pointer or "the document", fault.text) for fault in invalid.faults]
        for where, text in faults or [("the document", invalid.message)]:
            yield f"{file.path}: {where} {text}"


def _unknown_members(file: PactFile) -> Iterator[str]:
    for pointer, value, known in _places(file.document):
        if isinstance(value, Mapping):
            for name in value.keys() - known:
                yield f"{file.path}: {pointer}/{name} is unknown to the Pact specification"


def _places(document: Mapping[str, object]) -> Iterator[tuple[str, object, frozenset[str]]]:
    for pointer, known in _PARTS.items():
        yield pointer, document.get(pointer[1:]) if pointer else document, known
    for name, known in (("interactions", _INTERACTION), ("messages", _MESSAGE)):
        listed = document.get(name)
        for at, one in enumerate(listed if isinstance(listed, list) else []):
            is_message = isinstance(one, Mapping) and one.get("type") in _MESSAGE_TYPES
            yield f"/{name}/{at}", one, _MESSAGE if is_message else known
