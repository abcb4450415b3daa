"""Makes the findings of one conversation: in which document, and about which channel, is known here once."""

from dataclasses import dataclass

from contracthub.domain.comparisons import Finding, Level
from contracthub.formats.conversation.schemas import path_of


@dataclass(frozen=True, slots=True)
class Telling:
    """``step`` counts from 0, ``description`` is what it is called; -1 where it is about no step."""

    document: str
    operation: str
    step: int = -1
    description: str = ""

    def finding(
        self,
        rule: str,
        message: str,
        remedy: str,
        consumer_pointer: str | None = None,
        provider_pointer: str | None = None,
        *,
        data_pointer: str | None = None,
        level: Level = Level.ERROR,
    ) -> Finding:
        """One finding."""
        return Finding(
            rule,
            _contract_path(consumer_pointer or "") if data_pointer is None else data_path(data_pointer),
            message,
            remedy,
            consumer_pointer,
            provider_pointer or None,
            level=level,
            interaction=self.step if self.step >= 0 else None,
            description=self.description,
            operation=self.operation,
            document=self.document,
        )


def data_path(pointer: str) -> str:
    """A place in a message as people write it: ``$.samples[0]``."""
    steps: list[str | int] = []
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        steps.append(int(name) if name.isdecimal() and len(name) < 10 else name)
    return path_of(steps)


def _contract_path(pointer: str) -> str:
    """A place in the contract, likewise: ``connect.query.token``."""
    return data_path(pointer).removeprefix("$").removeprefix(".")
