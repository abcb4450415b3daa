"""A pact as the hub stores it: any JSON object, of which only names, lists and specification version are looked at.

The Pact Broker accepts every JSON object as a pact, also one that is none (pact-broker-api 7), so this is all that
publishing may demand. The strict reading is ``parse``.
"""

from dataclasses import dataclass

from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonObject, JsonValue

LISTS = ("interactions", "messages")


@dataclass(frozen=True, slots=True)
class PactContent:
    """The content of a pact. ``document`` is shared, not copied: read it, never change it.

    ``interactions`` and ``messages`` are None where the document has no such list. ``specification_version`` is the raw
    value, which need not be a string.
    """

    document: JsonObject
    consumer_name: str | None
    provider_name: str | None
    interactions: list[JsonValue] | None
    messages: list[JsonValue] | None
    specification_version: JsonValue


def read_content(data: bytes | str, limits: Limits = DOCUMENT) -> PactContent:
    """The content of a pact from its bytes.

    Raises ``Invalid`` when it is no JSON object or a name in it is no string, ``TooLarge`` when it is over a limit.
    """
    document = safe_json.loads(data, limits)
    if not isinstance(document, dict):
        text = f"A pact is a JSON object, and this is {safe_json.kind_of(document)}. Send the whole pact file."
        raise Invalid("pact-not-an-object", text, faults=[Fault("", text, pointer="")])
    return content_from(document, limits)


def content_from(document: JsonObject, limits: Limits = DOCUMENT) -> PactContent:
    """The content of a pact from a JSON object that was parsed within the limits."""
    consumer_name, provider_name = _names(document)
    content = PactContent(
        document=document,
        consumer_name=consumer_name,
        provider_name=provider_name,
        interactions=_list(document.get("interactions")),
        messages=_list(document.get("messages")),
        specification_version=_specification_version(document),
    )
    _check_count(content, limits)
    return content


def _names(document: JsonObject) -> tuple[str | None, str | None]:
    faults: list[Fault] = []
    consumer_name = _name(document, "consumer", faults)
    provider_name = _name(document, "provider", faults)
    if faults:
        raise Invalid.of(*faults, code="pact-name-not-a-string")
    return consumer_name, provider_name


def _name(document: JsonObject, role: str, faults: list[Fault]) -> str | None:
    name = _member(document.get(role), "name")
    if name is None or isinstance(name, str):
        return name
    # A number would be read as one name here and as another elsewhere (security reference, C1, C2, C4).
    faults.append(
        Fault(f"{role}.name", f"must be a string, and is {safe_json.kind_of(name)}.", pointer=f"/{role}/name")
    )
    return None


def _specification_version(document: JsonObject) -> JsonValue:
    """The first that is there of the three places where clients have written it."""
    metadata = document.get("metadata")
    places = (
        _member(_member(metadata, "pactSpecification"), "version"),
        _member(_member(metadata, "pact-specification"), "version"),
        _member(metadata, "pactSpecificationVersion"),
    )
    return next((place for place in places if place is not None), None)


def _check_count(content: PactContent, limits: Limits) -> None:
    count = len(content.interactions or ()) + len(content.messages or ())
    if count > limits.max_interactions:
        text = f"The pact has {count:,} interactions; at most {limits.max_interactions:,} are accepted. Split it."
        raise TooLarge("too-many-interactions", text, count=count, limit=limits.max_interactions)


def _member(value: JsonValue, name: str) -> JsonValue:
    return value.get(name) if isinstance(value, dict) else None


def _list(value: JsonValue) -> list[JsonValue] | None:
    return value if isinstance(value, list) else None
