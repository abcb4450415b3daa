"""Findings of a provider: report what a run saw, ask what is known, accept, open again."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from contracthub.client.answers import JsonObject
from contracthub.client.errors import AnswerNotUnderstood, HubAnswered
from contracthub.client.hub import Hub
from contracthub.client.spelling import naming
from contracthub.domain.deadlines import day_in
from contracthub.domain.errors import Invalid, TooLarge
from contracthub.domain.finding_reports import (
    LARGEST_REQUEST,
    LONGEST_CURL,
    LONGEST_MESSAGE,
    MOST_CONSUMERS,
    MOST_FINDINGS,
    MOST_OPERATIONS,
)
from contracthub.domain.findings import Finding, FindingState, KnownFinding, each_once, finding_fields, finding_in
from contracthub.formats import safe_json
from contracthub.formats.limits import Limits

_PAGE = 1000
# The most that a hub keeps for a provider, in pages.
_MOST_PAGES = 10
# A letter takes four bytes at most, and a name 2,048.
_LONGEST_LINE = 500
# A report is taken with a depth of 50, and a request stands three levels deep in it.
_REQUEST = Limits(max_bytes=LARGEST_REQUEST, max_depth=45)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run saw. ``complete``: what it covered and did not see is not there any more.

    ``covered`` is for a run of rules: the operations that each of them looked at.
    """

    provider: str
    version: str
    findings: Sequence[Finding]
    operations: Sequence[str]
    complete: bool
    branch: str | None = None
    covered: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the hub made of a report: each finding with its state for this run, and those that are fixed now."""

    seen: tuple[KnownFinding, ...]
    fixed: tuple[KnownFinding, ...]
    document: JsonObject


def report_findings(hub: Hub, report: Report) -> Receipt:
    """Has the hub remember what a run saw. Raises HubFailure.

    What a hub does not take is left out of a finding before it is sent: the end of long texts, requests that are
    larger than 64 KiB or hold characters that no database stores.
    """
    found = [sendable(each) for each in each_once(report.findings)]
    complete = report.complete and len(found) <= MOST_FINDINGS and len(report.operations) <= MOST_OPERATIONS
    complete = complete and (report.covered is None or _size(report.covered) <= MOST_OPERATIONS)
    body = {
        "branch": report.branch,
        "operations": [each for each in dict.fromkeys(map(_line, report.operations)) if each][:MOST_OPERATIONS],
        "complete": complete,
        "findings": [finding_fields(each) for each in found[:MOST_FINDINGS]],
        "covered": _covered(report.covered),
    }
    path = f"/api/v1/providers/{_part(report.provider)}/versions/{_part(report.version)}/findings"
    answer = hub.send("POST", path, {name: value for name, value in body.items() if value is not None}, repeatable=True)
    return Receipt(_all_in(answer.data, "findings"), _all_in(answer.data, "fixed"), answer.data)


def _covered(covered: Mapping[str, Sequence[str]] | None) -> Mapping[str, Sequence[str]] | None:
    if covered is None or _size(covered) > MOST_OPERATIONS:
        return None if covered is None else {}
    return {check: [each for each in map(_line, names) if each] for check, names in covered.items()}


def _size(covered: Mapping[str, Sequence[str]]) -> int:
    return sum(len(each) for each in covered.values()) + len(covered)


def known_findings(
    hub: Hub, provider: str, *, states: Iterable[FindingState] = (), branch: str | None = None
) -> Mapping[str, KnownFinding]:
    """What is remembered of a provider, by fingerprint, the worst first; nothing of one that the hub does not know.

    Without requests and commands. Raises HubFailure.
    """
    try:
        found, _ = listed_findings(hub, provider, states=states, branch=branch)
    except HubAnswered as refusal:
        if refusal.status != 404:
            raise
        return {}
    return {each.finding.fingerprint: each for each in found}


def listed_findings(
    hub: Hub, provider: str, *, states: Iterable[FindingState] = (), branch: str | None = None
) -> tuple[Sequence[KnownFinding], list[object]]:
    """The same in the hub's order, and as the hub sent it. Raises HubFailure."""
    found: list[KnownFinding] = []
    sent: list[object] = []
    for page in range(1, _MOST_PAGES + 1):
        query = [("size", str(_PAGE)), ("page", str(page)), *(("state", each.value) for each in states)]
        query += [] if branch is None else [("branch", branch)]
        with naming((provider,), None):
            answer = hub.get(_url(hub, provider), query)
        found += _all_in(answer.data, "findings")
        sent += _listed(answer.data, "findings")
        if len(_listed(answer.data, "findings")) < _PAGE:
            break
    return found, sent


