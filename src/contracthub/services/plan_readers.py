"""What a plan has to know of topics: what planned and living versions read, and how that compares with each writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracthub.domain.matrix_question import MatrixRow, Unwritten
from contracthub.domain.matrix_question import Reading as RowReading
from contracthub.domain.plan import PlannedVersion
from contracthub.domain.readers import NOT_TOLD
from contracthub.services.comparisons import compared
from contracthub.services.ports import Unit
from contracthub.services.ports.matrix import Tenancy, VersionRef
from contracthub.services.ports.readers import Reading
from contracthub.services.reader_rows import Topics, Writer, row_for, with_outcome


@dataclass(frozen=True, slots=True)
class PlannedReaders:
    """A row without provider version for each reader schema with each of its writers; those with one, compared."""

    rows: tuple[MatrixRow, ...] = ()
    compared: Mapping[tuple[int, int], MatrixRow] = field(default_factory=dict)
    unwritten: tuple[Unwritten, ...] = ()


def planned_readers(
    unit: Unit, topics: Topics, planned: Sequence[PlannedVersion], places: Sequence[Tenancy], *, now: datetime
) -> PlannedReaders:
    """Look up what the planned versions read, and what those read that live there, of planned writers."""
    if not topics.pairs:
        return PlannedReaders()
    of_plan = {each.version_id for each in planned if each.version_id is not None}
    readers = {each.consumer_id for each in topics.pairs}
    living = {each.version.id for each in places if each.pacticipant_id in readers}
    readings = unit.topics.readings(of_plan | living)
    writers = {each.id: _writers(topics, each, of_plan, places) for each in readings}
    in_play = of_plan | {each.version.id for each in places}
    schemas: dict[tuple[int, str, VersionRef], list[str]] = {}
    for each in unit.topics.writings(in_play):
        if each.sha != NOT_TOLD.sha:
            schemas.setdefault((each.provider_id, each.subject, each.version), []).append(each.sha)
    pairs = {(reading.sha, sha) for reading in readings for shas in _of(reading, schemas).values() for sha in shas}
    outcomes = compared(unit, pairs, now=now)
    found: dict[tuple[int, int], MatrixRow] = {}
    for reading in readings:
        for (key, _, version), shas in _of(reading, schemas).items():
            name = topics.names.get(key, "")
            found[reading.id, version.id] = with_outcome(row_for(reading, name, version), shas, outcomes)
    return PlannedReaders(
        tuple(row_for(reading, name) for reading in readings for _, name in writers[reading.id]),
        found,
        tuple(_unwritten(each) for each in readings if each.version.id in of_plan and not topics.writers(each)),
    )


def _writers(topics: Topics, reading: Reading, of_plan: set[int], places: Sequence[Tenancy]) -> Sequence[Writer]:
    """Whose schemas count: of the planned, for a reader that is not; not of one who is nowhere, if others are there."""
    found = topics.writers(reading)
    if reading.version.id not in of_plan:
        found = [each for each in found if each[0] in topics.named]
    there = {each.pacticipant_id for each in places} | topics.named
    return [each for each in found if each[0] in there] or found[:1]


def _of(
    reading: Reading, schemas: Mapping[tuple[int, str, VersionRef], Sequence[str]]
) -> Mapping[tuple[int, str, VersionRef], Sequence[str]]:
    return {key: shas for key, shas in schemas.items() if key[1] == reading.subject}


def _unwritten(reading: Reading) -> Unwritten:
    what = RowReading(reading.subject, reading.topic)
    return Unwritten(reading.consumer, reading.version.id, reading.version.number, what)
