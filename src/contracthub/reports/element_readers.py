"""Who uses an element, as a person reads it."""

from collections.abc import Iterator, Sequence

from contracthub.domain.element_usage import ElementReader, ElementUsage, ElementUse, NotKnown, Removal
from contracthub.reports.colours import PLAIN, Palette
from contracthub.reports.visible import visible

_MOST_USES = 5
_KINDS = {"pact": "pact", "reader-schema": "reader schema"}


def readers_for_terminal(usage: ElementUsage, palette: Palette = PLAIN) -> str:
    """Each consumer with where it lives, since when, and what proves it; then what is not known."""
    return "\n".join([*_readers(usage, palette), *_unknown(usage, palette)])


def removal_for_terminal(usage: ElementUsage, palette: Palette = PLAIN) -> str:
    """The verdict, and then the same."""
    names = _named(usage)
    counted = len({each.consumer for each in usage.readers})
    told = {
        Removal.UNUSED: (f"Yes: nobody who lives in {_places(usage)} uses {names}.", "green"),
        Removal.USED: (
            f"No: {_count(counted, 'consumer')} in {_places(usage)} use{'s' if counted == 1 else ''} {names}.",
            "red",
        ),
        Removal.UNKNOWN: (f"Not known: whether anybody in {_places(usage)} uses {names} can't be told.", "yellow"),
    }
    text, colour = told[usage.removal]
    return "\n".join([palette.paint(text, colour), *_readers(usage, palette)[1:], *_unknown(usage, palette)])


def reader_lines(reader: ElementReader, palette: Palette = PLAIN) -> Iterator[str]:
    """A consumer version, and where its contract proves that it uses the element."""
    who = palette.paint(f"{visible(reader.consumer)} {visible(reader.version)}", "bold")
    without = "; it can do without" if reader.can_do_without else ""
    since = f"since {reader.since.date().isoformat()}, {_KINDS.get(reader.kind, visible(reader.kind))}{without}"
    yield f"{who} in {_listed(reader.environments)} ({since})"
    for use in reader.uses[:_MOST_USES]:
        yield f"  {use_for_people(use)}"
    more = reader.use_count - min(_MOST_USES, len(reader.uses))
    if more > 0:
        yield palette.paint(f"  and {more} more", "dim")


def use_for_people(use: ElementUse) -> str:
    """What is done, where, and in which interaction."""
    place = f" {visible(use.place)}" if use.place else ""
    return f"{visible(use.does)}{place}: {visible(use.interaction)} ({visible(use.operation)})"


def not_known_for_people(unknown: NotKnown) -> str:
    """Who, and why nothing is known."""
    if not unknown.consumer:
        return f"{visible(unknown.why)}."
    who = f"{visible(unknown.consumer)} {visible(unknown.version)} in {_listed(unknown.environments)}"
    return f"{who}: {visible(unknown.why)}."


def _readers(usage: ElementUsage, palette: Palette) -> list[str]:
    counted = len({each.consumer for each in usage.readers})
    if not counted:
        return [f"Nobody who lives in {_places(usage)} is known to use {_named(usage)}."]
    lines = [f"{_named(usage)} of {visible(usage.provider)} is used by {_count(counted, 'consumer')}:"]
    for reader in usage.readers:
        lines += [f"  {line}" for line in reader_lines(reader, palette)]
    return lines


def _unknown(usage: ElementUsage, palette: Palette) -> Iterator[str]:
    for title, listed in (("Not known:", usage.unknown), ("Not known, and ignored:", usage.ignored)):
        if listed:
            yield palette.paint(title, "yellow")
            yield from (f"  {not_known_for_people(each)}" for each in listed)


def _named(usage: ElementUsage) -> str:
    return visible(" or ".join(dict.fromkeys(usage.elements)))


def _places(usage: ElementUsage) -> str:
    return _listed(usage.environments) if usage.environments else "any environment"


def _listed(names: Sequence[str]) -> str:
    return visible(", ".join(names))


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
