"""The matrix and can-i-deploy: gathers the rows of a question, and lets the domain decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contracthub.domain.environments import Environment
from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.evidence_documents import first_mismatch
from contracthub.domain.matrix import (
    Criterion,
    IgnoreSelector,
    MatrixRow,
    Question,
    RequiredPair,
    ResolvedSelector,
    decide,
)
from contracthub.domain.matrix_query import LatestBy, MatrixQuery, Selector, faults_of_query
from contracthub.domain.pacticipants import BranchPlace, Tag
from contracthub.domain.verdicts import Decision, Verdict, VerdictKind, deployment_remedy
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Asked, Pair, Published, Result, VersionRef

# Facts are looked up for this many blocking verdicts; more would not make the answer clearer.
EXPLAINED = 10
EVERY_VERSION: None = None


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
        question = _gather(unit, query)
        decision = _explained(unit, question, decide(question))
        rows = _shown([row for row in question.rows if not question.ignores(row)], query)
        ignored = _shown([row for row in question.rows if question.ignores(row)], query)
        return MatrixAnswer(decision, rows, ignored, _context(unit, (*rows, *ignored)))


def _context(unit: Unit, rows: Sequence[MatrixRow]) -> VersionContext:
    ids = {row.consumer_version_id for row in rows} | {
        row.provider_version_id for row in rows if row.provider_version_id is not None
    }
    return VersionContext(
        unit.versions.branches_of(ids), unit.versions.tags_of(ids), unit.environments.of_versions(ids)
    )


# From query to question


@dataclass(slots=True)
class _Side:
    """The versions of one pacticipant that count: ``None`` means all of them."""

    name: str
    selectors: list[ResolvedSelector]

    @property
    def version_ids(self) -> set[int] | None:
        """Their keys."""
        if any(each.criterion is Criterion.ANY for each in self.selectors):
            return EVERY_VERSION
        return {each.version_id for each in self.selectors if each.version_id is not None}


def _gather(unit: Unit, query: MatrixQuery) -> Question:
    asked = _asked(unit, query)
    environment_id = _environment_id(unit, query.target.environment)
    sides: dict[int, _Side] = {}
    for selector in query.selectors:
        for_one = asked[selector.pacticipant, selector.version]
        side = sides.setdefault(for_one.id, _Side(for_one.name, []))
        side.selectors += _resolved(selector, _versions_of(unit, for_one, selector), specified=True)
    named = set(sides)
    pairs, published = _pairs(unit, query, sides)
    if query.target.is_named:
        _infer(unit, query, sides, pairs, environment_id)
    published += _published_by_partners(unit, sides, named, pairs, published)
    rows = _rows(unit, query, sides, published)
    return Question(
        selectors=tuple(selector for side in sides.values() for selector in side.selectors),
        rows=tuple(rows),
        required=tuple(_required(sides, named, published)),
        ignore=tuple(_ignored(unit, query)),
        has_target=query.target.is_named and not _only_latest(query),
        environment=query.target.environment,
    )


def _only_latest(query: MatrixQuery) -> bool:
    target = query.target
    return target.latest and target.tag is None and not target.main_branch


def _asked(unit: Unit, query: MatrixQuery) -> dict[tuple[str, str | None], Asked]:
    found = {
        (each.pacticipant, each.version): unit.matrix.asked(each.pacticipant, each.version)
        for each in query.selectors
        if each.pacticipant
    }
    known = {name for (name, _), asked in found.items() if asked is not None}
    if faults := faults_of_query(query, known.__contains__):
        raise Invalid.of(*faults)
    return {key: asked for key, asked in found.items() if asked is not None}


def _environment_id(unit: Unit, name: str | None) -> int | None:
    if name is None:
        return None
    found = unit.matrix.environment_id(name)
    if found is None:
        raise Invalid.of(Fault("*", f"Environment with name '{name}' does not exist"))
    return found


def _versions_of(unit: Unit, asked: Asked, selector: Selector) -> Sequence[VersionRef]:
    if selector.criterion is Criterion.ANY:
        return ()
    if selector.criterion is Criterion.VERSION:
        return (asked.version,) if asked.version else ()
    return unit.matrix.matching(asked, selector, _environment_id(unit, selector.environment))


def _resolved(selector: Selector, versions: Sequence[VersionRef], *, specified: bool) -> list[ResolvedSelector]:
    template = ResolvedSelector(
        selector.pacticipant,
        selector.criterion,
        selector.qualifier,
        version_number=selector.version,
        several=len(versions) > 1,
        specified=specified,
    )
    if not versions:
        return [template]
    return [replace(template, version_id=version.id, version_number=version.number) for version in versions]


def _pairs(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, _Side]
) -> tuple[dict[tuple[int, int], Pair], list[Published]]:
    """The integrations in question, and what the versions that were asked about published themselves."""
    only_among_named = len(sides) > 1 and not query.target.is_named
    pairs: dict[tuple[int, int], Pair] = {}
    concrete = [key for side in sides.values() for key in side.version_ids or ()]
    published = list(unit.matrix.published_by(concrete, sides if only_among_named else None)) if concrete else []
    for each in published:
        pairs[each.pair.consumer_id, each.pair.provider_id] = each.pair
    for key, side in sides.items():
        as_consumer = unit.matrix.providers_of(key) if side.version_ids is EVERY_VERSION else ()
        for pair in (*as_consumer, *unit.matrix.consumers_of(key)):
            if not only_among_named or {pair.consumer_id, pair.provider_id} <= sides.keys():
                pairs.setdefault((pair.consumer_id, pair.provider_id), pair)
    return pairs, published


def _infer(
    unit: Unit,
    query: MatrixQuery,
    sides: dict[int, _Side],
    pairs: Mapping[tuple[int, int], Pair],
    environment_id: int | None,
) -> None:
    """Add the partners, with the versions that the target names."""
    partners = {pair.consumer_id: pair.consumer for pair in pairs.values()}
    partners |= {pair.provider_id: pair.provider for pair in pairs.values()}
    partners = {key: name for key, name in partners.items() if key not in sides}
    if environment_id is not None:
        found = unit.matrix.occupants(environment_id, partners)
    else:
        found = unit.matrix.latest_of(partners, query.target.selector_for(""))
    for key, name in partners.items():
        selector = query.target.selector_for(name)
        sides[key] = _Side(name, _resolved(selector, found.get(key, ()), specified=False))


def _published_by_partners(
    unit: Unit,
    sides: Mapping[int, _Side],
    named: set[int],
    pairs: Mapping[tuple[int, int], Pair],
    known: Sequence[Published],
) -> list[Published]:
    """What the consumers of the named providers published, and what "all versions" stands for."""
    seen = {(each.version.id, each.pair.provider_id) for each in known}
    found: list[Published] = []
    concrete: set[int] = set()
    providers: set[int] = set()
    every: list[Pair] = []
    for pair in pairs.values():
        side = sides.get(pair.consumer_id)
        ids = side.version_ids if side else EVERY_VERSION
        if ids is EVERY_VERSION:
            every.append(pair)
        elif pair.consumer_id not in named:
            concrete |= ids
            providers.add(pair.provider_id)
    if concrete:
        found += unit.matrix.published_by(concrete, providers & named)
    if every:
        found += unit.matrix.recently_published(every, DISPLAYED)
    return [each for each in found if (each.version.id, each.pair.provider_id) not in seen]


DISPLAYED = 1000


def _required(sides: Mapping[int, _Side], named: set[int], published: Iterable[Published]) -> Iterable[RequiredPair]:
    found = {
        (each.pair.consumer, each.pair.provider)
        for each in published
        if each.pair.consumer_id in named and _counts(sides, each)
    }
    return (RequiredPair(*pair) for pair in sorted(found))


def _counts(sides: Mapping[int, _Side], published: Published) -> bool:
    side = sides.get(published.pair.consumer_id)
    return side is None or side.version_ids is EVERY_VERSION or published.version.id in side.version_ids


def _ignored(unit: Unit, query: MatrixQuery) -> Iterable[IgnoreSelector]:
    for selector in query.ignore:
        asked = unit.matrix.asked(selector.pacticipant, selector.version)
        exists = asked is not None and (selector.version is None or asked.version is not None)
        yield IgnoreSelector(selector.pacticipant, selector.version, exists)


# Rows


def _rows(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, _Side], published: Sequence[Published]
) -> list[MatrixRow]:
    published = [each for each in published if _counts(sides, each)]
    results = _results(unit, query, sides, published)
    rows: list[MatrixRow] = []
    for each in published:
        side = sides.get(each.pair.provider_id)
        met = [row for row in results.get(each.contract_id, ()) if _selected(side, row)]
        rows += [_row(each, result) for result in met]
        rows += _unmet(query, sides, each, side, {result.version.id for result in met})
    rows = _latest_by(query, rows)
    if query.outcomes is not None:
        rows = [row for row in rows if row.success in query.outcomes]
    return sorted(rows, key=_order)


def _selected(side: _Side | None, result: Result) -> bool:
    return side is None or side.version_ids is EVERY_VERSION or result.version.id in side.version_ids


def _results(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, _Side], published: Sequence[Published]
) -> dict[int, list[Result]]:
    concrete: set[int] = set()
    provider_versions: set[int] = set()
    every: set[int] = set()
    for each in published:
        side = sides.get(each.pair.provider_id)
        ids = side.version_ids if side else EVERY_VERSION
        if ids is EVERY_VERSION:
            every.add(each.contract_id)
        else:
            concrete.add(each.contract_id)
            provider_versions |= ids
    found: list[Result] = []
    if concrete and provider_versions:
        if query.latest_by is None:
            found += unit.matrix.every_result(concrete, provider_versions, DISPLAYED)
        else:
            found += unit.matrix.newest_results(concrete, provider_versions)
    if every:
        found += unit.matrix.recent_results(every, query.limit, every=query.latest_by is None)
    by_contract: dict[int, list[Result]] = {}
    for result in found:
        by_contract.setdefault(result.contract_id, []).append(result)
    return by_contract


def _row(published: Published, result: Result | None = None, missing: ResolvedSelector | None = None) -> MatrixRow:
    row = MatrixRow(
        consumer=published.pair.consumer,
        consumer_version_id=published.version.id,
        consumer_version=published.version.number,
        provider=published.pair.provider,
        contract_id=published.contract_id,
        identity=published.identity,
        published_at=published.published_at,
        revision=published.revision,
    )
    if missing is not None:
        return replace(row, provider_version_id=missing.version_id, provider_version=missing.version_number)
    if result is None:
        return row
    return replace(
        row,
        provider_version_id=result.version.id,
        provider_version=result.version.number,
        success=result.success,
        verification=result.number,
        verified_at=result.verified_at,
    )


def _unmet(
    query: MatrixQuery, sides: Mapping[int, _Side], published: Published, side: _Side | None, met: set[int]
) -> list[MatrixRow]:
    """Rows for evidence that is missing: one for the contract, or one for each version that lives there without any."""
    if not met:
        if len(sides) == 1 and published.pair.consumer_id not in sides and not query.target.is_named:
            # A single provider without a target: only rows with results appear (pact-broker-api §13, rule 3).
            return []
        return [_row(published)]
    living = [each for each in side.selectors if each.needs_each_version] if side else []
    return [_row(published, missing=each) for each in living if each.version_id not in met]


def _latest_by(query: MatrixQuery, rows: list[MatrixRow]) -> list[MatrixRow]:
    if query.latest_by is None or query.latest_by is LatestBy.VERSION_PAIR or query.target.environment is not None:
        # In an environment each version counts: keeping one of several would be a yes without evidence.
        return rows
    if query.latest_by is LatestBy.PAIR:
        newest = {
            pair: max(row.consumer_version_id for row in rows if row.pair == pair) for pair in {r.pair for r in rows}
        }
        rows = [row for row in rows if row.consumer_version_id == newest[row.pair]]
    best: dict[tuple[int, str], MatrixRow] = {}
    for row in rows:
        key = (row.consumer_version_id, row.provider)
        if key not in best or (row.provider_version_id or 0) > (best[key].provider_version_id or 0):
            best[key] = row
    return list(best.values())


def _order(row: MatrixRow) -> tuple[str, int, str, int, int]:
    return (
        row.consumer,
        -row.consumer_version_id,
        row.provider,
        -(row.provider_version_id or 0),
        -(row.verification or 0),
    )


def _shown(rows: Sequence[MatrixRow], query: MatrixQuery) -> tuple[MatrixRow, ...]:
    """The rows with the most recent activity, in their order. The decision rests on all of them all the same."""
    if len(rows) <= query.limit:
        return tuple(rows)
    recent = sorted(rows, key=lambda row: row.verified_at or row.published_at, reverse=True)[: query.limit]
    return tuple(sorted(recent, key=_order))


# Why not


def _explained(unit: Unit, question: Question, decision: Decision) -> Decision:
    """Add to blocking verdicts what only the evidence tells: the first mismatch, and a version that would do."""
    blocking = [decision.verdicts[place] for place in decision.blocking[:EXPLAINED]]
    numbers = [verdict.verification for verdict in blocking if verdict.verification is not None]
    contracts = [verdict.contract_id for verdict in blocking if verdict.contract_id is not None]
    if not contracts:
        return decision
    documents = unit.matrix.documents(numbers) if numbers else {}
    good = unit.matrix.last_success(contracts)
    better = {verdict: _with_details(question, verdict, documents, good) for verdict in blocking}
    return replace(decision, verdicts=tuple(better.get(verdict, verdict) for verdict in decision.verdicts))


def _with_details(
    question: Question, verdict: Verdict, documents: Mapping[int, bytes], good: Mapping[int, VersionRef]
) -> Verdict:
    version = good.get(verdict.contract_id or 0)
    fact = verdict.fact
    document = documents.get(verdict.verification or 0)
    if document is not None and (mismatch := first_mismatch(document)):
        fact = f"{fact} {mismatch}"
    if verdict.provider is None or version is None or version.number == verdict.provider.version:
        return replace(verdict, fact=fact)
    name = verdict.provider.name
    fact = f"{fact} {name} {version.number} met it."
    if verdict.kind is VerdictKind.UNANSWERABLE and question.environment:
        text = f"Deploy {name} {version.number} to {question.environment} first, and record it."
        remedy = deployment_remedy(name, version.number, question.environment, text)
        return replace(verdict, fact=fact, remedy=remedy)
    return replace(verdict, fact=fact)
