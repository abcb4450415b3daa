"""neural_processor put together. A further protocol is one more module here and one more line in create_app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse

from providers.neural_processor.asyncapi import asyncapi_text
from providers.neural_processor.breaks import ASYNCAPI, BREAKS, NEVER_FINISHES, OPENAPI
from providers.neural_processor.packets import TOPIC, PacketReader
from providers.neural_processor.rest import job_routes, session_routes
from providers.neural_processor.states import states_of
from providers.neural_processor.store import Store
from providers.neural_processor.stream import stream_routes
from providers.provider_states import state_routes
from providers.refusals import refuse_invalid
from providers.serving import Option, Provider, openapi_text


def create_app(breaks: frozenset[str] = frozenset(), kafka: str | None = None, topic: str | None = None) -> FastAPI:
    """A fresh, empty neural_processor that misbehaves as the named breaks say.

    With the address of a Kafka broker it takes the packets that come there.
    """
    store = Store("running" if NEVER_FINISHES in breaks else "done")

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if kafka is None:
            yield
            return
        async with PacketReader(store, breaks).reading(kafka, topic or TOPIC):
            yield

    app = FastAPI(
        title="neural_processor",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
    )
    app.state.asyncapi = asyncapi_text(breaks)
    app.exception_handler(RequestValidationError)(refuse_invalid)
    app.include_router(session_routes(store, breaks))
    app.include_router(job_routes(store, breaks))
    app.include_router(stream_routes(store, breaks))
    app.include_router(state_routes(states_of(store), store.clear))
    app.get("/asyncapi.yaml", include_in_schema=False)(lambda: PlainTextResponse(app.state.asyncapi))
    return app


PROVIDER = Provider(
    "neural_processor",
    BREAKS,
    create_app,
    {OPENAPI: openapi_text, ASYNCAPI: lambda app: str(app.state.asyncapi)},
    (
        Option("kafka", "HOST:PORT", "take the packets that come to this Kafka broker"),
        Option("topic", "NAME", f"take packets from this topic; without it from {TOPIC}"),
    ),
)
