"""Writes docs/policy-rules.md from the catalogue of rules: `make docs`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from contracthub.verification.policies.rules import DEFAULT_PACKS, Pack, Rule, catalogue

REFERENCE = Path(__file__).parents[1] / "docs" / "policy-rules.md"

OPENING = """\
# Rules of `contracthub verify provider --suite policies`

Written by `make docs` from the rules themselves. [policies.md](policies.md) tells how they are switched on, what they
need to know, and how one is let pass for a while.
"""


def reference() -> str:
    """The whole page."""
    rules = catalogue().values()
    parts = [
        OPENING,
        *(line for pack in Pack for line in _section(pack, [each for each in rules if each.pack is pack])),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _section(pack: Pack, rules: list[Rule]) -> Iterator[str]:
    yield f"## {pack}\n"
    yield f"{len(rules)} rules{', switched on where nobody chooses packs' if pack in DEFAULT_PACKS else ''}.\n"
    yield "| id | severity | what is asked | to mend it |"
    yield "| --- | --- | --- | --- |"
    for each in rules:
        yield f"| `{each.id}` | {each.severity} | **{each.title}.** {each.sentence} | {each.mending} |"
    yield ""


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{REFERENCE.name} is up to date\n")
