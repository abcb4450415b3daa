"""`contracthub gate-policy set`."""

import click

from contracthub.cli.gate_policy_view import environment_option
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.hub import Hub
from contracthub.domain.comparisons import EvidenceKind

_KINDS = [each.value for each in EvidenceKind]


@click.command("set")
@environment_option
@click.option(
    "--accept",
    "accepts",
    multiple=True,
    required=True,
    metavar="KIND[+KIND][:AGE]",
    help=f"Evidence that is enough: {', '.join(_KINDS)}; all that are joined by +, each not older than AGE "
    "(90m, 12h, 14d, 4w). May be given several times: any of them is enough.",
)
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, environment: str | None, accepts: tuple[str, ...], output: str) -> None:
    """Says which evidence the gate accepts for a yes, from the next decision on. A no stays a no."""
    from contracthub.cli.gate_policy_view import policy_lines
    from contracthub.client.gate_policies import Accepted, set_gate_policy
    from contracthub.formats.durations import age_of

    wanted = []
    for text in accepts:
        kinds, colon, age = text.partition(":")
        evidence = tuple(kinds.split("+"))
        if unknown := [each for each in evidence if each not in _KINDS]:
            raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(_KINDS)}", param_hint="--accept")
        try:
            wanted.append(Accepted(evidence, age if colon and age_of(age) else None))
        except ValueError as error:
            raise click.BadParameter(f"what is after the colon {error}", param_hint="--accept") from error
    policy = set_gate_policy(hub, environment, wanted)
    if output == "json":
        say_json(policy.document)
    else:
        say("\n".join(policy_lines(policy)))
