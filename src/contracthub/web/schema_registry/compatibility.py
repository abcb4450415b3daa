"""Whether a schema may follow (schema-registry-api §3, §4, §15)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services import registry_compatibility
from contracthub.services.hub import Hub
from contracthub.web.bodies import Body
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, schema_request, subject_of
from contracthub.web.schema_registry.errors import INVALID_SCHEMA
from contracthub.web.schema_registry.media_types import registry_router

router = registry_router()
_VERSIONS = "/compatibility/subjects/{subject:segment}/versions"


@router.post(_VERSIONS)
def check_as_registering_does(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """Whether a schema may be registered, as the level in force has it."""
    return _answer(request, subject, None, body, hub)


@router.post(_VERSIONS + "/{version:segment}")
def check(request: Request, subject: str, version: str, body: Body, hub: HubOf) -> Response:
    """Whether a schema and one version get on, in the direction of the level in force."""
    return _answer(request, subject, version, body, hub)


def _answer(request: Request, subject: str, version: str | None, body: bytes, hub: Hub) -> Response:
    verbose, name = asked(request, "verbose"), subject_of(request, subject)
    try:
        sent = schema_request(request, body)
        outcome = registry_compatibility.check(hub, name, version, sent, normalize=asked(request, "normalize"))
    except RegistryRefusal as refusal:
        if not verbose or refusal.error_code != INVALID_SCHEMA:
            raise
        return json_response({"is_compatible": False, "messages": [refusal.message]})
    told = {"messages": list(outcome.messages)} if verbose else {}
    return json_response({"is_compatible": outcome.compatible} | told)
