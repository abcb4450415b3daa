"""What the full check of a published document has found."""

from fastapi import APIRouter
from starlette.responses import Response

from contracthub.services import document_checks as services
from contracthub.services.provider_contracts import Address
from contracthub.web.check_json import check_json
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response

router = APIRouter()


@router.get("/api/v1/pacticipants/{provider:segment}/versions/{number:segment}/provider-contracts/{name:segment}/check")
def get_check(provider: str, number: str, name: str, hub: HubOf) -> Response:
    """The check of a document, as far as it has come."""
    return json_response(check_json(services.check_of(hub, Address(provider, number, name))))
