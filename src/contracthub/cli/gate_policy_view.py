"""Gate policies for people."""

import click

from contracthub.cli.options import required_text
from contracthub.client.gate_policies import Accepted, GatePolicy
from contracthub.reports.visible import visible

_SOURCES = {
    "environment": "",
    "workspace": " (what the workspace says)",
    "built-in": " (nobody said anything else)",
}
environment_option = click.option(
    "--environment",
    callback=required_text,
    metavar="NAME",
    help="Only there. Without it: wherever nothing else is said.",
)


def policy_lines(policy: GatePolicy) -> list[str]:
    """A policy, and those of environments beside it."""
    own = f"{policy.environment or 'The workspace'} accepts {accepted_text(policy.accepts)}"
    return [visible(f"{own}{_SOURCES.get(policy.source, '')}."), *(_other(each) for each in policy.environments)]


def _other(policy: GatePolicy) -> str:
    return visible(f"{policy.environment} accepts {accepted_text(policy.accepts)}.")


def accepted_text(accepts: tuple[Accepted, ...]) -> str:
    """What is accepted, in words."""
    return ", or ".join(_text(each) for each in accepts)


def _text(accepted: Accepted) -> str:
    kinds = " and ".join(accepted.evidence)
    return f"{kinds} within {accepted.within}" if accepted.within else kinds