def get_finding(hub: Hub, provider: str, number: int) -> tuple[KnownFinding, JsonObject]:
    """One finding with its request, and as the hub sent it. Raises HubFailure."""
    with naming((provider,), None):
        answer = hub.get(_url(hub, provider, str(number)))
    return _known(answer.data), answer.data


def accept_finding(
    hub: Hub, provider: str, number: int, *, owner: str, reason: str, until: date
) -> tuple[KnownFinding, JsonObject]:
    """Lets a finding pass up to and with a day. Raises HubFailure."""
    body = {"owner": owner, "reason": reason, "until": until.isoformat()}
    with naming((provider,), None):
        answer = hub.send("POST", _url(hub, provider, str(number), "acceptance"), body)
    return _known(answer.data), answer.data


def reopen_finding(hub: Hub, provider: str, number: int) -> tuple[KnownFinding, JsonObject]:
    """Lets a finding pass no longer. Raises HubFailure."""
    with naming((provider,), None):
        answer = hub.send("DELETE", _url(hub, provider, str(number), "acceptance"))
    return _known(answer.data), answer.data


def _url(hub: Hub, provider: str, *rest: str) -> str:
    return "/".join([f"{hub.connection.base_url}/api/v1/providers/{_part(provider)}/findings", *rest])


def _part(name: str) -> str:
    return quote(name, safe="")


def sendable(finding: Finding) -> Finding:
    """The finding within the bounds of a hub."""
    request = finding.request
    return replace(
        finding,
        operation=_line(finding.operation) or "(none)",
        check=_line(finding.check) or "(none)",
        code=_line(finding.code),
        title=_line(finding.title) or "(none)",
        message=_text(finding.message, LONGEST_MESSAGE),
        curl=_text(finding.curl, LONGEST_CURL),
        consumers=tuple(filter(None, map(_line, finding.consumers[:MOST_CONSUMERS]))),
        request=request if request is not None and _is_storable(request) else None,
    )


def _is_storable(request: Mapping[str, Any]) -> bool:
    """Whether the hub reads it, inside of a report, as it reads everything."""
    try:
        safe_json.loads(json.dumps(request, allow_nan=False), _REQUEST)
    except (TypeError, ValueError, RecursionError, Invalid, TooLarge):
        return False
    return True


def _line(text: str) -> str:
    visible = "".join(
        letter if letter.isprintable() else " " for letter in _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    )
    line = " ".join(visible.split())[:_LONGEST_LINE].rstrip()
    return "" if line in {".", ".."} else line


def _text(text: str, longest: int) -> str:
    text = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _listed(document: JsonObject, name: str) -> list[object]:
    found = document.get(name)
    if not isinstance(found, list):
        raise AnswerNotUnderstood("The answer does not list findings. The hub may be too old.")
    return found


def _all_in(document: JsonObject, name: str) -> tuple[KnownFinding, ...]:
    return tuple(_known(each) for each in _listed(document, name))


def _known(value: object) -> KnownFinding:
    if not isinstance(value, Mapping):
        raise AnswerNotUnderstood("A finding in the answer is no object.")
    try:
        return KnownFinding(
            number=int(value["number"]),
            provider=str(value["provider"]),
            finding=finding_in({"curl": "", **value}),
            state=FindingState(value["state"]),
            owner=str(value.get("owner") or ""),
            reason=str(value.get("reason") or ""),
            accepted_until=day_in(value.get("acceptedUntil")),
            first_seen_version=str(value["firstSeenVersion"]),
            first_seen_at=datetime.fromisoformat(value["firstSeenAt"]),
            last_seen_version=str(value["lastSeenVersion"]),
            last_seen_at=datetime.fromisoformat(value["lastSeenAt"]),
            fixed_at=datetime.fromisoformat(value["fixedAt"]) if value.get("fixedAt") else None,
            fixed_version=str(value.get("fixedVersion") or ""),
            branch=value["branch"],
        )
    except (KeyError, TypeError, ValueError) as error:
        told = f"A finding in the answer is not understood ({type(error).__name__}: {error}). The hub may be too new."
        raise AnswerNotUnderstood(told) from error
