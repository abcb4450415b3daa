"""Settings: of a subject, of a context, of everything (schema-registry-api §3, §4, §12)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry import CONFIG_FIELDS, SubjectConfig, SubjectName
from contracthub.services import registry_config
from contracthub.services.hub import Hub
from contracthub.web.bodies import Body
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, object_in, subject_of
from contracthub.web.schema_registry.media_types import registry_router
from contracthub.web.schema_registry.shapes import CONFIG_REQUEST

router = registry_router()
LEVEL_IN, LEVEL_OUT = "compatibility", "compatibilityLevel"
_GLOBAL, _SUBJECT = "/config", "/config/{subject:segment}"


@router.get(_GLOBAL)
def get_global(request: Request, hub: HubOf) -> Response:
    """The global settings."""
    return _shown(request, hub, subject_of(request, ""))


@router.put(_GLOBAL)
def put_global(request: Request, body: Body, hub: HubOf) -> Response:
    """Change the global settings that the body names."""
    return _changed(request, hub, subject_of(request, ""), body)


@router.delete(_GLOBAL)
def delete_global(request: Request, hub: HubOf) -> Response:
    """Back to the defaults."""
    return json_response(config_json(registry_config.remove_config(hub, subject_of(request, ""))))


@router.get(_SUBJECT)
def get_of_subject(request: Request, subject: str, hub: HubOf) -> Response:
    """A subject's own settings; with ``defaultToGlobal`` those in force."""
    return _shown(request, hub, subject_of(request, subject))


@router.put(_SUBJECT)
def put_of_subject(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """Change the settings of a subject that the body names."""
    return _changed(request, hub, subject_of(request, subject), body)


@router.delete(_SUBJECT)
def delete_of_subject(request: Request, subject: str, hub: HubOf) -> Response:
    """Leave a subject to the global settings; answers with what it had."""
    return json_response(config_json(registry_config.remove_config(hub, subject_of(request, subject))))


def config_json(config: SubjectConfig) -> dict[str, Any]:
    """Settings as they are read; what was not chosen is left out."""
    facts = {name: getattr(config, field) for name, field in CONFIG_FIELDS.items()}
    return {name: value for name, value in facts.items() if value is not None}


def _shown(request: Request, hub: Hub, name: SubjectName) -> Response:
    in_force = asked(request, "defaultToGlobal")
    return json_response(config_json(registry_config.config_of(hub, name, default_to_global=in_force)))


def _changed(request: Request, hub: Hub, name: SubjectName, body: bytes) -> Response:
    named = object_in(request, body, CONFIG_REQUEST)
    if LEVEL_IN in named:
        named[LEVEL_OUT] = named.pop(LEVEL_IN)
    changed = config_json(registry_config.set_config(hub, name, named))
    # What is sent as "compatibility" is answered so, while reading says "compatibilityLevel".
    echoed = {LEVEL_IN if field == LEVEL_OUT else field: changed.get(field) for field in named}
    return json_response({field: value for field, value in echoed.items() if value is not None})
