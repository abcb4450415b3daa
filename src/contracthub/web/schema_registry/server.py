"""What the registry says of itself (schema-registry-api §3)."""

from importlib.metadata import version as installed

from starlette.responses import Response

from contracthub.domain.registry import SchemaType
from contracthub.web.hub import HubOf
from contracthub.web.problems import json_response
from contracthub.web.schema_registry.media_types import registry_router

router = registry_router()


@router.get("/")
async def alive() -> Response:
    """Nothing but that it answers."""
    return json_response({})


@router.get("/schemas/types")
async def types() -> Response:
    """The languages that schemas can be written in."""
    return json_response([SchemaType.JSON.value, SchemaType.PROTOBUF.value, SchemaType.AVRO.value])


@router.get("/v1/metadata/id")
async def cluster(hub: HubOf) -> Response:
    """Which registry it is: some tools ask before anything else."""
    clusters = {"kafka-cluster": "contracthub", "schema-registry-cluster": hub.workspace}
    return json_response({"scope": {"path": [], "clusters": clusters}})


@router.get("/v1/metadata/version")
async def version() -> Response:
    """Which release it is."""
    return json_response({"version": installed("contracthub"), "commitId": ""})
