"""Options whose place on the command line means something: which version belongs to which pacticipant.

click hands a command its options without their order; here the order is kept beside the values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import click

_META = "contracthub.ordered-options"


@dataclass(frozen=True, slots=True)
class Given:
    """One option as it was given; a flag has the value None."""

    name: str
    value: str | None


class OrderedCommand(click.Command):
    """A command that remembers in which order its repeatable options were given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses twice: once for the order, once as click does with all its checks."""
        rest = super().parse_args(ctx, list(args))
        values, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[_META] = tuple(_in_order(values, order))
        return rest


def given_in_order(ctx: click.Context, names: Sequence[str]) -> tuple[Given, ...]:
    """The options of these names, in the order of the command line."""
    return tuple(given for given in ctx.meta.get(_META, ()) if given.name in names)


def _in_order(values: dict[str, object], order: Sequence[click.Parameter]) -> list[Given]:
    """Pairs each occurrence with its value: the parser collects values of one option in the order they came."""
    places = dict.fromkeys(values, 0)
    found = []
    for parameter in order:
        name = parameter.name or ""
        value = values.get(name)
        if isinstance(value, list):
            at = places[name]
            places[name] = at + 1
            found.append(Given(name, value[at] if isinstance(value[at], str) else None))
    return found
