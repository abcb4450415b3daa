"""Tables of plain values, for terminals and for Markdown."""

from collections.abc import Callable, Sequence

from contracthub.reports.visible import columns, visible

Row = Sequence[str]
PaintCell = Callable[[int, str, str], str]

GAP = "  "


def terminal_table(headings: Row, rows: Sequence[Row], paint: PaintCell | None = None) -> list[str]:
    """The lines of a table whose columns line up; control characters are shown as escapes.

    ``paint`` gets the column, the cell and its padded text, and returns the text to print; it must add no width.
    """
    shown = [[visible(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(columns(row[at]) for row in shown) for at in range(len(headings))]
    lines = []
    for row in shown:
        cells = [cell + " " * (widths[at] - columns(cell)) for at, cell in enumerate(row)]
        cells[-1] = cells[-1].rstrip()
        painted = cells if paint is None or row is shown[0] else [paint(at, row[at], c) for at, c in enumerate(cells)]
        lines.append(GAP.join(painted).rstrip())
    return lines


def markdown_table(headings: Row, rows: Sequence[Row]) -> list[str]:
    """The lines of a GitHub-flavoured Markdown table; no cell can leave its place."""
    lines = [_markdown_row(headings), "|" + "|".join(" --- " for _ in headings) + "|"]
    return lines + [_markdown_row([markdown_text(cell) for cell in row]) for row in rows]


def markdown_text(text: str) -> str:
    r"""Outside text as plain words in Markdown: no link, image, mention, tag or table border comes out of it.

    >>> markdown_text("a|b <img> @all")
    'a\\|b &lt;img&gt; @\u2060all'
    """
    text = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mark in ("\\", "`", "*", "_", "[", "]", "|", "~", "#", "!"):
        text = text.replace(mark, "\\" + mark)
    # A word joiner after the sign keeps a name from notifying people on a pull request.
    return text.replace("@", "@\u2060")


def _markdown_row(cells: Row) -> str:
    return "| " + " | ".join(cells) + " |"
