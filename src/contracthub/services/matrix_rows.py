"""The rows of a matrix question: what was published, joined with the evidence that counts (pact-broker-api §13)."""

from collections.abc import Mapping, Sequence

from contracthub.domain.comparisons import ContractKind, OnPaper
from contracthub.domain.matrix_query import LatestBy, MatrixQuery
from contracthub.domain.matrix_question import Criterion, MatrixRow
from contracthub.services.matrix_sides import EVERY_VERSION, Side
from contracthub.services.paper_rows import Papers, papers_for
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Published, Result, VersionRef

# Where "all versions" are asked for, so many of the newest are looked at.
DISPLAYED = 1000
_NOTHING: Mapping[VersionRef, OnPaper] = {}


def counts(sides: Mapping[int, Side], published: Published) -> bool:
    """Whether a publication is by a consumer version that counts."""
    side = sides.get(published.pair.consumer_id)
    return side is None or side.version_ids is EVERY_VERSION or published.version.id in side.version_ids


def rows_of(
    unit: Unit,
    query: MatrixQuery,
    sides: Mapping[int, Side],
    published: Sequence[Published],
    papers: Papers,
    readers: Sequence[MatrixRow] = (),
) -> list[MatrixRow]:
    """The rows of a question, in their order, before anything is set aside or left out for display.

    ``papers`` is what documents say, ``readers`` are the rows about reader schemas.
    """
    results = _results(unit, query, sides, published)
    rows: list[MatrixRow] = []
    for each in published:
        side, said = sides.get(each.pair.provider_id), papers_for(papers, each)
        met = [row for row in results.get(each.contract_id, ()) if _selected(side, row) and _may_meet(each, row)]
        known = {result.version.id for result in met}
        rows += [_row(each, result, said=said) for result in met]
        rows += [_row(each, missing=version, said=said) for version in said if version.id not in known]
        rows += _unmet(query, sides, each, side, known | {version.id for version in said})
    return sorted(_latest_by(query, [*rows, *readers], _living(sides)), key=order_of)


def _selected(side: Side | None, result: Result) -> bool:
    return side is None or side.version_ids is EVERY_VERSION or result.version.id in side.version_ids


def _is_own_promise(published: Published) -> bool:
    """Whether a provider promises something itself: then each version has to keep what it promises, and no other."""
    return published.live is not None and published.pair.consumer_id == published.pair.provider_id


def _may_meet(published: Published, result: Result) -> bool:
    return not _is_own_promise(published) or result.version.id == published.version.id


def _results(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, Side], published: Sequence[Published]
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
        # What is shown must not narrow what is decided, so the limit of the question is only the least.
        most = max(query.limit, DISPLAYED // len(every))
        found += unit.matrix.recent_results(every, most, every=query.latest_by is None)
    by_contract: dict[int, list[Result]] = {}
    for result in found:
        by_contract.setdefault(result.contract_id, []).append(result)
    return by_contract


def _row(
    published: Published,
    result: Result | None = None,
    missing: VersionRef | None = None,
    said: Mapping[VersionRef, OnPaper] = _NOTHING,
) -> MatrixRow:
    """A row with a result; or one without, of the version that it is ``missing`` of, where that is a certain one.

    ``said`` is what the documents of each version say.
    """
    provider = result.version if result else missing
    return MatrixRow(
        published.pair.consumer,
        published.version.id,
        published.version.number,
        published.pair.provider,
        published.contract_id,
        published.identity,
        published.published_at,
        published.revision,
        provider.id if provider else None,
        provider.number if provider else None,
        result.success if result else None,
        result.number if result else None,
        result.verified_at if result else None,
        missing_state=result.missing_state if result else False,
        live=published.live,
        paper=said.get(provider) if provider else None,
    )


def _unmet(
    query: MatrixQuery, sides: Mapping[int, Side], published: Published, side: Side | None, met: set[int]
) -> list[MatrixRow]:
    """Rows for evidence that is missing: one for the contract, or one for each version that lives there without any."""
    if _is_own_promise(published):
        return [] if met else [_row(published, missing=published.version)]
    if not met:
        if len(sides) == 1 and published.pair.consumer_id not in sides and not query.target.is_named:
            # A single provider without a target: only rows with results appear (pact-broker-api §13, rule 3).
            return []
        return [_row(published)]
    living = [each for each in side.selectors if each.needs_each_version] if side else []
    wanted = [VersionRef(each.version_id or 0, each.version_number or "") for each in living]
    return [_row(published, missing=each) for each in wanted if each.id not in met]


def _living(sides: Mapping[int, Side]) -> frozenset[int]:
    """The versions that live in an environment which a selector names: they live there together."""
    return frozenset(
        each.version_id
        for side in sides.values()
        for each in side.selectors
        if each.criterion is Criterion.ENVIRONMENT and each.version_id is not None
    )


def _latest_by(query: MatrixQuery, rows: list[MatrixRow], living: frozenset[int]) -> list[MatrixRow]:
    if query.latest_by is None or query.latest_by is LatestBy.VERSION_PAIR or query.target.environment is not None:
        # In an environment each version counts: keeping one of several would be a yes without evidence.
        return rows
    if query.latest_by is LatestBy.PAIR:
        newest: dict[tuple[str, ...], int] = {}
        for row in rows:
            newest[_about(row)] = max(newest.get(_about(row), 0), row.consumer_version_id)
        rows = [
            row for row in rows if row.consumer_version_id == newest[_about(row)] or row.consumer_version_id in living
        ]
    best: dict[tuple[int, int, tuple[str, ...]], MatrixRow] = {}
    for row in rows:
        version = row.provider_version_id or 0
        key = (row.consumer_version_id, version if version in living else 0, _about(row))
        if key not in best or version > (best[key].provider_version_id or 0):
            best[key] = row
    return list(best.values())


def _about(row: MatrixRow) -> tuple[str, ...]:
    """What tells rows apart that do not stand for each other: a pact does not stand for what is read from a topic."""
    return (*row.pair, row.kind.value, _name_of(row))


def order_of(row: MatrixRow) -> tuple[str, int, str, int, int, str, str]:
    """Consumers by name, newer versions first, providers by name, newer versions first, newer results first.

    Then pacts before all others, and these by kind and by name.
    """
    return (
        row.consumer,
        -row.consumer_version_id,
        row.provider,
        -(row.provider_version_id or 0),
        -(row.verification or 0),
        "" if row.kind is ContractKind.PACT else row.kind.value,
        _name_of(row),
    )


def _name_of(row: MatrixRow) -> str:
    if row.live is not None:
        return row.live.name
    return row.reading.subject if row.reading else ""
