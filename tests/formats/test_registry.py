import pytest

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Invalid, NotFound
from contracthub.formats.limits import Limits
from contracthub.formats.registry import (
    FORMATS,
    GRAPHQL,
    OPENAPI,
    PACT,
    PROVIDER_FORMATS,
    Side,
    format_named,
    provider_format,
)
from contracthub.formats.uploads import Upload

PACT_BYTES = b'{"interactions":[{"description":"a","request":{"method":"GET","path":"/"},"response":{"status":200}}]}'


def test_knows_pacts() -> None:
    assert format_named("pact") is PACT
    assert PACT.side is Side.CONSUMER


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_found_under_its_name(name: str) -> None:
    assert format_named(name).name == name


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="Use one of: pact"):
        format_named("wsdl")


def test_pacts_refuse_what_is_no_document() -> None:
    with pytest.raises(Invalid):
        PACT.read(b"\xff", Limits())


@pytest.mark.parametrize("name", sorted(PROVIDER_FORMATS))
def test_every_format_of_providers_refuses_what_is_no_document(name: str) -> None:
    with pytest.raises(Invalid):
        provider_format(name).read(Upload("a", {"a": b"\xff"}), Limits())


def test_providers_publish_no_pacts() -> None:
    with pytest.raises(NotFound, match="Use one of: openapi, graphql"):
        provider_format("pact")


def test_what_a_provider_offers_is_told_by_every_verb() -> None:
    text = b"{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {/a: {get: {responses: {200: {description: d}}}}}}"
    document = OPENAPI.read(Upload("api.yaml", {"api.yaml": text}), Limits())
    assert OPENAPI.version(document) == "3.1"
    assert [each.name for each in OPENAPI.elements(document)] == ["GET /a", "GET /a 200"]
    assert len(OPENAPI.identity(document)) == 40
    schema = GRAPHQL.read(Upload("a.graphql", {"a.graphql": b"type Query { a: Int }"}), Limits())
    assert [each.name for each in GRAPHQL.elements(schema)] == ["Query", "Query.a"]
    assert len(GRAPHQL.identity(schema)) == 40
    assert (GRAPHQL.version(schema), GRAPHQL.side) == (None, Side.PROVIDER)


def test_the_verbs_of_a_format_fit_together() -> None:
    document = PACT.read(PACT_BYTES, Limits())
    assert len(PACT.identity(document, IdentityRule.STABLE)) == 40
    assert [need.operation for need in PACT.needs(document)] == ["GET /"]
    assert PACT.text_diff(document, PACT.read(b'{"interactions":[]}', Limits()))
    served = PACT.read(PACT_BYTES.replace(b'[{"', b'[{"_id":"x","'), Limits())
    assert PACT.text_diff(document, served) == ""
