"""Options of commands that compare: what is left out, what is told, and how soon something may go."""

from collections.abc import Mapping

import click

from contracthub.cli.options import required_text
from contracthub.formats.wishes import STABILITY_LEVELS, Wishes

_MOST_DAYS = 36_500


_DAYS = click.IntRange(0, _MOST_DAYS)
WISH_OPTIONS = (
    click.option(
        "--ignore",
        "ignored",
        multiple=True,
        callback=lambda ctx, parameter, values: tuple(required_text(ctx, parameter, each) for each in values),
        metavar="NAME",
        help="Compare no such keyword or attribute (default, deprecated, tags ...), or no descriptions or directives "
        "of GraphQL; may be given several times.",
    ),
    click.option("--details", is_flag=True, help="Tell bounds that harm nobody, too."),
    click.option(
        "--notice-days",
        type=_DAYS,
        default=0,
        metavar="DAYS",
        help="How long before its x-sunset something must be deprecated; 0: it needs no such date.",
    ),
    click.option("--notice-days-beta", type=_DAYS, default=0, metavar="DAYS", help="The same for what is beta."),
    click.option(
        "--least-stability",
        type=click.Choice(STABILITY_LEVELS),
        default="beta",
        show_default=True,
        help="Tell nothing of operations whose x-stability-level is below.",
    ),
    click.option("--like-graphql-inspector", is_flag=True, help="Judge GraphQL exactly as that tool does."),
)


def wishes_of(options: Mapping[str, object]) -> Wishes:
    """What the options say."""
    ignored = options["ignored"]
    numbers = [options[name] for name in ("notice_days", "notice_days_beta")]
    stable, beta = (each if isinstance(each, int) else 0 for each in numbers)
    return Wishes(
        ignored=tuple(map(str, ignored)) if isinstance(ignored, tuple) else (),
        tells_all=options["details"] is True,
        days_stable=stable,
        days_beta=beta,
        least_stability=str(options["least_stability"]),
        is_blunt=options["like_graphql_inspector"] is True,
    )
