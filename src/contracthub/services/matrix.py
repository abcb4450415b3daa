"""The matrix and can-i-deploy: gathers the rows of a question, and lets the domain decide."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.environments import Environment
from contracthub.domain.errors import NotFound
from contracthub.domain.evidence_documents import first_mismatch
from contracthub.domain.matrix import decide
from contracthub.domain.matrix_query import MatrixQuery
from contracthub.domain.matrix_question import MatrixRow, Question
from contracthub.domain.pacticipants import BranchPlace, Tag
from contracthub.domain.verdicts import (
    Decision,
    Party,
    Remedy,
    Verdict,
    VerdictKind,
    deployment_remedy,
    verify_remedy_for,
)
from contracthub.services.hub import Hub
from contracthub.services.matrix_question import gather
from contracthub.services.matrix_rows import order_of
from contracthub.services.pacticipants import required_pacticipant
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef

# Facts are looked up for this many blocking verdicts; more would not make the answer clearer.
EXPLAINED = 10


@dataclass(frozen=True, slots=True)
class VersionContext:
    """What is shown beside a version in a row."""

    branches: Mapping[int, tuple[BranchPlace, ...]]
    tags: Mapping[int, tuple[Tag, ...]]
    environments: Mapping[int, tuple[Environment, ...]]


@dataclass(frozen=True, slots=True)
class MatrixAnswer:
    """A decision with the rows that it rests on. ``ignored`` rows did not influence it."""

    decision: Decision
    rows: tuple[MatrixRow, ...]
    ignored: tuple[MatrixRow, ...]
    context: VersionContext


def ask_matrix(hub: Hub, query: MatrixQuery) -> MatrixAnswer:
    """Answer a question. Raises :class:`Invalid` with all that is wrong with it."""
    with hub.reading() as unit:
        question = gather(unit, query)
        decision = _explained(unit, question, decide(question))
        rows = _shown([row for row in question.rows if not question.ignores(row)], query)
        ignored = _shown([row for row in question.rows if question.ignores(row)], query)
        return MatrixAnswer(decision, rows, ignored, _context(unit, (*rows, *ignored)))


def ask_for_latest(hub: Hub, query: MatrixQuery) -> MatrixAnswer:
    """Answer for the newest version with a tag or from a branch. Raises :class:`NotFound` where there is none."""
    (selector,) = query.selectors
    with hub.reading() as unit:
        required_pacticipant(unit, selector.pacticipant)
        asked = unit.matrix.asked(selector.pacticipant, None)
        if asked is None or not unit.matrix.matching(asked, selector, None):
            what = f"from branch {selector.branch}" if selector.branch else f"with tag {selector.tag}"
            raise NotFound("version-not-found", f"No version of {selector.pacticipant} {what} found")
        environment = query.target.environment
        if environment is not None and unit.matrix.environment_id(environment) is None:
            raise NotFound("environment-not-found", f"No environment with name '{environment}' found")
    return ask_matrix(hub, query)


def _context(unit: Unit, rows: Sequence[MatrixRow]) -> VersionContext:
    ids = {row.consumer_version_id for row in rows} | {
        row.provider_version_id for row in rows if row.provider_version_id is not None
    }
    return VersionContext(
        unit.versions.branches_of(ids), unit.versions.tags_of(ids), unit.environments.of_versions(ids)
    )


def _shown(rows: Sequence[MatrixRow], query: MatrixQuery) -> tuple[MatrixRow, ...]:
    """The rows to show: those with the outcomes asked for, and of these the most recent ones, in their order.

    The decision rests on all of them all the same: what is shown must not make a yes.
    """
    if query.outcomes is not None:
        rows = [row for row in rows if row.success in query.outcomes]
    if len(rows) <= query.limit:
        return tuple(rows)
    recent = sorted(rows, key=lambda row: row.verified_at or row.published_at, reverse=True)[: query.limit]
    return tuple(sorted(recent, key=order_of))


def _explained(unit: Unit, question: Question, decision: Decision) -> Decision:
    """Add to blocking verdicts what only the evidence tells: the first mismatch, and a version that would do.

    A command that clears the way must reach the contract that blocks, so it names the selector that the usual lack.
    """
    blocking = [decision.verdicts[place] for place in decision.blocking[:EXPLAINED]]
    numbers = [verdict.verification for verdict in blocking if verdict.verification is not None]
    contracts = [verdict.contract_id for verdict in blocking if verdict.contract_id is not None]
    if not contracts:
        return decision
    documents = unit.matrix.documents(numbers) if numbers else {}
    good = unit.matrix.last_success(contracts)
    selectors = _selectors_for(unit, question, contracts)
    better = {verdict: _with_details(question, verdict, documents, good, selectors) for verdict in blocking}
    return replace(decision, verdicts=tuple(better.get(verdict, verdict) for verdict in decision.verdicts))


def _with_details(
    question: Question,
    verdict: Verdict,
    documents: Mapping[int, bytes],
    good: Mapping[int, VersionRef],
    selectors: Mapping[tuple[str, str | None], str],
) -> Verdict:
    fact, version = verdict.fact, good.get(verdict.contract_id or 0)
    document = documents.get(verdict.verification or 0)
    if document is not None and (mismatch := first_mismatch(document)):
        fact = f"{fact} {mismatch}"
    if verdict.provider is not None and version is not None and version.number != verdict.provider.version:
        fact = f"{fact} {verdict.provider.name} {version.number} met it."
    remedy = _remedy(question, verdict, version, selectors)
    return replace(verdict, fact=fact, remedy=remedy)


def _remedy(
    question: Question,
    verdict: Verdict,
    good: VersionRef | None,
    selectors: Mapping[tuple[str, str | None], str],
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
