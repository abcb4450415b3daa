"""The options that say which consumers count as living: where they are deployed or released, and on main branches."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

import click

from contracthub.cli.options import required_text

F = TypeVar("F", bound=Callable[..., object])


class Option(Protocol):
    """What click.option gives."""

    def __call__(self, function: F, /) -> F:
        """The function with the option."""


main_branches_option: Option = click.option(
    "--main-branches", is_flag=True, help="Count the newest version on each consumer's main branch as living, too."
)


def living_options(name: str) -> tuple[Option, Option]:
    """The environments, under the option of that name, and the main branches."""
    return (
        click.option(
            name,
            "environments",
            multiple=True,
            callback=lambda ctx, parameter, values: tuple(required_text(ctx, parameter, each) for each in values),
            metavar="NAME",
            help="Consumers in this environment; may be given several times. Default: in every environment.",
        ),
        main_branches_option,
    )


def which_documents_options(function: F) -> F:
    """Of which version of a provider documents are meant, and who counts as living; see :func:`which_documents`."""
    for option in reversed(
        (
            click.option(
                "-e", "--version", callback=required_text, metavar="NUMBER", help="Of this version of the provider."
            ),
            click.option(
                "--branch", callback=required_text, metavar="NAME", help="Of the newest version on this branch."
            ),
            click.option(
                "--environment",
                callback=required_text,
                metavar="NAME",
                help="Of the versions in this environment, with the consumers there. Default: of the main branch.",
            ),
            main_branches_option,
        )
    ):
        function = option(function)
    return function


def which_documents(said: Mapping[str, object]) -> dict[str, str]:
    """Which documents were meant, by what they go by; at most one may be said."""
    names = {name: value for name, value in said.items() if isinstance(value, str)}
    if len(names) > 1:
        raise click.UsageError("Give one of --version, --branch and --environment.")
    return names
