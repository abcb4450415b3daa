"""A provider's document, ready to be compared with many pacts: what costs is done once."""

from dataclasses import dataclass
from functools import cached_property

from contracthub.domain.errors import Invalid
from contracthub.formats import safe_yaml
from contracthub.formats.comparisons.pact_openapi.operations import Operation
from contracthub.formats.comparisons.pact_openapi.parameters import Texts
from contracthub.formats.comparisons.pact_openapi.promises import Promises
from contracthub.formats.comparisons.pact_openapi.routing import Route, Router
from contracthub.formats.comparisons.pact_openapi.switches import OURS, Rules, rules_for
from contracthub.formats.comparisons.pact_openapi.validation import Schemas
from contracthub.formats.limits import DOCUMENT, Limits
from contracthub.formats.safe_json import JsonObject, JsonValue


@dataclass(frozen=True)
class ProviderDocument:
    """An OpenAPI or AsyncAPI document under the rules of a comparison. Routes and validators are made when needed."""

    document: JsonObject
    rules: Rules

    @cached_property
    def router(self) -> Router:
        """Finds operations."""
        return Router(self.document, self.rules)

    @cached_property
    def schemas(self) -> Schemas:
        """Validates values."""
        return Schemas(self.document, self.rules)

    @cached_property
    def promises(self) -> Promises:
        """Says what is promised, place by place."""
        return Promises(self.document)

    @cached_property
    def texts(self) -> Texts:
        """Says what the texts of requests come to."""
        return Texts(self.document, self.rules)

    def operation(self, route: Route) -> Operation:
        """What is said of the operation of a route."""
        found = self._operations.get(route.operation.pointer)
        if found is None:
            found = self._operations.setdefault(route.operation.pointer, Operation(self.document, route))
        return found

    @cached_property
    def _operations(self) -> dict[str, Operation]:
        return {}

    @property
    def is_swagger(self) -> bool:
        """Whether it is in Swagger 2.0."""
        return "swagger" in self.document


def read_openapi(data: bytes, rules: Rules = OURS, limits: Limits = DOCUMENT) -> ProviderDocument:
    """An OpenAPI document, of Swagger 2.0 or OpenAPI 3. Raises ``Invalid`` for others, and ``TooLarge``."""
    return openapi_document(safe_yaml.loads(data, limits), rules)


def openapi_document(document: JsonValue, rules: Rules = OURS) -> ProviderDocument:
    """As :func:`read_openapi`, of what was parsed. Raises ``Invalid``."""
    if not isinstance(document, dict) or not (
        str(document.get("swagger", "")).startswith("2.") or str(document.get("openapi", "")).startswith("3.")
    ):
        raise Invalid("malformed-openapi", "Malformed OpenAPI file: it must say swagger: 2.0 or openapi: 3.x.")
    return ProviderDocument(document, rules_for(rules, document))


def read_asyncapi(data: bytes, rules: Rules = OURS, limits: Limits = DOCUMENT) -> ProviderDocument:
    """An AsyncAPI document of version 3. Raises ``Invalid`` for others, and ``TooLarge``."""
    return asyncapi_document(safe_yaml.loads(data, limits), rules)


def asyncapi_document(document: JsonValue, rules: Rules = OURS) -> ProviderDocument:
    """As :func:`read_asyncapi`, of what was parsed. Raises ``Invalid``."""
    if not isinstance(document, dict) or not str(document.get("asyncapi", "")).startswith("3."):
        raise Invalid("malformed-asyncapi", "Malformed AsyncAPI file: it must say asyncapi: 3.x.")
    return ProviderDocument(document, rules_for(rules, document))


def read_document(data: bytes, rules: Rules = OURS, limits: Limits = DOCUMENT) -> tuple[str, ProviderDocument]:
    """A document of either kind, after ``openapi`` or ``asyncapi``. Raises ``Invalid`` for others, and ``TooLarge``."""
    document = safe_yaml.loads(data, limits)
    if isinstance(document, dict) and "asyncapi" in document:
        return "asyncapi", asyncapi_document(document, rules)
    return "openapi", openapi_document(document, rules)
