"""Contexts: subjects and ids apart from the others' (schema-registry-api §14)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import registry_subjects
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import page_of
from contracthub.web.schema_registry.contexts_in_paths import context_named
from contracthub.web.schema_registry.media_types import registry_router

router = registry_router()


@router.get("/contexts")
def list_contexts(request: Request, hub: HubOf) -> Response:
    """The names of contexts; the default one is always there."""
    prefix = request.query_params.get("contextPrefix", "")
    return json_response(registry_subjects.contexts(hub, prefix=prefix, page=page_of(request)))


@router.delete("/contexts/{context:segment}")
def delete_context(context: str, hub: HubOf) -> Response:
    """Delete an empty context."""
    registry_subjects.delete_context(hub, context_named(context))
    return Response(status_code=204)
