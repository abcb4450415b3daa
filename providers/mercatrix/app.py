"""mercatrix put together."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from graphql import print_schema

from providers.mercatrix.breaks import BREAKS, SCHEMA
from providers.mercatrix.http import Refusal, graphql_routes, refuse
from providers.mercatrix.market import Market
from providers.mercatrix.schema import Root, schema_with
from providers.mercatrix.states import states_of
from providers.provider_states import state_routes
from providers.refusals import refuse_invalid
from providers.serving import Provider


def create_app(breaks: frozenset[str] = frozenset()) -> FastAPI:
    """A fresh, empty mercatrix that misbehaves as the named breaks say."""
    market = Market(breaks)
    app = FastAPI(title="mercatrix", openapi_url=None)
    app.exception_handler(Refusal)(refuse)
    app.exception_handler(RequestValidationError)(refuse_invalid)
    app.state.schema = schema_with(breaks)
    app.include_router(graphql_routes(app.state.schema, Root(market)))
    app.include_router(state_routes(states_of(market), market.clear))
    return app


def sdl_text(app: FastAPI) -> str:
    """The schema of an application as it is committed under specs/."""
    return print_schema(app.state.schema) + "\n"


PROVIDER = Provider("mercatrix", BREAKS, create_app, {SCHEMA: sdl_text})
