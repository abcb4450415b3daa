"""Comparing as another comparator does: pacts with one OpenAPI document, one AsyncAPI document, or one of each."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from contracthub.cli.compare_files import NamedFile, body_of
from contracthub.cli.compare_view import Compared, Texts
from contracthub.cli.exits import ExitCode, Stopped

if TYPE_CHECKING:
    from contracthub.domain.comparisons import Finding
    from contracthub.formats.comparisons.pact_openapi.provider_document import ProviderDocument
    from contracthub.formats.comparisons.pact_openapi.results import Result
    from contracthub.formats.comparisons.pact_openapi.switches import Rules

LIKE = ("openapi-pact-comparator", "pactflow")


def compared_like(
    like: str, providers: Sequence[NamedFile], consumers: Sequence[NamedFile]
) -> tuple[list[tuple[Compared, list[dict[str, Any]]]], Mapping[str, Texts]]:
    """For each pact what is found, also as the peer's JSON, and the provider's documents by name.

    Raises Stopped for a file that can't be read, and UsageError for more documents than the peer takes.
    """
    from contracthub.formats.comparisons.pact_openapi.documents import result_json

    documents, texts = _documents(providers, _rules(like))
    found = []
    for each in consumers:
        data = body_of(each)
        results = _results(each, data, documents)
        findings = [_finding(one, documents) for one in results]
        pact = Compared(Texts(each.label, each.label, {each.label: data}), "pact", findings)
        found.append((pact, [result_json(one) for one in results]))
    return found, texts


def _rules(like: str) -> "Rules":
    from contracthub.formats.comparisons.pact_openapi.switches import PEER, PEER_HOSTED

    return {LIKE[0]: PEER, LIKE[1]: PEER_HOSTED}[like]


def _documents(
    providers: Sequence[NamedFile], rules: "Rules"
) -> "tuple[dict[str, tuple[str, ProviderDocument]], dict[str, Texts]]":
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.pact_openapi.provider_document import read_document

    found: dict[str, tuple[str, ProviderDocument]] = {}
    texts: dict[str, Texts] = {}
    for each in providers:
        data = body_of(each)
        try:
            kind, document = read_document(data, rules)
        except HubError as error:
            raise Stopped(f"{each.path}: {error.message}", ExitCode.NOT_FOUND_OUT) from error
        if kind in found:
            raise click.UsageError("With --like, give one OpenAPI document, one AsyncAPI document, or one of each.")
        found[kind] = each.label, document
        texts[each.label] = Texts(each.label, each.label, {each.label: data})
    return found, texts


def _results(
    file: NamedFile, data: bytes, documents: "Mapping[str, tuple[str, ProviderDocument]]"
) -> "tuple[Result, ...]":
    from contracthub.domain.errors import HubError
    from contracthub.formats.comparisons.pact_openapi.comparing import compare

    openapi, asyncapi = (documents.get(kind, ("", None))[1] for kind in ("openapi", "asyncapi"))
    try:
        return compare(data, openapi, asyncapi)
    except HubError as error:
        raise Stopped(f"{file.path}: {error.message}", ExitCode.NOT_FOUND_OUT) from error


def _finding(result: "Result", documents: "Mapping[str, tuple[str, ProviderDocument]]") -> "Finding":
    from contracthub.formats.comparisons.pact_openapi.telling import finding_from

    kind = "asyncapi" if result.code.startswith("message.") else "openapi"
    name = documents[kind][0] if kind in documents else ""
    return finding_from(result, name, name)
