"""The options that say which consumers count as living: where they are deployed or released, and on main branches."""

from collections.abc import Callable
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
