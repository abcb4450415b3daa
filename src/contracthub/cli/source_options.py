"""What the commands that import from elsewhere know of their source."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from contracthub.client.connection import Connection, connection_to
from contracthub.client.errors import HubUnreachable
from contracthub.client.hub import Hub

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--from-username", envvar="CONTRACTHUB_FROM_USERNAME", metavar="NAME", help="Name at the source."),
    click.option(
        "--from-password", envvar="CONTRACTHUB_FROM_PASSWORD", metavar="PASSWORD", help="Password at the source."
    ),
    click.option("--from-token", envvar="CONTRACTHUB_FROM_TOKEN", metavar="TOKEN", help="Bearer token at the source."),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 32),
        default=8,
        show_default=True,
        help="How many requests go to the source at once.",
    ),
)


def source_options(function: F) -> F:
    """Adds the options of a source: its credentials, and how much it is asked at once."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def connection_to_source(hub: Hub, url: str, credentials: Mapping[str, str | None]) -> Connection:
    """The source, reached with the same patience as the hub, and with credentials of its own only."""
    ours = hub.connection
    given = {name.removeprefix("from_"): value or None for name, value in credentials.items()}
    patience = {"timeout": ours.timeout, "retries": ours.retries}
    try:
        return connection_to(url, **given, **patience, verify_tls=ours.verify_tls, ca_file=ours.ca_file)
    except HubUnreachable as failure:
        raise click.BadParameter(str(failure), param_hint="URL") from failure
