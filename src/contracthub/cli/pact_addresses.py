"""Pacts that are named by their address: fetched into files, which a verification reads like any other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import click

from contracthub.cli.exits import ExitCode, Stopped, stopped_by
from contracthub.cli.pact_download import FileNames, save_pact
from contracthub.client.connection import connection_to
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.links import Resource
from contracthub.client.pacts import pact_at, party_in
from contracthub.client.transport import origin
from contracthub.verification.job import PactAddress

_PUBLISH = "pb:publish-verification-results"
# Where the verifier goes with its credentials: to the results, and by way of the provider to its branch and tags.
_FOLLOWED = (_PUBLISH, "pb:provider")
_HTTP = ("http://", "https://")


@contextmanager
def pact_files(addresses: Sequence[str], hub: Hub | None) -> Iterator[tuple[str, ...]]:
    """The pacts at these addresses as files that last as long as the block; an address may be that of a file.

    The hub's credentials go to the hub alone. Raises UsageError for what is neither, Stopped for what can't be fetched.
    """
    with TemporaryDirectory(prefix="contracthub-pacts-") as folder:
        names = FileNames()
        yield tuple(_file_of(address, hub, Path(folder), names) for address in addresses)


def publishable_pacts(addresses: Sequence[str], hub: Hub | None, provider: str) -> tuple[PactAddress, ...]:
    """The pacts at these addresses, made sure that each has a place for this provider's results (pact-broker-api §14).

    Raises UsageError for what is no http(s) address, Stopped for a pact that results can't be published for.
    """
    return tuple(_publishable(address, hub, provider) for address in addresses)


def without_credentials(address: str) -> str:
    """The address as it may be shown; a file's is shown as it is."""
    if not address.startswith(_HTTP):
        return address
    parts = urlsplit(address.strip())
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def _file_of(address: str, hub: Hub | None, folder: Path, names: FileNames) -> str:
    if not address.startswith(_HTTP):
        if not Path(address).exists():
            raise click.BadParameter(f"{address} is neither an http(s) address nor a file", param_hint="--pact-url")
        return address
    try:
        return str(save_pact(pact_at(*_asked(address, hub)), folder, names))
    except HubFailure as failure:
        raise stopped_by(failure) from failure


def _publishable(address: str, hub: Hub | None, provider: str) -> PactAddress:
    if not address.startswith(_HTTP):
        raise click.BadParameter(
            f"{address} is no http(s) address; with --publish only a pact that a hub serves has a place for results.",
            param_hint="--pact-url",
        )
    try:
        asked, url = _asked(address, hub)
        pact = pact_at(asked, url)
    except HubFailure as failure:
        raise stopped_by(failure) from failure
    refusal = _refusal(Resource(url, pact), party_in(pact, "provider"), provider)
    if refusal:
        raise Stopped(f"The results can't be published: {refusal}", ExitCode.NOT_FOUND_OUT)
    it = asked.connection
    return PactAddress(url, token=it.token) if it.token else PactAddress(url, None, it.username, it.password)


def _refusal(pact: Resource, whose: str, provider: str) -> str | None:
    if not pact.links(_PUBLISH):
        return (
            f"the pact at {pact.url} has no link {_PUBLISH}. Give the address of a pact that a hub serves, or leave "
            "out --publish."
        )
    if whose != provider:
        return f"the pact at {pact.url} is with the provider {whose}, not {provider}."
    for link in (link for relation in _FOLLOWED for link in pact.links(relation)):
        if origin(link.href) != origin(pact.url):
            return (
                f"the pact at {pact.url} leads to {without_credentials(link.href)}, and credentials are sent to no "
                "other host. Set the hub's base URL (CONTRACTHUB_BASE_URL) to the address that it is reached at."
            )
    return None


def _asked(address: str, hub: Hub | None) -> tuple[Hub, str]:
    """Whom to ask, and for what: credentials inside the address are sent, but never part of a message."""
    connection, url = connection_to(address), without_credentials(address)
    if hub is not None and connection.username is None and origin(url) == origin(hub.connection.base_url):
        return hub, url
    return Hub(connection), url
