"""How findings are shown to people, and which of them a command is about."""

import click

from contracthub.cli.options import required_text
from contracthub.domain.findings import FindingState, KnownFinding
from contracthub.reports.visible import visible

HEADINGS = ("NUMBER", "STATE", "OPERATION", "WHAT", "CONSUMERS", "SEEN IN", "OWNER")
_MOST_CONSUMERS = 3

provider_argument = click.argument("provider", metavar="PROVIDER", callback=required_text)
number_argument = click.argument("number", metavar="NUMBER", type=click.IntRange(1, 999_999_999))
numbers_argument = click.argument(
    "numbers", metavar="NUMBER...", nargs=-1, required=True, type=click.IntRange(1, 999_999_999)
)


def state_told(known: KnownFinding) -> str:
    """The state, and until when."""
    if known.state is FindingState.ACCEPTED:
        return f"accepted until {known.accepted_until}"
    if known.state is FindingState.FIXED:
        return f"fixed in {known.fixed_version}"
    return "came back" if known.state is FindingState.CAME_BACK else known.state.value


def finding_row(known: KnownFinding) -> tuple[str, ...]:
    """One finding, in a table."""
    it = known.finding
    more = len(it.consumers) - _MOST_CONSUMERS
    consumers = ", ".join(it.consumers[:_MOST_CONSUMERS]) + (f" and {more} more" if more > 0 else "")
    where = f" ({known.branch or 'no branch'})" if known.branch is not None else ""
    title = f"{it.title} [{it.code or it.check}]"
    seen = f"{known.last_seen_version}{where}"
    return str(known.number), state_told(known), it.operation, title, consumers or "-", seen, known.owner or "-"


def finding_line(known: KnownFinding) -> str:
    """One finding, in a line."""
    it = known.finding
    return visible(f"{known.provider} {known.number} is {state_told(known)}: {it.title} at {it.operation}")
