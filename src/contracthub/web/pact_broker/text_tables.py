"""Tables in ``text/plain`` answers: columns that line up, as the Pact Broker prints them."""

from collections.abc import Sequence

from contracthub.reports.visible import visible

TEXT = "text/plain;charset=utf-8"


def text_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table; control characters in cells are shown as escapes, so no cell leaves its line.

    >>> print(text_table(("NAME", "N"), [("Foo", "1")]))
    NAME | N
    -----|--
    Foo  | 1
    """
    lines = [list(headings), *([visible(cell) for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    told = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    rule = "-|-".join("-" * width for width in widths)
    return "\n".join([told[0], rule, *told[1:]])
