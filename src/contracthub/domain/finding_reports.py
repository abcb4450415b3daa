"""A report of findings as it is sent: read whole, with bounds on everything, and without the credentials of a run."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.errors import Fault, Invalid
from contracthub.domain.findings import Finding, each_once, is_of_a_rule
from contracthub.domain.names import faults_of_line, faults_of_name
from contracthub.domain.webhook_secrets import STARS, is_secret_name

MOST_FINDINGS = 1_000
MOST_OPERATIONS = 10_000
MOST_CONSUMERS = 100
LONGEST_MESSAGE = 4_000
LONGEST_CURL = 20_000
LARGEST_REQUEST = 64 * 1024
_FINGERPRINT = re.compile(r"[0-9a-f]{32,64}")
_MOST_TOLD = 20
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_HEADER = re.compile(r"(?P<before>['\"\s])(?P<name>[A-Za-z0-9!#$%&*+.^_`|~-]+):[ \t]*(?P<value>[^'\"\n]+)")
_PARTS = frozenset({"method", "path", "query", "headers", "body"})


@dataclass(frozen=True, slots=True)
class FindingsReport:
    """What a run saw. ``is_complete``: what it covered and did not see is not there any more.

    ``covered`` has for each rule the operations that it looked at; None for a run that ran no rules, and says nothing
    of what rules found.
    """

    findings: tuple[Finding, ...]
    operations: tuple[str, ...]
    is_complete: bool
    branch: str | None = None
    covered: Mapping[str, frozenset[str]] | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether the run would have seen this finding, were it still there."""
        if self.covered is not None:
            return finding.operation in self.covered.get(finding.check, frozenset())
        return finding.operation in self.operations and not is_of_a_rule(finding)


def report_from(body: Mapping[str, Any]) -> FindingsReport:
    """The report in a request. Raises :class:`Invalid` with what is wrong with it."""
    faults = [*_faults_of_run(body), *_faults_of_lists(body), *_faults_of_covered(body.get("covered"))]
    if faults:
        raise Invalid.of(*faults[:_MOST_TOLD])
    for index, each in enumerate(body["findings"]):
        faults += _faults_of_finding(each, index)
        if len(faults) > _MOST_TOLD:
            break
    if faults:
        raise Invalid.of(*faults[:_MOST_TOLD])
    found = each_once(without_credentials(_finding(each)) for each in body["findings"])
    operations = dict.fromkeys(body.get("operations") or ())
    complete, branch = body.get("complete") is True, body.get("branch")
    if body.get("covered") is None:
        return FindingsReport(found, tuple(operations), complete, branch)
    covered = {check: frozenset(names) for check, names in body["covered"].items()}
    return FindingsReport(found, tuple(sorted(frozenset().union(*covered.values()))), complete, branch, covered)


def finding_from(value: object) -> Finding:
    """One finding of a report, by the same bounds. Raises :class:`Invalid`."""
    faults = _faults_of_finding(value, 0)
    if faults or not isinstance(value, Mapping):
        raise Invalid.of(*faults[:_MOST_TOLD])
    return without_credentials(_finding(value))


def without_credentials(finding: Finding) -> Finding:
    """The finding without what a run was let in with: headers that hold secrets are left out of the request, and their
    values are starred in the command.
    """
    curl = _HEADER.sub(_starred, finding.curl)
    request = finding.request
    if request is not None and isinstance(request.get("headers"), Mapping):
        headers = {name: value for name, value in request["headers"].items() if not is_secret_name(name)}
        request = {**request, "headers": headers}
    return replace(finding, curl=curl, request=request)


def _starred(match: re.Match[str]) -> str:
    if not is_secret_name(match["name"]):
        return match[0]
    return f"{match['before']}{match['name']}: {STARS}"


def _faults_of_run(body: Mapping[str, Any]) -> list[Fault]:
    branch = body.get("branch")
    faults = [] if branch is None else faults_of_name("branch", branch, spaces=False)
    if body.get("complete") not in (None, True, False):
        faults.append(Fault("complete", "must be true or false"))
    return faults


