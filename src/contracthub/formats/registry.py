"""The one table of formats. A new format is one new package and one line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from contracthub.domain.contracts import IdentityRule
from contracthub.domain.errors import Fault, NotFound
from contracthub.formats.asyncapi import contract as asyncapi
from contracthub.formats.avro import contract as avro
from contracthub.formats.elements import Element
from contracthub.formats.graphql import contract as graphql
from contracthub.formats.jsonschema import contract as jsonschema
from contracthub.formats.limits import Limits
from contracthub.formats.needs import Need
from contracthub.formats.openapi import contract as openapi
from contracthub.formats.pact import contract as pact
from contracthub.formats.protobuf import contract as protobuf
from contracthub.formats.uploads import Upload

Document = TypeVar("Document")


class Side(StrEnum):
    """Who speaks in contracts of a format: consumers say what they need, providers what they offer."""

    CONSUMER = "consumer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class ConsumerFormat(Generic[Document]):
    """The verbs that every format of consumers has.

    ``read`` raises ``Invalid`` or ``TooLarge`` and nothing else; the other verbs never raise on what ``read`` returned.
    """

    name: str
    read: Callable[[bytes, Limits], Document]
    identity: Callable[[Document, IdentityRule], str]
    needs: Callable[[Document], tuple[Need, ...]]
    text_diff: Callable[[Document, Document], str]

    @property
    def side(self) -> Side:
        """Who speaks."""
        return Side.CONSUMER


@dataclass(frozen=True, slots=True)
class ProviderFormat(Generic[Document]):
    """The verbs that every format of providers has; ``title`` is its name for people.

    ``read`` takes the files that were uploaded together and finds every fault at once; it raises ``Invalid`` or
    ``TooLarge`` and nothing else, and the other verbs never raise on what it returned. ``version`` is that of the
    specification which the document says it is written in, None where a format has none. ``identity`` is the same for
    documents that no consumer can tell apart, ``elements`` what there is to use, and ``warnings`` rules of the
    specification that are broken without harm.
    """

    name: str
    title: str
    read: Callable[[Upload, Limits], Document]
    version: Callable[[Document], str | None]
    identity: Callable[[Document], str]
    elements: Callable[[Document], tuple[Element, ...]]
    warnings: Callable[[Document], tuple[Fault, ...]] = lambda _: ()

    @property
    def side(self) -> Side:
        """Who speaks."""
        return Side.PROVIDER


PACT: ConsumerFormat[pact.PactContent] = ConsumerFormat(
    name="pact",
    read=pact.read_content,
    identity=pact.identity,
    needs=pact.needs_of,
    text_diff=pact.text_diff_of,
)
OPENAPI: ProviderFormat[openapi.OpenApiDocument] = ProviderFormat(
    "openapi", "OpenAPI", openapi.read, openapi.version, openapi.identity, openapi.elements, openapi.warnings
)
GRAPHQL: ProviderFormat[graphql.GraphqlDocument] = ProviderFormat(
    "graphql", "GraphQL", graphql.read, graphql.version, graphql.identity, graphql.elements
)
ASYNCAPI: ProviderFormat[asyncapi.AsyncApiDocument] = ProviderFormat(
    "asyncapi",
    "AsyncAPI",
    asyncapi.read,
    asyncapi.version,
    asyncapi.identity,
    asyncapi.elements,
    asyncapi.warnings,
)
AVRO: ProviderFormat[avro.AvroSchema] = ProviderFormat(
    "avro", "Avro", avro.read, avro.version, avro.identity, avro.elements
)
JSON_SCHEMA: ProviderFormat[jsonschema.JsonSchema] = ProviderFormat(
    "json-schema", "JSON Schema", jsonschema.read, jsonschema.version, jsonschema.identity, jsonschema.elements
)
PROTOBUF: ProviderFormat[protobuf.ProtobufSchema] = ProviderFormat(
    "protobuf", "Protobuf", protobuf.read, protobuf.version, protobuf.identity, protobuf.elements
)

# Each entry has documents of a type of its own, which only its own verbs ever see.
PROVIDER_FORMATS: Mapping[str, ProviderFormat[Any]] = {
    entry.name: entry for entry in (OPENAPI, GRAPHQL, ASYNCAPI, AVRO, JSON_SCHEMA, PROTOBUF)
}
FORMATS: Mapping[str, ConsumerFormat[Any] | ProviderFormat[Any]] = {PACT.name: PACT, **PROVIDER_FORMATS}


def format_named(name: str) -> ConsumerFormat[Any] | ProviderFormat[Any]:
    """The format of this name, or ``NotFound`` with the names there are."""
    if name not in FORMATS:
        raise NotFound("unknown-format", f"There is no format {name[:100]!r}. Use one of: {', '.join(FORMATS)}.")
    return FORMATS[name]


def provider_format(name: str) -> ProviderFormat[Any]:
    """The format of this name in which providers say what they offer, or ``NotFound`` with the names there are."""
    if name not in PROVIDER_FORMATS:
        names = ", ".join(PROVIDER_FORMATS)
        raise NotFound("unknown-format", f"Providers publish nothing in a format {name[:100]!r}. Use one of: {names}.")
    return PROVIDER_FORMATS[name]
