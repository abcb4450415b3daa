"""How the demo speaks: numbered steps, why, the command line, what it said. Knows nothing of what is told."""

import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

from contracthub.cli.printing import palette, say

MARGIN = "   "
COMMAND_WIDTH = 100


class Teller:
    """Writes to the terminal, coloured where a person looks, and wrapped to the width of a terminal."""

    def __init__(self) -> None:
        self._steps = 0
        self._palette = palette()
        self._width = max(40, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None

    @property
    def colourful(self) -> bool:
        """Whether what is told is coloured."""
        return self._palette.enabled

    def step(self, title: str, why: str) -> None:
        """Opens the next step."""
        self._steps += 1
        self.heading(f"{self._steps}. {title}")
        self.lines([why])

    def heading(self, title: str) -> None:
        """A title without a number."""
        say("")
        say(self._palette.paint(title, "bold"))

    def command(self, words: Sequence[str], *, setting: str = "", background: bool = False) -> None:
        """The command line as a person would type it; ``setting`` goes before it, and an ampersand behind."""
        say("")
        for line in command_lines(words, setting=setting, end=" &" if background else ""):
            say(MARGIN + self._palette.paint(line, "cyan"))

    def lines(self, lines: Iterable[str]) -> None:
        """Text of the story, or output of a command."""
        for line in lines:
            for piece in self._wrapped(line):
                say(MARGIN + piece if piece.strip() else "")

    def _wrapped(self, line: str) -> list[str]:
        # A painted line is one to copy, or a short one; its codes would count as letters.
        if self._width is None or "\x1b" in line or not line.strip():
            return [line]
        indent = line[: len(line) - len(line.lstrip())]
        return textwrap.wrap(
            line.strip(),
            self._width - len(MARGIN),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def command_lines(words: Sequence[str], *, setting: str = "", end: str = "", width: int = COMMAND_WIDTH) -> list[str]:
    r"""A command line that can be copied, folded with backslashes between its options.

    >>> command_lines(["verify", "--url", "x y", "--publish"], width=18)
    ["$ verify --url 'x y' \\", '    --publish']
    """
    lines = ["$ " + setting]
    for place, part in enumerate(_parts(words)):
        if place and len(lines[-1]) + 1 + len(part) > width:
            lines[-1] += " \\"
            lines.append("    " + part)
        else:
            lines[-1] += (" " if place else "") + part
    return [*lines[:-1], lines[-1] + end]


def _parts(words: Iterable[str]) -> list[str]:
    """The words, quoted; an option and its value stay together."""
    parts: list[str] = []
    for word in words:
        if parts and parts[-1].startswith("-") and " " not in parts[-1] and not word.startswith("-"):
            parts[-1] += " " + shlex.quote(word)
        else:
            parts.append(shlex.quote(word))
    return parts
