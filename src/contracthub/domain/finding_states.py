"""What a run makes of the findings that a hub remembers.

A finding belongs to the provider's main branch as soon as a run of that has seen it; until then, to the branch that saw
it last. Only runs of where it belongs say that it is fixed, and what a branch sees of a finding of the main branch
changes nothing: a branch that is behind the main branch shows old faults, and one that is ahead has not mended what is
delivered. Versions are in the order in which the hub heard of them, and an older one has no say over what a newer one
has shown. A provider of which no main branch is known has one line of versions.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from contracthub.domain.findings import FindingState, KnownFinding, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A version that was looked at: on which ``branch`` (None for the main branch, "" for none), and its ``order``."""

    version: str
    order: int
    branch: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A finding, and the orders of the versions that have shown it last and that it was fixed with."""

    known: KnownFinding
    seen_order: int
    fixed_order: int | None = None


def after_sighting(it: Remembered, run: Run) -> Remembered:
    """What is remembered after a run has seen the finding."""
    if run.branch is not None and it.known.branch is None:
        return it
    if it.fixed_order is not None and it.known.state is FindingState.FIXED and run.order < it.fixed_order:
        return it
    state = standing(it.known, run.at.date())
    belongs = None if it.known.branch is None else run.branch
    moved = belongs != it.known.branch
    if run.order < it.seen_order and not moved:
        return replace(it, known=replace(it.known, state=state))
    known = replace(it.known, state=state, branch=belongs, last_seen_version=run.version, last_seen_at=run.at)
    return replace(it, known=known, seen_order=run.order)


def after_absence(it: Remembered, run: Run) -> Remembered:
    """What is remembered after a whole run over the finding's operation has not seen it."""
    if it.known.state is FindingState.FIXED or it.known.branch != run.branch or run.order < it.seen_order:
        return it
    known = replace(it.known, state=FindingState.FIXED, fixed_at=run.at, fixed_version=run.version)
    return replace(it, known=known, fixed_order=run.order)


def after_acceptance(known: KnownFinding, *, owner: str, reason: str, until: date) -> KnownFinding:
    """The finding, accepted up to and with that day."""
    accepted = FindingState.ACCEPTED
    return replace(known, state=accepted, owner=owner, reason=reason, accepted_until=until)
