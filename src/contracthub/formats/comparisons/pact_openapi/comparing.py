"""Compares a pact with a provider's documents."""

from collections.abc import Iterator

from contracthub.domain.comparisons import Level
from contracthub.domain.errors import Invalid
from contracthub.formats.comparisons.pact_openapi.findings import Findings
from contracthub.formats.comparisons.pact_openapi.http_request import RequestCheck
from contracthub.formats.comparisons.pact_openapi.http_response import ResponseCheck
from contracthub.formats.comparisons.pact_openapi.messages import MessageCheck
from contracthub.formats.comparisons.pact_openapi.pact_file import (
    Interaction,
    Kind,
    read_pact,
    request_of,
    response_of,
)
from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
from contracthub.formats.comparisons.pact_openapi.results import Result


def compare(pact: bytes, openapi: ProviderDocument | None, asyncapi: ProviderDocument | None) -> tuple[Result, ...]:
    """What is found, in the order of the interactions.

    Without any document each interaction misses one; with only one of the two, interactions of the other kind are left
    out. Raises ``Invalid`` for a pact or a document that can't be used, and ``TooLarge``.
    """
    strict = any(each is not None and not each.rules.ours for each in (openapi, asyncapi))
    interactions = read_pact(pact, strict=strict)
    return tuple(result for each in interactions for result in _compared(each, openapi, asyncapi))


def is_compatible(results: tuple[Result, ...]) -> bool:
    """Whether nothing was found that makes the pact incompatible."""
    return not any(each.level is Level.ERROR for each in results)


def _compared(
    interaction: Interaction, openapi: ProviderDocument | None, asyncapi: ProviderDocument | None
) -> Iterator[Result]:
    findings = Findings(interaction)
    pointer = f"/interactions/{interaction.index}"
    if interaction.kind is Kind.HTTP:
        if openapi is not None:
            yield from compared_with_openapi(interaction, openapi)
        elif asyncapi is None:
            yield findings.result("request.spec.missing", "The provider has no OpenAPI document", pointer)
    elif interaction.kind in {Kind.MESSAGE, Kind.SYNC_MESSAGE}:
        if asyncapi is not None:
            yield from compared_with_asyncapi(interaction, asyncapi)
        elif openapi is None:
            yield findings.result("message.spec.missing", "The provider has no AsyncAPI document", pointer)


def compared_with_asyncapi(interaction: Interaction, provider: ProviderDocument) -> Iterator[Result]:
    """What is found of one message. In the peer's mode raises ``Invalid`` for what can't be used; and ``TooLarge``."""
    findings = Findings(interaction)
    return _isolated(MessageCheck(provider, interaction, findings).all(), provider, findings)


def compared_with_openapi(interaction: Interaction, provider: ProviderDocument) -> Iterator[Result]:
    """What is found of one request and its response.

    What can't be used is a result; in the peer's mode, where nothing is compared then, it raises ``Invalid``. Raises
    ``TooLarge``.
    """
    return _isolated(_http(interaction, provider), provider, Findings(interaction))


def _isolated(results: Iterator[Result], provider: ProviderDocument, findings: Findings) -> Iterator[Result]:
    """The results, up to what can't be used, which is one of them: other interactions are none the worse for it."""
    try:
        yield from results
    except Invalid as error:
        if not provider.rules.ours:
            raise
        is_pacts = error.code == "malformed-pact"
        where = next((fault.pointer for fault in error.faults if fault.pointer), None)
        where = where or f"/interactions/{findings.interaction.index}"
        yield findings.result("interaction.malformed" if is_pacts else "document.unusable", error.message, where)


def _http(interaction: Interaction, provider: ProviderDocument) -> Iterator[Result]:
    rules = provider.rules
    request, response = request_of(interaction, rules), response_of(interaction, rules)
    method, path = str(request.raw["method"]), str(request.raw["path"])
    status = response.raw.get("status", 200)
    assert isinstance(status, int)
    found = provider.router.find(method, path)
    if found is None:
        others = provider.router.methods_at(path)
        hint = f" The path is there for {', '.join(each.upper() for each in others)}." if others else ""
        told = f"The document has no operation for {method.upper()} {path}.{hint}"
        yield Findings(interaction).result("request.path-or-method.unknown", told, f"{request.pointer}/path", "/paths")
        return
    findings = Findings(interaction, found.route.method, found.route.path)
    check = RequestCheck(provider, found, request, status, findings)
    wrong = [*check.path_parameters()]
    yield from wrong
    if wrong:
        return
    yield from _isolated(check.all(), provider, findings)
    yield from ResponseCheck(provider, found.route.operation, request, response, status, findings).all()
