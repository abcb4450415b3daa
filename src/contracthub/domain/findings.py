"""What fuzzing found wrong with a provider, and what people made of it: new, accepted until a date, fixed, came back.

A finding is one fault of a provider, however often and with whatever values a run meets it: its fingerprint says so.
The hub remembers findings per provider; a run fails for those that are neither accepted nor pending.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Json = Any


class FindingState(StrEnum):
    """Where a finding stands. Only ``ACCEPTED`` and ``FIXED`` ones don't fail a run that is shown them."""

    NEW = "new"
    ACCEPTED = "accepted"
    FIXED = "fixed"
    CAME_BACK = "came-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run saw.

    ``fingerprint`` is the same over runs, seeds and generated values (:func:`fingerprint_of`). ``consumers`` depend on
    the operation or field at fault, those that are hurt worst first. ``request`` has the keys ``method``, ``path``,
    ``query``, ``headers`` and ``body`` of the smallest request that shows the fault, without credentials.
    """

    fingerprint: str
    operation: str
    check: str
    code: str
    title: str
    message: str
    curl: str
    status_code: int | None = None
    consumers: tuple[str, ...] = ()
    request: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFinding:
    """What the hub remembers of a finding: ``number`` names it within its provider and is never given again.

    ``accepted_until`` is the last day on which an acceptance counts. ``owner``, ``reason`` and that day stay when the
    acceptance is over. ``branch`` is None for a finding of the main branch, else the branch that alone has shown it so
    far ("" for versions on no branch).
    """

    number: int
    provider: str
    finding: Finding
    state: FindingState
    owner: str = ""
    reason: str = ""
    accepted_until: date | None = None
    first_seen_version: str
    first_seen_at: datetime
    last_seen_version: str
    last_seen_at: datetime
    fixed_at: datetime | None = None
    fixed_version: str = ""
    branch: str | None = None

    def state_on(self, today: date) -> FindingState:
        """The state as it is listed on a day on which no run has seen it: what is fixed stays fixed."""
        return FindingState.FIXED if self.state is FindingState.FIXED else standing(self, today)


def standing(known: KnownFinding | None, today: date) -> FindingState:
    """The state of a finding that a run sees on that day.

    One that nobody knew is new. An acceptance counts up to its last day, that day included; the day after, the finding
    is new again. One that was fixed came back, even where it had been accepted before it was fixed.
    """
    if known is None:
        return FindingState.NEW
    if known.state in (FindingState.FIXED, FindingState.CAME_BACK):
        return FindingState.CAME_BACK
    until = known.accepted_until
    if known.state is FindingState.ACCEPTED and until is not None and today <= until:
        return FindingState.ACCEPTED
    return FindingState.NEW


def is_of_a_rule(finding: Finding) -> bool:
    """Whether a rule of the suite ``policies`` found it: its id, with a dot in it, is the code as well."""
    return finding.code == finding.check and "." in finding.code


def fingerprint_of(operation: str, check: str, failure: str, place: str = "") -> str:
    """The name of a fault: its operation, the check that failed, the class of the failure and where, made of nothing
    that differs from run to run. Whoever calls this has removed indices and generated values from ``place``.
    """
    named = f"{operation}\x00{check}\x00{failure}\x00{place}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()


def each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Of findings with the same fingerprint the first, in the order in which they came."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.fingerprint, finding)
    return tuple(first.values())


def finding_fields(finding: Finding) -> dict[str, Json]:
    """A finding as JSON: what reports, evidence documents and the hub's API have in common."""
    return {
        "fingerprint": finding.fingerprint,
        "operation": finding.operation,
        "check": finding.check,
        "code": finding.code,
        "title": finding.title,
        "message": finding.message,
        "curl": finding.curl,
        "status_code": finding.status_code,
        "consumers": list(finding.consumers),
        "request": None if finding.request is None else dict(finding.request),
    }


def finding_in(fields: Mapping[str, Json]) -> Finding:
    """The finding that :func:`finding_fields` wrote. Raises ``KeyError`` and ``TypeError`` for anything else."""
    request = fields.get("request")
    return Finding(
        fingerprint=fields["fingerprint"],
        operation=fields["operation"],
        check=fields["check"],
        code=fields["code"],
        title=fields["title"],
        message=fields["message"],
        curl=fields["curl"],
        status_code=fields.get("status_code"),
        consumers=tuple(fields.get("consumers") or ()),
        request=None if request is None else dict(request),
    )
