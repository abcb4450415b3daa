"""Plans deployments: gathers what lives in an environment, the contracts and the evidence, and lets the domain plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracthub.domain.comparisons import OnPaper
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.matrix import decide
from contracthub.domain.matrix_question import MatrixRow
from contracthub.domain.plan import (
    MAX_VERSIONS,
    Plan,
    PlannedVersion,
    PlanQuestion,
    Tenant,
    plan,
    question_of_the_end,
)
from contracthub.services.gate_terms import fuzz_runs_of, terms_in, with_waivers
from contracthub.services.hub import Hub
from contracthub.services.paper_rows import is_comparable, papers_for, papers_with
from contracthub.services.plan_readers import planned_readers
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Asked, Published, Tenancy, VersionRef
from contracthub.services.reader_rows import Topics
from contracthub.services.verdict_details import explained


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """The versions that are to get into an environment, in any order."""

    environment: str
    versions: tuple[PlannedVersion, ...]


def make_plan(hub: Hub, request: PlanRequest) -> Plan:
    """A safe order for all the versions, or what blocks. Raises :class:`Invalid` with all that is wrong."""
    _refuse_unfit(request)
    with hub.reading() as unit:
        asked = unit.matrix.asked_each([(each.pacticipant, each.version) for each in request.versions])
        environment_id = unit.matrix.environment_id(request.environment)
        _refuse_unknown(request, asked, environment_id)
        question = _gathered(unit, request, asked, environment_id or 0, now=hub.now())
        end = question_of_the_end(question)
        return plan(question, explained(unit, end, decide(end), now=hub.now()))


def _refuse_unfit(request: PlanRequest) -> None:
    names = [each.pacticipant for each in request.versions]
    faults = [
        Fault("pacticipant", f"is named twice: {name}. Plan one version of each", index=index)
        for index, name in enumerate(names)
        if name in names[:index]
    ]
    if not names:
        faults.append(Fault("versions", "is missing"))
    if len(names) > MAX_VERSIONS:
        faults = [Fault("versions", f"has more than {MAX_VERSIONS} entries, the most that are planned at once")]
    if faults:
        raise Invalid.of(*faults)


def _refuse_unknown(request: PlanRequest, asked: Mapping[tuple[str, str], Asked], environment_id: int | None) -> None:
    faults = [
        Fault("pacticipant", f"does not match an existing pacticipant: {each.pacticipant}", index=index)
        for index, each in enumerate(request.versions)
        if (each.pacticipant, each.version) not in asked
    ]
    if environment_id is None:
        faults.append(Fault("environment", f"with name '{request.environment}' does not exist"))
    if faults:
        raise Invalid.of(*faults)


def _gathered(
    unit: Unit, request: PlanRequest, asked: Mapping[tuple[str, str], Asked], environment_id: int, *, now: datetime
) -> PlanQuestion:
    found = [asked[each.pacticipant, each.version] for each in request.versions]
    planned = tuple(
        PlannedVersion(each.name, wanted.version, each.version.id if each.version else None, wanted.instance)
        for wanted, each in zip(request.versions, found, strict=True)
    )
    own = unit.matrix.published_by([each.version_id for each in planned if each.version_id is not None], None)
    consumers = unit.matrix.consumers_of_each([each.id for each in found])
    names = {each.id: each.name for each in found}
    names |= {each.pair.provider_id: each.pair.provider for each in own}
    names |= {each.consumer_id: each.consumer for each in consumers}
    asked_about = frozenset(each.id for each in found)
    topics = Topics(tuple(unit.topics.pairs(asked_about)), asked_about)
    names |= topics.names
    places = unit.matrix.tenancies(environment_id, names)
    needing = {pair.consumer_id for pair in consumers}
    living = {each.version.id for each in places if each.pacticipant_id in needing}
    theirs = unit.matrix.published_by(living, [each.id for each in found]) if living else ()
    published = {(each.version.id, each.pair.provider_id, each.live): each for each in (*own, *theirs)}
    readers = planned_readers(unit, topics, planned, places, now=now)
    terms = with_waivers(unit, terms_in(unit, request.environment, now=now), names.values())
    in_play = _in_play(found, places)
    return PlanQuestion(
        environment=request.environment,
        planned=planned,
        tenants=tuple(_tenants(planned, places, names)),
        pacts=(*(_pact(each) for each in published.values()), *readers.rows),
        results=_results(unit, planned, places, published.values()),
        compared=readers.compared,
        unwritten=readers.unwritten,
        papers=_papers(unit, published.values(), in_play, now=now),
        fuzz_runs=fuzz_runs_of(unit, {each.id for some in in_play.values() for each in some}, terms),
        terms=terms,
    )


def _in_play(asked: Iterable[Asked], places: Iterable[Tenancy]) -> Mapping[int, set[VersionRef]]:
    """By pacticipant, the versions that are planned or live there."""
    found: dict[int, set[VersionRef]] = {each.id: {each.version} for each in asked if each.version is not None}
    for each in places:
        found.setdefault(each.pacticipant_id, set()).add(each.version)
    return found


def _papers(
    unit: Unit, published: Iterable[Published], in_play: Mapping[int, set[VersionRef]], *, now: datetime
) -> Mapping[tuple[int, int, int], OnPaper]:
    wanted = [(each, in_play.get(each.pair.provider_id, set())) for each in published if is_comparable(each)]
    papers = papers_with(unit, wanted, now=now)
    return {
        (each.version.id, each.contract_id, version.id): said
        for each, _ in wanted
        for version, said in papers_for(papers, each).items()
    }


def _tenants(
    planned: Sequence[PlannedVersion], places: Sequence[Tenancy], names: Mapping[int, str]
) -> Iterable[Tenant]:
    taken = {each.pacticipant: each.instance for each in planned}
    instances: dict[tuple[int, int], set[str | None]] = {}
    for each in places:
        instances.setdefault((each.pacticipant_id, each.version.id), set()).add(each.instance)
    numbers = {each.version.id: each.version.number for each in places}
    for (owner, version_id), having in sorted(instances.items()):
        name = names[owner]
        leaves = name in taken and having == {taken[name]}
        yield Tenant(name, version_id, numbers[version_id], leaves)


def _pact(published: Published) -> MatrixRow:
    pair = published.pair
    return MatrixRow(
        consumer=pair.consumer,
        consumer_version_id=published.version.id,
        consumer_version=published.version.number,
        provider=pair.provider,
        contract_id=published.contract_id,
        identity=published.identity,
        published_at=published.published_at,
        revision=published.revision,
        live=published.live,
    )


def _results(
    unit: Unit, planned: Sequence[PlannedVersion], places: Sequence[Tenancy], published: Iterable[Published]
) -> Mapping[tuple[int, int], MatrixRow]:
    versions = {each.version_id for each in planned if each.version_id is not None}
    versions |= {each.version.id for each in places}
    rows = {each.contract_id: _pact(each) for each in published}
    if not rows or not versions:
        return {}
    found: dict[tuple[int, int], MatrixRow] = {}
    for each in unit.matrix.newest_results(rows, versions):
        pact = rows[each.contract_id]
        found[each.contract_id, each.version.id] = MatrixRow(
            pact.consumer,
            pact.consumer_version_id,
            pact.consumer_version,
            pact.provider,
            pact.contract_id,
            pact.identity,
            pact.published_at,
            success=each.success,
            verification=each.number,
            verified_at=each.verified_at,
            missing_state=each.missing_state,
        )
    return found
