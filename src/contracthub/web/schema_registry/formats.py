"""The formats in which a schema's text can be asked for (schema-registry-api §3). An unknown one is as good as none."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry import SchemaType, StoredSchema, SubjectVersion
from contracthub.formats.event_schemas import EventSchema
from contracthub.services.hub import Hub
from contracthub.services.registry_lookup import event_schema_of
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.schema_json import Json, version_json

_TEXTS = {
    (SchemaType.AVRO, "resolved"): EventSchema.resolved,
    (SchemaType.PROTOBUF, "serialized"): EventSchema.serialized,
    (SchemaType.PROTOBUF, "ignore_extensions"): EventSchema.without_extensions,
}


def formatted(request: Request, hub: Hub, context: str, schema: StoredSchema) -> str:
    """The text of a schema of a context as the request wants it."""
    text_of = _TEXTS.get((schema.type, request.query_params.get("format", "")))
    return schema.text if text_of is None else text_of(event_schema_of(hub, context, schema))


def version_body(request: Request, hub: Hub, version: SubjectVersion) -> Json:
    """A version as JSON."""
    qualified = request.query_params.get("referenceFormat") == "qualified"
    return version_json(version, formatted(request, hub, version.context, version.schema), qualified=qualified)


def version_answer(request: Request, hub: Hub, version: SubjectVersion) -> Response:
    """A version as an answer."""
    return json_response(version_body(request, hub, version))


def text_answer(request: Request, hub: Hub, context: str, schema: StoredSchema) -> Response:
    """Nothing but the text of a schema."""
    return Response(formatted(request, hub, context, schema))
