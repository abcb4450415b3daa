"""`contracthub import`: the ways into a hub from elsewhere."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "pact-broker": LazyCommand("contracthub.cli.import_pact_broker:command", "From a Pact Broker, or another hub."),
    "schema-registry": LazyCommand("contracthub.cli.import_schema_registry:command", "From another schema registry."),
    "archive": LazyCommand("contracthub.cli.import_archive:command", "From a file that `contracthub export` wrote."),
}


@click.group("import", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """Brings a history into a hub: from another broker or registry, or from an archive.

    May be started again at any time: it goes on where it stopped, and brings what is new since.
    """
