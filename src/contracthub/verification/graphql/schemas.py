"""The schemas of a provider: the one that it is said to have, and the one that the running instance tells."""

import json
from collections.abc import Sequence

from contracthub.domain.errors import HubError
from contracthub.formats import safe_json
from contracthub.formats.safe_json import JsonValue
from contracthub.verification.documents import HUB, DocumentNotThere, document_at
from contracthub.verification.graphql.operations import Operation
from contracthub.verification.provider_client import ProviderClient, ProviderSilent
from contracthub.verification.suites import Target

DEFAULT_PATH = "/graphql"


class SchemaNotThere(Exception):
    """No schema can be had; the text says why."""


def path_of(target: Target, operations: Sequence[Operation]) -> str:
    """Where the provider speaks GraphQL: what was said, else where most operations go to."""
    if target.graphql_path:
        return target.graphql_path
    paths = [operation.path for operation in operations if operation.path]
    return max(paths, key=paths.count) if paths else DEFAULT_PATH


def given_schema(target: Target) -> str | None:
    """The text of the schema that the provider was said to have; None where nobody said. Raises SchemaNotThere."""
    if target.sdl is None:
        return None
    try:
        return document_at(target.sdl, target, "graphql").decode("utf-8", "replace")
    except DocumentNotThere as error:
        raise SchemaNotThere(str(error)) from error


def published_schema(target: Target) -> str | None:
    """The text of the schema that the provider published in the hub, if there are a hub and a schema."""
    if target.hub is None:
        return None
    try:
        return document_at(HUB, target, "graphql").decode("utf-8", "replace")
    except DocumentNotThere:
        return None


def running_schema(client: ProviderClient, path: str) -> str:
    """The introspection answer of the running provider, as text. Raises SchemaNotThere."""
    # Takes a quarter of a second, which replays without GraphQL should not pay.
    from graphql import get_introspection_query

    answer: JsonValue = None
    # Not every server knows of inputs that are deprecated.
    for with_inputs in (True, False):
        query = get_introspection_query(descriptions=False, input_value_deprecation=with_inputs)
        answer = _asked(client, path, query)
        if isinstance(answer, dict) and isinstance(data := answer.get("data"), dict) and data.get("__schema"):
            return json.dumps({"data": data})
    raise SchemaNotThere(f"POST {path} does not tell its schema{_reason(answer)}; introspection may be switched off.")


def _asked(client: ProviderClient, path: str, query: str) -> JsonValue:
    body = json.dumps({"query": query}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    try:
        answer = client.send("POST", path, headers=headers, body=body)
    except ProviderSilent as error:
        raise SchemaNotThere(f"The provider did not tell its schema at POST {path}: {error}.") from error
    try:
        return safe_json.loads(answer.body)
    except HubError as error:
        told = f"The provider did not tell its schema at POST {path}: HTTP status {answer.status}, and no JSON."
        raise SchemaNotThere(told) from error


def _reason(answer: JsonValue) -> str:
    errors = answer.get("errors") if isinstance(answer, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    return f" ({str(message)[:200]})" if message else ""
