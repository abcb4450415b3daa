"""Badges as SVG, drawn here because a hub may have no internet, or as redirects to shields.io (pact-broker-api §15).

Whoever embeds a badge can't read an error page, so what is missing is told by a badge as well.
"""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from contracthub.domain import badges as domain
from contracthub.domain.badges import Badge, PactStatus, Side
from contracthub.domain.contracts import ALL_VERSIONS, UNTAGGED, VersionSet
from contracthub.domain.errors import Invalid, NotFound
from contracthub.reports.badge_svg import badge_svg
from contracthub.services import badges as services
from contracthub.services.hub import Hub
from contracthub.services.pacts import Pair
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.pacts import PAIR, PairOf

router = APIRouter()

SVG = "image/svg+xml;charset=utf-8"
_PACTICIPANT = "/pacticipants/{name:segment}"
_MATRIX = (
    "/matrix/provider/{provider:segment}/latest/{provider_tag:segment}"
    "/consumer/{consumer:segment}/latest/{consumer_tag:segment}/badge"
)


@router.get(PAIR + "/latest/badge")
def latest(request: Request, pair: PairOf, hub: HubOf) -> Response:
    """How the newest pact of the pair stands."""
    return _of_latest(request, pair, hub, ALL_VERSIONS)


@router.get(PAIR + "/latest/{tag:segment}/badge")
def latest_tagged(request: Request, pair: PairOf, tag: str, hub: HubOf) -> Response:
    """How the newest pact with a tag stands."""
    return _of_latest(request, pair, hub, VersionSet.tagged(tag))


@router.get(PAIR + "/latest-untagged/badge")
def latest_untagged(request: Request, pair: PairOf, hub: HubOf) -> Response:
    """How the newest pact without a tag stands."""
    return _of_latest(request, pair, hub, UNTAGGED)


@router.get(_MATRIX)
def matrix(request: Request, pair: PairOf, provider_tag: str, consumer_tag: str, hub: HubOf) -> Response:
    """How the newest versions with two tags stand to each other."""
    consumer, provider = Side(pair.consumer, consumer_tag), Side(pair.provider, provider_tag)

    def made() -> Badge:
        status = services.status_between_tags(hub, pair, consumer_tag, provider_tag)
        return _pact_badge(request, consumer, provider, status)

    return _drawn(request, made)


@router.get(_PACTICIPANT + "/latest-version/{tag:segment}/can-i-deploy/to/{to:segment}/badge")
def can_i_deploy_tag(request: Request, name: str, tag: str, to: str, hub: HubOf) -> Response:
    """Whether the newest version with a tag can be deployed beside those with another."""
    label = _label(request)
    return _drawn(
        request,
        lambda: domain.can_i_deploy_badge(
            tag, to, deployable=services.can_tag_be_deployed(hub, name, tag, to), label=label
        ),
    )


@router.get(
    _PACTICIPANT + "/branches/{branch:segment}/latest-version/can-i-deploy/to-environment/{environment:segment}/badge"
)
def can_i_deploy_branch(request: Request, name: str, branch: str, environment: str, hub: HubOf) -> Response:
    """Whether the head of a branch can be deployed to an environment."""
    label = _label(request)
    return _drawn(
        request,
        lambda: domain.can_i_deploy_badge(
            branch, environment, deployable=services.can_branch_be_deployed(hub, name, branch, environment), label=label
        ),
    )


@router.get(_PACTICIPANT + "/main-branch/can-i-merge/badge")
def can_i_merge(request: Request, name: str, hub: HubOf) -> Response:
    """Whether the main branch fits those of its partners."""
    label = _label(request)
    answer = _drawn(
        request,
        lambda: domain.can_i_merge_badge(deployable=services.can_main_branch_be_merged(hub, name), label=label),
        version="main branch version",
    )
    answer.headers["Cache-Control"] = "max-age=30"
    return answer


def _of_latest(request: Request, pair: Pair, hub: Hub, among: VersionSet) -> Response:
    consumer, provider = Side(pair.consumer), Side(pair.provider)

    def made() -> Badge:
        return _pact_badge(request, consumer, provider, services.status_of_latest_pact(hub, pair, among))

    return _drawn(request, made)


def _pact_badge(request: Request, consumer: Side, provider: Side, status: PactStatus) -> Badge:
    initials = request.query_params.get("initials") == "true"
    return domain.pact_badge(consumer, provider, status, label=_label(request), initials=initials)


def _label(request: Request) -> str:
    return request.query_params.get("label", "")


def _drawn(request: Request, made: Callable[[], Badge], *, version: str = "version") -> Response:
    try:
        badge = made()
    except NotFound as error:
        what = error.code.removesuffix("-not-found")
        badge = domain.missing_badge(version if what == "version" else what)
    except Invalid:
        badge = domain.missing_badge("version")
    if shields := request.app.state.settings.shields_url:
        return RedirectResponse(_at_shields(shields, badge), 307)
    return Response(badge_svg(badge), media_type=SVG)


def _at_shields(address: str, badge: Badge) -> str:
    """Where shields.io draws it. A dash divides the parts there, and an underscore is a space."""
    parts = [part.replace("-", "--").replace("_", "__") for part in (badge.left, badge.right)]
    name = "-".join(quote(part, safe="") for part in (*parts, badge.colour))
    return f"{address.rstrip('/')}/badge/{name}.svg"


_PATHS = tuple(route.path_regex for route in router.routes if isinstance(route, Route))


def is_badge(path: str) -> bool:
    """Whether a path, as it is routed, is that of a badge."""
    return path.endswith("/badge") and any(each.match(path) for each in _PATHS)
