"""Options that say which of a provider's documents are meant."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from contracthub.cli.options import required_text
from contracthub.client.provider_contracts import OfferQuestion

F = TypeVar("F", bound=Callable[..., object])

_WHERE = ("version", "branch", "environment")
_OPTIONS = (
    click.option("--provider", required=True, callback=required_text, metavar="NAME", help="The provider."),
    click.option("-e", "--version", callback=required_text, metavar="NUMBER", help="Of this version."),
    click.option("--branch", callback=required_text, metavar="NAME", help="Of the newest version of this branch."),
    click.option("--environment", callback=required_text, metavar="NAME", help="Of the versions in this environment."),
    click.option("--name", callback=required_text, metavar="NAME", help="Only the document of this name."),
)


def offer_options(function: F) -> F:
    """Gives a command these options."""
    decorated = function
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def question_from(options: Mapping[str, str | None]) -> OfferQuestion:
    """The question. Raises UsageError when it asks for two things at once."""
    if len([name for name in _WHERE if options[name] is not None]) > 1:
        raise click.UsageError("Give one of --version, --branch and --environment.")
    where = {name: options[name] for name in _WHERE}
    return OfferQuestion(str(options["provider"]), name=options["name"], **where)
