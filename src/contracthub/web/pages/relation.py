"""What a relation means: where the ``curies`` of all answers lead, whatever is asked for (pact-broker-api §4)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from contracthub.web.pact_broker.index import RELATIONS
from contracthub.web.pages.rendering import page

router = APIRouter()

_UNKNOWN = "A relation of the Pact Broker's API. Its link leads to the resource that it names."
_BY_NAME = {relation.partition(":")[2]: (title, path) for relation, path, title, _ in RELATIONS}


@router.get("/doc/{relation:segment}")
def describe(request: Request, relation: str) -> Response:
    """A page about a relation; also for one that is not in the index."""
    told, path = _BY_NAME.get(relation, (_UNKNOWN, ""))
    context = request.query_params.get("context", "")
    return page(request, "relation.html", relation=relation, told=told, path=path, context=context)
