"""Colour for terminals: a Palette that either paints or leaves text alone. Text has to be made visible before."""

from dataclasses import dataclass

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36", "dim": "2", "bold": "1"}
_END = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Palette:
    """Paints when enabled; a pipe, a file and NO_COLOR get plain text."""

    enabled: bool = False

    def paint(self, text: str, colour: str | None) -> str:
        """The text in a colour (red, green, yellow, blue, cyan, dim, bold), or as it is."""
        code = _CODES.get(colour or "")
        return f"\x1b[{code}m{text}{_END}" if self.enabled and code and text else text


PLAIN = Palette(enabled=False)
