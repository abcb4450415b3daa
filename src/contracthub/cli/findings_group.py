"""`contracthub findings`: what fuzzing found wrong with a provider, and what is to become of it."""

import click

from contracthub.cli.lazy import LazyCommand, LazyGroup

COMMANDS = {
    "list": LazyCommand("contracthub.cli.findings_list:command", "List findings, the worst first."),
    "show": LazyCommand("contracthub.cli.findings_show:command", "Show a finding, and what became of it."),
    "accept": LazyCommand("contracthub.cli.findings_accept:command", "Let findings pass until a day."),
    "reopen": LazyCommand("contracthub.cli.findings_reopen:command", "Let findings pass no longer."),
    "promote": LazyCommand("contracthub.cli.findings_promote:command", "Turn findings into a regression contract."),
}


@click.group("findings", cls=LazyGroup, table=COMMANDS, no_args_is_help=True)
def command() -> None:
    """What runs of `contracthub verify provider` found, as the hub remembers it."""
