"""What one verification run found, interaction by interaction: values that the runner makes and the reports render.

How a run is made, and how its evidence reaches the hub, is not known here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The answer of a run: did the provider version meet the contracts?"""

    VERIFIED = "verified"
    FAILED = "failed"
    MISSING_STATE = "missing-state"
    NOTHING_VERIFIED = "nothing-verified"
    NOT_PUBLISHED = "not-published"
    COULD_NOT_RUN = "could-not-run"


class PublicationStatus(StrEnum):
    """What became of the verification results after the run."""

    NOT_ASKED = "not-asked"
    PUBLISHED = "published"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between what a contract expects and what the provider answered.

    ``attribute`` is one of method, path, status, query, header, body, metadata or error (the exchange itself failed);
    ``location`` the place inside it (``$.id``, a header name), empty when the attribute says it all.
    """

    attribute: str
    location: str
    text: str
    expected: str | None = None
    actual: str | None = None


@dataclass(frozen=True, slots=True)
class InteractionOutcome:
    """How one interaction of one consumer's contract went."""

    consumer: str
    description: str
    passed: bool
    pending: bool = False
    provider_states: tuple[str, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()
    milliseconds: int | None = None

    @property
    def fails_the_run(self) -> bool:
        """Whether this outcome alone makes the run fail: pending failures never do."""
        return not self.passed and not self.pending


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Everything one verification run found.

    ``source`` says where the contracts came from; ``problems`` are faults of the run that belong to no interaction (no
    pact was found, the provider went away, results were not accepted).
    """

    provider: str
    provider_version: str | None
    provider_branch: str | None
    source: str
    interactions: tuple[InteractionOutcome, ...]
    publication: PublicationStatus = PublicationStatus.NOT_ASKED
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The one word for the run. A failure outranks a missing publication; nothing tested is never a success."""
        if any(interaction.fails_the_run for interaction in self.interactions):
            return Outcome.FAILED
        if not self.interactions:
            return Outcome.NOTHING_VERIFIED
        if self.publication is PublicationStatus.FAILED:
            return Outcome.NOT_PUBLISHED
        if self.problems:
            return Outcome.COULD_NOT_RUN
        return Outcome.VERIFIED

    @property
    def consumers(self) -> tuple[str, ...]:
        """The consumers whose contracts were replayed, in the order of the run."""
        return tuple(dict.fromkeys(interaction.consumer for interaction in self.interactions))

    def count(self, *, passed: bool, pending: bool | None = None) -> int:
        """How many interactions went this way; ``pending`` narrows the count when given."""
        return sum(
            1 for one in self.interactions if one.passed is passed and (pending is None or one.pending is pending)
        )
