"""Where a suite gets a document of the provider from: an address, a file, or what the provider published in the hub."""

from pathlib import Path

from contracthub.client.errors import HubFailure
from contracthub.client.fetching import fetch
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import Offer, OfferQuestion, content_of, list_offers
from contracthub.verification.suites import Target

HUB = "hub:"
_LARGEST_FILE = 25 * 1024 * 1024


class DocumentNotThere(Exception):
    """A document can't be had from where it is said to be; the text says why, and what to do."""


def document_at(place: str, target: Target, format_name: str) -> bytes:
    """The bytes of a document; ``hub:`` stands for what the provider published, of its branch or its main branch.

    Raises DocumentNotThere.
    """
    if place.startswith(HUB):
        return _published(place.removeprefix(HUB), target, format_name)
    if place.startswith(("http://", "https://")):
        try:
            return fetch(place, timeout=target.request_timeout_ms / 1000)
        except HubFailure as failure:
            raise DocumentNotThere(str(failure)) from failure
    file = Path(place)
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise DocumentNotThere(f"{file} is larger than {_LARGEST_FILE:,} bytes.")
        return file.read_bytes()
    except OSError as error:
        raise DocumentNotThere(f"{file} can't be read: {error.strerror}.") from error


def _published(name: str, target: Target, format_name: str) -> bytes:
    if target.hub is None:
        raise DocumentNotThere("There is no hub to ask for the provider's document. Give --broker-base-url, or a file.")
    hub = Hub(target.hub.connection)
    try:
        found = [each for each in _offers(hub, target, name) if each.format == format_name]
        if not found:
            raise DocumentNotThere(
                f"The hub has no {format_name} document of {target.provider}. Publish one with `publish spec`."
            )
        return content_of(hub, found[0].files[0])
    except HubFailure as failure:
        raise DocumentNotThere(str(failure)) from failure


def _offers(hub: Hub, target: Target, name: str) -> tuple[Offer, ...]:
    """Of this very version if it has published, else of its branch, else of its main branch."""
    tried: list[OfferQuestion] = []
    if target.provider_version:
        tried.append(OfferQuestion(target.provider, version=target.provider_version, name=name or None))
    if target.provider_branch:
        tried.append(OfferQuestion(target.provider, branch=target.provider_branch, name=name or None))
    for question in tried:
        try:
            if offers := list_offers(hub, question)[0]:
                return offers
        except HubFailure:
            continue
    return list_offers(hub, OfferQuestion(target.provider, name=name or None))[0]
