"""`contracthub record-undeployment` (pact-broker-api §12, §18)."""

import click

from contracthub.cli.exits import ExitCode, Stopped
from contracthub.cli.options import environment_option, hub_options, instance_option, output_option, pacticipant_option
from contracthub.cli.printing import say, say_json
from contracthub.client.environments import change_record, currently_deployed, environment_named
from contracthub.client.hub import Hub
from contracthub.client.pacticipants import is_known
from contracthub.reports.visible import visible


@click.command("record-undeployment")
@pacticipant_option
@environment_option
@instance_option
@output_option("text", "json", "table")
@hub_options
def command(hub: Hub, *, pacticipant: str, environment: str, application_instance: str | None, output: str) -> None:
    """Records that an application is gone from an environment for good.

    Not needed when another version takes its place: record-deployment does it then.
    """
    place = environment_named(hub, environment)
    deployed = currently_deployed(hub, place, pacticipant=pacticipant, instance=application_instance)
    where = f"{environment} ({application_instance})" if application_instance else environment
    if not deployed:
        if not is_known(hub, pacticipant):
            raise Stopped(f"The hub knows no application {pacticipant}.", ExitCode.NO)
        raise Stopped(f"{pacticipant} is not recorded as deployed to {where}.", ExitCode.NO)
    records = [change_record(hub, one, {"currentlyDeployed": False}).data for one in deployed]
    if output == "json":
        say_json(records)
    else:
        say(visible(f"Recorded undeployment of {pacticipant} from {where}."))
