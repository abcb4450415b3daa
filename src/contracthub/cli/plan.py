"""`contracthub plan`: a safe order of deployments, sets that go together, or what forbids it."""

import shlex
from dataclasses import replace

import click

from contracthub.cli.exits import ExitCode
from contracthub.cli.options import hub_options, output_option, required_text
from contracthub.cli.ordering import OrderedCommand, given_in_order
from contracthub.cli.printing import palette, say, say_json
from contracthub.client.hub import Hub
from contracthub.client.plan import Plan, PlannedVersion, Step, ask_for_plan
from contracthub.reports.gate import Blocker
from contracthub.reports.plan import PlanReport, PlanStep, plan_for_terminal

_NAMES = ("pacticipant", "version", "application_instance")
_NO_VERSION = ""


@click.command("plan", cls=OrderedCommand)
@click.option("-a", "--pacticipant", multiple=True, metavar="NAME", help="An application to deploy; several times.")
@click.option("-e", "--version", multiple=True, metavar="NUMBER", help="Version of the application before it.")
@click.option(
    "--application-instance",
    "--target",
    "application_instance",
    multiple=True,
    metavar="NAME",
    help="Which of several instances of the application before it is replaced.",
)
@click.option(
    "--to-environment",
    "environment",
    required=True,
    callback=required_text,
    metavar="NAME",
    help="Where they are to go.",
)
@output_option("text", "json")
@hub_options
@click.pass_context
def command(ctx: click.Context, hub: Hub, /, *, environment: str, output: str, **_: object) -> None:
    """Finds an order in which versions can be deployed, so that can-i-deploy says yes before each step.

    Versions that need each other are one step: they must go together. Exits with 0 when there is an order.

    contracthub plan --to-environment production -a web -e 2 -a orders -e 5
    """
    plan = ask_for_plan(hub, environment, _versions(ctx))
    if output == "json":
        say_json(plan.document)
    else:
        say(plan_for_terminal(_report(environment, plan), palette()))
    ctx.exit(ExitCode.YES if plan.is_possible else ExitCode.NO)


def _versions(ctx: click.Context) -> tuple[PlannedVersion, ...]:
    found: list[PlannedVersion] = []
    for given in given_in_order(ctx, _NAMES):
        value = given.value or ""
        if not value.strip():
            raise click.UsageError(f"The value of --{given.name.replace('_', '-')} is blank.")
        if given.name == "pacticipant":
            found.append(PlannedVersion(value, _NO_VERSION))
        elif not found:
            raise click.UsageError(f"--{given.name.replace('_', '-')} must come after the --pacticipant it belongs to.")
        else:
            found[-1] = _refined(found[-1], given.name, value)
    if not found:
        raise click.UsageError("Which applications? Give --pacticipant and --version for each.")
    for each in found:
        if each.version == _NO_VERSION:
            raise click.UsageError(f"Which version of {each.pacticipant}? Give --version after it.")
    return tuple(found)


def _refined(planned: PlannedVersion, name: str, value: str) -> PlannedVersion:
    if name == "version" and planned.version == _NO_VERSION:
        return replace(planned, version=value)
    if name == "application_instance" and planned.instance is None:
        return replace(planned, instance=value)
    raise click.UsageError(f"--{name.replace('_', '-')} is given twice for {planned.pacticipant}.")


def _report(environment: str, plan: Plan) -> PlanReport:
    return PlanReport(
        environment,
        tuple(_step(environment, step) for step in plan.steps),
        tuple(dict.fromkeys(Blocker(each.fact, each.remedy, each.command) for each in plan.blocking)),
    )


def _step(environment: str, step: Step) -> PlanStep:
    return PlanStep(
        tuple(f"{each.pacticipant} {each.version}" for each in step.versions),
        tuple(_recording(environment, each) for each in step.versions),
        step.because,
    )


def _recording(environment: str, planned: PlannedVersion) -> str:
    words = ["contracthub", "record-deployment", "--pacticipant", planned.pacticipant, "--version", planned.version]
    words += ["--environment", environment]
    return shlex.join(words + (["--application-instance", planned.instance] if planned.instance else []))
