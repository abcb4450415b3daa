"""Makes findings of one interaction, or of one document of operations."""

from dataclasses import dataclass

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.comparisons.pact_graphql.rules import RULES
from contracthub.formats.comparisons.pact_openapi.pact_file import Interaction

LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True)
class Findings:
    """What all findings of one operation have in common."""

    document: str
    interaction: Interaction | None = None
    operation: str = ""

    def finding(
        self,
        rule: str,
        path: str,
        message: str,
        *,
        pointer: str | None = None,
        provider: str | None = None,
        level: Level | None = None,
        hint: str = "",
    ) -> Finding:
        """A finding by its rule; ``hint`` is said before what the rule itself has as its remedy."""
        known = RULES[rule]
        return Finding(
            rule=rule,
            path=path,
            message=message,
            remedy=f"{hint} {known.remedy}".strip(),
            consumer_pointer=pointer,
            provider_pointer=provider,
            level=level or known.level,
            interaction=self.interaction.index if self.interaction else None,
            description=self.interaction.description if self.interaction else "",
            operation=self.operation,
            document=self.document,
        )


def shown(value: object) -> str:
    """A value as people read it, cut."""
    text = {True: "true", False: "false", None: "null"}.get(value) if value is None or value in (True, False) else None
    return text or (
        "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)[:80]
    )
