"""From a matrix query to the question that the domain decides: selectors resolved, partners inferred, rows fetched."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.matrix_query import MatrixQuery, Selector, faults_of_query
from contracthub.domain.matrix_question import Criterion, IgnoreSelector, Question, RequiredPair, ResolvedSelector
from contracthub.services.gate_terms import weighed_in
from contracthub.services.matrix_rows import DISPLAYED, counts, rows_of
from contracthub.services.matrix_sides import EVERY_VERSION, Side
from contracthub.services.paper_rows import papers_of
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Asked, Pair, Published, VersionRef
from contracthub.services.reader_rows import readers_of, topics_of

UNKNOWN_PACTICIPANT = "unknown-pacticipant"
UNKNOWN_ENVIRONMENT = "unknown-environment"


def gather(unit: Unit, query: MatrixQuery, *, now: datetime) -> Question:
    """Fetch all that the domain decides on, and weigh it. Raises :class:`Invalid` with all faults of the query."""
    asked = _asked(unit, query)
    environment_id = _environment_id(unit, query.target.environment)
    sides = _named_sides(unit, query, asked)
    named = set(sides)
    pairs, published = _pairs(unit, query, sides)
    topics = topics_of(unit, query, sides)
    if query.target.is_named:
        _infer(unit, query, sides, {**pairs, **topics.partners}, environment_id)
    published += _published_by_partners(unit, sides, named, pairs, published)
    readers = readers_of(unit, query, sides, topics, now=now)
    counting = [each for each in published if counts(sides, each)]
    papers = papers_of(unit, sides, counting, now=now)
    rows = rows_of(unit, query, sides, counting, papers, readers.rows)
    question = Question(
        selectors=tuple(selector for side in sides.values() for selector in side.selectors),
        rows=tuple(rows),
        required=tuple(_required(sides, named, published)),
        ignore=tuple(_ignored(unit, query)),
        has_target=query.target.is_named and not _only_latest(query),
        environment=query.target.environment,
        unwritten=readers.unwritten,
    )
    return weighed_in(unit, question, now=now)


def _named_sides(unit: Unit, query: MatrixQuery, asked: Mapping[tuple[str, str | None], Asked]) -> dict[int, Side]:
    selectors: dict[int, list[ResolvedSelector]] = {}
    names: dict[int, str] = {}
    for selector in query.selectors:
        for_one = asked[selector.pacticipant, selector.version]
        names[for_one.id] = for_one.name
        resolved = _resolved(selector, _versions_of(unit, for_one, selector), specified=True)
        selectors.setdefault(for_one.id, []).extend(resolved)
    return {key: Side.of(names[key], some) for key, some in selectors.items()}


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
        code = UNKNOWN_PACTICIPANT if set(query.names) - known else "matrix-query"
        raise Invalid(code, "; ".join(fault.text for fault in faults), faults=faults)
    return {key: asked for key, asked in found.items() if asked is not None}


def _environment_id(unit: Unit, name: str | None) -> int | None:
    if name is None:
        return None
    found = unit.matrix.environment_id(name)
    if found is None:
        text = f"Environment with name '{name}' does not exist"
        raise Invalid(UNKNOWN_ENVIRONMENT, text, faults=[Fault("*", text)], name=name)
    return found


def _versions_of(unit: Unit, asked: Asked, selector: Selector) -> Sequence[VersionRef]:
    if selector.criterion is Criterion.ANY:
        return ()
    if selector.criterion is Criterion.VERSION:
        return (asked.version,) if asked.version else ()
    return unit.matrix.matching(asked, selector, _environment_id(unit, selector.environment))


def _resolved(selector: Selector, versions: Sequence[VersionRef], *, specified: bool) -> list[ResolvedSelector]:
    name, criterion, qualifier, several = (
        selector.pacticipant,
        selector.criterion,
        selector.qualifier,
        len(versions) > 1,
    )
    if not versions:
        return [
            ResolvedSelector(name, criterion, qualifier, None, selector.version, several=False, specified=specified)
        ]
    return [
        ResolvedSelector(name, criterion, qualifier, each.id, each.number, several=several, specified=specified)
        for each in versions
    ]


def _pairs(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, Side]
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
    sides: dict[int, Side],
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
        sides[key] = Side.of(name, _resolved(selector, found.get(key, ()), specified=False))


def _published_by_partners(
    unit: Unit,
    sides: Mapping[int, Side],
    named: set[int],
    pairs: Mapping[tuple[int, int], Pair],
    known: Sequence[Published],
) -> list[Published]:
    """What the consumers of the named providers published, and what "all versions" stands for."""
    seen = {_slot(each) for each in known}
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
    return [each for each in found if _slot(each) not in seen]


def _slot(published: Published) -> tuple[object, ...]:
    return published.version.id, published.pair.provider_id, published.live


def _required(sides: Mapping[int, Side], named: set[int], published: Iterable[Published]) -> Iterable[RequiredPair]:
    found = {
        (each.pair.consumer, each.pair.provider)
        for each in published
        # Each live contract that counts has a row of its own.
        if each.live is None and each.pair.consumer_id in named and counts(sides, each)
    }
    return (RequiredPair(*pair) for pair in sorted(found))


def _ignored(unit: Unit, query: MatrixQuery) -> Iterable[IgnoreSelector]:
    for selector in query.ignore:
        asked = unit.matrix.asked(selector.pacticipant, selector.version)
        exists = asked is not None and (selector.version is None or asked.version is not None)
        yield IgnoreSelector(selector.pacticipant, selector.version, exists)
