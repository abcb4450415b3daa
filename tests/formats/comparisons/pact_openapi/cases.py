"""How the tables of pairs are written down: the smallest pact and document, what is expected, and why."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from contracthub.formats.comparisons.pact_openapi.comparing import compare
from contracthub.formats.comparisons.pact_openapi.provider_document import read_asyncapi, read_openapi
from contracthub.formats.comparisons.pact_openapi.results import Result
from contracthub.formats.comparisons.pact_openapi.switches import Rules

REFUSED = ("refused",)
JSON = "application/json"
SCHEMA = "responses/200/content/application~1json/schema"
BODY = "requestBody/content/application~1json/schema"
NEEDS = ("response.body.optional", "response.body.nullable", "response.body.unpromised")
OUR_OWN = (
    *NEEDS,
    *(f"request.{each}.wider" for each in ("path", "query", "header", "body")),
    "response.body.narrower",
    "response.header.narrower",
)
"""Codes that the peer does not have."""
V4 = {"pactSpecification": {"version": "4.0"}}
V3 = {"pactSpecification": {"version": "3.0.0"}}
V2 = {"pactSpecification": {"version": "2.0.0"}}


@dataclass(frozen=True)
class Case:
    """A pair.

    ``ours`` has a line for each result: code, place in the interaction, place in the document. A place without a slash
    in front is inside of the operation, ``.`` is the operation itself, ``-`` none. ``peer`` has the codes that the
    peer gives where they are others, and ``why`` says why ours differ.
    """

    what: str
    document: Any
    pact: Any
    ours: tuple[str, ...] = ()
    peer: tuple[str, ...] | None = None
    why: str = ""
    is_async: bool = False
    operation: str = field(default="")

    def expected(self) -> list[tuple[str, str, str]]:
        """What our own judge has to find."""
        return sorted(self._line(each) for each in self.ours)

    def found(self, rules: Rules) -> list[tuple[str, str, str]]:
        """What is found."""
        told = [each for each in self.results(rules) if self.is_about_needs or each.code not in NEEDS]
        return sorted((each.code, each.pact_pointer, each.provider_pointer) for each in told)

    @property
    def is_about_needs(self) -> bool:
        """Whether it counts what the consumer reads beyond the promise; almost every pair has something of that."""
        return any(line.startswith(NEEDS) for line in self.ours)

    def results(self, rules: Rules) -> tuple[Result, ...]:
        """The results."""
        data = json.dumps(self.document).encode()
        openapi = None if self.is_async or self.document is None else read_openapi(data, rules)
        asyncapi = read_asyncapi(data, rules) if self.is_async and self.document is not None else None
        return compare(json.dumps(self.pact).encode(), openapi, asyncapi)

    def peers(self) -> list[str]:
        """The codes that the peer gives."""
        if self.peer is not None:
            return sorted(self.peer)
        return sorted(line.split()[0] for line in self.ours if line.split()[0] not in OUR_OWN)

    def _line(self, text: str) -> tuple[str, str, str]:
        code, *places = text.split()
        pact, document = [*places, "-", "-"][:2]
        here = "" if pact == "-" else "/interactions/0" if pact == "." else f"/interactions/0/{pact}"
        if document == "-" or document.startswith("/"):
            return code, here, "" if document == "-" else document
        home = self.operation or self._home()
        return code, here, home if document == "." else f"{home}/{document}"

    def _home(self) -> str:
        path, item = next(iter(self.document["paths"].items()))
        method = next(each for each in item if each not in {"parameters", "$ref"})
        return f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"


def api(
    operation: Any = None, *, path: str = "/x", method: str = "get", version: str = "3.0.3", **rest: Any
) -> dict[str, Any]:
    """A document of OpenAPI 3 with one operation."""
    whole = {"responses": {"200": {"description": "k"}}, **(operation or {})}
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {path: {method: whole}}, **rest}


def swagger(operation: Any = None, *, path: str = "/x", method: str = "get", **rest: Any) -> dict[str, Any]:
    """A document of Swagger 2.0 with one operation."""
    whole = {"responses": {"200": {"description": "k"}}, **(operation or {})}
    return {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {path: {method: whole}}, **rest}


def answering(schema: Any, schemas: Any = None, *, version: str = "3.0.3", media: str = JSON) -> dict[str, Any]:
    """A document whose one operation answers with this schema."""
    content = {"200": {"description": "k", "content": {media: {"schema": schema}}}}
    return api({"responses": content}, version=version, components={"schemas": schemas or {}})


def taking(
    schema: Any, schemas: Any = None, *, version: str = "3.0.3", media: str = JSON, **body: Any
) -> dict[str, Any]:
    """A document whose one operation, a POST, takes this schema."""
    taken = {"requestBody": {"content": {media: {"schema": schema}}, **body}}
    return api(taken, method="post", version=version, components={"schemas": schemas or {}})


def with_query(*parameters: Any, **rest: Any) -> dict[str, Any]:
    """A document whose one operation has these parameters of the query: name, schema, and what else is said."""
    said = [{"name": name, "in": "query", "schema": schema, **more} for name, schema, more in parameters]
    return api({"parameters": said}, **rest)


def with_header(name: str, schema: Any, **said: Any) -> dict[str, Any]:
    """A document whose one operation has a header parameter."""
    return api({"parameters": [{"name": name, "in": "header", "schema": schema, **said}]})


def secured(security: Any, schemes: Any, **rest: Any) -> dict[str, Any]:
    """A document whose one operation is secured."""
    return api({"security": security}, components={"securitySchemes": schemes}, **rest)


def pact(request: Any = None, response: Any = None, metadata: Any = None, **more: Any) -> dict[str, Any]:
    """A pact of one interaction."""
    interaction = {
        "description": "i",
        "request": {"method": "GET", "path": "/x", **(request or {})},
        "response": {"status": 200, **(response or {})},
        **more,
    }
    return {
        "consumer": {"name": "c"},
        "provider": {"name": "p"},
        "interactions": [interaction],
        **({"metadata": metadata} if metadata else {}),
    }


def reading(body: Any, rules: Any = None, *, status: int = 200, **request: Any) -> dict[str, Any]:
    """A pact that expects a JSON body; ``rules`` are those of version 3 for the body."""
    said = {"matchingRules": {"body": matchers(rules)}} if rules else {}
    return pact(request, {"status": status, "body": body, **said}, V3)


def sending(body: Any, content_type: str | None = JSON, rules: Any = None, *, status: int = 200) -> dict[str, Any]:
    """A pact that posts a body."""
    said = {"matchingRules": {"body": matchers(rules)}} if rules else {}
    headers = {"headers": {"Content-Type": content_type}} if content_type else {}
    return pact({"method": "POST", "body": body, **headers, **said}, {"status": status}, V3)


def asking(query: Any, **response: Any) -> dict[str, Any]:
    """A pact that asks with a query."""
    return pact({"query": query}, response)


def heading(headers: Any, **response: Any) -> dict[str, Any]:
    """A pact that asks with headers."""
    return pact({"headers": headers}, response)


def at(path: str, **request: Any) -> dict[str, Any]:
    """A pact that asks for a path."""
    return pact({"path": path, **request})


def matchers(rules: Any) -> Any:
    """Rules of version 3: by expression, a matcher or a list of them."""
    return {
        expression: {"combine": "AND", "matchers": said if isinstance(said, list) else [said]}
        for expression, said in rules.items()
    }


def ref(name: str) -> dict[str, Any]:
    """A reference to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(**properties: Any) -> dict[str, Any]:
    """An object with these members."""
    return {"type": "object", "properties": properties}


def ids(cases: Iterable[Case]) -> list[str]:
    """The names of cases."""
    return [each.what for each in cases]


STRING, INTEGER, NUMBER, BOOLEAN = ({"type": each} for each in ("string", "integer", "number", "boolean"))
