"""Where the provider's AsyncAPI comes from: what was said, else the hub, else the running provider."""

from contracthub.domain.errors import HubError
from contracthub.formats.asyncapi.model import AsyncApiDocument
from contracthub.formats.asyncapi.parse import parse
from contracthub.verification.documents import HUB, DocumentNotThere, document_at
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.suites import Target

PATHS = ("/asyncapi.yaml", "/asyncapi.json", "/asyncapi", "/asyncapi.yml")
_MARK = b"asyncapi"


class NoAsyncApi(Exception):
    """The document that was named can't be had or read; the text says why."""


def asyncapi_of(target: Target, place: str) -> AsyncApiDocument | None:
    """The document; None where nobody has one. Raises NoAsyncApi for one that was named, and one that can't be read.

    ``place`` is empty where it is to be looked for.
    """
    source, data = _found(target, place)
    if data is None:
        return None
    try:
        return parse(data)
    except HubError as error:
        raise NoAsyncApi(f"The AsyncAPI of {source} can't be read: {error.message}") from error


def _found(target: Target, place: str) -> tuple[str, bytes | None]:
    if place:
        try:
            return place, document_at(place, target, "asyncapi")
        except DocumentNotThere as error:
            raise NoAsyncApi(str(error)) from error
    if target.hub is not None:
        try:
            return "the hub", document_at(HUB, target, "asyncapi")
        except DocumentNotThere:
            pass
    client = ProviderClient(target.base_url, target.request_timeout_ms / 1000, target.headers, target.verify_tls)
    for path in PATHS:
        try:
            answer = client.send("GET", path)
        except ProviderSilent:
            # Whoever does not answer once will not do so at other addresses.
            return target.base_url, None
        if answer.status == 200 and _MARK in answer.body[:4096]:
            return path, answer.body
    return target.base_url, None
