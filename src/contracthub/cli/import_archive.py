"""`contracthub import archive`: what `contracthub export` wrote, into another hub."""

from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.moving_view import moving, show_report
from contracthub.cli.options import hub_options, output_option
from contracthub.client.archive_files import records_in
from contracthub.client.archive_sending import ArchiveSender
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport


@click.command("archive")
@click.argument("file", type=click.Path(path_type=Path))
@output_option("text", "json")
@hub_options
@click.pass_context
def command(ctx: click.Context, hub: Hub, /, *, file: Path, output: str) -> None:
    """Writes an archive into the hub. The file is checked whole before anything is written.

    What the hub has already stays as it is, so the command may be repeated. Exits with 1 when something of the archive
    contradicts what the hub has, with 3 when the file or the hub could not be read.
    """
    if not file.is_file():
        raise click.BadParameter(f"There is no file {file}.", param_hint="FILE")
    report = MovingReport()
    try:
        with moving(f"Importing {file}", report) as told:
            sender = ArchiveSender(hub, report, lenient=False, told=told)
            for record in records_in(file):
                sender.add(record)
            sender.flush()
    except HubFailure as failure:
        raise Stopped(message_for(failure), ExitCode.NOT_FOUND_OUT) from failure
    show_report(ctx, report, output)
