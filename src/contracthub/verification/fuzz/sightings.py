"""One fault as it was seen, and the name it has over runs: what differs from run to run is taken out of it."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracthub.domain.findings import Finding, fingerprint_of
from contracthub.verification.fuzz.wire import Call, curl_for, path_of, shown_request

NO_ANSWER = "answers_every_request"
NEEDS = "meets_consumers_needs"
DRIFT = "document_is_the_published_one"

_MAPS = {"additionalProperties": ".*", "unevaluatedProperties": ".*"}
_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A check that failed for one request. ``place`` is part of the fault's name, ``call`` what was sent.

    ``curl`` is for where the request is not known in parts. ``is_repeatable`` when the same request and the same check
    show the fault again; a check that compares several requests is not.
    """

    operation: str
    check: str
    code: str
    failure: str
    title: str
    message: str
    place: str = ""
    status: int | None = None
    call: Call | None = None
    curl: str = ""
    is_repeatable: bool = False
    interaction: tuple[str, str] | None = None

    @property
    def fingerprint(self) -> str:
        """The name of the fault over runs, seeds, values and ports."""
        return fingerprint_of(self.operation, self.check, f"{self.code}:{self.failure}", self.place)

    def with_call(self, call: Call) -> "Sighting":
        """The same fault, shown by another request."""
        return replace(self, call=call)


def finding_of(
    sighting: Sighting, consumers: Sequence[str], root_url: str, *, verify_tls: bool = True, secrets: Sequence[str] = ()
) -> Finding:
    """The finding that reports show. ``consumers`` depend on what is at fault, worst hurt first."""
    call = sighting.call
    curl = sighting.curl if call is None else curl_for(call, root_url, verify_tls=verify_tls)
    shown = None if call is None else shown_request(call, path_of(root_url))
    return Finding(
        fingerprint=sighting.fingerprint,
        operation=sighting.operation,
        check=sighting.check,
        code=sighting.code,
        title=sighting.title,
        message=blotted(sighting.message, secrets)[:_LONGEST],
        curl=blotted(curl, secrets),
        status_code=sighting.status,
        consumers=tuple(consumers),
        request=None if shown is None else json.loads(blotted(json.dumps(shown), secrets)),
    )


def blotted(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets that the run was given."""
    for secret in secrets:
        if len(secret) > 3:
            text = text.replace(secret, "[Filtered]")
    return text


def schema_place(path: Sequence[str | int], message: str = "") -> str:
    """Where in a schema something is wrong, as the same text for all values: ``$.lines[*].sku type``.

    ``path`` are the steps of a validator through the schema. What is required and not there is named by the message.
    """
    place, steps = "$", [str(step) for step in path]
    at = 0
    while at < len(steps) - 1:
        step = steps[at]
        if step in ("properties", "patternProperties"):
            place += f".{steps[at + 1]}"
            at += 1
        elif step in ("items", "contains"):
            place += "[*]"
        elif step == "prefixItems":
            place += "[*]"
            at += 1
        elif step in _MAPS:
            place += _MAPS[step]
        at += 1
    keyword = steps[-1] if steps else ""
    missing = re.match(r'"([^"]+)" is a required property', message) if keyword == "required" else None
    if missing is not None:
        return f"{place}.{missing[1]} required"
    return f"{place} {keyword}".strip()


def plain_place(path: Iterable[Any]) -> str:
    """The path of a value or of a GraphQL error, without its indices."""
    return "$" + "".join("[*]" if isinstance(step, int) else f".{step}" for step in path)
