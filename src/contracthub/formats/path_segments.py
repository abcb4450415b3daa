"""A segment of a path with templates in it, and what stands for each of them in a text."""

from collections.abc import Sequence

Spans = list[tuple[int, int]]


def gaps_in(literals: Sequence[str], text: str, least: Sequence[int] | None = None) -> Spans | None:
    """From where to where each gap between the literals goes, the first as short as it can be; None where it is none.

    There is a gap between each literal and the next. ``least`` says how many characters each has at least; one where
    nothing is said. Takes time in proportion to the text, whatever the literals: both come from outside.

    >>> gaps_in(["", "-", ""], "ab-c")
    [(0, 2), (3, 4)]
    """
    first, *between = literals
    if not between:
        return [] if first == text else None
    last = between.pop()
    at, end, found = len(first), len(text) - len(last), Spans()
    if not (text.startswith(first) and text.endswith(last)):
        return None
    for number, literal in enumerate(between):
        upto = text.find(literal, at + (least[number] if least else 1), max(at, end))
        if upto < 0:
            return None
        found.append((at, upto))
        at = upto + len(literal)
    if end - at < (least[-1] if least else 1):
        return None
    return [*found, (at, end)]
