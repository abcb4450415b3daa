"""Tags on versions (pact-broker-api §6)."""

from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import tags as services
from contracthub.services.tags import VersionTag
from contracthub.web.bodies import require_type
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, moments
from contracthub.web.pact_broker.media_types import hal_router
from contracthub.web.pact_broker.version_json import tag_url

router = hal_router()


@router.put("/pacticipants/{name:segment}/versions/{number:segment}/tags/{tag:segment}")
def put_tag(request: Request, name: str, number: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """Tag a version. The body, if there is one, says nothing, so it is not read."""
    require_type(request)
    put, created = services.put_tag(hub, name, number, tag)
    body = _tag_json(put, urls)
    headers = {"Location": body["_links"]["self"]["href"]} if created else None
    return hal(body, 201 if created else 200, headers)


@router.get("/pacticipants/{name:segment}/versions/{number:segment}/tags/{tag:segment}")
def get_tag(name: str, number: str, tag: str, hub: HubOf, urls: UrlsOf) -> Response:
    """A tag on a version."""
    return hal(_tag_json(services.get_tag(hub, name, number, tag), urls))


def _tag_json(it: VersionTag, urls: Urls) -> Json:
    links = {
        "self": link(tag_url(urls, it.pacticipant, it.number, it.tag), "Tag", it.tag),
        "version": link(urls.version(it.pacticipant, it.number), "Version", it.number),
        "pacticipant": link(urls.pacticipant(it.pacticipant), "Pacticipant", it.pacticipant),
    }
    return {"name": it.tag, **moments(it.created_at), "_links": links}
