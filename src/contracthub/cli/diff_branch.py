"""`contracthub diff-branch`: what a branch changed in the documents of a repository, for pull requests."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracthub.cli.diff_options import asked_from, comparing_options
from contracthub.cli.diff_output import FORMS, rendered
from contracthub.cli.options import optional_hub_options, output_option
from contracthub.cli.printing import palette, say, warn
from contracthub.cli.progress import waiting
from contracthub.client.hub import Hub

if TYPE_CHECKING:
    from contracthub.domain.change_reports import DiffReport


@click.command("diff-branch")
@click.argument("patterns", nargs=-1, required=True, metavar="FILES...")
@click.option("--base", metavar="REF", help="Where the branch is to go; in CI of a pull request it is known.")
@comparing_options
@click.option(
    "--save", "saves", multiple=True, metavar="FORM=FILE", help="Writes the report into a file as well, in this form."
)
@click.option("--summary", metavar="FILE", help="Appends the report as Markdown, for the summary of a job.")
@output_option(*FORMS)
@optional_hub_options
@click.pass_context
def command(
    ctx: click.Context,
    hub: Hub | None,
    /,
    *,
    patterns: tuple[str, ...],
    output: str,
    base: str | None,
    **options: object,
) -> None:
    """Compares documents of a branch with what they were where it left its base.

    FILES are patterns like 'specs/**/*.json', from the root of the repository; !pattern takes files out again.
    Documents that came, went or were renamed are found by git.

    contracthub diff-branch 'specs/*.json' --base origin/main
    """
    saves = _saves(options["saves"])
    asked = asked_from("", "", hub, options)
    from contracthub.cli.diff_branch_running import outcome_of_branch

    with waiting("Comparing the branch with its base"):
        outcome = outcome_of_branch(base or _base_in_ci(), patterns, asked)
    say(rendered(outcome.report, output, palette()))
    for form, file in saves:
        _write(file, rendered(outcome.report, form) + "\n", "w")
    if isinstance(options["summary"], str):
        _write(options["summary"], _summary(outcome.report), "a")
    for trouble in outcome.troubles:
        warn(trouble)
    ctx.exit(outcome.exit_code(str(options["fail_on"])))


def _saves(texts: object) -> list[tuple[str, str]]:
    found = []
    for text in texts if isinstance(texts, Iterable) else ():
        form, equals, file = str(text).partition("=")
        if form not in FORMS or not equals or not file:
            raise click.UsageError(f"--save {text}: must be FORM=FILE, and the form one of {', '.join(FORMS)}.")
        found.append((form, file))
    return found


def _base_in_ci() -> str:
    target = os.environ.get("GITHUB_BASE_REF")
    merge_base = os.environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    found = f"origin/{target}" if target else merge_base
    if not found:
        raise click.UsageError("Where is the branch to go? Give --base, for example --base origin/main.")
    return found


def _summary(report: "DiffReport") -> str:
    from contracthub.forges.github import LONGEST_SUMMARY
    from contracthub.reports.diff_markdown import diff_for_markdown

    return diff_for_markdown(report, LONGEST_SUMMARY) + "\n\n"


def _write(name: str, text: str, mode: str) -> None:
    try:
        with Path(name).open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError as error:
        raise click.UsageError(f"Can't write {name}: {error.strerror or error}.") from error
