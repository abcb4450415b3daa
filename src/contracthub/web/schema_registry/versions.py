"""Versions of subjects: registered, listed, read, deleted (schema-registry-api §3, §7, §9)."""

from collections.abc import Collection

from starlette.requests import Request
from starlette.responses import Response

from contracthub.domain.registry import SubjectName
from contracthub.domain.registry_errors import RegistryRefusal
from contracthub.services import registry_deletion, registry_register, registry_subjects
from contracthub.services.hub import Hub
from contracthub.web.bodies import Body
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, page_of, schema_request, subject_of
from contracthub.web.schema_registry.formats import text_answer, version_answer
from contracthub.web.schema_registry.media_types import registry_router

router = registry_router()
_VERSIONS = "/subjects/{subject:segment}/versions"
_VERSION = _VERSIONS + "/{version:segment}"


@router.get(_VERSIONS)
def list_versions(request: Request, subject: str, hub: HubOf) -> Response:
    """The numbers of a subject's versions, ascending."""
    name, page, as_negative = subject_of(request, subject), page_of(request), asked(request, "deletedAsNegative")
    deleted, deleted_only = asked(request, "deleted"), asked(request, "deletedOnly")
    found = registry_subjects.versions(hub, name, deleted=deleted or as_negative, deleted_only=deleted_only, page=page)
    if as_negative:
        live = _live_versions(hub, name)
        found = [each if each in live else -each for each in found]
    return json_response(found)


@router.post(_VERSIONS)
def register(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """Register a schema under a subject."""
    registered = registry_register.register(
        hub,
        subject_of(request, subject),
        schema_request(request, body),
        normalize=asked(request, "normalize"),
    )
    return version_answer(request, hub, registered)


@router.get(_VERSION)
def get_version(request: Request, subject: str, version: str, hub: HubOf) -> Response:
    """One version."""
    name, deleted = subject_of(request, subject), asked(request, "deleted")
    return version_answer(request, hub, registry_subjects.version(hub, name, version, deleted=deleted))


@router.get(_VERSION + "/schema")
def get_text(request: Request, subject: str, version: str, hub: HubOf) -> Response:
    """The text of one version, as it is."""
    name, deleted = subject_of(request, subject), asked(request, "deleted")
    found = registry_subjects.version(hub, name, version, deleted=deleted)
    return text_answer(request, hub, name.context, found.schema)


@router.get(_VERSION + "/referencedby")
def referenced_by(request: Request, subject: str, version: str, hub: HubOf) -> Response:
    """The ids of the schemas that refer to a version."""
    name, deleted = subject_of(request, subject), asked(request, "deleted")
    page = page_of(request)
    return json_response(registry_subjects.referenced_by(hub, name, version, deleted=deleted, page=page))


@router.delete(_VERSION)
def delete_version(request: Request, subject: str, version: str, hub: HubOf) -> Response:
    """Delete one version; its number."""
    name, permanent = subject_of(request, subject), asked(request, "permanent")
    return json_response(registry_deletion.delete_version(hub, name, version, permanent=permanent))


def _live_versions(hub: Hub, name: SubjectName) -> Collection[int]:
    try:
        return frozenset(registry_subjects.versions(hub, name))
    except RegistryRefusal:
        return ()
