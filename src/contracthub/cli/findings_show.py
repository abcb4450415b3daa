"""`contracthub findings show`."""

from collections.abc import Iterator, Mapping

import click

from contracthub.cli.findings_view import finding_line, number_argument, provider_argument
from contracthub.cli.options import hub_options, output_option
from contracthub.cli.printing import say, say_json
from contracthub.client.findings import get_finding
from contracthub.client.hub import Hub
from contracthub.domain.findings import KnownFinding
from contracthub.reports.visible import visible, visible_lines


@click.command("show")
@provider_argument
@number_argument
@output_option("text", "json")
@hub_options
def command(hub: Hub, /, *, provider: str, number: int, output: str) -> None:
    """Shows a finding: what failed, the command that shows it again, who depends on it, and the states that it got."""
    known, document = get_finding(hub, provider, number)
    if output == "json":
        say_json(document)
        return
    say("\n".join(_told(known, document.get("history"))))


def _told(known: KnownFinding, history: object) -> Iterator[str]:
    it = known.finding
    yield finding_line(known)
    yield from (f"  {line}" for line in visible_lines(it.message))
    facts = {
        "check": f"{it.check} {it.code}".strip(),
        "consumers": ", ".join(it.consumers) or "none is known to depend on it",
        "first seen": f"{known.first_seen_version}, {known.first_seen_at:%Y-%m-%d}",
        "last seen": f"{known.last_seen_version}, {known.last_seen_at:%Y-%m-%d}",
        "owner": known.owner,
        "reason": known.reason,
        "again with": it.curl,
    }
    yield from (visible(f"  {name + ':':12}{value}") for name, value in facts.items() if value)
    for each in history if isinstance(history, list) else ():
        if isinstance(each, Mapping):
            yield visible(f"  {str(each.get('at'))[:10]:12}{_state_told(each)}")


def _state_told(change: Mapping[str, object]) -> str:
    parts = [str(change.get("state"))]
    parts += [f"until {change['until']}"] if change.get("until") else []
    parts += [f"in {change['version']}"] if change.get("version") else []
    parts += [f"by {change['by']}"] if change.get("by") else []
    parts += [f"({change['owner']}: {change['reason']})"] if change.get("owner") else []
    return " ".join(parts)
