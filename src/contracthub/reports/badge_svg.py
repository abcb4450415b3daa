"""Draws a badge as SVG: bounded in width, whatever its texts are, and without a style that a strict policy forbids."""

import unicodedata
from html import escape

from contracthub.domain.badges import Badge

LONGEST_TEXT = 60
_FILLS = {"brightgreen": "#2f7d32", "red": "#c62828", "orange": "#b35900", "lightgrey": "#6b6b6b"}
_PADDING = 6


def badge_svg(badge: Badge) -> str:
    """The badge as an SVG document."""
    left, right = _bounded(badge.left), _bounded(badge.right)
    left_width, right_width = _width(left) + 2 * _PADDING, _width(right) + 2 * _PADDING
    width, fill = left_width + right_width, _FILLS.get(badge.colour, _FILLS["lightgrey"])
    title = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath><g clip-path="url(#r)">'
        f'<rect width="{left_width}" height="20" fill="#444"/>'
        f'<rect x="{left_width}" width="{right_width}" height="20" fill="{fill}"/></g>'
        '<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(left, _PADDING)}{_text(right, left_width + _PADDING)}</g></svg>"
    )


def _text(text: str, x: int) -> str:
    # Fonts differ; the length makes every viewer fit the text into the space that was reckoned.
    return f'<text x="{x}" y="14" textLength="{_width(text)}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>'


def _width(text: str) -> int:
    return sum(13 if unicodedata.east_asian_width(character) in "WF" else 7 for character in text)


def _bounded(text: str) -> str:
    """What XML can hold of the text, and not more than a badge can."""
    shown = "".join(character for character in text[: 4 * LONGEST_TEXT] if character.isprintable()) or "?"
    return shown if len(shown) <= LONGEST_TEXT else f"{shown[: LONGEST_TEXT - 1]}…"
