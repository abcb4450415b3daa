"""Outside text in comments on GitHub and GitLab: it stands there as it is, and links, notifies and orders nothing.

Both forges look for references in the rendered text, after Markdown's own escapes are gone. So a backslash keeps
neither a name from notifying somebody nor a number from linking an issue; a word joiner, which nobody sees, keeps both.
"""

import re

from contracthub.reports.tables import markdown_text
from contracthub.reports.visible import visible

LONGEST = 400
_JOINER = "\u2060"
_PLACES = re.compile(
    # Numbers and names of issues, merge requests, labels, milestones, snippets, epics, alerts and the like.
    r"(?<=[#!~%&^\[])(?=\S)"
    # Addresses, with a scheme and without.
    r"|(?<=:)(?=//)|(?<=www)(?=\.)"
    # Tickets (GH-12, ABC-7) and names of emoji.
    r"|(?<=[A-Za-z]-)(?=\d)|(?<=:)(?=[\w+-]+:)",
    re.IGNORECASE,
)
# Commits are linked from seven digits on.
_COMMIT = re.compile(r"\b[0-9a-f]{7,}\b", re.IGNORECASE)
_BACKTICKS = re.compile("`+")


def plain(text: str) -> str:
    r"""Outside text as words.

    >>> plain("see @ann <b>, fixes #12")
    'see @\u2060ann &lt;b&gt;, fixes \\#\u206012'
    """
    # A dollar sign could begin a formula.
    text = _COMMIT.sub(_in_parts, _PLACES.sub(_JOINER, visible(shortened(text))))
    return markdown_text(text).replace("$", "&#36;")


def _in_parts(match: re.Match[str]) -> str:
    digits = match.group()
    return _JOINER.join(digits[at : at + 6] for at in range(0, len(digits), 6))


def code(text: str, longest: int = LONGEST) -> str:
    """Outside text as code, in which nothing has a meaning: for names and lines that are to be copied.

    >>> code("a`b")
    '``a`b``'
    """
    text = visible(shortened(text, longest))
    fence = "`" * (1 + max((len(each) for each in _BACKTICKS.findall(text)), default=0))
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{space}{text}{space}{fence}" if text else "`(empty)`"


def shortened(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text that is too long to be read."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
