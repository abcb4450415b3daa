"""Where a suite gets a document of the provider from: an address, a file, or what the provider published in the hub."""

from collections.abc import Mapping
from pathlib import Path

from contracthub.client.errors import HubFailure
from contracthub.client.fetching import fetch
from contracthub.client.files_beside import files_beside
from contracthub.client.hub import Hub
from contracthub.client.provider_contracts import Offer, OfferQuestion, content_of, list_offers
from contracthub.domain.errors import HubError
from contracthub.verification.suites import Target

HUB = "hub:"
# Where frameworks serve it.
OPENAPI_PATHS = (
    "/openapi.json",
    "/openapi.yaml",
    "/swagger.json",
    "/v3/api-docs",
    "/swagger/v1/swagger.json",
    "/api/openapi.json",
    "/api-docs",
    "/docs/openapi.json",
    "/api/v1/openapi.json",
    "/api/swagger.json",
    "/v2/api-docs",
)
_LARGEST_FILE = 25 * 1024 * 1024
_MOST_FILES = 500


class DocumentNotThere(Exception):
    """A document can't be had from where it is said to be; the text says why, and what to do."""


def document_at(place: str, target: Target, format_name: str) -> bytes:
    """The bytes of a document; ``hub:`` stands for what the provider published, of its branch or its main branch.

    An OpenAPI document that is made of several files comes as one, but from an address, where only itself is fetched.
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
        body = file.read_bytes()
        return _of_files(file, body) if format_name == "openapi" else body
    except OSError as error:
        raise DocumentNotThere(f"{file} can't be read: {error.strerror}.") from error


def _of_files(file: Path, body: bytes) -> bytes:
    from contracthub.formats.referred_files import TooManyParts, with_parts

    beside = files_beside(file.parent, _LARGEST_FILE)
    try:
        return _in_one(file.name, with_parts(file.name, body, beside, most_files=_MOST_FILES, most_bytes=_LARGEST_FILE))
    except TooManyParts as many:
        raise DocumentNotThere(str(many)) from many


def _in_one(root: str, files: Mapping[str, bytes]) -> bytes:
    # Loading this takes longer than what most documents need.
    from contracthub.formats.referred_files import in_one

    try:
        return in_one(root, files)
    except HubError as error:
        raise DocumentNotThere(f"{root}, or a file that it refers to, can't be read: {error.message}") from error


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
        files = found[0].files if format_name == "openapi" else found[0].files[:1]
        return _in_one(files[0].path, {each.path: content_of(hub, each) for each in files})
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
