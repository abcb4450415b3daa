"""Pacts that are named by their address: fetched into files, which a verification reads like any other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import click

from contracthub.cli.exits import stopped_by
from contracthub.cli.pact_download import FileNames, save_pact
from contracthub.client.connection import connection_to
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.pacts import pact_at
from contracthub.client.transport import origin

_HTTP = ("http://", "https://")


@contextmanager
def pact_files(addresses: Sequence[str], hub: Hub | None) -> Iterator[tuple[str, ...]]:
    """The pacts at these addresses as files that last as long as the block; an address may be that of a file.

    The hub's credentials go to the hub alone. Raises UsageError for what is neither, Stopped for what can't be fetched.
    """
    with TemporaryDirectory(prefix="contracthub-pacts-") as folder:
        names = FileNames()
        yield tuple(_file_of(address, hub, Path(folder), names) for address in addresses)


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


def _asked(address: str, hub: Hub | None) -> tuple[Hub, str]:
    """Whom to ask, and for what: credentials inside the address are sent, but never part of a message."""
    connection, url = connection_to(address), without_credentials(address)
    if hub is not None and connection.username is None and origin(url) == origin(hub.connection.base_url):
        return hub, url
    return Hub(connection), url
