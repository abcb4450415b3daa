"""What a matrix question has to know of topics: who reads and who writes, version by version, and how that compares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracthub.domain.comparisons import Comparison
from contracthub.domain.matrix_query import MatrixQuery
from contracthub.domain.matrix_question import MatrixRow, ResolvedSelector, Unwritten
from contracthub.domain.matrix_question import Reading as RowReading
from contracthub.domain.readers import NOT_TOLD
from contracthub.services.comparisons import compared
from contracthub.services.matrix_sides import EVERY_VERSION, Side
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Pair, VersionRef
from contracthub.services.ports.readers import Reading, TopicPair, Writing

# Where "all versions" are asked for, so many of the newest count.
RECENT = 50

Writer = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Topics:
    """Who perhaps reads, and who perhaps writes, what those who were asked about read or write.

    ``named`` are those who were asked about; ``only_among_named``: nobody else counts.
    """

    pairs: tuple[TopicPair, ...]
    named: frozenset[int]
    only_among_named: bool = False

    @property
    def names(self) -> Mapping[int, str]:
        """Everybody in it, by key."""
        readers = {each.consumer_id: each.consumer for each in self.pairs}
        return readers | {pair.provider_id: pair.provider for pair in self.partners.values()}

    @property
    def partners(self) -> Mapping[tuple[int, int], Pair]:
        """Consumers with providers, as far as anybody is known to write."""
        return {
            (each.consumer_id, each.provider_id): Pair(
                each.consumer_id, each.consumer, each.provider_id, each.provider or ""
            )
            for each in self.pairs
            if each.provider_id is not None
        }

    def writers(self, reading: Reading) -> Sequence[Writer]:
        """Whose schemas count for a reader: those of the provider that it names, else those of all who ever wrote it.

        Of one who was not asked about, only writers count who were.
        """
        if reading.provider_id is not None:
            found = [(reading.provider_id, reading.provider or "")]
        else:
            found = [
                (each.provider_id, each.provider or "")
                for each in self.pairs
                if each.offers
                and each.provider_id is not None
                and (each.consumer_id, each.subject) == (reading.consumer_id, reading.subject)
            ]
        narrow = self.only_among_named or reading.consumer_id not in self.named
        return sorted((each for each in found if not narrow or each[0] in self.named), key=lambda each: each[1])


@dataclass(frozen=True, slots=True)
class ReaderRows:
    """The rows about reader schemas, and what is read without anybody to write it."""

    rows: tuple[MatrixRow, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()


@dataclass(frozen=True, slots=True)
class _Versions:
    """The versions of a writer that count, each with its schemas of a subject, where it has any."""

    schemas: Mapping[VersionRef, tuple[str, ...]] = field(default_factory=dict)
    needed: frozenset[int] = frozenset()


def topics_of(unit: Unit, query: MatrixQuery, sides: Mapping[int, Side]) -> Topics:
    """Look up who shares topics with those who were asked about."""
    only_among_named = len(sides) > 1 and not query.target.is_named
    pairs = [
        each
        for each in unit.topics.pairs(sides.keys())
        if not only_among_named or (each.consumer_id in sides and each.provider_id in sides)
    ]
    return Topics(tuple(pairs), frozenset(sides), only_among_named)


def readers_of(
    unit: Unit, query: MatrixQuery, sides: Mapping[int, Side], topics: Topics, *, now: datetime
) -> ReaderRows:
    """The rows of a question that are about reader schemas. It costs nothing more where nobody reads anything."""
    if not topics.pairs:
        return ReaderRows()
    readings = _readings(unit, sides, topics)
    unwritten = tuple(
        Unwritten(each.consumer, each.version.id, each.version.number, RowReading(each.subject, each.topic))
        for each in readings
        if each.consumer_id in topics.named and not topics.only_among_named and not topics.writers(each)
    )
    written = _writings(unit, sides, topics, readings)
    wanted = [
        (reading, writer, versions)
        for reading in readings
        for writer, versions in _counting(reading, topics.writers(reading), sides, written)
    ]
    schemas = {(reading.sha, sha) for reading, _, all_ in wanted for each in all_.schemas.values() for sha in each}
    outcomes = compared(unit, schemas, now=now)
    # A single provider without a target: only rows with results appear (pact-broker-api §13, rule 3).
    without = query.target.is_named or len(sides) > 1
    rows = [
        row
        for reading, writer, versions in wanted
        for row in _rows(reading, writer, versions, outcomes)
        if row.success is not None or without or reading.consumer_id in topics.named
    ]
    return ReaderRows(tuple(rows), unwritten)


def row_for(reading: Reading, provider: str, version: VersionRef | None = None) -> MatrixRow:
    """A row without evidence."""
    return MatrixRow(
        reading.consumer,
        reading.version.id,
        reading.version.number,
        provider,
        reading.id,
        reading.sha,
        reading.published_at,
        reading.revision,
        version.id if version else None,
        version.number if version else None,
        reading=RowReading(reading.subject, reading.topic),
    )


def with_outcome(row: MatrixRow, schemas: Sequence[str], outcomes: Mapping[tuple[str, str], Comparison]) -> MatrixRow:
    """The row with what came out: a version that writes a subject in two ways has to be read in both."""
    found = [outcomes[row.identity, sha] for sha in schemas if (row.identity, sha) in outcomes]
    if not found or len(found) < len(schemas) or row.reading is None:
        # What others removed just now is not known to be read.
        return row
    decisive = next((each for each in found if not each.is_compatible), found[0])
    findings = tuple(finding for each in found for finding in each.findings)
    reading = replace(row.reading, writer_identity=decisive.provider_identity, findings=findings)
    return replace(row, success=not findings, verified_at=decisive.compared_at, reading=reading)


def _readings(unit: Unit, sides: Mapping[int, Side], topics: Topics) -> list[Reading]:
    concrete: set[int] = set()
    every: set[tuple[int, str]] = set()
    for each in topics.pairs:
        side = sides.get(each.consumer_id)
        if side is None or side.version_ids is EVERY_VERSION:
            every.add((each.consumer_id, each.subject))
        else:
            concrete |= side.version_ids
    found = list(unit.topics.readings(concrete)) if concrete else []
    found += unit.topics.recent_readings(every, RECENT) if every else ()
    subjects = {(each.consumer_id, each.subject) for each in topics.pairs}
    mine = [each for each in found if (each.consumer_id, each.subject) in subjects]
    return sorted(mine, key=lambda each: (each.consumer, -each.version.id, each.subject))


def _writings(
    unit: Unit, sides: Mapping[int, Side], topics: Topics, readings: Iterable[Reading]
) -> Mapping[tuple[int, str], Sequence[Writing]]:
    concrete: set[int] = set()
    every: set[tuple[int, str]] = set()
    for reading in readings:
        for key, _ in topics.writers(reading):
            side = sides.get(key)
            if side is None or side.version_ids is EVERY_VERSION:
                every.add((key, reading.subject))
            else:
                concrete |= side.version_ids
    found = list(unit.topics.writings(concrete)) if concrete else []
    found += unit.topics.recent_writings(every, RECENT) if every else ()
    grouped: dict[tuple[int, str], list[Writing]] = {}
    for each in found:
        grouped.setdefault((each.provider_id, each.subject), []).append(each)
    return grouped


def _counting(
    reading: Reading,
    writers: Sequence[Writer],
    sides: Mapping[int, Side],
    written: Mapping[tuple[int, str], Sequence[Writing]],
) -> Sequence[tuple[str, _Versions]]:
    """The writers that count with their versions: those that have any there, else the first of them with none."""
    found = [(name, _versions(sides.get(key), written.get((key, reading.subject), ()))) for key, name in writers]
    return [each for each in found if each[1].schemas] or found[:1]


def _versions(side: Side | None, written: Sequence[Writing]) -> _Versions:
    schemas: dict[VersionRef, tuple[str, ...]] = {}
    for each in sorted(written, key=lambda one: (-one.version.id, one.sha)):
        told = () if each.sha == NOT_TOLD.sha else (each.sha,)
        schemas[each.version] = (*schemas.get(each.version, ()), *told)
    living = [each for each in side.selectors if each.version_id is not None] if side else []
    for selector in living:
        schemas.setdefault(_ref(selector), ())
    return _Versions(schemas, frozenset(each.version_id or 0 for each in living if each.needs_each_version))


def _ref(selector: ResolvedSelector) -> VersionRef:
    return VersionRef(selector.version_id or 0, selector.version_number or "")


def _rows(
    reading: Reading, provider: str, versions: _Versions, outcomes: Mapping[tuple[str, str], Comparison]
) -> Iterable[MatrixRow]:
    """A row for each version with a schema, and for each that lives there without one; else one for all that lack."""
    if not versions.schemas:
        yield row_for(reading, provider)
        return
    has_any = any(versions.schemas.values())
    for version, schemas in versions.schemas.items():
        if schemas or version.id in versions.needed or not has_any:
            yield with_outcome(row_for(reading, provider, version), schemas, outcomes)