def _faults_of_lists(body: Mapping[str, Any]) -> list[Fault]:
    findings, operations = body.get("findings"), body.get("operations")
    faults = []
    if not isinstance(findings, list):
        faults.append(Fault("findings", "must be a list with an object for each finding"))
    elif len(findings) > MOST_FINDINGS:
        faults.append(Fault("findings", f"has more than {MOST_FINDINGS} entries, the most that are taken at once"))
    if operations is None:
        return faults
    if not isinstance(operations, list):
        return [*faults, Fault("operations", "must be a list of the operations that were covered")]
    if len(operations) > MOST_OPERATIONS:
        return [*faults, Fault("operations", f"has more than {MOST_OPERATIONS} entries, the most that are taken")]
    for index, each in enumerate(operations):
        faults += faults_of_name("operations", each, index=index)
    return faults


def _faults_of_covered(value: object) -> list[Fault]:
    if value is None:
        return []
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        return [Fault("covered", "must be an object with a list of operations for each rule")]
    if sum(len(each) for each in value.values()) + len(value) > MOST_OPERATIONS:
        return [Fault("covered", f"has more than {MOST_OPERATIONS} entries, the most that are taken")]
    names = [*value, *dict.fromkeys(each for listed in value.values() for each in listed if isinstance(each, str))]
    no_texts = any(not isinstance(each, str) for listed in value.values() for each in listed)
    faults = [Fault("covered", "must name operations by texts")] if no_texts else []
    return [*faults, *(fault for each in names for fault in faults_of_name("covered", each))]


def _faults_of_finding(value: object, index: int) -> list[Fault]:
    if not isinstance(value, dict):
        return [Fault("findings", "must be an object", index=index)]
    faults = []
    fingerprint = value.get("fingerprint")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        faults.append(Fault("fingerprint", "must be 32 to 64 hex digits", index=index))
    for name in ("operation", "check", "title"):
        faults += faults_of_name(name, value.get(name, ""), index=index)
    faults += faults_of_line("code", value.get("code"), index=index)
    for name, longest in (("message", LONGEST_MESSAGE), ("curl", LONGEST_CURL)):
        faults += _faults_of_text(name, value.get(name), longest, index)
    status = value.get("status_code")
    if status is not None and (not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 999):
        faults.append(Fault("status_code", "must be a status code of HTTP", index=index))
    return [*faults, *_faults_of_consumers(value.get("consumers"), index), *_faults_of_request(value, index)]


def _faults_of_text(name: str, value: object, longest: int, index: int) -> list[Fault]:
    if value is None:
        return []
    if not isinstance(value, str):
        return [Fault(name, "must be a string", index=index)]
    if len(value) > longest:
        return [Fault(name, f"cannot be longer than {longest} characters", index=index)]
    if _UNSTORABLE.search(value):
        return [Fault(name, "cannot contain the character U+0000 or half a surrogate pair", index=index)]
    return []


def _faults_of_consumers(value: object, index: int) -> list[Fault]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST_CONSUMERS:
        return [Fault("consumers", f"must be a list of at most {MOST_CONSUMERS} names", index=index)]
    return [fault for each in value for fault in faults_of_name("consumers", each, index=index)]


def _faults_of_request(finding: Mapping[str, Any], index: int) -> list[Fault]:
    request = finding.get("request")
    if request is None:
        return []
    if not isinstance(request, dict) or set(request) - _PARTS:
        return [Fault("request", f"must be an object of {', '.join(sorted(_PARTS))}", index=index)]
    if len(json.dumps(request)) > LARGEST_REQUEST:
        return [Fault("request", f"cannot be larger than {LARGEST_REQUEST} bytes as JSON", index=index)]
    no_text = [name for name in ("method", "path") if not isinstance(request.get(name), str) or not request[name]]
    no_object = [name for name in ("query", "headers") if not isinstance(request.get(name) or {}, dict)]
    return [
        *(Fault(f"request.{name}", "must be a string that is not empty", index=index) for name in no_text),
        *(Fault(f"request.{name}", "must be an object", index=index) for name in no_object),
    ]


def _finding(value: Mapping[str, Any]) -> Finding:
    return Finding(
        fingerprint=value["fingerprint"],
        operation=value["operation"],
        check=value["check"],
        code=value.get("code") or "",
        title=value["title"],
        message=value.get("message") or "",
        curl=value.get("curl") or "",
        status_code=value.get("status_code"),
        consumers=tuple(dict.fromkeys(value.get("consumers") or ())),
        request=value.get("request"),
    )
