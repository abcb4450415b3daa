"""distilera put together."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from providers.distilera.asyncapi import asyncapi_text
from providers.distilera.breaks import ASYNCAPI, BREAKS, EVENT_SCHEMA, OPENAPI
from providers.distilera.events import TOPIC, EventMaker
from providers.distilera.messages import message_routes
from providers.distilera.outbox import Outbox, schema_id_for
from providers.distilera.refusing import answer_with_envelopes
from providers.distilera.rest import simulation_routes
from providers.distilera.states import states_of
from providers.distilera.store import SimulationRecord, Store
from providers.provider_states import state_routes
from providers.serving import Option, Provider, openapi_text


def create_app(
    breaks: frozenset[str] = frozenset(),
    kafka: str | None = None,
    schema_registry: str | None = None,
    topic: str | None = None,
) -> FastAPI:
    """A fresh, empty distilera that misbehaves as the named breaks say.

    With the address of a Kafka broker its events go there; otherwise they stay in the outbox.
    """
    maker, outbox = EventMaker(breaks), Outbox()

    def tell(simulation: SimulationRecord) -> None:
        if event := maker.event_of(simulation):
            outbox.put(event)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        destination = topic or TOPIC
        schema_id = await run_in_threadpool(schema_id_for, f"{destination}-value", maker.schema, schema_registry)
        if kafka is None:
            yield
            return
        async with outbox.sending(kafka, destination, schema_id):
            yield

    store = Store(tell)

    def clear() -> None:
        store.clear()
        maker.restart()
        outbox.events.clear()

    app = FastAPI(
        title="distilera",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
    )
    app.state.event_schema = maker.schema
    answer_with_envelopes(app, breaks)
    app.include_router(simulation_routes(store, breaks))
    app.include_router(state_routes(states_of(store), clear))
    app.include_router(message_routes(store, outbox, maker))
    app.include_router(_spec_routes(maker.schema))
    return app


def _spec_routes(schema: dict[str, Any]) -> APIRouter:
    router = APIRouter(include_in_schema=False, default_response_class=PlainTextResponse)
    router.get("/asyncapi.yaml")(lambda: asyncapi_text(schema))
    router.get("/simulation.events-value.avsc")(lambda: _schema_text(schema))
    return router


def _schema_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2) + "\n"


PROVIDER = Provider(
    "distilera",
    BREAKS,
    create_app,
    {
        OPENAPI: openapi_text,
        ASYNCAPI: lambda app: asyncapi_text(app.state.event_schema),
        EVENT_SCHEMA: lambda app: _schema_text(app.state.event_schema),
    },
    (
        Option("kafka", "HOST:PORT", "send the events to this Kafka broker; without it they stay in the outbox"),
        Option("schema-registry", "URL", "register the schema of the events here; without it their schema id is 1"),
        Option("topic", "NAME", f"send the events to this topic; without it to {TOPIC}"),
    ),
)
