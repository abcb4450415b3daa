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
# How verifiers say that a provider state's handler is missing or failed: the Rust core (pact-python, pact-js, pact-go),
# pact-jvm and the Ruby one, in this order.
_STATE_MESSAGES = (
    "One or more of the setup state change handlers has failed",
    "Did not find a test class method annotated with @State(",
    "Could not find provider state ",
    "Error setting up provider state ",
)
_STATE_EXCEPTIONS = ("MissingStateChangeMethod", "SetUpProviderStateError")


@dataclass(frozen=True, slots=True)
class InteractionMismatch:
    """One thing that was not as expected: ``attribute`` (body, status, header …) at ``identifier`` (a path, a name).

    ``kind`` is the class of the exception, where one is what went wrong and the verifier names it.
    """

    attribute: str
    identifier: str
    description: str
    kind: str = ""

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

    @property
    def lacks_state(self) -> bool:
        """Whether it failed because a provider state could not be set up, and of nothing else."""
        return not self.success and bool(self.mismatches) and all(map(_is_of_state, self.mismatches))


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


def failed_of_states_only(document: bytes) -> bool:
    """Whether every interaction that failed did so because a provider state could not be set up.

    A document that does not say what failed, or says it of too many to look at, is no proof of it.
    """
    tested = tested_interactions(document)
    failed = [each for each in tested if not each.success]
    return bool(failed) and len(tested) < MAX_INTERACTIONS and all(each.lacks_state for each in failed)


def _is_of_state(mismatch: InteractionMismatch) -> bool:
    if mismatch.attribute or mismatch.identifier:
        return False
    return mismatch.kind.endswith(_STATE_EXCEPTIONS) or mismatch.description.startswith(_STATE_MESSAGES)


def first_mismatch(document: bytes) -> str | None:
    """The first thing that went wrong, in one sentence; of an interaction's mismatches the most telling one."""
    for interaction in tested_interactions(document):
        if not interaction.success and interaction.mismatches:
            named = f"“{interaction.description}”, " if interaction.description else ""
            more = len(interaction.mismatches) - 1
            rest = f" (and {more} more)" if more else ""
            # Some verifiers tell it in a sentence, with its full stop.
            said = str(min(interaction.mismatches, key=_lesser)).rstrip().removesuffix(".")
            return f"{named}{said}{rest}."
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
        kind = _text(each.get("exceptionClass") or each.get("class"))
        yield InteractionMismatch("", "", _text(each.get("message")), kind)
    if isinstance(exception := result.get("exception"), dict):
        kind = _text(exception.get("class"))
        yield InteractionMismatch("", "", _text(exception.get("message")), kind)


def _objects(value: object) -> Iterable[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
