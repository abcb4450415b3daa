"""The JSON of `contracthub diff`, read back: whoever wrote it may be a stranger, so every part of it is looked at."""

from collections.abc import Mapping
from typing import TypeAlias

from contracthub.domain.change_reports import (
    SEVERITIES,
    AcceptedChange,
    ApprovedBy,
    ConsumerScope,
    DiffReport,
    DocumentReport,
    HitConsumer,
    ReportedChange,
    Spot,
)

Json: TypeAlias = Mapping[str, object]
MOST_DOCUMENTS = 500


class NoDiff(ValueError):
    """The value is not what `contracthub diff --output json` writes."""


def diff_from_json(value: object) -> DiffReport:
    """The report of one output, of one document or of several. Raises NoDiff with the place of what is wrong."""
    document = _object(value, "")
    listed = document.get("documents")
    found = [document] if listed is None else _objects(listed, "/documents")
    if len(found) > MOST_DOCUMENTS:
        raise NoDiff(f"{len(found)} documents are too many; {MOST_DOCUMENTS} are read.")
    documents = tuple(
        _document(each, "" if listed is None else f"/documents/{index}") for index, each in enumerate(found)
    )
    return DiffReport(documents, _scope(document.get("against"), "/against"))


def _document(value: Json, at: str) -> DocumentReport:
    changes = _objects(value.get("changes"), f"{at}/changes")
    accepted = _objects(value.get("accepted", []), f"{at}/accepted")
    return DocumentReport(
        _text(value, "format", at),
        _text(value, "old", at),
        _text(value, "new", at),
        tuple(_change(each, f"{at}/changes/{index}") for index, each in enumerate(changes)),
        tuple(_accepted(each, f"{at}/accepted/{index}") for index, each in enumerate(accepted)),
        _texts(value.get("gaps", []), f"{at}/gaps"),
        _maybe_text(value, "document", at) or "",
        _left_out(value.get("summary"), f"{at}/summary"),
    )


def _left_out(summary: object, at: str) -> int:
    count = None if summary is None else _object(summary, at).get("details_left_out")
    if count is None:
        return 0
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise NoDiff(f"{at}/details_left_out must be a number.")
    return count


def _change(value: Json, at: str) -> ReportedChange:
    severity = _text(value, "severity", at)
    if severity not in SEVERITIES:
        raise NoDiff(f"{at}/severity must be one of {', '.join(SEVERITIES)}.")
    consumers = _objects(value.get("consumers", []), f"{at}/consumers")
    return ReportedChange(
        _text(value, "id", at),
        severity,
        _maybe_text(value, "direction", at) or "",
        _maybe_text(value, "location", at) or "",
        _text(value, "message", at),
        _text(value, "fingerprint", at),
        _maybe_text(value, "pointer_old", at),
        _maybe_text(value, "pointer_new", at),
        _texts(value.get("operations", []), f"{at}/operations"),
        _spot(value.get("source_old"), f"{at}/source_old"),
        _spot(value.get("source_new"), f"{at}/source_new"),
        proof=_maybe_text(value, "proof", at),
        counterexample=_maybe_text(value, "counterexample", at),
        consumers=tuple(_consumer(each, f"{at}/consumers/{index}") for index, each in enumerate(consumers)),
        approved=_approved(value.get("approved"), f"{at}/approved"),
        approval_over=_approved(value.get("approval_over"), f"{at}/approval_over"),
    )


def _consumer(value: Json, at: str) -> HitConsumer:
    name, version, environment, where = (_text(value, each, at) for each in ("name", "version", "environment", "where"))
    breaks = value.get("breaks", True)
    if not isinstance(breaks, bool):
        raise NoDiff(f"{at}/breaks must be true or false.")
    return HitConsumer(name, version, environment, where, breaks)


def _approved(value: object, at: str) -> ApprovedBy | None:
    if value is None:
        return None
    by = _object(value, at)
    return ApprovedBy(*(_maybe_text(by, name, at) or "" for name in ("by", "reason", "until")))


def _accepted(value: Json, at: str) -> AcceptedChange:
    change = _change(_object(value.get("change"), f"{at}/change"), f"{at}/change")
    return AcceptedChange(change, *(_text(value, name, at) for name in ("owner", "reason", "expires")))


def _scope(value: object, at: str) -> ConsumerScope | None:
    if value is None:
        return None
    scope = _object(value, at)
    lists = [_texts(scope.get(name, []), f"{at}/{name}") for name in ("environments", "judged", "unknown")]
    return ConsumerScope(_text(scope, "provider", at), *lists)


def _spot(value: object, at: str) -> Spot | None:
    if value is None:
        return None
    spot = _object(value, at)
    line = spot.get("line")
    if line is not None and (not isinstance(line, int) or isinstance(line, bool)):
        raise NoDiff(f"{at}/line must be a number.")
    return Spot(_text(spot, "file", at), line)


def _object(value: object, at: str) -> Json:
    if not isinstance(value, dict):
        raise NoDiff(f"{at or 'The document'} must be an object, as `contracthub diff --output json` writes it.")
    return value


def _objects(value: object, at: str) -> list[Json]:
    if not isinstance(value, list):
        raise NoDiff(f"{at} must be a list, as `contracthub diff --output json` writes it.")
    return [_object(each, f"{at}/{index}") for index, each in enumerate(value)]


def _texts(value: object, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise NoDiff(f"{at} must be a list of texts.")
    return tuple(value)


def _text(value: Json, name: str, at: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise NoDiff(f"{at}/{name} must be a text, as `contracthub diff --output json` writes it.")
    return text


def _maybe_text(value: Json, name: str, at: str) -> str | None:
    return None if value.get(name) is None else _text(value, name, at)
