"""Which changes are to be approved: named one by one, or taken from a comparison that was written as JSON."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from contracthub.client.approvals import ToApprove
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.formats import safe_json
from contracthub.formats.limits import Limits

_LIMITS = Limits(max_bytes=100 * 1024 * 1024, max_depth=50, max_nodes=5_000_000)
_FINGERPRINT = re.compile(r"[0-9a-f]{32,64}")
_FROM = {"breaking": ("breaking",), "dangerous": ("breaking", "dangerous")}


def changes_to_approve(named: Sequence[str], report: str | None, severity: str) -> Sequence[ToApprove]:
    """The changes, each once. Raises UsageError where none is named, or what is named is none."""
    if bool(named) == bool(report):
        raise click.UsageError("Which changes? Give their fingerprints, or --all-from what `contracthub diff` wrote.")
    if report is None:
        wrong = [each for each in named if not _FINGERPRINT.fullmatch(each)]
        if wrong:
            told = "is no fingerprint of a change: `contracthub diff --output json` tells them, 32 hex digits each"
            raise click.UsageError(f"{wrong[0][:100]!r} {told}.")
        return [ToApprove(each) for each in dict.fromkeys(named)]
    found: dict[str, ToApprove] = {}
    for change in _changes_in(report):
        if change.get("severity") in _FROM[severity] and "approved" not in change:
            to_approve = _to_approve(change, report)
            found.setdefault(to_approve.fingerprint, to_approve)
    return list(found.values())


def _changes_in(report: str) -> Iterator[Mapping[str, object]]:
    try:
        value = safe_json.loads(_body(report), _LIMITS)
    except OSError as error:
        raise click.UsageError(f"Can't read {report}: {error.strerror or error}.") from error
    except (Invalid, TooLarge) as error:
        raise click.UsageError(f"{report}: {error.message}") from error
    documents = value.get("documents", [value]) if isinstance(value, dict) else None
    if not isinstance(documents, list):
        raise _not_a_report(report)
    for document in documents:
        changes = document.get("changes") if isinstance(document, dict) else None
        if not isinstance(changes, list):
            raise _not_a_report(report)
        for change in changes:
            if not isinstance(change, dict):
                raise _not_a_report(report)
            yield change


def _body(report: str) -> bytes:
    if report == "-":
        return sys.stdin.buffer.read(_LIMITS.max_bytes + 1)
    with Path(report).open("rb") as file:
        return file.read(_LIMITS.max_bytes + 1)


def _to_approve(change: Mapping[str, object], report: str) -> ToApprove:
    fingerprint = change.get("fingerprint")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise _not_a_report(report)
    rule, location, message = (str(change.get(name) or "") for name in ("id", "location", "message"))
    return ToApprove(fingerprint, rule, location, message)


def _not_a_report(report: str) -> click.UsageError:
    return click.UsageError(f"{report} is not what `contracthub diff --output json` writes.")
