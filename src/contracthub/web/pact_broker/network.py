"""Who is connected with whom, as rows for a picture (pact-broker-api §16)."""

import csv
import io
from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import network as services
from contracthub.services.network import Member
from contracthub.web.hub import HubOf
from contracthub.web.pact_broker.media_types import chosen_type

router = APIRouter()

CSV = "text/csv;charset=utf-8"


@router.get("/relationships")
def list_relationships(request: Request, hub: HubOf) -> Response:
    """All pacticipants that have an integration."""
    media_type = chosen_type(request, (CSV,))
    return Response(_rows(services.get_network(hub)), media_type=media_type)


@router.get("/groups/{pacticipant:segment}")
def get_group(request: Request, pacticipant: str, hub: HubOf) -> Response:
    """All pacticipants connected with one."""
    media_type = chosen_type(request, (CSV,))
    return Response(_rows(services.get_group(hub, pacticipant)), media_type=media_type)


def _rows(members: Sequence[Member]) -> str:
    """``id,name,1,1,0,order`` and the providers that each consumes, padded with 0 to the same length."""
    width = max((len(each.providers) for each in members), default=0)
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    for order, each in enumerate(members, 1):
        padding = [0] * (width - len(each.providers))
        writer.writerow([each.id, each.name, 1, 1, 0, order, *each.providers, *padding])
    return told.getvalue()
