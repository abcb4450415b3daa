"""A finding as a contract: the request that showed the fault, and the statuses that an answer without it may have.

The pact has version 4 of the specification, whose matcher ``statusCode`` takes a class of statuses or a list of them.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from contracthub.domain.findings import KnownFinding
from contracthub.formats.safe_json import JsonObject, JsonValue

_JSON = "application/json"
_TEXT = "text/plain"
FILTERED = "[Filtered]"
# What keeps to HTTP, whether or not it did what was asked: all registered statuses that blame the caller or nobody.
_NO_SERVER_ERROR = (
    *(*range(200, 209), 226),
    *range(300, 309),
    *(*range(400, 419), *range(421, 427), 428, 429, 431, 451),
)
_SERVER_ERROR = 500
_REFUSED = "clientError"
_TAKEN_OR_BARRED = tuple(status for status in _NO_SERVER_ERROR if status < 400 or status in {401, 403, 404})
_Statuses = str | Sequence[int]
_BY_CHECK: Mapping[str, tuple[_Statuses, int]] = {
    "negative_data_rejection": (_REFUSED, 400),
    "missing_required_header": (_REFUSED, 400),
    "unsupported_method": ((405,), 405),
    "ignored_auth": ((401, 403), 401),
    "positive_data_acceptance": (_TAKEN_OR_BARRED, 200),
}


class NotPromotable(ValueError):
    """A finding that no single request and status can stand for; the text says why."""


def regression_consumer(provider: str) -> str:
    """Who publishes the contracts that findings of a provider became."""
    return f"{provider}-regressions"


def regression_pact(findings: Sequence[KnownFinding], existing: Mapping[str, object] | None = None) -> JsonObject:
    """The contract with an interaction for each finding, all of one provider.

    ``existing`` is what was promoted before: its interactions stay, and one of the same finding is replaced. Raises
    :class:`NotPromotable`.
    """
    known = findings[0]
    before = existing.get("interactions") if existing is not None else None
    kept = [each for each in before if isinstance(each, dict)] if isinstance(before, list) else []
    made = [_interaction(each) for each in findings]
    names = {_named(each) for each in made}
    interactions: list[JsonValue] = [*(each for each in kept if _named(each) not in names), *made]
    return {
        "consumer": {"name": regression_consumer(known.provider)},
        "provider": {"name": known.provider},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def _named(interaction: JsonObject) -> str:
    """A finding keeps its number, while its title may change."""
    return str(interaction.get("description")).partition(":")[0]


def _interaction(known: KnownFinding) -> JsonObject:
    finding = known.finding
    statuses, example = _expected(known)
    if finding.status_code in _admitted(statuses):
        told = f"it was answered with {finding.status_code}, as it would be without the fault"
        raise NotPromotable(
            f"Finding {known.number} can't be promoted: {told}, and a contract would not tell them apart."
        )
    request = finding.request
    if request is None:
        told = "the hub has no request of it, because none was small enough to be kept or it takes several"
        raise NotPromotable(f"Finding {known.number} can't be replayed: {told}.")
    return {
        "type": "Synchronous/HTTP",
        "description": f"finding {known.number}: {finding.title} ({finding.check}) at {finding.operation}",
        "pending": False,
        "request": _request(known, request),
        "response": {
            "status": example,
            "matchingRules": {
                "status": {"combine": "AND", "matchers": [{"match": "statusCode", "status": _listed(statuses)}]}
            },
        },
        "comments": {"text": [f"Finding {finding.fingerprint}", *([finding.code] if finding.code else [])]},
    }


def _admitted(statuses: _Statuses) -> Collection[int]:
    return range(400, _SERVER_ERROR) if statuses == _REFUSED else statuses if not isinstance(statuses, str) else ()


def _listed(statuses: _Statuses) -> JsonValue:
    return statuses if isinstance(statuses, str) else list(statuses)


def _expected(known: KnownFinding) -> tuple[_Statuses, int]:
    finding = known.finding
    if finding.check in _BY_CHECK:
        return _BY_CHECK[finding.check]
    failed = finding.status_code is None or finding.status_code >= _SERVER_ERROR
    if finding.check == "not_a_server_error" or failed:
        return _NO_SERVER_ERROR, 200
    if finding.check == "status_code_conformance":
        others = [status for status in _NO_SERVER_ERROR if status != finding.status_code]
        return others, others[0]
    told = f"what {finding.check} found is more than a status, and a contract of it would say too little"
    raise NotPromotable(f"Finding {known.number} can't be promoted: {told}.")


def _request(known: KnownFinding, request: Mapping[str, Any]) -> JsonObject:
    headers = _grouped(request.get("headers") or {})
    query = _grouped(request.get("query") or {})
    hidden = sorted(name for name, values in query.items() if FILTERED in values)
    if hidden:
        told = f"the parameter {hidden[0]} was left out as a credential"
        raise NotPromotable(f"Finding {known.number} can't be replayed: {told}.")
    # Who replays the contract lets itself in: credentials are not part of it.
    headers = {name: values for name, values in headers.items() if FILTERED not in values}
    made: JsonObject = {"method": str(request["method"]).upper(), "path": str(request["path"])}
    body = request.get("body")
    if body is not None:
        given = next((values[0] for name, values in headers.items() if name.lower() == "content-type"), None)
        kind = given or (_TEXT if isinstance(body, str) else _JSON)
        headers |= {} if given else {"Content-Type": [kind]}
        made["body"] = {"content": _content(body, kind), "contentType": kind, "encoded": False}
    if query:
        made["query"] = {name: list(values) for name, values in query.items()}
    if headers:
        made["headers"] = {name: list(values) for name, values in headers.items()}
    return made


def _content(body: JsonValue, kind: str) -> JsonValue:
    """What is sent as JSON stands as JSON in a pact, everything else as text."""
    return body if isinstance(body, str) or "json" in kind.lower() else json.dumps(body)


def _grouped(values: Mapping[str, Any]) -> dict[str, list[str]]:
    return {str(name): list(map(_text, _several(each))) for name, each in values.items()}


def _several(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
