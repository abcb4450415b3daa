"""The verbs of a format for pacts, over the content as it is stored. The registry knows pacts by these."""

from contracthub.formats.diff import text_diff
from contracthub.formats.needs import Need
from contracthub.formats.pact.content import LISTS, PactContent, read_content
from contracthub.formats.pact.identity import identity, without_id
from contracthub.formats.pact.needs import needs
from contracthub.formats.pact.parse import read
from contracthub.formats.safe_json import JsonObject, JsonValue

__all__ = ["PactContent", "identity", "needs_of", "read_content", "text_diff_of"]


def needs_of(content: PactContent) -> tuple[Need, ...]:
    """What can be told of the needs of any content; a JSON object that is no pact needs nothing."""
    document, _ = read(content)
    return needs(document)


def text_diff_of(old: PactContent, new: PactContent) -> str:
    """The difference of two pacts for a person, without the ``_id`` that the hub adds."""
    return text_diff(_without_ids(old.document), _without_ids(new.document))


def _without_ids(document: JsonObject) -> JsonObject:
    return {name: _bare(value) if name in LISTS else value for name, value in document.items()}


def _bare(value: JsonValue) -> JsonValue:
    return [without_id(item) for item in value] if isinstance(value, list) else value
