"""Batches of an archive: lines of JSON, checked whole before any of it is written, and written whole or not at all."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

from contracthub.domain.archive import ORDER, ArchiveConflict, ArchiveReceipt, ArchiveRecord
from contracthub.domain.archive_documents import record_from
from contracthub.domain.errors import Fault, Invalid, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.services.hub import Hub
from contracthub.services.ports import Unit

MOST_RECORDS = 2_000
MOST_FAULTS = 50
# A line carries a document as text, where every quotation mark takes two characters.
LINE = Limits(max_bytes=2 * DOCUMENT.max_bytes, max_depth=20)
_PLACES = {kind: place for place, kind in enumerate(ORDER)}


@dataclass(slots=True)
class Batch:
    """What is being written, and what has become of it so far."""

    hub: Hub
    unit: Unit
    done: dict[str, Counter[str]] = field(default_factory=dict)
    conflicts: list[ArchiveConflict] = field(default_factory=list)
    identities: dict[int, str] = field(default_factory=dict)

    def count(self, kind: str, what: str) -> None:
        """Count a record as ``created``, ``updated``, ``unchanged`` or ``refused``."""
        self.done.setdefault(kind, Counter())[what] += 1

    def refuse(self, line: int, kind: str, text: str) -> None:
        """Leave a record out, because it contradicts what the hub has."""
        self.count(kind, "refused")
        self.tell(line, kind, text)

    def tell(self, line: int, kind: str, text: str) -> None:
        """Say what people have to do about a record."""
        self.conflicts.append(ArchiveConflict(line, kind, text))


Numbered = Sequence[tuple[int, Any]]
"""Records of one kind, each with its line."""
Writing = Callable[[Batch, Numbered], None]


def records_in(body: bytes) -> list[tuple[int, str, ArchiveRecord]]:
    """The records of a batch with line and kind. Raises :class:`Invalid` with what is wrong in which line."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MOST_RECORDS:
        text = f"A batch holds at most {MOST_RECORDS:,} records, and this one {len(lines):,}. Send several batches."
        raise TooLarge("too-many-records", text)
    records: list[tuple[int, str, ArchiveRecord]] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, start=1):
        found = _record_in(line, number, faults)
        if found is not None:
            records.append((number, *found))
        if len(faults) >= MOST_FAULTS:
            break
    faults = faults or list(_disorder(records))
    if faults:
        raise Invalid.of(*faults[:MOST_FAULTS])
    return records


def _record_in(line: bytes, number: int, faults: list[Fault]) -> tuple[str, ArchiveRecord] | None:
    try:
        document = safe_json.loads(line, LINE)
    except (Invalid, TooLarge) as error:
        faults.append(fault_at(number, "", error.message))
        return None
    if not isinstance(document, dict):
        faults.append(fault_at(number, "", "must be a JSON object"))
        return None
    record, wrong = record_from(document)
    faults += (fault_at(number, fault.field, fault.text) for fault in wrong)
    return None if record is None else (str(document["type"]), record)


def fault_at(line: int, name: str, text: str) -> Fault:
    """What is wrong in a line of a batch."""
    where = f"line {line}: {name}" if name else f"line {line}:"
    return Fault(where, text, pointer=f"/{line}" + (f"/{name.replace('.', '/')}" if name else ""))


def _disorder(records: Sequence[tuple[int, str, ArchiveRecord]]) -> Iterator[Fault]:
    for (_, before, _), (line, kind, _) in pairwise(records):
        if _PLACES[kind] < _PLACES[before]:
            yield fault_at(line, "type", f"{kind} comes after {before}; the order is {', '.join(ORDER)}")


def write_batch(hub: Hub, body: bytes, writings: dict[str, Writing]) -> ArchiveReceipt:
    """Write the records of a batch in one transaction; ``writings`` says how, by kind.

    What is there already is left alone, so that a batch may be sent again. Raises :class:`Invalid`, and then nothing
    is written.
    """
    records = records_in(body)
    with hub.writing() as unit:
        batch = Batch(hub, unit)
        for kind, some in groupby(records, key=lambda each: each[1]):
            writings[kind](batch, [(line, record) for line, _, record in some])
    return ArchiveReceipt(batch.done, tuple(batch.conflicts), batch.identities)
