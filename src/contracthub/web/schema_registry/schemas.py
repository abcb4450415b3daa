"""Schemas by their ids, and all at once (schema-registry-api §3)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry import SchemaOfId
from contracthub.services import registry_lookup, registry_subjects
from contracthub.services.hub import Hub
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, context_of, id_in, page_of, prefix_of
from contracthub.web.schema_registry.formats import formatted, text_answer, version_body
from contracthub.web.schema_registry.media_types import registry_router
from contracthub.web.schema_registry.schema_json import Json, schema_json

router = registry_router()
_ID = "/schemas/ids/{number:segment}"
_GUID = "/schemas/guids/{guid:segment}"


@router.get("/schemas")
def list_schemas(request: Request, hub: HubOf) -> Response:
    """Versions of all subjects, sorted by subject and version; the first thousand unless a page is asked for."""
    found = registry_subjects.schemas(
        hub,
        context=context_of(request),
        prefix=prefix_of(request),
        deleted=asked(request, "deleted"),
        latest_only=asked(request, "latestOnly"),
        page=page_of(request),
    )
    return json_response([version_body(request, hub, each) for each in found])


@router.get(_ID)
def get_schema(request: Request, number: str, hub: HubOf) -> Response:
    """A schema by its id."""
    found = _by_id(request, number, hub)
    body = _schema_body(request, hub, found)
    if asked(request, "fetchMaxId"):
        body["maxId"] = registry_lookup.highest_id(hub, context_of(request))
    return json_response(body)


@router.get(_ID + "/schema")
def get_text(request: Request, number: str, hub: HubOf) -> Response:
    """The text of a schema, as it is."""
    found = _by_id(request, number, hub)
    return text_answer(request, hub, found.context, found.schema)


@router.get(_ID + "/subjects")
def subjects_of_id(request: Request, number: str, hub: HubOf) -> Response:
    """Which subjects have the schema."""
    found = registry_lookup.subjects_of_id(
        hub,
        context_of(request),
        id_in(number),
        deleted=asked(request, "deleted"),
        subject=request.query_params.get("subject"),
        page=page_of(request),
    )
    return json_response([each.qualified for each in found])


@router.get(_ID + "/versions")
def versions_of_id(request: Request, number: str, hub: HubOf) -> Response:
    """Which versions of which subjects are the schema."""
    found = registry_lookup.versions_of_id(
        hub,
        context_of(request),
        id_in(number),
        deleted=asked(request, "deleted"),
        subject=request.query_params.get("subject"),
        page=page_of(request),
    )
    return json_response([{"subject": each.name.qualified, "version": each.version} for each in found])


@router.get(_GUID)
def get_by_guid(request: Request, guid: str, hub: HubOf) -> Response:
    """A schema by its guid."""
    return json_response(_schema_body(request, hub, registry_lookup.schema_by_guid(hub, guid)))


@router.get(_GUID + "/ids")
def ids_of_guid(guid: str, hub: HubOf) -> Response:
    """The id that a schema has in each context."""
    found = registry_lookup.ids_of_guid(hub, guid)
    return json_response([{"context": context, "id": number} for context, number in found])


def _by_id(request: Request, number: str, hub: Hub) -> SchemaOfId:
    subject = request.query_params.get("subject")
    return registry_lookup.schema_by_id(hub, context_of(request), id_in(number), subject)


def _schema_body(request: Request, hub: Hub, found: SchemaOfId) -> Json:
    text = formatted(request, hub, found.context, found.schema)
    qualified = request.query_params.get("referenceFormat") == "qualified"
    return schema_json(found.schema, text, qualified_by=found.context if qualified else None)
