"""What a provider asks its consumers to leave, as a person reads it: on a terminal, or in Markdown."""

from collections.abc import Iterator
from datetime import date

from contracthub.domain.deprecations import Deprecation, Deprecations
from contracthub.domain.element_usage import ElementReader
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.element_readers import not_known_for_people, reader_lines
from contracthub.reports.tables import markdown_table, markdown_text
from contracthub.reports.visible import visible

_MOST_NAMES = 3
_CUT = "There is more than can be told: parts of the documents were not looked at."


def deprecations_for_terminal(found: Deprecations, palette: Palette = PLAIN) -> str:
    """Each deprecation with its last day and those who have not moved yet; what has to go first comes first."""
    lines = [visible(_headline(found))]
    for entry in found.entries:
        lines += ["", *_entry(entry, found.today, palette)]
    if found.unknown:
        lines += ["", palette.paint("Not known:", "yellow")]
        lines += [f"  {not_known_for_people(each)}" for each in found.unknown]
    return "\n".join([*lines, "", _CUT] if found.is_cut else lines)


def deprecations_for_markdown(found: Deprecations) -> str:
    """The same as a table, one row per deprecation."""
    lines = [f"### {markdown_text(_headline(found))}"]
    if found.entries:
        rows = [
            (_names(each), _when(each, found.today), "; ".join(map(_mover, each.readers)) or "nobody who is known")
            for each in found.entries
        ]
        lines += ["", *markdown_table(("Deprecated", "Sunset", "Still to move"), rows)]
    if found.unknown:
        lines += ["", "Not known:", ""]
        lines += [f"* {markdown_text(not_known_for_people(each))}" for each in found.unknown]
    return "\n".join([*lines, "", _CUT] if found.is_cut else lines)


def _entry(entry: Deprecation, today: date, palette: Palette) -> Iterator[str]:
    colour = "red" if entry.is_overdue(today) else "yellow"
    yield f"{palette.paint(visible(_names(entry)), 'bold')}: {palette.paint(visible(_when(entry, today)), colour)}"
    if entry.reason:
        yield f"  {visible(entry.reason)}"
    if not entry.readers:
        yield "  " + palette.paint("nobody is known to use it", "green")
    for reader in entry.readers:
        first, *rest = reader_lines(reader, palette)
        yield f"  still to move: {first}"
        yield from (f"    {each}" for each in rest)


def _headline(found: Deprecations) -> str:
    count = len(found.entries)
    what = "Nothing is deprecated" if not count else f"{count} part{'s are' if count > 1 else ' is'} deprecated"
    return f"{what} in {', '.join(found.documents)} ({found.provider})."


def _names(entry: Deprecation) -> str:
    more = entry.element_count - min(_MOST_NAMES, len(entry.elements))
    return ", ".join(entry.elements[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _when(entry: Deprecation, today: date) -> str:
    left = entry.days_left(today)
    if entry.sunset is None or left is None:
        return f"no day can be read from {entry.sunset_text!r}" if entry.sunset_text else "no sunset date"
    if left < 0:
        return f"overdue since {entry.sunset} ({_days(-left)})"
    return f"until {entry.sunset} ({_days(left)} left)"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def _mover(reader: ElementReader) -> str:
    place = next((each.place or each.operation for each in reader.uses), "")
    return f"{reader.consumer} {reader.version} in {', '.join(reader.environments)} ({place})"
