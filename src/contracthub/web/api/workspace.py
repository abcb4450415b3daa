"""A workspace's own settings: read, and changed by merge patch."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.services import workspace as services
from contracthub.web.bodies import JSON_TYPES, MERGE_PATCH, Body, object_in, require_type
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response

router = APIRouter()
_PATH = "/api/v1/workspace"


@router.get(_PATH)
def show(request: Request, hub: HubOf) -> Response:
    """The workspace and what it has chosen; ``instance`` names the process that answers."""
    instance = {"instance": request.app.state.instance}
    return json_response(_workspace_json(services.get_workspace(hub)) | instance)


@router.patch(_PATH)
def change(request: Request, body: Body, hub: HubOf) -> Response:
    """Change the settings that the body names; they count for what is published from then on."""
    require_type(request, MERGE_PATCH | JSON_TYPES)
    return json_response(_workspace_json(services.change_workspace(hub, object_in(body))))


def _workspace_json(workspace: services.WorkspaceView) -> dict[str, str]:
    return {"name": workspace.name, services.CONTRACT_IDENTITY: workspace.contract_identity.value}
