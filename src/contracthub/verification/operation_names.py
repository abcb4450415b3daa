"""What a replayed request is a request for: ``GET /orders/7`` is ``GET /orders/{id}`` where OpenAPI says so."""

from collections.abc import Callable
from dataclasses import replace

from contracthub.domain.errors import HubError
from contracthub.domain.verification_reports import VerificationReport
from contracthub.verification.documents import HUB, DocumentNotThere, document_at
from contracthub.verification.provider_client import ProviderClient
from contracthub.verification.suites import Target


def under_their_operations(report: VerificationReport, target: Target) -> VerificationReport:
    """The report with each operation called as the provider's document calls it, where there is such a document.

    It is the one that was said, else the one that the provider serves, else the published one. Where the provider gave
    no answer, nobody asks it once more.
    """
    if not any(each.status_code is not None and "/" in each.operation for each in report.interactions):
        return report
    name = _names_of(target)
    if name is None:
        return report
    return replace(
        report, interactions=tuple(replace(each, operation=name(each.operation)) for each in report.interactions)
    )


def _names_of(target: Target) -> Callable[[str], str] | None:
    # Loading these takes longer than a small replay; while a large one runs they are loaded (see contracts).
    from contracthub.formats.openapi.parse import parse
    from contracthub.formats.openapi.requests import Requests

    body = document_of(target)
    if body is None:
        return None
    try:
        requests = Requests(parse(body))
    except HubError:
        return None

    def name(operation: str) -> str:
        found = requests.operation(operation) if "/" in operation else None
        return operation if found is None else found.name

    return name


def document_of(target: Target) -> bytes | None:
    """The provider's OpenAPI document: the one that was said, else the one that it serves, else the published one."""
    from contracthub.verification.state_solving.preparing import found_openapi

    if target.openapi:
        return _at(target.openapi, target)
    seconds = max(target.request_timeout_ms / 1000, 1.0)
    client = ProviderClient(target.base_url, seconds, target.headers, verify_tls=target.verify_tls)
    return found_openapi(client) or (_at(HUB, target) if target.hub is not None else None)


def _at(place: str, target: Target) -> bytes | None:
    try:
        return document_at(place, target, "openapi")
    except DocumentNotThere:
        return None
