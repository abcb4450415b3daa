"""What one verification run found, interaction by interaction: values that the runner makes and the reports render.

How a run is made, and how its evidence reaches the hub, is not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
    lacks_state: bool = False
    """It failed because a provider state could not be set up, and of nothing else."""
    operation: str = ""
    status_code: int | None = None
    uses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fails_the_run(self) -> bool:
        """Whether this outcome alone makes the run fail: pending failures never do."""
        return not self.passed and not self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class PactResult:
    """What is to be published of one pact: the address that takes it, and the result as it is sent there.

    ``result`` is the body of pact-broker-api §14; ``announced`` are the addresses of the provider version's branch and
    tags, which are put there before. No address holds credentials. ``published`` says that the hub has it.
    """

    url: str
    consumer: str = ""
    consumer_version: str = ""
    announced: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueInteraction:
    """An interaction of which nobody can tell here whether the provider keeps it: only a plugin understands it.

    Where there is another reason, such as a deadline, ``why`` is the sentence for it.
    """

    consumer: str
    description: str
    plugins: tuple[str, ...] = ()
    why: str = ""


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
    opaque: tuple[OpaqueInteraction, ...] = ()
    pacts: tuple[PactResult, ...] = ()
    consumer_versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The one word for the run. A failure outranks a missing publication; nothing tested is never a success."""
        failing = [interaction for interaction in self.interactions if interaction.fails_the_run]
        if failing:
            return Outcome.MISSING_STATE if all(each.lacks_state for each in failing) else Outcome.FAILED
        if not self.interactions:
            return Outcome.NOTHING_VERIFIED
        if self.publication is PublicationStatus.FAILED:
            return Outcome.NOT_PUBLISHED
        if self.problems or self.opaque:
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
