"""`contracthub get-pacts`: lists the pacts with a provider, and puts them into files (pact-broker-api §7, §18)."""

from pathlib import Path

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.pact_download import FileNames, save_pact
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.client.pacts import ListedPact, PactQuestion, list_pacts, pact_at
from contracthub.reports.tables import terminal_table
from contracthub.reports.visible import visible

HEADINGS = ("PACT", "ADDRESS")


@click.command("get-pacts")
@click.option("--provider", required=True, callback=required_text, metavar="NAME", help="The provider.")
@click.option("--consumer", callback=required_text, metavar="NAME", help="Only pacts of this consumer.")
@click.option(
    "--branch", callback=required_text, metavar="NAME", help="Consumer branch. Default: each consumer's main branch."
)
@click.option("--latest", is_flag=True, help="Only the newest pact of each consumer.")
@click.option("--download", is_flag=True, help="Put the pacts into files.")
@click.option(
    "--download-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("pacts"),
    show_default=True,
    metavar="FOLDER",
    help="Where --download puts them.",
)
@output_option("table", "json")
@hub_options
def command(
    hub: Hub,
    *,
    provider: str,
    consumer: str | None,
    branch: str | None,
    latest: bool,
    download: bool,
    download_dir: Path,
    output: str,
) -> None:
    """Lists the pacts with a provider; with --download it also saves them."""
    pacts, document = list_pacts(hub, PactQuestion(provider, consumer, branch, latest))
    if output == "json":
        say_json(document)
    else:
        rows = [(one.title or "-", one.href) for one in pacts]
        say("\n".join(terminal_table(HEADINGS, rows)) if rows else "There are no such pacts.")
    if download:
        _download(hub, pacts, download_dir, told=output != "json")


def _download(hub: Hub, pacts: tuple[ListedPact, ...], folder: Path, *, told: bool) -> None:
    names = FileNames()
    for one in pacts:
        try:
            saved = save_pact(pact_at(hub, one.href), folder, names)
        except OSError as error:
            raise Stopped(f"Can't write to {folder}: {error.strerror or error}.", ExitCode.NOT_FOUND_OUT) from error
        if told:
            say(visible(f"Saved {saved}"))
