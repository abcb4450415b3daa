"""What only the evidence tells about blocking verdicts: the first mismatch, the missing state, a version that would do.

A command that clears the way must reach the contract that blocks, so it names the selector that the usual ones lack.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from contracthub.domain.evidence_documents import TestedInteraction, first_mismatch, tested_interactions
from contracthub.domain.matrix_question import Question
from contracthub.domain.verdicts import (
    Decision,
    Party,
    Remedy,
    Verdict,
    VerdictKind,
    deployment_remedy,
    state_remedy,
    verify_remedy_for,
)
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.pact.parse import read
from contracthub.formats.registry import PACT
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef

# Facts are looked up for this many blocking verdicts; more would not make the answer clearer.
EXPLAINED = 10
# So many missing states are named; whoever adds these will see the others.
STATES = 5

Selectors = Mapping[tuple[str, str | None], str]


@dataclass(frozen=True, slots=True)
class _Details:
    """What was looked up: documents of results by number, good versions and missing states by contract."""

    documents: Mapping[int, bytes]
    good: Mapping[int, VersionRef]
    selectors: Selectors
    states: Mapping[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


def explained(unit: Unit, question: Question, decision: Decision) -> Decision:
    """The decision with better facts and remedies for what blocks. What is decided stays as it is."""
    blocking = [decision.verdicts[place] for place in decision.blocking[:EXPLAINED]]
    numbers = [verdict.verification for verdict in blocking if verdict.verification is not None]
    contracts = [verdict.contract_id for verdict in blocking if verdict.contract_id is not None]
    if not contracts:
        return decision
    details = _Details(
        documents=unit.matrix.documents(numbers) if numbers else {},
        good=unit.matrix.last_success(contracts),
        selectors=_selectors_for(unit, question, contracts),
        states=_states_in(unit, [each for each in blocking if each.kind is VerdictKind.MISSING_STATE]),
    )
    better = {verdict: _with_details(question, verdict, details) for verdict in blocking}
    return replace(decision, verdicts=tuple(better.get(verdict, verdict) for verdict in decision.verdicts))


def _states_in(unit: Unit, verdicts: Sequence[Verdict]) -> dict[int, dict[str, tuple[str, ...]]]:
    """For each contract, the provider states by the interaction that needs them: by its id, and by its description.

    Several publications share a contract; the result may be of another one, with other ids.
    """
    keys = {each.contract_id for each in verdicts if each.contract_id is not None}
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for key, served in unit.contracts.documents(keys).items() if keys else ():
        document, _ = read(PACT.read(served, DOCUMENT))
        found[key] = {
            name: tuple(dict.fromkeys(state.name for state in each.provider_states))
            for each in document.interactions
            for name in (each.description, each.id)
        }
    return found


def _with_details(question: Question, verdict: Verdict, details: _Details) -> Verdict:
    document = details.documents.get(verdict.verification or 0)
    if verdict.kind is VerdictKind.MISSING_STATE and document is not None:
        verdict = _with_states(verdict, document, details.states.get(verdict.contract_id or 0, {}))
        document = None
    fact, version = verdict.fact, details.good.get(verdict.contract_id or 0)
    if document is not None and (mismatch := first_mismatch(document)):
        fact = f"{fact} {mismatch}"
    if verdict.provider is not None and version is not None and version.number != verdict.provider.version:
        fact = f"{fact} {verdict.provider.name} {version.number} met it."
    return replace(verdict, fact=fact, remedy=_remedy(question, verdict, version, details.selectors))


def _with_states(verdict: Verdict, document: bytes, states: Mapping[str, tuple[str, ...]]) -> Verdict:
    """The verdict with the names of the interactions and of the states that they need."""
    failed = [each for each in tested_interactions(document) if each.lacks_state]
    wanted = {each: states.get(each.id) or states.get(each.description, ()) for each in failed}
    needs = [_need(each, wanted[each]) for each in failed[:STATES]]
    more = f"; and {len(failed) - STATES} more" if len(failed) > STATES else ""
    named = tuple(dict.fromkeys(name for each in failed for name in wanted[each]))[:STATES]
    provider = verdict.provider or Party("", None)
    remedy = state_remedy(provider.name, provider.version, named)
    return replace(verdict, fact=f"{verdict.fact} {'; '.join(needs)}{more}.", remedy=remedy)


def _need(interaction: TestedInteraction, states: tuple[str, ...]) -> str:
    named = " and ".join(f"“{state}”" for state in states) or "a provider state"
    return f"“{interaction.description or interaction.id}” needs {named}"


def _remedy(
    question: Question,
    verdict: Verdict,
    good: VersionRef | None,
    selectors: Selectors,
) -> Remedy | None:
    if verdict.provider is None or verdict.remedy is None:
        return verdict.remedy
    if question.environment and good is not None and _would_do(question, verdict, verdict.provider, good):
        name = verdict.provider.name
        text = f"Deploy {name} {good.number} to {question.environment} first, and record it."
        return deployment_remedy(name, good.number, question.environment, text)
    selector = selectors.get((verdict.consumer.name, verdict.consumer.version))
    if selector is None or (verdict.kind is VerdictKind.UNANSWERABLE and question.environment):
        return verdict.remedy
    return verify_remedy_for(verdict.remedy, selector)


def _would_do(question: Question, verdict: Verdict, provider: Party, good: VersionRef) -> bool:
    """Whether deploying that version clears the way: nothing lives there, or what lives there fails and is older."""
    if verdict.kind is not VerdictKind.FAILED:
        return verdict.kind is VerdictKind.UNANSWERABLE
    there = [
        each.version_id
        for each in question.selectors
        if (each.pacticipant, each.version_number) == (provider.name, provider.version) and each.version_id is not None
    ]
    return question.is_partner(provider.name) and all(version_id < good.id for version_id in there)


def _selectors_for(unit: Unit, question: Question, contracts: Sequence[int]) -> dict[tuple[str, str | None], str]:
    """By consumer and version, the selector that finds its contracts where those that are usual do not.

    Usual are the heads of main branches and what is deployed or released (pact-broker-api §11).
    """
    rows = {row.consumer_version_id: row for row in question.rows if row.contract_id in set(contracts)}
    rows = dict(list(rows.items())[:EXPLAINED])
    branches = unit.versions.branches_of(rows)
    living = unit.environments.of_versions(rows)
    found: dict[tuple[str, str | None], str] = {}
    for version_id, row in rows.items():
        heads = [place.name for place in branches.get(version_id, ()) if place.latest]
        asked = unit.matrix.asked(row.consumer, None)
        if living.get(version_id) or asked is None or asked.main_branch in heads:
            continue
        newest = unit.versions.latest(asked.id)
        if heads:
            found[row.consumer, row.consumer_version] = json.dumps({"consumer": row.consumer, "branch": heads[0]})
        elif newest is not None and newest.id == version_id:
            found[row.consumer, row.consumer_version] = json.dumps({"consumer": row.consumer, "latest": True})
    return found
