"""``contracthub migrate``: brings the database to the schema of this release, by hand."""

import click

from contracthub.cli.serve import database_option


@click.command("migrate")
@database_option
def command(database_url: str) -> None:
    """Upgrade the database to the schema of this release."""
    from contracthub.domain.errors import HubError
    from contracthub.storage.engine import open_database
    from contracthub.storage.migrate import migrate

    try:
        migrate(open_database(database_url))
    except HubError as error:
        raise click.ClickException(error.message) from error
    click.echo("The database is up to date.")
