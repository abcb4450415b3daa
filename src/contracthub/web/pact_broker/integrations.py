"""Integrations: as HAL, as a picture's source, and their deletion (pact-broker-api §16)."""

import re
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import deletion
from contracthub.services import network as services
from contracthub.services.pacts import Pair
from contracthub.services.ports.matrix import Pair as Integration
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.hal import Json, Urls, UrlsOf, hal, link, no_content, page_of, paging
from contracthub.web.pact_broker.media_types import chosen_type
from contracthub.web.problems import HAL_JSON

router = APIRouter()

GRAPHVIZ = "text/vnd.graphviz;charset=utf-8"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_HEAD = "digraph { ranksep=3; ratio=auto; overlap=false; node [  shape = plaintext, fontname = Helvetica ];"


@router.get("/integrations")
def list_integrations(request: Request, hub: HubOf, urls: UrlsOf) -> Response:
    """Integrations by name, or those of which either name contains ``q``."""
    media_type, page = chosen_type(request, (GRAPHVIZ, HAL_JSON)), page_of(request)
    listing = services.list_integrations(hub, part_of_name=request.query_params.get("q"), page=page)
    if media_type == GRAPHVIZ:
        return Response(_graph(listing.entries), media_type=GRAPHVIZ)
    here = urls.to("integrations")
    facts, links = paging(here, page, listing.total)
    entries = [_integration_json(each, urls) for each in listing.entries]
    return hal(
        {"_embedded": {"integrations": entries}, **facts, "_links": {"self": link(here, "Integrations")} | links}
    )


@router.delete("/integrations")
def delete_integrations(hub: HubOf) -> Response:
    """Empty the server."""
    deletion.delete_integrations(hub)
    return no_content()


@router.delete("/integrations/provider/{provider:segment}/consumer/{consumer:segment}")
def delete_integration(provider: str, consumer: str, hub: HubOf) -> Response:
    """All that is between two pacticipants."""
    deletion.delete_integration(hub, Pair(consumer, provider))
    return no_content()


def _integration_json(it: Integration, urls: Urls) -> Json:
    pair = ("provider", it.provider, "consumer", it.consumer)
    links = {
        "pb:dashboard": link(urls.to("dashboard", *pair), "BETA: Pacts to show on the dashboard"),
        "pb:matrix": link(urls.to("matrix", *pair), f"Matrix of pact/verification results for {it.consumer}"),
        "pb:group": link(urls.pacticipant(it.consumer), f"Pacticipants related to {it.consumer}"),
        "pb:delete_integration": link(urls.to("integrations", *pair), "Delete this integration"),
    }
    return {"consumer": {"name": it.consumer}, "provider": {"name": it.provider}, "_links": links}


def _graph(integrations: Sequence[Integration]) -> str:
    edges = "".join(f"\n  {_node(each.consumer)} -> {_node(each.provider)}" for each in integrations)
    return f"{_HEAD}\n{edges}\n}}\n"


def _node(name: str) -> str:
    """A name as a word of the graph language: quoted where it is no plain word there."""
    word = name.replace(" ", "_")
    return word if _PLAIN.fullmatch(word) else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
