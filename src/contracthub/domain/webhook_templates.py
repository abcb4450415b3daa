"""Template parameters of webhooks, ``${pactbroker.NAME}`` (pact-broker-api §14) and our own ``${contracthub.NAME}``:
which there are, and how a request is filled in so that no value can become more than a value.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from contracthub.domain.webhook_request import JsonValue, WebhookRequest

PARAMETERS = frozenset(
    {
        "azureDevOpsVerificationStatus",
        "bitbucketVerificationStatus",
        "buildUrl",
        "consumerLabels",
        "consumerName",
        "consumerVersionBranch",
        "consumerVersionNumber",
        "consumerVersionTags",
        "currentlyDeployedProviderVersionNumber",
        "eventName",
        "githubVerificationStatus",
        "gitlabVerificationStatus",
        "pactUrl",
        "providerLabels",
        "providerName",
        "providerVersionBranch",
        "providerVersionDescriptions",
        "providerVersionNumber",
        "providerVersionTags",
        "verificationResultUrl",
    }
)
# What tells live contracts from pacts.
CONTRACT_KIND, CONTRACT_NAME = "contracthub.contractKind", "contracthub.contractName"
_WITHOUT_VALUE = {CONTRACT_KIND: "pact"}
_PARAMETER = re.compile(r"\$\{(?:pactbroker\.([A-Za-z0-9_]{1,64})|(contracthub\.contract(?:Kind|Name)))\}")
_AUTHORITY = re.compile(r"[^/?#]*//[^/?#]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

# Success, failure, not known yet: the words of each service for the outcome of a verification.
_STATUSES = {
    "githubVerificationStatus": ("success", "failure", "pending"),
    "bitbucketVerificationStatus": ("SUCCESSFUL", "FAILED", "INPROGRESS"),
    "azureDevOpsVerificationStatus": ("succeeded", "failed", "pending"),
    "gitlabVerificationStatus": ("success", "failed", "pending"),
}


def status_parameters(*, success: bool | None) -> dict[str, str]:
    """The parameters that tell the outcome of a verification in each service's words; ``None``: there is none yet."""
    position = 2 if success is None else 0 if success else 1
    return {name: words[position] for name, words in _STATUSES.items()}


def has_parameter(text: str) -> bool:
    """Whether a text has a template parameter, known or not."""
    return _PARAMETER.search(text) is not None


def fill(request: WebhookRequest, parameters: Mapping[str, str]) -> WebhookRequest:
    """The request with values for its parameters: percent-encoded in the URL, escaped in a JSON body, on one line in a
    header. A known parameter without a value is empty, an unknown one stays as it is.

    The host of the URL is never filled in: which hosts may be called is decided before.
    """
    return replace(
        request,
        url=_filled_url(request.url, parameters),
        headers=tuple((name, one_line(_filled(value, parameters))) for name, value in request.headers),
        body=_filled_body(request, parameters),
        username=request.username and _filled(request.username, parameters),
        password=request.password and _filled(request.password, parameters),
    )


def one_line(text: str) -> str:
    """A text without line breaks or other control characters, so that it can't begin another header."""
    return _CONTROL.sub(" ", text)


def _filled(text: str, parameters: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    def value(match: re.Match[str]) -> str:
        theirs, ours = match.groups()
        if ours:
            return escape(parameters.get(ours) or _WITHOUT_VALUE.get(ours, ""))
        if theirs not in PARAMETERS:
            return match.group()
        return escape(parameters.get(theirs) or "")

    return _PARAMETER.sub(value, text)


def _filled_url(url: str, parameters: Mapping[str, str]) -> str:
    authority = _AUTHORITY.match(url)
    start = authority.end() if authority else 0
    return url[:start] + _filled(url[start:], parameters, lambda value: quote(value, safe=""))


def _filled_body(request: WebhookRequest, parameters: Mapping[str, str]) -> JsonValue:
    if isinstance(request.body, str):
        escape = _json_escaped if is_json_text(request) else str
        return _filled(request.body, parameters, escape)
    return _filled_value(request.body, parameters)


def _filled_value(value: JsonValue, parameters: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        return _filled(value, parameters)
    if isinstance(value, list):
        return [_filled_value(each, parameters) for each in value]
    if isinstance(value, dict):
        return {_filled(name, parameters): _filled_value(each, parameters) for name, each in value.items()}
    return value


def is_json_text(request: WebhookRequest) -> bool:
    """Whether a body that was given as text is JSON: its media type says so, or it can be read as JSON."""
    if any(name.lower() == "content-type" and "json" in value.lower() for name, value in request.headers):
        return True
    if not isinstance(request.body, str) or not request.body.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(request.body)
    except (ValueError, RecursionError):
        return False
    return True


def _json_escaped(value: str) -> str:
    return json.dumps(value)[1:-1]
