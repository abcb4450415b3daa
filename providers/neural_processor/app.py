"""neural_processor put together. A further protocol is one more module here and one more line in create_app."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from providers.neural_processor.breaks import BREAKS, OPENAPI
from providers.neural_processor.rest import job_routes, session_routes
from providers.neural_processor.states import states_of
from providers.neural_processor.store import Store
from providers.provider_states import state_routes
from providers.refusals import refuse_invalid
from providers.serving import Provider, openapi_text


def create_app(breaks: frozenset[str] = frozenset()) -> FastAPI:
    """A fresh, empty neural_processor that misbehaves as the named breaks say."""
    store = Store()
    app = FastAPI(
        title="neural_processor",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.exception_handler(RequestValidationError)(refuse_invalid)
    app.include_router(session_routes(store, breaks))
    app.include_router(job_routes(store, breaks))
    app.include_router(state_routes(states_of(store), store.clear))
    return app


PROVIDER = Provider("neural_processor", BREAKS, create_app, {OPENAPI: openapi_text})
