"""What every catalogue of rules must hold, whatever the format: used by the tests of each."""

from collections.abc import Callable

from contracthub.formats.changes import Catalogue, Change, Direction, Severity
from contracthub.formats.safe_json import JsonValue

Compare = Callable[[JsonValue, JsonValue], tuple[Change, ...]]


def broken_promises(catalogue: Catalogue, compare: Compare) -> list[str]:
    """Which rule does not fire on its example with its severity, whose mirror does not, and which is not worded."""
    faults = []
    for rule in catalogue.values():
        example = rule.example
        found = {change.id: change for change in compare(example.old, example.new)}
        if rule.id not in found or found[rule.id].severity is not rule.severity:
            faults.append(f"{rule.id} does not fire: {sorted(found)}")
        elif rule.severity is Severity.BREAKING and found[rule.id].direction is not rule.direction:
            faults.append(f"{rule.id} breaks in {found[rule.id].direction}")
        swapped = {change.id for change in compare(example.new, example.old)}
        if rule.mirror not in swapped and not (rule.mirror is None and rule.waiver):
            faults.append(f"{rule.id} is not mirrored: {sorted(swapped)}")
        if any(compare(side, side) for side in (example.old, example.new)):
            faults.append(f"{rule.id} finds changes of a document with itself")
        if not (rule.summary[:1].isupper() and rule.summary.endswith(".")):
            faults.append(f"{rule.id} is not worded as a sentence")
    return faults


def breaks(changes: tuple[Change, ...], direction: Direction) -> bool:
    """Whether anything breaks for whoever reads in that direction."""
    return any(
        change.severity is Severity.BREAKING and change.direction in (direction, Direction.BOTH) for change in changes
    )
