"""How a contract stands with a provider version once all evidence is weighed: the verdict, and what it rests on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.gate_policies import DEFAULT_POLICY, GatePolicy
from contracthub.domain.waivers import Waiver

_SOME_DAY = datetime(1970, 1, 1, tzinfo=UTC)


class VerdictKind(StrEnum):
    """What is known of one consumer version with one provider version. Unknown is never yes."""

    VERIFIED = "VERIFIED"
    COMPATIBLE = "COMPATIBLE"
    WAIVED = "WAIVED"
    FAILED = "FAILED"
    INCOMPATIBLE = "INCOMPATIBLE"
    MISSING_STATE = "MISSING_STATE"
    NEVER_VERIFIED = "NEVER_VERIFIED"
    STALE = "STALE"
    NOT_PUBLISHED = "NOT_PUBLISHED"
    UNANSWERABLE = "UNANSWERABLE"

    @property
    def clears(self) -> bool:
        """Whether a deployment may go ahead as far as this pair is concerned."""
        return self in {VerdictKind.VERIFIED, VerdictKind.COMPATIBLE, VerdictKind.WAIVED}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a policy asks for, and what there is instead of it: none of that evidence, or some that is too old.

    ``at`` is of when the newest is, ``within`` how old it may be. Of a comparison the age counts from the last time
    that the running provider was seen to do what its document says.
    """

    lacking: EvidenceKind
    at: datetime | None = None
    within: timedelta | None = None

    @property
    def is_age(self) -> bool:
        """Whether the evidence is there, and too old."""
        return self.at is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """What all evidence comes to.

    ``success`` is ``None`` where nobody can say. ``rests_on`` is the evidence that decided, ``shortfall`` what keeps a
    yes from being one. ``waived`` is what the verdict would be without the ``waivers``.
    """

    kind: VerdictKind
    success: bool | None
    rests_on: EvidenceKind | None = None
    shortfall: Shortfall | None = None
    waived: VerdictKind | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def without_waivers(self) -> VerdictKind:
        """The verdict as evidence and policy have it."""
        return self.waived or self.kind


@dataclass(frozen=True, slots=True)
class Terms:
    """By what a question is weighed; ``waivers`` may be of any pair and environment."""

    policy: GatePolicy = DEFAULT_POLICY
    waivers: tuple[Waiver, ...] = ()
    environment: str | None = None
    now: datetime = _SOME_DAY

    @property
    def are_plain(self) -> bool:
        """Whether evidence alone decides."""
        return not self.waivers and self.accept_any

    @property
    def accept_any(self) -> bool:
        """Whether a replay is enough, and a comparison as well, of whatever age."""
        return self.policy.accepts == DEFAULT_POLICY.accepts

    @property
    def needs_fuzzing(self) -> bool:
        """Whether runs of the fuzzer matter."""
        return any(EvidenceKind.FUZZED in each.evidence for each in self.policy.accepts)


PLAIN = Terms()
"""Where nobody has said anything."""
