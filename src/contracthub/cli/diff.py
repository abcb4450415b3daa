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
    type=click.Choice(("breaking", "dangerous", "consumers", "never")),
    default="breaking",
    show_default=True,
    help="When the exit code is 1; consumers: when one that is known breaks.",
)
@click.option("--severity-config", type=_File, metavar="FILE", help="Severities of rules, as your team sees them.")
@click.option("--ignore-file", type=_File, metavar="FILE", help="Changes that somebody accepted, and until when.")
@click.option(
    "--provider", metavar="NAME", callback=required_text, help="Whose consumers the changes are held against."
)
@click.option(
    "--against-environment",
    "environments",
    multiple=True,
    callback=lambda ctx, parameter, values: tuple(required_text(ctx, parameter, each) for each in values),
    metavar="NAME",
    help="Consumers in this environment; may be given several times. Default: in every environment.",
)
@click.option(
    "--main-branches", is_flag=True, help="Count the newest version on each consumer's main branch as living, too."
)
@click.option("--subject", metavar="NAME", callback=required_text, help="The subject or topic of a schema of events.")
@output_option("text", "json", "markdown", "sarif", "github", "gitlab", "junit", "html")
@optional_hub_options
@click.pass_context
def command(
    ctx: click.Context, hub: Hub | None, /, *, old: str, new: str, output: str, fail_on: str, **options: object
) -> None:
    """Compares two versions of what a provider offers.

    OLD and NEW are files, folders, git:REF:path, http(s) addresses, or hub:PROVIDER[@version, environment or branch].

    contracthub diff git:origin/main:openapi.yaml openapi.yaml
    """
    environments = options["environments"]
    if options["provider"] is None and (environments or options["main_branches"] or fail_on == "consumers"):
        raise click.UsageError("Whose consumers? Give --provider.")
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
        provider=_text(options["provider"]),
        environments=tuple(map(str, environments)) if isinstance(environments, tuple) else (),
        subject=_text(options["subject"]),
        main_branches=options["main_branches"] is True,
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
        case "sarif":
            from importlib.metadata import version

            from contracthub.reports.diff_sarif import diff_as_sarif

            say_json(diff_as_sarif(report, version("contracthub")))
        case "markdown":
            from contracthub.reports.diff_markdown import diff_for_markdown

            say(diff_for_markdown(report))
        case "html":
            from contracthub.reports.diff_html import diff_as_html

            say(diff_as_html(report))
        case "github" | "gitlab" | "junit":
            _write_for_ci(report, output)
        case _:
            from contracthub.reports.diff_text import diff_for_terminal

            say(diff_for_terminal(report, palette()))


def _write_for_ci(report: DiffReport, output: str) -> None:
    from contracthub.reports.diff_ci import diff_for_github, diff_for_gitlab, diff_for_junit

    writers = {"github": diff_for_github, "gitlab": diff_for_gitlab, "junit": diff_for_junit}
    say(writers[output](report))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _path(value: object) -> Path | None:
    return value if isinstance(value, Path) else None
