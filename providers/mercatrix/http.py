"""GraphQL over HTTP: how an operation comes in and its result goes out. What it means is the schema's matter."""

import json
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from graphql import GraphQLError, GraphQLSchema, OperationType, get_operation_ast, parse, print_schema, validate
from graphql.execution import ExecutionResult, execute_sync
from graphql.language import DocumentNode
from starlette.concurrency import run_in_threadpool

PATH: Final = "/graphql"
LARGEST_BODY: Final = 100_000
MOST_TOKENS: Final = 1_000
# A well-formed request for what the schema does not have: to a client of application/json that is no failure of HTTP.
NOT_RUN: Final = 200


class Refusal(Exception):
    """A request that holds no operation that could be run."""

    def __init__(self, status: int, *errors: GraphQLError) -> None:
        super().__init__(errors[0].message)
        self.status = status
        self.errors = errors


def refuse(_: Request, refusal: Refusal) -> JSONResponse:
    """Answer as GraphQL over HTTP does when nothing was run: errors and no data."""
    headers = {"Allow": "POST"} if refusal.status == 405 else None
    return JSONResponse({"errors": [each.formatted for each in refusal.errors]}, refusal.status, headers)


def graphql_routes(schema: GraphQLSchema, root: object) -> APIRouter:
    """`POST /graphql`, `GET /graphql?query=` for queries alone, and the schema as text at `/schema.graphql`."""
    router = APIRouter()

    @router.post(PATH)
    async def post(request: Request) -> JSONResponse:
        params = _params_of(await _body_of(request))
        return await run_in_threadpool(_answer, schema, root, params)

    @router.get(PATH)
    def get(request: Request) -> JSONResponse:
        params = dict(request.query_params)
        asked = {**params, "variables": _json(params["variables"])} if "variables" in params else params
        return _answer(schema, root, asked, only=OperationType.QUERY)

    @router.get("/schema.graphql")
    def sdl() -> PlainTextResponse:
        return PlainTextResponse(print_schema(schema) + "\n")

    return router


async def _body_of(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refusal(413, GraphQLError(f"The body is larger than {LARGEST_BODY} bytes."))
    return bytes(body)


def _params_of(body: bytes) -> dict[str, Any]:
    params = _json(body)
    if not isinstance(params, dict):
        raise Refusal(400, GraphQLError("The body is no JSON object."))
    return params


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, GraphQLError("The request is no JSON text.")) from error


def _answer(
    schema: GraphQLSchema, root: object, params: dict[str, Any], only: OperationType | None = None
) -> JSONResponse:
    document = _document_of(schema, params)
    name, variables = params.get("operationName"), params.get("variables")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise Refusal(400, GraphQLError("operationName must be a string, and variables an object."))
    operation = get_operation_ast(document, name)
    if only and operation and operation.operation is not only:
        raise Refusal(405, GraphQLError("GET is for queries; send this operation with POST."))
    return _response(execute_sync(schema, document, root, variable_values=variables, operation_name=name))


def _document_of(schema: GraphQLSchema, params: dict[str, Any]) -> DocumentNode:
    query = params.get("query")
    if not isinstance(query, str):
        raise Refusal(400, GraphQLError("There is no query."))
    try:
        document = parse(query, max_tokens=MOST_TOKENS)
        faults = validate(schema, document)
    except GraphQLError as fault:
        raise Refusal(NOT_RUN, fault) from fault
    except RecursionError as error:
        raise Refusal(NOT_RUN, GraphQLError("The query is too deep.")) from error
    if faults:
        raise Refusal(NOT_RUN, *faults)
    return document


def _response(result: ExecutionResult) -> JSONResponse:
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [each.formatted for each in result.errors]
    return JSONResponse(body)
