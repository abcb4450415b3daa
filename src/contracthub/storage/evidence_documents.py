"""Stored run reports of provider versions."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, case, func, literal, select

from contracthub.domain.comparisons import EvidenceKind, LiveCheck
from contracthub.domain.pacticipants import Listing, Page
from contracthub.domain.stored_evidence import EvidenceSummary, StoredEvidence
from contracthub.storage.contract_statements import provider
from contracthub.storage.pacticipants import version
from contracthub.storage.scope import Scope, chunks, table_of
from contracthub.storage.tables_evidence_documents import EvidenceDocumentRow

evidence_document = table_of(EvidenceDocumentRow)

_it = evidence_document.c
_of_version = _it.version_id == bindparam("version")
_one = (_of_version, _it.id == bindparam("number"))
_told = (
    _it.id, _it.sha, _it.size, _it.outcome, _it.suites, _it.checks, _it.failed, _it.started_at, _it.created_at,
    _it.fuzzed, _it.fuzzed_by,
)  # fmt: skip
_named = (
    select(*_told, provider.c.name.label("provider"), version.c.number.label("version"))
    .join_from(evidence_document, version, version.c.id == _it.version_id)
    .join(provider, provider.c.id == version.c.pacticipant_id)
)
_listed = _named.where(_of_version).order_by(_it.id.desc())
_find = _named.where(*_one)
_of_run = _it.started_at == bindparam("started_at")
_count = select(func.count()).select_from(evidence_document).where(_of_version)
_known = select(_it.id).where(_of_version, _it.sha == bindparam("of"))
_body = select(_it.body).where(*_one)
_versions: BindParameter[Any] = bindparam("versions", expanding=True)
# Whoever sends a report says when it began; it can't have begun later than it came. A clock that is ahead must not make
# a run the newest for good.
_began = case((_it.started_at > _it.created_at, _it.created_at), else_=_it.started_at)
# A run of one suite says nothing of what another one found.
_SUITES = ("fuzz", "graphql")
_had = tuple(
    case(((literal(" ") + _it.suites + " ").contains(f" {each} ", autoescape=True), 1), else_=0) for each in _SUITES
)
_place = func.row_number().over(partition_by=(_it.version_id, *_had), order_by=(_began.desc(), _it.id.desc()))
_fuzz_runs = (
    select(_it.version_id, _it.id, _it.suites, _it.fuzzed, _it.fuzzed_by, _began.label("began"), _place.label("place"))
    .where(_it.version_id.in_(_versions), _it.fuzzed.is_not(None))
    .subquery()
)
_newest_fuzz_runs = select(_fuzz_runs).where(_fuzz_runs.c.place == 1).order_by(_fuzz_runs.c.began, _fuzz_runs.c.id)
_delete = evidence_document.delete().where(*_one)


class EvidenceDocumentRepository:
    """Implements the port ``EvidenceDocuments``."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._execute = scope.connection.execute

    def store(
        self, version_id: int, sha: str, body: bytes, summary: EvidenceSummary, *, now: datetime
    ) -> tuple[int, bool]:
        """Store a report that the version does not have yet."""
        row = {
            "version_id": version_id,
            "sha": sha,
            "size": len(body),
            "outcome": summary.outcome,
            "suites": " ".join(summary.suites),
            "checks": summary.checks,
            "failed": summary.failed,
            "started_at": summary.started_at,
            "created_at": now,
            "fuzzed": summary.fuzzed,
            "fuzzed_by": summary.fuzzed_by,
            "body": body,
        }
        created = self._scope.insert_missing(evidence_document, [row]) == 1
        return self._execute(_known, {"version": version_id, "of": sha}).scalar_one(), created

    def count(self, version_id: int) -> int:
        """How many there are."""
        return self._execute(_count, {"version": version_id}).scalar_one()

    def list(self, version_id: int, *, page: Page, started_at: datetime | None = None) -> Listing[StoredEvidence]:
        """Those of a version, the newest first."""
        asked: dict[str, object] = {"version": version_id}
        listed, counted = _listed, _count
        if started_at is not None:
            asked["started_at"] = started_at
            listed, counted = _listed.where(_of_run), _count.where(_of_run)
        rows = self._execute(listed.limit(page.size).offset(page.offset), asked)
        return Listing(tuple(map(_evidence, rows)), self._execute(counted, asked).scalar_one(), page)

    def find(self, version_id: int, number: int) -> StoredEvidence | None:
        """One of a version."""
        row = self._execute(_find, {"version": version_id, "number": number}).first()
        return _evidence(row) if row else None

    def body(self, version_id: int, number: int) -> bytes | None:
        """Its bytes."""
        found = self._execute(_body, {"version": version_id, "number": number}).scalar_one_or_none()
        return None if found is None else bytes(found)

    def delete(self, version_id: int, number: int) -> bool:
        """Remove one."""
        return self._execute(_delete, {"version": version_id, "number": number}).rowcount == 1

    def newest_fuzz_runs(self, version_ids: Collection[int]) -> Mapping[int, LiveCheck]:
        """The newest fuzz run of each of those versions: of several suites the one that failed, else the oldest."""
        newest: dict[int, dict[str, LiveCheck]] = {}
        for some in chunks(version_ids):
            for row in self._execute(_newest_fuzz_runs, {"versions": some}):
                run = LiveCheck(EvidenceKind.FUZZED, row.began, bool(row.fuzzed), row.fuzzed_by or "")
                for suite in {*row.suites.split()} & {*_SUITES}:
                    newest.setdefault(row.version_id, {})[suite] = run
        return {key: min(runs.values(), key=lambda each: (each.success, each.at)) for key, runs in newest.items()}


def _evidence(row: Any) -> StoredEvidence:
    summary = EvidenceSummary(
        outcome=row.outcome,
        suites=tuple(row.suites.split()),
        checks=row.checks,
        failed=row.failed,
        started_at=row.started_at,
        fuzzed=row.fuzzed,
        fuzzed_by=row.fuzzed_by,
    )
    return StoredEvidence(
        number=row.id,
        provider=row.provider,
        version=row.version,
        sha=row.sha,
        size=row.size,
        summary=summary,
        created_at=row.created_at,
    )
