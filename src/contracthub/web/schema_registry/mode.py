"""Modes: of a subject, of a context, of everything (schema-registry-api §3, §13)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry import Mode, SubjectName
from contracthub.domain.registry_errors import invalid_mode
from contracthub.services import registry_config
from contracthub.services.hub import Hub
from contracthub.web.bodies import Body
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, object_in, subject_of
from contracthub.web.schema_registry.media_types import registry_router
from contracthub.web.schema_registry.shapes import MODE_REQUEST

router = registry_router()
_GLOBAL, _SUBJECT = "/mode", "/mode/{subject:segment}"


@router.get(_GLOBAL)
def get_global(request: Request, hub: HubOf) -> Response:
    """The global mode."""
    return _shown(request, hub, subject_of(request, ""))


@router.put(_GLOBAL)
def put_global(request: Request, body: Body, hub: HubOf) -> Response:
    """Change the global mode."""
    return _changed(request, hub, subject_of(request, ""), body)


@router.delete(_GLOBAL)
def delete_global(request: Request, hub: HubOf) -> Response:
    """Back to READWRITE."""
    return _removed(request, hub, subject_of(request, ""))


@router.get(_SUBJECT)
def get_of_subject(request: Request, subject: str, hub: HubOf) -> Response:
    """A subject's own mode; with ``defaultToGlobal`` the one in force."""
    return _shown(request, hub, subject_of(request, subject))


@router.put(_SUBJECT)
def put_of_subject(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """Change a subject's mode."""
    return _changed(request, hub, subject_of(request, subject), body)


@router.delete(_SUBJECT)
def delete_of_subject(request: Request, subject: str, hub: HubOf) -> Response:
    """Leave a subject to the global mode; answers with what it had."""
    return _removed(request, hub, subject_of(request, subject))


def _shown(request: Request, hub: Hub, name: SubjectName) -> Response:
    return _answer(registry_config.mode_of(hub, name, default_to_global=asked(request, "defaultToGlobal")))


def _changed(request: Request, hub: Hub, name: SubjectName, body: bytes) -> Response:
    given = object_in(request, body, MODE_REQUEST).get("mode")
    if not isinstance(given, str):
        raise invalid_mode()
    return _answer(registry_config.set_mode(hub, name, given, force=asked(request, "force")))


def _removed(request: Request, hub: Hub, name: SubjectName) -> Response:
    return _answer(registry_config.remove_mode(hub, name, recursive=asked(request, "recursive")))


def _answer(mode: Mode) -> Response:
    return json_response({"mode": mode.value})
