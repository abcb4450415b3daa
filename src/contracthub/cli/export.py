"""`contracthub export`: a whole workspace as an archive, for another hub or for safe keeping."""

import sys
from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped, message_for
from contracthub.cli.options import hub_options
from contracthub.client.archive_files import copy_archive, write_archive
from contracthub.client.archive_sending import PATH
from contracthub.client.errors import HubFailure
from contracthub.client.hub import Hub


@click.command("export")
@click.option(
    "-o",
    "--output",
    default="contracthub-archive.ndjson.gz",
    show_default=True,
    metavar="FILE",
    help="Where to; - is standard output. A name that ends in .ndjson is written uncompressed.",
)
@hub_options
def command(hub: Hub, *, output: str) -> None:
    """Writes all that the hub has into an archive, as it is at one moment; webhooks come without their secrets."""
    try:
        with hub.download(PATH) as stream:
            to_stdout = output == "-"
            count = copy_archive(stream, sys.stdout.buffer) if to_stdout else write_archive(stream, Path(output))
    except HubFailure as failure:
        raise Stopped(message_for(failure), ExitCode.NOT_FOUND_OUT) from failure
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Stopped(f"{output} can't be written: {error.strerror}.", ExitCode.NOT_FOUND_OUT) from error
    click.echo(f"{count:,} records written to {'standard output' if output == '-' else output}.", err=True)
