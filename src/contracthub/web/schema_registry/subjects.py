"""Subjects: listed, looked up in, deleted (schema-registry-api §3, §8, §9)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import registry_deletion, registry_lookup, registry_subjects
from contracthub.web.bodies import Body
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.bodies import asked, context_of, page_of, prefix_of, schema_request, subject_of
from contracthub.web.schema_registry.formats import version_answer
from contracthub.web.schema_registry.media_types import registry_router

router = registry_router()
_SUBJECT = "/subjects/{subject:segment}"
# Without a prefix the subjects of all contexts are listed, as the original does it.
EVERYWHERE = ":*:"


@router.get("/subjects")
def list_subjects(request: Request, hub: HubOf) -> Response:
    """The names of subjects, sorted."""
    names = registry_subjects.subjects(
        hub,
        context=context_of(request),
        prefix=prefix_of(request, EVERYWHERE),
        deleted=asked(request, "deleted"),
        deleted_only=asked(request, "deletedOnly"),
        page=page_of(request),
    )
    return json_response([each.qualified for each in names])


@router.post(_SUBJECT)
def look_up(request: Request, subject: str, body: Body, hub: HubOf) -> Response:
    """The version that a schema is in a subject."""
    found = registry_lookup.find(
        hub,
        subject_of(request, subject),
        schema_request(request, body),
        normalize=asked(request, "normalize"),
        deleted=asked(request, "deleted"),
    )
    return version_answer(request, hub, found)


@router.delete(_SUBJECT)
def delete(request: Request, subject: str, hub: HubOf) -> Response:
    """Delete all versions of a subject; the numbers of those deleted."""
    name, permanent = subject_of(request, subject), asked(request, "permanent")
    return json_response(registry_deletion.delete_subject(hub, name, permanent=permanent))


@router.get(_SUBJECT + "/metadata")
def latest_with_metadata(request: Request, subject: str, hub: HubOf) -> Response:
    """The latest version whose metadata has all pairs of ``key`` and ``value``."""
    query = request.query_params
    pairs = list(zip(query.getlist("key"), query.getlist("value"), strict=False))
    deleted = asked(request, "deleted")
    found = registry_subjects.latest_with_metadata(hub, subject_of(request, subject), pairs, deleted=deleted)
    return version_answer(request, hub, found)
