"""What a verifier sent beside its outcome, read interaction by interaction.

Verifiers differ: the Rust one sends a list of interactions, the Ruby one an object of its own. What is not understood
is left out; the document itself is kept whole.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_INTERACTIONS = 5000
# The most telling comes first: an answer of another kind has other headers and another body as well.
_TELLING = ("method", "path", "status")


@dataclass(frozen=True, slots=True)
class InteractionMismatch:
    """One thing that was not as expected: ``attribute`` (body, status, header …) at ``identifier`` (a path, a name)."""

    attribute: str
    identifier: str
    description: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.attribute, self.identifier) if part)
        return f"{place}: {self.description}" if place else self.description


@dataclass(frozen=True, slots=True)
class TestedInteraction:
    """How one interaction went; ``id`` is the ``_id`` that the hub gave it."""

    id: str
    description: str
    success: bool
    mismatches: tuple[InteractionMismatch, ...] = ()

    # The name begins like a test's; pytest must not collect it.
    __test__ = False


def tested_interactions(document: bytes) -> tuple[TestedInteraction, ...]:
    """The interactions in a stored document, at most 5,000; none where it has no such list."""
    try:
        content = json.loads(document)
    except ValueError:
        return ()
    results = content.get("testResults") if isinstance(content, dict) else None
    if isinstance(results, dict):
        results = results.get("tests") or results.get("examples") or results.get("testResults")
    if not isinstance(results, list):
        return ()
    return tuple(_interaction(each) for each in results[:MAX_INTERACTIONS] if isinstance(each, dict))


def first_mismatch(document: bytes) -> str | None:
    """The first thing that went wrong, in one sentence; of an interaction's mismatches the most telling one."""
    for interaction in tested_interactions(document):
        if not interaction.success and interaction.mismatches:
            named = f"“{interaction.description}”, " if interaction.description else ""
            more = len(interaction.mismatches) - 1
            rest = f" (and {more} more)" if more else ""
            return f"{named}{min(interaction.mismatches, key=_lesser)}{rest}."
    return None


def _lesser(mismatch: InteractionMismatch) -> int:
    return _TELLING.index(mismatch.attribute) if mismatch.attribute in _TELLING else len(_TELLING)


def _interaction(result: dict[str, object]) -> TestedInteraction:
    success = result.get("success")
    if not isinstance(success, bool):
        success = result.get("status") in {"passed", "success"}
    description = result.get("interactionDescription") or result.get("testDescription") or result.get("description")
    return TestedInteraction(
        id=_text(result.get("interactionId")),
        description=_text(description),
        success=success,
        mismatches=tuple(_mismatches(result)),
    )


def _mismatches(result: dict[str, object]) -> Iterator[InteractionMismatch]:
    for each in _objects(result.get("mismatches")):
        description = each.get("description") or each.get("mismatch") or each.get("message")
        yield InteractionMismatch(_text(each.get("attribute")), _text(each.get("identifier")), _text(description))
    for each in _objects(result.get("exceptions")):
        yield InteractionMismatch("", "", _text(each.get("message")))
    if isinstance(exception := result.get("exception"), dict):
        yield InteractionMismatch("", "", _text(exception.get("message")))


def _objects(value: object) -> Iterable[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
