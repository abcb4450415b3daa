"""The endpoint at which a pact verifier has messages made, without Kafka: each is made by doing what it tells of."""

import base64
import json
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from providers.distilera.events import TOPIC, EventMaker
from providers.distilera.outbox import Outbox
from providers.distilera.states import OPERATOR, RECIPE
from providers.distilera.store import Store
from providers.refusals import printable

MESSAGE_PATH = "/_pact/messages"


class MessageRequest(BaseModel):
    """What a pact verifier posts to have a message: only its description counts here."""

    model_config = ConfigDict(extra="ignore")

    description: str


def message_routes(store: Store, outbox: Outbox, maker: EventMaker) -> APIRouter:
    """`POST /_pact/messages`: do what the description says, and answer with the event that this put into the outbox.

    The body is what a reader makes of the event's Avro; key and topic are in the header Pact-Message-Metadata.
    """
    router = APIRouter()
    deeds: dict[str, Callable[[], object]] = {
        "a simulation was created": lambda: store.create(RECIPE, OPERATOR),
        "a simulation was started": lambda: store.step("sim-1", "start"),
        "a simulation was finished": lambda: store.step("sim-1", "finish"),
        "a simulation was cancelled": lambda: store.step("sim-1", "cancel"),
    }

    @router.post(MESSAGE_PATH, include_in_schema=False)
    def make_message(request: MessageRequest) -> JSONResponse:
        if request.description not in deeds:
            return _missing(f"There is no message {request.description!r}. Known messages: {', '.join(sorted(deeds))}.")
        outbox.events.clear()
        deeds[request.description]()
        if not outbox.events:
            return _missing(f"No event told that {request.description}.")
        event = outbox.events[-1]
        metadata = {"kafka_topic": TOPIC, "contentType": "application/json"}
        if event.key is not None:
            metadata["key"] = event.key
        header = base64.b64encode(json.dumps(metadata).encode()).decode()
        return JSONResponse(maker.read(event), headers={"Pact-Message-Metadata": header})

    return router


def _missing(detail: str) -> JSONResponse:
    return JSONResponse({"error": {"code": "no_message", "message": printable(detail)}}, status_code=404)
