"""The bookshop: a provider with bugs that can be switched on one by one, and without them its clean twin."""

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from providers.refusals import allowed_methods
from providers.refusals import refuse_invalid as refuse_as_invalid
from tests.seeded_bugs.bugs import NAMES
from tests.seeded_bugs.graphql_api import add_graphql
from tests.seeded_bugs.rest import Problem, add_rest
from tests.seeded_bugs.store import STATE_PATH, Store


def create_app(bugs: Collection[str] = ()) -> FastAPI:
    """The bookshop with these bugs. Raises ValueError for a name that no bug has."""
    unknown = set(bugs).difference(NAMES)
    if unknown:
        raise ValueError(f"There is no bug {', '.join(sorted(unknown))}.")
    unprocessable = {"model": Problem, "description": "Refused."}
    app = FastAPI(title="Bookshop", version="1.0.0", responses={422: unprocessable})
    store = Store()
    add_rest(app, frozenset(bugs).__contains__, store)
    add_graphql(app, frozenset(bugs).__contains__)

    @app.exception_handler(RequestValidationError)
    def refuse_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return refuse_as_invalid(request, error)

    @app.exception_handler(HTTPException)
    def refuse_other(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 405:
            return JSONResponse({"detail": error.detail}, 405, {"Allow": allowed_methods(request)})
        # A body that can't be read is as invalid as one that says the wrong thing.
        return JSONResponse({"detail": error.detail}, 422 if error.status_code == 400 else error.status_code)

    @app.post(STATE_PATH, include_in_schema=False)
    async def change_state(request: Request) -> JSONResponse:
        sent: dict[str, Any] = await request.json()
        if sent.get("action") == "teardown" or not sent.get("state"):
            store.forget()
            return JSONResponse({})
        if not store.begin(sent["state"], sent.get("params") or {}):
            return JSONResponse({"detail": f"There is no state {sent['state']!r}."}, 400)
        return JSONResponse({})

    return app
