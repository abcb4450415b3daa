"""Asks a provider over HTTP what a flow says, and holds the answer against what it has to be like."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import Mismatch
from contracthub.formats import safe_json
from contracthub.formats.flow.filling import expanded, filled_text
from contracthub.formats.flow.model import Request, Response
from contracthub.formats.flow.patterns import pattern_of_response, status_meets
from contracthub.formats.matching import Pattern, mismatches
from contracthub.formats.safe_json import JsonObject, JsonValue
from contracthub.verification.events.expecting import in_parts
from contracthub.verification.provider_client import ProviderAnswer, ProviderClient, ProviderSilent

_SHORTEST = 0.05
# Reserved characters and what is escaped already (RFC 3986 §2); all else is escaped, as clients do.
_SENT_AS_IT_IS = "/?&=%:@!$'()*+,;~[]-._"


@dataclass(frozen=True, slots=True)
class Question:
    """A request with all values filled in, and what its answer has to be like."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | str | None
    pattern: Pattern
    reads_body: bool

    @property
    def told(self) -> str:
        """How people call it."""
        return f"{self.method} {self.path}"

    def answered_by(self, client: ProviderClient, until: float) -> ProviderAnswer:
        """The answer of the provider. Raises ProviderSilent, when it is not there by then, too."""
        left = max(_SHORTEST, until - time.monotonic())
        patient = replace(client, timeout=min(client.timeout, left))
        return patient.send(self.method, self.path, headers=self.headers, body=self.body)

    def differences(self, answer: ProviderAnswer) -> tuple[Mismatch, ...]:
        """Where the answer is not as it has to be."""
        if not status_meets(self.status, answer.status):
            text = f"expected {self.status} but was {answer.status}"
            return (Mismatch("status", "", text, str(self.status), str(answer.status)),)
        shown: JsonObject = {"headers": dict(answer.headers)}
        if self.reads_body:
            shown["body"] = _body_of(answer)
        return in_parts(mismatches(self.pattern, shown))


def question_from(request: Request, response: Response, values: Mapping[str, JsonValue]) -> Question:
    """The request and the expectation with values in their places. Raises Invalid, and NotSaved."""
    headers = {name: filled_text(value, values) for name, value in request.headers.items()}
    body = None
    if request.has_body:
        content = expanded(request.body, values)
        body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
        if "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "text/plain" if isinstance(content, str) else "application/json"
    return Question(
        method=request.method,
        path=quote(filled_text(request.path, values, _in_path), safe=_SENT_AS_IT_IS),
        headers=headers,
        body=body,
        status=response.status,
        pattern=pattern_of_response(response, values),
        reads_body=response.has_body,
    )


def _in_path(text: str) -> str:
    return quote(text, safe="")


def _body_of(answer: ProviderAnswer) -> JsonValue:
    try:
        return safe_json.loads(answer.body)
    except HubError:
        return answer.body.decode("utf-8", "replace")


__all__ = ["ProviderSilent", "Question", "question_from"]
