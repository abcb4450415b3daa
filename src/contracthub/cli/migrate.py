"""``contracthub migrate``: brings the database to the schema of this release, by hand."""

import click

from contracthub.cli.serve import database_option, told_of_database


@click.command("migrate")
@database_option
def command(database_url: str) -> None:
    """Upgrade the database to the schema of this release."""
    from contracthub.storage.engine import open_database
    from contracthub.storage.migrate import migrate

    with told_of_database(database_url):
        migrate(open_database(database_url))
    click.echo("The database is up to date.")
