"""`contracthub diff`: what changed between two versions of what a provider offers, and whom it breaks."""

from datetime import UTC, datetime
from pathlib import Path

import click

from contracthub.cli.options import optional_hub_options, output_option, required_text
from contracthub.cli.printing import palette, say, say_json, warn
from contracthub.cli.progress import waiting
from contracthub.client.hub import Hub
from contracthub.reports.diff import DiffReport

_FORMATS = ("openapi", "graphql", "asyncapi", "avro", "json-schema", "protobuf")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="Otherwise the files tell it.")
@click.option("--root", metavar="FILE", help="Folders are one document each, and this file refers to the others.")
@click.option("--name", metavar="NAME", callback=required_text, help="Of several documents in the hub, this one.")
@click.option(
    "--fail-on",
    type=click.Choice(("breaking", "dangerous", "never")),
    default="breaking",
    show_default=True,
    help="From which severity on the exit code is 1.",
)
@click.option("--severity-config", type=_File, metavar="FILE", help="Severities of rules, as your team sees them.")
@click.option("--ignore-file", type=_File, metavar="FILE", help="Changes that somebody accepted, and until when.")
@output_option("text", "json")
@optional_hub_options
@click.pass_context
def command(
    ctx: click.Context, hub: Hub | None, /, *, old: str, new: str, output: str, fail_on: str, **options: object
) -> None:
    """Compares two versions of what a provider offers.

    OLD and NEW are files, folders, git:REF:path, http(s) addresses, or hub:PROVIDER[@version, environment or branch].

    contracthub diff git:origin/main:openapi.yaml openapi.yaml
    """
    from contracthub.cli.diff_running import Asked, outcome_of

    asked = Asked(
        old=old,
        new=new,
        hub=hub,
        format=_text(options["kind"]),
        root=_text(options["root"]),
        name=_text(options["name"]),
        severity_config=_path(options["severity_config"]),
        ignore_file=_path(options["ignore_file"]),
        today=datetime.now(UTC).date(),
    )
    with waiting(f"Comparing {asked.old} with {asked.new}"):
        outcome = outcome_of(asked)
    _write(outcome.report, output)
    for trouble in outcome.troubles:
        warn(trouble)
    ctx.exit(outcome.exit_code(fail_on))


def _write(report: DiffReport, output: str) -> None:
    # Each form is imported when it is asked for.
    match output:
        case "json":
            from contracthub.reports.diff_json import diff_as_json

            say_json(diff_as_json(report))
        case _:
            from contracthub.reports.diff_text import diff_for_terminal

            say(diff_for_terminal(report, palette()))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None
