"""What a document says of one operation, worked out once, whoever's request is held against it."""

from dataclasses import dataclass
from functools import cached_property

from contracthub.formats.comparisons.pact_openapi.parameters import Parameter, parameters_of
from contracthub.formats.comparisons.pact_openapi.routing import Route
from contracthub.formats.comparisons.pact_openapi.security import Scheme, alternatives, keys_of
from contracthub.formats.safe_json import JsonObject


@dataclass(frozen=True)
class Operation:
    """An operation of a document. What can't be worked out raises ``Invalid`` each time."""

    document: JsonObject
    route: Route

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Its parameters and those of its path."""
        return parameters_of(self.document, self.route)

    @cached_property
    def alternatives(self) -> list[list[Scheme]]:
        """What it asks for as security."""
        return alternatives(self.document, self.route.operation)

    @cached_property
    def header_keys(self) -> frozenset[str]:
        """The headers in which it asks for keys, in small letters."""
        return frozenset(name.lower() for place, name in keys_of(self.alternatives) if place == "header")

    @cached_property
    def query_keys(self) -> frozenset[str]:
        """The query parameters in which it asks for keys."""
        return frozenset(name for place, name in keys_of(self.alternatives) if place == "query")
