"""What only the evidence tells about blocking verdicts: the first mismatch, the missing state, a version that would do.

A command that clears the way must reach the contract that blocks, so it names the selector that the usual ones lack.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracthub.domain.comparisons import EvidenceKind
from contracthub.domain.errors import Invalid
from contracthub.domain.evidence_documents import TestedInteraction, first_mismatch, tested_interactions
from contracthub.domain.matrix_question import Question
from contracthub.domain.standings import VerdictKind
from contracthub.domain.verdicts import (
    Decision,
    Party,
    Remedy,
    Verdict,
    command,
    deployment_remedy,
    state_remedy,
    verify_and_deploy_remedy,
)
from contracthub.formats.limits import DOCUMENT
from contracthub.formats.live_contracts import read as read_live
from contracthub.formats.live_states import states_of
from contracthub.formats.pact.parse import read
from contracthub.formats.registry import PACT
from contracthub.services.paper_details import with_offers
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import VersionRef
from contracthub.services.reader_details import with_writers
from contracthub.services.ways_in import (
    BY_BRANCH,
    Reach,
    main_branches,
    pairs_without_results,
    reaches,
    remedy_beside_branch,
    with_way_in,
)

# Facts are looked up for this many blocking verdicts; more would not make the answer clearer.
EXPLAINED = 10
# So many missing states are named; whoever adds these will see the others.
STATES = 5

# Of a live contract all states count for each check.
_WHOLE = ""
_PLACING = command("create-or-update-version")
_VERIFYING = command("verify", "provider")
_REPLACEABLE = (VerdictKind.FAILED, VerdictKind.INCOMPATIBLE, VerdictKind.UNANSWERABLE)
_WITHOUT_RESULT = (VerdictKind.NEVER_VERIFIED, VerdictKind.UNANSWERABLE)

Selectors = Mapping[tuple[str, str | None], Reach]


@dataclass(frozen=True, slots=True)
class _Details:
    """What was looked up: documents of results by number; good versions, those of them on no branch, and missing
    states by contract; pairs without any result.
    """

    documents: Mapping[int, bytes]
    good: Mapping[int, VersionRef]
    selectors: Selectors
    main_branches: Mapping[str, str] = field(default_factory=dict)
    silent: Collection[tuple[str, str]] = ()
    unplaced: Mapping[int, VersionRef] = field(default_factory=dict)
    states: Mapping[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


def explained(unit: Unit, question: Question, decision: Decision, *, now: datetime) -> Decision:
    """The decision with better facts and remedies for what blocks. What is decided stays as it is."""
    blocking = [decision.verdicts[place] for place in decision.blocking[:EXPLAINED]]
    decision = with_writers(unit, question, decision, blocking, now=now)
    # What follows is about pacts, and about versions that do not exist.
    blocking = [each for each in blocking if each.compared is None]
    unknown = {each: with_way_in(unit, question, each) for each in blocking if each.kind is VerdictKind.NOT_PUBLISHED}
    decision = replace(decision, verdicts=tuple(unknown.get(verdict, verdict) for verdict in decision.verdicts))
    numbers = [verdict.verification for verdict in blocking if verdict.verification is not None]
    contracts = [verdict.contract_id for verdict in blocking if verdict.contract_id is not None]
    if not contracts:
        return decision
    further = [decision.verdicts[place] for place in decision.blocking[EXPLAINED:]]
    further = [each for each in further if each.compared is None and each.provider is not None]
    reached = reaches(unit, question, [*contracts, *(each.contract_id for each in further if each.contract_id)])
    met = unit.matrix.last_success(contracts)
    branches = unit.versions.branches_of([each.id for each in met.values()]) if met else {}
    details = _Details(
        documents=unit.matrix.documents(numbers) if numbers else {},
        good=met,
        selectors=reached,
        main_branches=main_branches(unit, question, blocking),
        silent=pairs_without_results(unit, [each for each in blocking if each.kind in _WITHOUT_RESULT]),
        unplaced={key: good for key, good in met.items() if not branches.get(good.id)},
        states=_states_in(unit, [each for each in blocking if each.kind is VerdictKind.MISSING_STATE]),
    )
    better = {each: _reaching(each, reached) for each in further}
    better |= {verdict: _with_details(question, verdict, details) for verdict in blocking}
    for each, remedy in with_offers(unit, question, blocking, now=now).items():
        if better[each].remedy == each.remedy:
            better[each] = replace(better[each], remedy=remedy)
    return replace(decision, verdicts=tuple(better.get(verdict, verdict) for verdict in decision.verdicts))


def _reaching(verdict: Verdict, selectors: Selectors) -> Verdict:
    """A verdict that is not explained: its command must find the contract all the same."""
    reach = selectors.get((verdict.consumer.name, verdict.consumer.version))
    if reach is None or verdict.remedy is None or not _replays(verdict, verdict.remedy):
        return verdict
    return replace(verdict, remedy=reach.applied_to(verdict.remedy))


def _states_in(unit: Unit, verdicts: Sequence[Verdict]) -> dict[int, dict[str, tuple[str, ...]]]:
    """For each contract, the provider states by the interaction that needs them: by its id, and by its description.

    Several publications share a contract; the result may be of another one, with other ids.
    """
    keys = {each.contract_id for each in verdicts if each.contract_id is not None and each.live is None}
    found: dict[int, dict[str, tuple[str, ...]]] = {}
    for key, served in unit.contracts.documents(keys).items() if keys else ():
        document, _ = read(PACT.read(served, DOCUMENT))
        found[key] = {
            name: tuple(dict.fromkeys(state.name for state in each.provider_states))
            for each in document.interactions
            for name in (each.description, each.id)
        }
    live = {
        each.contract_id: each.provider.name for each in verdicts if each.live and each.provider and each.contract_id
    }
    for key, body in unit.live_contracts.documents(live).items() if live else ():
        with suppress(Invalid):
            names = tuple(dict.fromkeys(state.name for state in states_of(read_live(body), live[key])))
            found[key] = {_WHOLE: names}
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
        where = ", but is on no branch" if _misses_branch(question, verdict, details) else ""
        fact = f"{fact} {verdict.provider.name} {version.number} met it{where}."
    if verdict.provider is not None and (verdict.consumer.name, verdict.provider.name) in details.silent:
        fact = f"{fact} {verdict.provider.name} has never published a result for {verdict.consumer.name}."
    return replace(verdict, fact=fact, remedy=_remedy(question, verdict, version, details))


def _misses_branch(question: Question, verdict: Verdict, details: _Details) -> bool:
    if verdict.provider is None or (verdict.contract_id or 0) not in details.unplaced:
        return False
    return any(each.pacticipant == verdict.provider.name and each.criterion in BY_BRANCH for each in question.selectors)


def _with_states(verdict: Verdict, document: bytes, states: Mapping[str, tuple[str, ...]]) -> Verdict:
    """The verdict with the names of the interactions and of the states that they need."""
    failed = [each for each in tested_interactions(document) if each.lacks_state]
    whole = states.get(_WHOLE, ())
    wanted = {each: states.get(each.id) or states.get(each.description, whole) for each in failed}
    needs = [_need(each, wanted[each]) for each in failed[:STATES]]
    more = f"; and {len(failed) - STATES} more" if len(failed) > STATES else ""
    named = tuple(dict.fromkeys(name for each in failed for name in wanted[each]))[:STATES]
    provider = verdict.provider or Party("", None)
    remedy = state_remedy(provider.name, provider.version, named, live=verdict.live)
    return replace(verdict, fact=f"{verdict.fact} {'; '.join(needs)}{more}.", remedy=remedy)


def _need(interaction: TestedInteraction, states: tuple[str, ...]) -> str:
    named = " and ".join(f"“{state}”" for state in states) or "a provider state"
    return f"“{interaction.description or interaction.id}” needs {named}"


def _remedy(question: Question, verdict: Verdict, version: VersionRef | None, details: _Details) -> Remedy | None:
    if verdict.provider is None or verdict.remedy is None:
        return verdict.remedy
    name = verdict.provider.name
    if question.environment and version is not None and _would_do(question, verdict, verdict.provider, version):
        text = f"Deploy {name} {version.number} to {question.environment} first, and record it."
        return deployment_remedy(name, version.number, question.environment, text)
    remedy = verdict.remedy
    if verdict.kind is VerdictKind.UNANSWERABLE and verdict.paper is None:
        if question.environment is None:
            unplaced = details.unplaced.get(verdict.contract_id or 0)
            main = details.main_branches.get(name)
            remedy = remedy_beside_branch(question, name, main, unplaced, verdict.live) or remedy
            if remedy.command.startswith(_PLACING):
                return remedy
        else:
            text = f"Verify a version of {name}, deploy it to {question.environment}, and record it."
            remedy = verify_and_deploy_remedy(name, question.environment, text, live=verdict.live)
    reach = details.selectors.get((verdict.consumer.name, verdict.consumer.version))
    return remedy if reach is None or not _replays(verdict, remedy) else reach.applied_to(remedy)


def _replays(verdict: Verdict, remedy: Remedy) -> bool:
    """Whether the command looks for contracts to replay."""
    shortfall = verdict.standing.shortfall if verdict.standing else None
    replays = shortfall is None or shortfall.lacking is EvidenceKind.REPLAYED
    return replays and remedy.command.startswith(_VERIFYING)


def _would_do(question: Question, verdict: Verdict, provider: Party, good: VersionRef) -> bool:
    """Whether deploying that version clears the way: nothing lives there, or what lives there fails and is older."""
    if verdict.kind is VerdictKind.UNANSWERABLE and verdict.paper is None:
        return True
    if verdict.kind not in _REPLACEABLE:
        return False
    there = [
        each.version_id
        for each in question.selectors
        if (each.pacticipant, each.version_number) == (provider.name, provider.version) and each.version_id is not None
    ]
    return question.is_partner(provider.name) and all(version_id < good.id for version_id in there)
