"""Findings that are let pass without a hub: a JSON file of fingerprints, each with its last day, reason and owner."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contracthub.domain.deadlines import day_in, faults_of_until, is_over
from contracthub.domain.findings import Finding

LARGEST_FILE = 4 * 1024 * 1024
# How long a run lets pass what it puts into the file by itself: until then somebody has decided.
FIRST_DAYS = 30
_TEXTS = ("fingerprint", "until", "reason", "owner")


class NotABaseline(Exception):
    """The file can't be used; the text says which entry, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a finding may pass: up to and with its last day."""

    fingerprint: str
    until: date
    reason: str
    owner: str
    title: str = ""
    operation: str = ""

    def counts_on(self, today: date) -> bool:
        """Whether it may pass on that day."""
        return not is_over(self.until, today)


def read_baseline(path: Path, *, missing_ok: bool = False) -> dict[str, Acceptance]:
    """The acceptances in a file by fingerprint. Raises NotABaseline."""
    try:
        if missing_ok and not path.exists():
            return {}
        if path.stat().st_size > LARGEST_FILE:
            raise NotABaseline(f"{path}: is larger than {LARGEST_FILE:,} bytes")
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise NotABaseline(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NotABaseline(f"{path}: is not JSON: {error}") from error
    entries = document.get("findings") if isinstance(document, Mapping) else None
    if not isinstance(entries, list):
        raise NotABaseline(f'{path}: has no list "findings"')
    read = [_acceptance(path, at, entry) for at, entry in enumerate(entries)]
    return {each.fingerprint: each for each in read}


def with_new(known: Mapping[str, Acceptance], seen: Iterable[Finding], today: date) -> dict[str, Acceptance]:
    """The baseline with the findings of a run that it does not let pass yet; what it says of others stays."""
    found = dict(known)
    for finding in seen:
        before = known.get(finding.fingerprint)
        if before is None or not before.counts_on(today):
            found[finding.fingerprint] = Acceptance(
                finding.fingerprint,
                today + timedelta(days=FIRST_DAYS),
                before.reason if before else f"seen on {today.isoformat()}, not looked at yet",
                before.owner if before else "nobody yet",
                finding.title,
                finding.operation,
            )
    return found


def write_baseline(path: Path, acceptances: Mapping[str, Acceptance]) -> None:
    """Writes the file whole, in an order that makes small differences."""
    entries = [
        {
            "fingerprint": each.fingerprint,
            "operation": each.operation,
            "title": each.title,
            "until": each.until.isoformat(),
            "reason": each.reason,
            "owner": each.owner,
        }
        for each in sorted(acceptances.values(), key=lambda one: (one.operation, one.title, one.fingerprint))
    ]
    path.write_text(json.dumps({"findings": entries}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _acceptance(path: Path, at: int, entry: Any) -> Acceptance:
    where = f"{path}: /findings/{at}"
    if not isinstance(entry, Mapping):
        raise NotABaseline(f"{where} must be an object")
    for name in _TEXTS:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise NotABaseline(f"{where}/{name} must be a text that says something")
    until = day_in(entry["until"])
    if until is None:
        raise NotABaseline(f"{where}/until {faults_of_until(entry['until'], date.min)[0].text}")
    named = (str(entry.get(name) or "") for name in ("title", "operation"))
    return Acceptance(entry["fingerprint"], until, entry["reason"], entry["owner"], *named)
