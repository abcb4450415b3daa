"""Gate policies: which evidence a workspace accepts for a yes, by default and in an environment."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.errors import Fault, Invalid, NotFound
from contracthub.domain.gate_policies import DEFAULT_POLICY, GatePolicy, Requirement
from contracthub.formats.durations import age_of, age_written
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit

logger = logging.getLogger(__name__)

MOST_REQUIREMENTS = 20


class PolicySource(StrEnum):
    """Who said what counts: somebody for this environment, somebody for the whole workspace, or nobody."""

    ENVIRONMENT = "environment"
    WORKSPACE = "workspace"
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The policy that counts in an environment (``None``: wherever nothing else is said), and who said so."""

    environment: str | None
    accepts: tuple[Requirement, ...]
    source: PolicySource


def get_gate_policy(hub: Hub, environment: str | None) -> PolicyView:
    """What counts there. Raises :class:`NotFound` for an unknown environment."""
    with hub.reading() as unit:
        return _view(unit, environment)


def gate_policies_of_environments(hub: Hub) -> Sequence[GatePolicy]:
    """Those that somebody set for an environment, by its name."""
    with hub.reading() as unit:
        return [each for each in unit.gate_policies.all() if each.environment is not None]


def set_gate_policy(hub: Hub, environment: str | None, body: Mapping[str, Any]) -> tuple[PolicyView, bool]:
    """Say what counts; whether nobody had. Raises :class:`Invalid`, and :class:`NotFound`."""
    accepts = requirements_in(body)
    with hub.writing() as unit:
        _require_environment(unit, environment)
        created = unit.gate_policies.store(GatePolicy(environment, accepts), now=hub.now())
        view = _view(unit, environment)
    logger.info("the gate policy of %s was set", environment or "the workspace")
    return view, created


def remove_gate_policy(hub: Hub, environment: str | None) -> None:
    """Go back to what the workspace, or else ContractHub, says. Raises :class:`NotFound` where nobody said anything."""
    whose = f"environment '{environment}'" if environment is not None else "the workspace"
    with hub.writing() as unit:
        _require_environment(unit, environment)
        if not unit.gate_policies.remove(environment):
            raise NotFound("gate-policy-not-found", f"No gate policy of {whose} found")
    logger.info("the gate policy of %s was removed", whose)


def requirements_in(body: Mapping[str, Any]) -> tuple[Requirement, ...]:
    """What a policy accepts. Raises :class:`Invalid` with a pointer to each fault."""
    faults = [
        Fault(name[:100], "is not known; there is accepts", f"/{name[:100]}") for name in body if name != "accepts"
    ]
    entries = body.get("accepts")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MOST_REQUIREMENTS:
        text = f"must be a list of 1 to {MOST_REQUIREMENTS} objects with evidence"
        raise Invalid.of(*faults[:MOST_REQUIREMENTS], Fault("accepts", text, "/accepts"))
    found = tuple(_requirement(each, f"/accepts/{place}", faults) for place, each in enumerate(entries))
    if faults:
        raise Invalid.of(*faults[: 2 * MOST_REQUIREMENTS])
    return found


def _requirement(entry: object, pointer: str, faults: list[Fault]) -> Requirement:
    field = pointer[1:].replace("/", ".")
    if not isinstance(entry, Mapping):
        faults.append(Fault(field, "must be an object with evidence", pointer))
        return Requirement(frozenset())
    faults += [
        Fault(f"{field}.{name[:100]}", "is not known; there are evidence and within", f"{pointer}/{name[:100]}")
        for name in entry
        if name not in {"evidence", "within"}
    ]
    evidence, kinds = entry.get("evidence"), list(EvidenceKind)
    if not isinstance(evidence, list) or not evidence or any(each not in kinds for each in evidence):
        text = f"must be a list with at least one of: {', '.join(kinds)}"
        faults.append(Fault(f"{field}.evidence", text, f"{pointer}/evidence"))
        evidence = []
    within = None
    if entry.get("within") is not None:
        try:
            within = age_of(entry["within"])
        except ValueError as error:
            faults.append(Fault(f"{field}.within", str(error), f"{pointer}/within"))
    return Requirement(frozenset(map(EvidenceKind, evidence)), within)


def requirement_fields(requirement: Requirement) -> dict[str, Any]:
    """A requirement as :func:`requirements_in` reads it."""
    evidence = [each.value for each in EvidenceKind if each in requirement.evidence]
    within = requirement.within
    return {"evidence": evidence} | ({} if within is None else {"within": age_written(within)})


def _view(unit: Unit, environment: str | None) -> PolicyView:
    _require_environment(unit, environment)
    policy = unit.gate_policies.policy_for(environment)
    source = PolicySource.WORKSPACE if policy.environment is None else PolicySource.ENVIRONMENT
    return PolicyView(environment, policy.accepts, PolicySource.BUILT_IN if policy is DEFAULT_POLICY else source)


def _require_environment(unit: Unit, environment: str | None) -> None:
    if environment is not None and not unit.environments.with_names([environment]):
        raise NotFound("environment-not-found", f"No environment with name '{environment}' found", name=environment)
