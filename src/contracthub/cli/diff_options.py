"""Options of the commands that compare: how, against whose needs, and when they fail."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from contracthub.cli.diff_wishes import WISH_OPTIONS, wishes_of
from contracthub.cli.living_options import living_options
from contracthub.cli.options import required_text
from contracthub.client.hub import Hub

if TYPE_CHECKING:
    from contracthub.cli.diff_running import Asked

Decorated = TypeVar("Decorated", bound=Callable[..., object])

FAIL_ON = ("breaking", "dangerous", "consumers", "never")
_FORMATS = ("openapi", "graphql", "asyncapi", "avro", "json-schema", "protobuf")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)

_OPTIONS = (
    click.option("--format", "kind", type=click.Choice(_FORMATS), help="Otherwise the files tell it."),
    click.option(
        "--fail-on",
        type=click.Choice(FAIL_ON),
        default="breaking",
        show_default=True,
        help="When the exit code is 1; consumers: when one that is known breaks.",
    ),
    click.option("--severity-config", type=_File, metavar="FILE", help="Severities of rules, as your team sees them."),
    click.option("--ignore-file", type=_File, metavar="FILE", help="Changes that somebody accepted, and until when."),
    click.option(
        "--provider", metavar="NAME", callback=required_text, help="Whose consumers the changes are held against."
    ),
    *living_options("--against-environment"),
    click.option(
        "--subject", metavar="NAME", callback=required_text, help="The subject or topic of a schema of events."
    ),
)


def comparing_options(command: Decorated) -> Decorated:
    """The options that every comparison has; `asked_from` reads them."""
    for option in reversed((*_OPTIONS, *WISH_OPTIONS)):
        command = option(command)
    return command


def asked_from(old: str, new: str, hub: Hub | None, options: dict[str, object]) -> "Asked":
    """All that was said. Raises UsageError for consumers without a provider."""
    environments = options["environments"]
    if options["provider"] is None and (environments or options["main_branches"] or options["fail_on"] == "consumers"):
        raise click.UsageError("Whose consumers? Give --provider.")
    from contracthub.cli.diff_running import Asked

    return Asked(
        old=old,
        new=new,
        hub=hub,
        format=_text(options["kind"]),
        root=_text(options.get("root")),
        name=_text(options.get("name")),
        severity_config=_path(options["severity_config"]),
        ignore_file=_path(options["ignore_file"]),
        provider=_text(options["provider"]),
        environments=tuple(map(str, environments)) if isinstance(environments, tuple) else (),
        main_branches=bool(options["main_branches"]),
        subject=_text(options["subject"]),
        today=datetime.now(UTC).date(),
        wishes=wishes_of(options),
        in_hub=options.get("in_hub") is True,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None
