"""The options that name one live contract, or the versions whose contracts are meant."""

from collections.abc import Callable
from typing import TypeVar

import click

from contracthub.cli.options import required_text, version_option

F = TypeVar("F", bound=Callable[..., object])
KINDS = ("conversation", "flow", "journey", "slo")

_OPTIONS = (
    click.option("--consumer", required=True, callback=required_text, metavar="NAME", help="Who published it."),
    version_option,
    click.option("--kind", required=True, type=click.Choice(KINDS), help="What kind of contract it is."),
    click.option("--provider", required=True, callback=required_text, metavar="NAME", help="Who has to keep it."),
    click.option("--name", required=True, callback=required_text, metavar="NAME", help="What it is called."),
)


def live_contract_options(function: F) -> F:
    """Gives a command the options that name one live contract."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated
