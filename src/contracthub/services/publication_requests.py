"""What a request to publish contracts says, checked: the envelope, and each contract inside (pact-broker-api §8).

Everything costly (base64, parsing) happens here, before a transaction is opened.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.formats.pact.content import PactContent, read_content
from contracthub.services.hub import Rules

MOST_CONTRACTS = 1000
MOST_TAGS = 100
_TOLD_NAME = 100
_REQUIRED = ("consumerName", "providerName", "content", "contentType", "specification")
_ALLOWED = {
    "specification": ("pact",),
    "contentType": ("application/json",),
    "onConflict": ("overwrite", "merge"),
}


class OnConflict(StrEnum):
    """What to do when the consumer version has another contract with the provider already."""

    REFUSE = "refuse"
    OVERWRITE = "overwrite"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Offer:
    """A contract that is offered for a provider: the bytes, and what they say."""

    provider_name: str
    body: bytes
    content: PactContent
    on_conflict: OnConflict


@dataclass(frozen=True, slots=True)
class PublicationRequest:
    """Contracts of one consumer version, with what is known of that version."""

    consumer_name: str
    number: str
    offers: tuple[Offer, ...]
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None


def request_from(body: dict[str, Any], rules: Rules) -> PublicationRequest:
    """The request in the body of ``/contracts/publish``. Raises :class:`Invalid` with everything that is wrong."""
    faults = faults_of_version(body, ("pacticipantName", "pacticipantVersionNumber"))
    offers: list[Offer] = []
    for index, entry in enumerate(_entries(body, faults)):
        offer = _offer_from(entry, body.get("pacticipantName"), rules, index, faults)
        if offer is not None:
            offers.append(offer)
    if faults:
        raise Invalid.of(*faults)
    return PublicationRequest(
        body["pacticipantName"],
        body["pacticipantVersionNumber"],
        tuple(offers),
        branch=body.get("branch"),
        tags=tuple(dict.fromkeys(body.get("tags") or ())),
        build_url=body.get("buildUrl"),
    )


def request_of_one(names: tuple[str, str, str], body: bytes, on_conflict: OnConflict) -> PublicationRequest:
    """A request to publish one pact, addressed by consumer, provider and version. Raises :class:`Invalid`."""
    consumer, provider, number = names
    fields = (("consumer.name", consumer), ("provider.name", provider), ("version", number))
    faults = [fault for field, value in fields for fault in faults_of_name(field, value)]
    content = read_content(body)
    for field, inside, outside in (
        ("consumer.name", content.consumer_name, consumer),
        ("provider.name", content.provider_name, provider),
    ):
        if inside is not None and inside != outside:
            text = f"name in pact '{_told(inside)}' does not match name in URL path '{_told(outside)}'."
            faults.append(Fault(field, text))
    if faults:
        raise Invalid.of(*faults)
    return PublicationRequest(consumer, number, (Offer(provider, body, content, on_conflict),))


def faults_of_version(body: dict[str, Any], required: Iterable[str]) -> list[Fault]:
    """What is wrong with the names that a request must have, and with branch, address of the build and tags."""
    faults = []
    for field in required:
        faults += _faults_of_required(field, body)
    if body.get("branch") is not None:
        faults += faults_of_name("branch", body["branch"])
    faults += faults_of_line("buildUrl", body.get("buildUrl"))
    return faults + _faults_of_tags(body.get("tags"))


def _faults_of_required(field: str, body: dict[str, Any]) -> list[Fault]:
    if field not in body:
        return [Fault(field, "is missing")]
    if body[field] is None or body[field] == "":
        return [Fault(field, "must be filled")]
    return faults_of_name(field, body[field])


def _faults_of_tags(tags: object) -> list[Fault]:
    if tags is None:
        return []
    if not isinstance(tags, list):
        return [Fault("tags", "must be an array")]
    if len(tags) > MOST_TAGS:
        return [Fault("tags", f"cannot have more than {MOST_TAGS} entries")]
    return [fault for index, tag in enumerate(tags) for fault in faults_of_name("tags", tag, index=index)]


def _entries(body: dict[str, Any], faults: list[Fault]) -> list[Any]:
    entries = body.get("contracts")
    if "contracts" not in body:
        faults.append(Fault("contracts", "is missing"))
    elif not isinstance(entries, list):
        faults.append(Fault("contracts", "must be an array"))
    elif len(entries) > MOST_CONTRACTS:
        faults.append(Fault("contracts", f"cannot have more than {MOST_CONTRACTS} entries"))
    else:
        return entries
    return []


def _offer_from(entry: object, consumer: object, rules: Rules, index: int, faults: list[Fault]) -> Offer | None:
    """The offer in one entry of the list; ``None`` when it has faults, which are added to the others."""
    if not isinstance(entry, dict):
        faults.append(Fault("contracts", "must be a hash", index=index))
        return None
    texts = _texts_about(entry)
    if not texts and entry["consumerName"] != consumer:
        inside, outside = _told(entry["consumerName"]), _told(str(consumer))
        texts = [f"consumerName ('{inside}') must match pacticipantName ('{outside}')"]
    offer = None if texts else _decoded(entry, rules, texts)
    faults.extend(Fault("contracts", text, index=index) for text in texts)
    return offer


def _texts_about(entry: dict[str, Any]) -> list[str]:
    texts: list[str] = []
    for field in _REQUIRED:
        if field not in entry:
            texts.append(f"{field} is missing")
        elif entry[field] is None or entry[field] == "":
            texts.append(f"{field} must be filled")
        elif not isinstance(entry[field], str):
            texts.append(f"{field} must be a string")
    for field in ("consumerName", "providerName"):
        if entry.get(field):
            texts += (
                f"{field} {fault.text}" for fault in faults_of_name(field, entry[field]) if _is_text(entry[field])
            )
    for field, allowed in _ALLOWED.items():
        if entry.get(field) and entry[field] not in allowed:
            texts.append(f"{field} must be one of: {', '.join(allowed)}")
    return texts


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _decoded(entry: dict[str, Any], rules: Rules, texts: list[str]) -> Offer | None:
    try:
        body = base64.b64decode(entry["content"], validate=True)
    except (binascii.Error, ValueError):
        texts.append("content is not valid Base64")
        return None
    try:
        content = read_content(body)
    except Invalid as error:
        texts += (f"content {fault.text}" for fault in error.faults)
        return None
    texts += _disagreements(content, entry)
    return Offer(entry["providerName"], body, content, _on_conflict(entry, rules))


def _disagreements(content: PactContent, entry: dict[str, Any]) -> Iterable[str]:
    for role, inside in (("consumer", content.consumer_name), ("provider", content.provider_name)):
        beside = entry[f"{role}Name"]
        if inside is not None and inside != beside:
            yield (f"{role} name in contract content ('{_told(inside)}') must match {role}Name ('{_told(beside)}')")


def _on_conflict(entry: dict[str, Any], rules: Rules) -> OnConflict:
    if not rules.allow_changed_contracts:
        return OnConflict.REFUSE
    return OnConflict.MERGE if entry.get("onConflict") == "merge" else OnConflict.OVERWRITE


def _told(name: str) -> str:
    return name if len(name) <= _TOLD_NAME else name[:_TOLD_NAME] + "…"
