"""Sends records to a hub, batch by batch; every batch may be sent again, so a move that broke off can be begun anew."""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.moving_report import MovingReport
from contracthub.domain.archive import MEDIA_TYPE

PATH = "/api/v1/archive"
MOST_RECORDS = 500
MOST_BYTES = 4 * 1024 * 1024
# Results of one moment are next to each other in their order, so few have to be remembered.
MOST_REMEMBERED = 100_000
LARGEST_RECORD = 48 * 1024 * 1024

Record = dict[str, Any]
Told = Callable[[str], None]


class ArchiveSender:
    """Takes records in the order of an archive. ``lenient`` reports records that the hub refuses, and goes on."""

    def __init__(self, hub: Hub, report: MovingReport, *, lenient: bool, told: Told = lambda _: None) -> None:
        self._hub, self._report, self._lenient, self._told = hub, report, lenient, told
        self._waiting: list[tuple[Record, bytes]] = []
        self._size = self._sent = 0
        # By consumer, provider and identity at the source: a version for each contract that it became here.
        self._contracts: dict[tuple[str, str, str], dict[str, str]] = {}
        self._occurrences = _Occurrences()

    def add(self, record: Record) -> None:
        """Send a record now or later. Raises HubFailure as the hub does."""
        if self._waiting and self._waiting[-1][0]["type"] != record["type"]:
            # Records refer to what came before, and results to what became of contracts.
            self.flush()
        if record["type"] == "verification":
            record = self._addressed(record)
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        if self._lenient and len(line) > LARGEST_RECORD:
            self._report.tell(record["type"], f"{title_of(record)}: is larger than a hub takes")
            return
        if self._waiting and self._size + len(line) > MOST_BYTES:
            self.flush()
        self._waiting.append((record, line))
        self._size += len(line) + 1
        if len(self._waiting) >= MOST_RECORDS:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        while waiting:
            try:
                receipt = self._post(b"\n".join(line for _, line in waiting) + b"\n")
            except HubAnswered as refusal:
                faults = _faults_by_line(refusal, len(waiting)) if self._lenient else {}
                if not faults:
                    raise
                waiting = self._without(waiting, faults)
                continue
            self._take(receipt, [record for record, _ in waiting])
            return

    def _post(self, body: bytes) -> Mapping[str, Any]:
        return self._hub.send_bytes(PATH, body, MEDIA_TYPE).data

    def _without(self, waiting: list[tuple[Record, bytes]], faults: Mapping[int, str]) -> list[tuple[Record, bytes]]:
        for place, text in faults.items():
            record = waiting[place][0]
            self._report.tell(record["type"], f"{title_of(record)}: {text}")
        return [each for place, each in enumerate(waiting) if place not in faults]

    def _take(self, receipt: Mapping[str, Any], records: Sequence[Record]) -> None:
        done, conflicts, contracts = receipt.get("records"), receipt.get("conflicts"), receipt.get("contracts")
        if not isinstance(done, dict) or not isinstance(conflicts, list) or not isinstance(contracts, dict):
            raise AnswerNotUnderstood("The hub's answer to an archive is not understood. Is it a newer or older one?")
        self._report.count(done)
        for each in conflicts:
            self._report.tell(str(each.get("type")), str(each.get("text")))
        for line, identity in contracts.items():
            record = records[int(line) - 1]
            key = (record["consumer"], record["provider"], record["contract"])
            self._contracts.setdefault(key, {})[identity] = record["consumerVersion"]
        self._sent += len(records)
        self._told(f"{self._sent:,} records sent, now {records[-1]['type']}s")

    def _addressed(self, record: Record) -> Record:
        """A result, addressed to every contract that the one it was for has become here."""
        became = self._contracts.get((record["consumer"], record["provider"], record["contract"]), {})
        if became:
            record = record | {"consumerVersions": list(became.values())}
        return record if "occurrence" in record else self._occurrences.numbered(record, sorted(became))


def title_of(record: Record) -> str:
    """How a person names a record."""
    names = (
        "consumer",
        "consumerVersion",
        "pacticipant",
        "number",
        "name",
        "subject",
        "version",
        "provider",
        "providerVersion",
    )
    named = [str(record[name])[:100] for name in (*names, "environment", "uuid") if record.get(name)]
    return f"{record['type']} {' '.join(named)}"


def _faults_by_line(refusal: HubAnswered, most: int) -> dict[int, str]:
    """What the hub says of lines, by their place; nothing when it speaks of the batch as a whole."""
    errors = refusal.document.get("errors")
    found: dict[int, str] = {}
    for each in errors if isinstance(errors, list) else ():
        pointer, detail = (each.get("pointer"), each.get("detail")) if isinstance(each, dict) else (None, None)
        if not isinstance(pointer, str) or not pointer.startswith("/"):
            return {}
        line, _, name = pointer[1:].partition("/")
        if not line.isdigit() or not 1 <= int(line) <= most:
            return {}
        found.setdefault(int(line) - 1, f"{name} {detail}".strip())
    return found if refusal.status == 400 else {}


class _Occurrences:
    """Numbers results that are told apart by nothing else, and says which come after newer ones."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[object, ...], int] = OrderedDict()
        self._newest: OrderedDict[tuple[object, ...], datetime] = OrderedDict()

    def numbered(self, record: Record, contracts: Sequence[str]) -> Record:
        """The record with its ``occurrence`` among results for the same contracts, and ``notAfter`` if it needs one."""
        pair = (record["consumer"], record["provider"], *contracts, str(record.get("providerVersion")))
        alike = (*pair, str(record.get("createdAt")), record.get("success"))
        count = self._counts[alike] = self._counts.pop(alike, 0) + 1
        at = _moment_in(record.get("createdAt"))
        newest = self._newest.pop(pair, at)
        if at is not None and newest is not None:
            self._newest[pair] = max(newest, at)
        for remembered in (self._counts, self._newest):
            while len(remembered) > MOST_REMEMBERED:
                remembered.popitem(last=False)
        later = {"notAfter": newest.isoformat()} if at is not None and newest is not None and newest > at else {}
        return record | {"occurrence": count} | later


def _moment_in(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
