"""Compares a pact with a provider's documents."""

from collections.abc import Iterator

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
from contracthub.formats.comparisons.pact_openapi.results import Level, Result


def compare(pact: bytes, openapi: ProviderDocument | None, asyncapi: ProviderDocument | None) -> tuple[Result, ...]:
    """What is found, in the order of the interactions.

    Without any document each interaction misses one; with only one of the two, interactions of the other kind are left
    out. Raises ``Invalid`` for a pact or a document that can't be used, and ``TooLarge``.
    """
    return tuple(result for each in read_pact(pact) for result in _compared(each, openapi, asyncapi))


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
    """What is found of one message. Raises ``Invalid`` for what can't be used, and ``TooLarge``."""
    return MessageCheck(provider, interaction, Findings(interaction)).all()


def compared_with_openapi(interaction: Interaction, provider: ProviderDocument) -> Iterator[Result]:
    """What is found of one request and its response. Raises ``Invalid`` for what can't be used, and ``TooLarge``."""
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
    yield from check.security()
    yield from check.accept()
    types = [*check.content_type()]
    yield from types
    yield from check.headers()
    yield from check.query()
    if not any(each.code == "request.content-type.incompatible" for each in types):
        yield from check.body()
    yield from ResponseCheck(provider, found.route.operation, request, response, status, findings).all()
