"""``contracthub migrate``: brings the database to the schema of this release, by hand."""

import click

from contracthub.cli.serve import told_of_database
from contracthub.cli.serving_options import database_option


@click.command("migrate", params=[database_option])
def command(database_url: str) -> None:
    """Upgrade the database to the schema of this release."""
    from contracthub.storage.engine import open_database
    from contracthub.storage.migrate import migrate

    with told_of_database(database_url):
        migrate(open_database(database_url))
    click.echo("The database is up to date.")
