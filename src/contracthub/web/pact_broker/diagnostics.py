"""Whether the hub is well (pact-broker-api §16)."""

from fastapi import APIRouter
from starlette.responses import Response

from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import UrlsOf, hal, link
from contracthub.web.pact_broker.media_types import hal_router

router = hal_router()
# What fails on purpose is not refused before, for whichever media type was asked.
errors = APIRouter()


class DeliberateError(Exception):
    """Asked for, to try the reporting of errors."""


@router.get("/diagnostic/status/heartbeat")
async def heartbeat(urls: UrlsOf) -> Response:
    """That the process answers; nothing else is asked."""
    return hal({"ok": True, "_links": {"self": link(urls.to("diagnostic", "status", "heartbeat"))}})


@router.get("/diagnostic/status/dependencies")
def dependencies(hub: HubOf, urls: UrlsOf) -> Response:
    """Whether the database answers; 500 when it does not."""
    alive = hub.storage.is_alive()
    links = {"self": link(urls.to("diagnostic", "status", "dependencies"))}
    return hal({"database": {"ok": alive}, "_links": links}, 200 if alive else 500)


@errors.get("/test/error")
async def fail() -> Response:
    """A deliberate 500."""
    raise DeliberateError("Don't panic. This is a test error.")


@errors.post("/test/error")
async def fail_on_post() -> Response:
    """The same."""
    raise DeliberateError("Don't panic. This is a test error.")
