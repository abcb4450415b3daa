"""Writes docs/diff-rules.md from the catalogues of rules: `make docs`."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from contracthub.formats import safe_json
from contracthub.formats.changes import Catalogue, Example, Rule
from contracthub.formats.differences import COMPARED, rules_of
from contracthub.formats.safe_json import JsonValue

REFERENCE = Path(__file__).parents[1] / "docs" / "diff-rules.md"

OPENING = """\
# Rules of `contracthub diff`

Written by `make docs` from the rules themselves. Every example is run as the test of its rule, in both directions.

**breaking**: somebody who keeps to the old document can stop working. **dangerous**: the documents do not say enough to
decide, or behaviour may change silently. **safe**: worth a line in a changelog.

**Sent by** says who writes the data that a rule is about. What consumers send (`request`) must not be narrowed, what
the provider sends (`response`) must not be widened; in callbacks and webhooks the roles are swapped, and with them the
severity. What is never sent in a direction (`readOnly` in requests, `writeOnly` in responses) is safe there.

A schema of events alone does not say who is who: there `request` means that new readers break on what was written
before (BACKWARD), `response` that old readers break on what is written now (FORWARD), and `both` that either does. In
AsyncAPI documents the application that is described sends (`response`) or receives (`request`), and only who reads can
break; the table shows each rule where it is worst.

**The other way round** is the rule that fires when old and new are swapped, or why there is none.

`--severity-config` sets another severity for a rule, or none; `--ignore-file` accepts single changes until a day.
"""
_LONGEST = 240
_COLUMNS = ("id", "severity", "sent by", "what changed", "example", "the other way round")


def reference() -> str:
    """The whole page."""
    parts = [OPENING, *(line for name in COMPARED for line in _section(name, rules_of(name)))]
    return "\n".join(parts).rstrip() + "\n"


def _section(name: str, rules: Catalogue) -> Iterator[str]:
    counted = Counter(rule.severity.value for rule in rules.values())
    told = ", ".join(f"{counted[severity]} {severity}" for severity in ("breaking", "dangerous", "safe"))
    yield f"## {name}\n"
    yield f"{len(rules)} rules: {told}.\n"
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{' --- |' * len(_COLUMNS)}"
    yield from (_row(rule) for rule in rules.values())
    yield ""


def _row(rule: Rule) -> str:
    mirror = f"`{rule.mirror}`" if rule.mirror else rule.waiver
    cells = (f"`{rule.id}`", rule.severity.value, rule.direction.value, rule.summary, _example(rule.example), mirror)
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _example(example: Example) -> str:
    return f"`{_written(example.old)}` → `{_written(example.new)}`"


def _written(value: JsonValue) -> str:
    text = value if isinstance(value, str) else safe_json.dumps(value).decode()
    text = text.replace("`", "'")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.name} is up to date\n")
