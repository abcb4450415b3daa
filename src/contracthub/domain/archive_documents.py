"""Records of an archive as JSON objects, and back: every fault of a record that comes from outside is named."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from contracthub.domain.archive import (
    KIND_OF,
    ORDER,
    ArchivedApproval,
    ArchivedBranch,
    ArchivedContract,
    ArchivedDeployment,
    ArchivedDocument,
    ArchivedEnvironment,
    ArchivedEvidence,
    ArchivedFile,
    ArchivedFinding,
    ArchivedFindingState,
    ArchivedGatePolicy,
    ArchivedLabel,
    ArchivedLiveContract,
    ArchivedPacticipant,
    ArchivedPlace,
    ArchivedProviderContract,
    ArchivedReadersCheck,
    ArchivedReaderSchema,
    ArchivedReference,
    ArchivedRegistryContext,
    ArchivedRegistryId,
    ArchivedRegistrySchema,
    ArchivedRegistrySubject,
    ArchivedRegistryVersion,
    ArchivedRelease,
    ArchivedRequirement,
    ArchivedSchemaReference,
    ArchivedSelfVerification,
    ArchivedVerification,
    ArchivedVersion,
    ArchivedWaiver,
    ArchivedWebhook,
    ArchivedWorkspace,
    ArchiveRecord,
)
from contracthub.domain.comparisons import ContractKind, EvidenceKind
from contracthub.domain.contracts import IdentityRule
from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Fault
from contracthub.domain.findings import FindingState
from contracthub.domain.live_contracts import LIVE_KINDS
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.provider_contracts import (
    ContractFormat,
    faults_of_label,
    faults_of_path,
    faults_of_type,
)
from contracthub.domain.registry import (
    DEFAULT_CONTEXT,
    LONGEST_REFERENCE,
    SchemaType,
    SubjectName,
    is_plain,
    is_valid_context,
    is_valid_subject,
    parse_subject,
)
from contracthub.domain.webhook_definitions import faults_of_uuid

MOST_ENTRIES = 10_000
LARGEST_NUMBER = 2**31 - 1
# What the JSON of every database can hold.
LARGEST_INTEGER = 2**63 - 1
_HEX = re.compile(r"[0-9a-f]{1,64}")
_UUID = re.compile(r"[0-9A-Za-z_-]{1,64}")

Check = Callable[[str, Any, list[Fault]], Any]


def document_of(record: ArchiveRecord) -> dict[str, Any]:
    """The JSON object of a record; what has no value is left out."""
    return {"type": KIND_OF[type(record)]} | _members(record)


def record_from(document: Mapping[str, Any]) -> tuple[ArchiveRecord | None, list[Fault]]:
    """The record in a JSON object; ``None``, and what is wrong, when it is none."""
    kind = document.get("type")
    record = ORDER.get(kind) if isinstance(kind, str) else None
    if record is None:
        return None, [Fault("type", f"must be one of: {', '.join(ORDER)}")]
    faults: list[Fault] = []
    found = _read(record, document, faults)
    return (None, faults) if faults else (found, [])


def camel(name: str) -> str:
    """A field's name as JSON has it."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _members(record: Any) -> dict[str, Any]:
    values = ((each.name, getattr(record, each.name)) for each in fields(record))
    return {camel(name): _written(value) for name, value in values if value is not None and value != ()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if is_dataclass(value):
        return _members(value)
    return [_written(each) for each in value] if isinstance(value, tuple) else value


def _read(record: Any, document: Mapping[str, Any], faults: list[Fault], prefix: str = "") -> Any:
    values = {}
    for name, check in _CHECKS[record].items():
        field = prefix + camel(name)
        values[name] = check(field, document.get(camel(name)), faults)
    return None if faults else record(**values)


def _name(field: str, value: Any, faults: list[Fault]) -> Any:
    faults += [Fault(field, "is missing")] if value is None else faults_of_name(field, value)
    return value


def _label(field: str, value: Any, faults: list[Fault]) -> Any:
    faults += [Fault(field, "is missing")] if value is None else faults_of_label(field, value)
    return value


def _line(field: str, value: Any, faults: list[Fault]) -> Any:
    faults += faults_of_line(field, value)
    return value


def _matching(pattern: re.Pattern[str], text: str) -> Check:
    def check(field: str, value: Any, faults: list[Fault]) -> Any:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            faults.append(Fault(field, text))
        return value

    return check


def _text(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, str):
        faults.append(Fault(field, "must be a string"))
    return value


def _optional(check: Check, instead: Any = None) -> Check:
    def checked(field: str, value: Any, faults: list[Fault]) -> Any:
        return instead if value is None else check(field, value, faults)

    return checked


def _flag(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, bool):
        faults.append(Fault(field, "must be boolean"))
    return value


def _count(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LARGEST_NUMBER:
        faults.append(Fault(field, "must be an integer of at least 1"))
    return value


def _moment(field: str, value: Any, faults: list[Fault]) -> Any:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    faults.append(Fault(field, "must be a date and time with a zone, like 2026-11-20T10:00:00+00:00"))
    return None


def _entries(record: type) -> Check:
    def check(field: str, value: Any, faults: list[Fault]) -> Any:
        if not isinstance(value, list) or len(value) > MOST_ENTRIES or not all(isinstance(e, dict) for e in value):
            faults.append(Fault(field, f"must be a list of at most {MOST_ENTRIES} objects"))
            return ()
        return tuple(_read(record, each, faults, f"{field}.{index}.") for index, each in enumerate(value))

    return _optional(check, ())


def _some(check: Check) -> Check:
    def checked(field: str, value: Any, faults: list[Fault]) -> Any:
        faults += [] if value else [Fault(field, "must have at least one entry")]
        return check(field, value, faults)

    return checked


def _entry(record: type) -> Check:
    def check(field: str, value: Any, faults: list[Fault]) -> Any:
        if not isinstance(value, dict):
            faults.append(Fault(field, "must be an object"))
            return None
        return _read(record, value, faults, f"{field}.")

    return check


def _format(field: str, value: Any, faults: list[Fault]) -> Any:
    names = [each.value for each in ContractFormat]
    if value not in names:
        faults.append(Fault(field, f"must be one of: {', '.join(names)}"))
    return value


def _live_kind(field: str, value: Any, faults: list[Fault]) -> Any:
    names = [each.value for each in LIVE_KINDS]
    if value not in names:
        faults.append(Fault(field, f"must be one of: {', '.join(names)}"))
    return value


def _path(field: str, value: Any, faults: list[Fault]) -> Any:
    faults += faults_of_path(field, value)
    return value


def _type(field: str, value: Any, faults: list[Fault]) -> Any:
    faults += faults_of_type(field, value)
    return value


def _context(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, str) or not is_valid_context(value):
        faults.append(Fault(field, "must be the name of a context: a full stop, and some text"))
    return value


def _subject(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, str) or not is_valid_subject(SubjectName(DEFAULT_CONTEXT, value)):
        faults.append(Fault(field, "must be the name of a subject, of at most 500 characters"))
    return value


def _subject_named(field: str, value: Any, faults: list[Fault]) -> Any:
    """A subject that may be named with its context."""
    if not isinstance(value, str) or not is_valid_subject(parse_subject(value)):
        faults.append(Fault(field, "must be the name of a subject, of at most 500 characters"))
    return value


def _reference_name(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, str) or not value or not is_plain(value) or len(value) > LONGEST_REFERENCE:
        faults.append(Fault(field, f"must be 1 to {LONGEST_REFERENCE} characters without control characters"))
    return value


def _schema_type(field: str, value: Any, faults: list[Fault]) -> Any:
    if value not in [each.value for each in SchemaType]:
        faults.append(Fault(field, f"must be one of: {', '.join(SchemaType)}"))
    return value


def _number(field: str, value: Any, faults: list[Fault]) -> Any:
    return 0 if value == 0 and value is not False else _count(field, value, faults)


def _names(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ENTRIES:
        faults.append(Fault(field, f"must be a list of 1 to {MOST_ENTRIES} names"))
        return ()
    return tuple(_name(f"{field}.{index}", each, faults) for index, each in enumerate(value))


def _webhook_uuid(field: str, value: Any, faults: list[Fault]) -> Any:
    wrong = faults_of_uuid(value) if isinstance(value, str) else [Fault(field, "must be a string")]
    faults += (Fault(field, fault.text) for fault in wrong)
    return value


def _rule(field: str, value: Any, faults: list[Fault]) -> Any:
    names = [rule.value for rule in IdentityRule]
    if value not in names:
        faults.append(Fault(field, f"must be one of: {', '.join(names)}"))
    return value


def _day(field: str, value: Any, faults: list[Fault]) -> Any:
    if day_in(value) is None:
        faults.append(Fault(field, "must be a day written as 2027-01-31"))
    return value


def _contract_kind(field: str, value: Any, faults: list[Fault]) -> Any:
    if value not in list(ContractKind):
        faults.append(Fault(field, f"must be one of: {', '.join(ContractKind)}"))
    return value


def _evidence_kinds(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, list) or not value or any(each not in list(EvidenceKind) for each in value):
        faults.append(Fault(field, f"must be a list with at least one of: {', '.join(EvidenceKind)}"))
        return ()
    return tuple(value)


def _state(field: str, value: Any, faults: list[Fault]) -> Any:
    if value not in list(FindingState):
        faults.append(Fault(field, f"must be one of: {', '.join(FindingState)}"))
    return value


def _contacts(field: str, value: Any, faults: list[Fault]) -> Any:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        faults.append(Fault(field, "must be a list of objects"))
    elif any(isinstance(each, int) and abs(each) > LARGEST_INTEGER for each in _within(value)):
        faults.append(Fault(field, "cannot hold an integer of more than 64 bits"))
    return value


def _within(value: Any) -> Iterator[Any]:
    todo = [value]
    while todo:
        yield (node := todo.pop())
        todo.extend(node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())


_hex, _uuid = _matching(_HEX, "must be 1 to 64 lower-case hex digits"), _matching(_UUID, "must be a UUID")
_sha = _matching(re.compile("[0-9a-f]{64}"), "must be 64 lower-case hex digits")
_fingerprint = _matching(re.compile("[0-9a-f]{32,64}"), "must be 32 to 64 lower-case hex digits")
_said = _optional(_line, "")
_ever, _once = {"created_at": _moment}, _optional(_moment)
_CHECKS: Mapping[type, Mapping[str, Check]] = {
    ArchivedWorkspace: {"contract_identity": _rule},
    ArchivedLabel: {"name": _name, "created_at": _once},
    ArchivedPlace: {"name": _name, **_ever},
    ArchivedPacticipant: {
        "name": _name,
        "display_name": _line,
        "main_branch": _line,
        "repository_url": _line,
        "repository_name": _line,
        "repository_namespace": _line,
        "labels": _entries(ArchivedLabel),
        "updated_at": _once,
        **_ever,
    },
    ArchivedEnvironment: {
        "uuid": _uuid,
        "name": _name,
        "display_name": _line,
        "production": _flag,
        "contacts": _optional(_contacts),
        "updated_at": _once,
        **_ever,
    },
    ArchivedVersion: {
        "pacticipant": _name,
        "number": _name,
        "build_url": _line,
        "branches": _entries(ArchivedPlace),
        "tags": _entries(ArchivedPlace),
        "updated_at": _once,
        **_ever,
    },
    ArchivedBranch: {
        "pacticipant": _name,
        "name": _name,
        "head": _optional(_name),
        "last_joined_at": _once,
        **_ever,
    },
    ArchivedContract: {
        "consumer": _name,
        "provider": _name,
        "consumer_version": _name,
        "contract": _hex,
        "content_sha": _hex,
        "content": _optional(_text),
        "rule": _optional(_rule),
        "revision": _optional(_count, 1),
        "updated_at": _once,
        **_ever,
    },
    ArchivedLiveContract: {
        "consumer": _name,
        "provider": _name,
        "consumer_version": _name,
        "kind": _live_kind,
        "name": _name,
        "contract": _hex,
        "content_sha": _hex,
        "content": _optional(_text),
        "revision": _optional(_count, 1),
        "updated_at": _once,
        **_ever,
    },
    ArchivedVerification: {
        "consumer": _name,
        "provider": _name,
        "contract": _hex,
        "consumer_versions": _names,
        "provider_version": _name,
        "success": _flag,
        "wip": _optional(_flag, instead=False),
        "pending": _optional(_flag, instead=False),
        "build_url": _line,
        "document": _text,
        "occurrence": _count,
        "not_after": _once,
        "kind": _optional(_live_kind),
        "name": _optional(_name),
        **_ever,
    },
    ArchivedDocument: {"sha": _sha, "content": _text},
    ArchivedFile: {"path": _path, "content_type": _type, "sha": _sha, "root": _flag},
    ArchivedSelfVerification: {
        "success": _optional(_flag),
        "content_type": _line,
        "format": _line,
        "verifier": _line,
        "verifier_version": _line,
        "content_sha": _optional(_sha),
    },
    ArchivedProviderContract: {
        "provider": _name,
        "version": _name,
        "name": _label,
        "format": _format,
        "subject": _optional(_label),
        "topic": _optional(_label),
        "files": _entries(ArchivedFile),
        "self_verification": _optional(_entry(ArchivedSelfVerification)),
        "revision": _optional(_count, 1),
        "updated_at": _once,
        **_ever,
    },
    ArchivedReference: {"name": _name, "schema": _text},
    ArchivedReaderSchema: {
        "consumer": _name,
        "version": _name,
        "subject": _name,
        "topic": _optional(_name),
        "part": _text,
        "provider": _optional(_name),
        "schema_type": _text,
        "schema": _text,
        "name": _optional(_name),
        "references": _entries(ArchivedReference),
        **_ever,
    },
    ArchivedEvidence: {"provider": _name, "version": _name, "document": _text, **_ever},
    ArchivedDeployment: {
        "uuid": _uuid,
        "pacticipant": _name,
        "version": _name,
        "environment": _name,
        "application_instance": _optional(_line, ""),
        "undeployed_at": _once,
        **_ever,
    },
    ArchivedRelease: {
        "uuid": _uuid,
        "pacticipant": _name,
        "version": _name,
        "environment": _name,
        "support_ended_at": _once,
        **_ever,
    },
    ArchivedRegistryContext: {
        "name": _context,
        "listed": _optional(_flag, instead=True),
        "config": _optional(_text),
        "mode": _optional(_text),
        "created_at": _once,
    },
    ArchivedRegistrySubject: {
        "context": _context,
        "name": _subject,
        "highest_version": _optional(_number, 0),
        "config": _optional(_text),
        "mode": _optional(_text),
        "created_at": _once,
    },
    ArchivedRegistryId: {"context": _context, "id": _count, "identity": _sha, "schema_type": _schema_type},
    ArchivedSchemaReference: {"name": _reference_name, "subject": _subject_named, "version": _count},
    ArchivedRegistrySchema: {
        "schema_type": _schema_type,
        "schema": _text,
        "references": _entries(ArchivedSchemaReference),
        "metadata": _optional(_text),
        "rule_set": _optional(_text),
    },
    ArchivedRegistryVersion: {
        "context": _context,
        "subject": _subject,
        "version": _count,
        "id": _count,
        "deleted": _optional(_flag, instead=False),
        "identity": _optional(_sha),
        "content": _optional(_entry(ArchivedRegistrySchema)),
        "created_at": _once,
    },
    ArchivedReadersCheck: {"subject": _subject_named, "environments": _names},
    ArchivedApproval: {
        "provider": _name,
        "fingerprint": _fingerprint,
        "by": _name,
        "reason": _name,
        "until": _day,
        "rule": _said,
        "location": _said,
        "message": _said,
        "updated_at": _once,
        **_ever,
    },
    ArchivedRequirement: {"evidence": _evidence_kinds, "within_seconds": _optional(_count)},
    ArchivedGatePolicy: {"environment": _optional(_name), "accepts": _some(_entries(ArchivedRequirement))},
    ArchivedWaiver: {
        "provider": _name,
        "provider_version": _optional(_name),
        "consumer": _optional(_name),
        "consumer_version": _optional(_name),
        "environment": _optional(_name),
        "contract": _optional(_contract_kind),
        "rule": _optional(_name),
        "path": _optional(_name),
        "by": _name,
        "reason": _name,
        "until": _day,
        "withdrawn_at": _once,
        "withdrawn_by": _optional(_line),
        **_ever,
    },
    ArchivedFindingState: {
        "state": _state,
        "at": _moment,
        "version": _said,
        "by": _said,
        "owner": _said,
        "reason": _said,
        "until": _optional(_day),
    },
    ArchivedFinding: {
        "provider": _name,
        "number": _count,
        "state": _state,
        "branch": _optional(_line),
        "finding": _text,
        "owner": _said,
        "reason": _said,
        "accepted_until": _optional(_day),
        "first_seen_version": _name,
        "first_seen_at": _moment,
        "last_seen_version": _name,
        "last_seen_at": _moment,
        "fixed_version": _said,
        "fixed_at": _once,
        "history": _entries(ArchivedFindingState),
    },
    ArchivedWebhook: {
        "uuid": _webhook_uuid,
        "definition": _text,
        "secrets": _optional(_names, ()),
        "updated_at": _once,
        **_ever,
    },
}
