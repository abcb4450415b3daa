"""``contracthub token``: makes a bearer token, and the entry by which a hub knows it."""

import sys

import click

from contracthub.domain.access import Role, new_token, token_entry
from contracthub.domain.errors import HubError

_SHORTEST = 20


@click.command("token")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([each.value for each in Role]),
    default=Role.WRITE.value,
    show_default=True,
    help="What its bearer may do.",
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Take a secret that exists already, from the standard input.")
def command(name: str, role: str, *, from_stdin: bool) -> None:
    """Make a bearer token called NAME.

    The hub gets the entry (CONTRACTHUB_TOKENS of `contracthub serve`), the client the secret (CONTRACTHUB_TOKEN or
    PACT_BROKER_TOKEN). The secret is shown this once and is nowhere kept.
    """
    secret = sys.stdin.readline(4096).strip() if from_stdin else new_token()
    if len(secret) < _SHORTEST or not secret.isascii() or not secret.isprintable() or " " in secret:
        raise click.UsageError(
            f"A secret has at least {_SHORTEST} ASCII characters and no spaces; it can be guessed otherwise."
        )
    try:
        entry = token_entry(name, Role(role), secret)
    except HubError as error:
        raise click.BadParameter(error.message, param_hint="NAME") from error
    click.echo(f"for the hub:    {entry}")
    if not from_stdin:
        click.echo(f"for the client: {secret}")
