"""A provider that answers GraphQL as a test says, over a real socket, and tells its schema by introspection."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from graphql import build_schema, execute_sync, parse

from contracthub.verification.suites import Target
from tests.cli.stub_hub import serving
from tests.verification.conftest import pact

SDL = """
enum Kind { OLD @deprecated(reason: "Say NEW.") NEW }
interface Node { id: ID! }
type Price { amount: Float! currency: String! }
type Book implements Node {
  id: ID! title: String! price: Price! pages: Int isbn: String @deprecated(reason: "Use id.")
}
type Film implements Node { id: ID! title: String minutes: Int! }
union Medium = Book | Film
input Search { text: String kind: Kind old: Int @deprecated(reason: "Nobody counts.") }
type Query {
  items(first: Int = 10, after: String @deprecated(reason: "Use first.")): [Book!]!
  node(id: ID!): Node
  search(input: Search!): [Medium!]!
  kinds: [Kind!]!
}
type Mutation { rename(id: ID!, title: String!): Book }
type Subscription { sold: Book! }
"""


class GraphqlProvider(BaseHTTPRequestHandler):
    """Introspection is answered by the schema, everything else by ``answers``: the whole body, or bytes as they are."""

    answers: Mapping[str, Any]
    asked: list[tuple[str, Any]]
    sdl = SDL

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        payload = json.loads(body) if body.startswith(b"{") else {"query": body.decode()}
        if "__schema" in payload["query"]:
            data = execute_sync(build_schema(self.sdl), parse(payload["query"])).data
            return self._answer(200, {"data": data})
        self.asked.append((self.path, payload))
        return self._tell()

    def do_GET(self) -> None:
        self.asked.append((self.path, None))
        self._tell()

    def _tell(self) -> None:
        status, answer = self.answers.get("status", 200), self.answers["body"]
        self._answer(status, answer)

    def _answer(self, status: int, answer: Any) -> None:
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def asked() -> list[tuple[str, Any]]:
    return []


@pytest.fixture
def provider(asked: list[tuple[str, Any]]) -> Iterator[Callable[..., str]]:
    """Starts a provider that answers so; gives its address."""
    with ExitStack() as stack:

        def start(body: Any, *, status: int = 200, sdl: str = SDL) -> str:
            facts = {"answers": {"body": body, "status": status}, "asked": asked, "sdl": sdl}
            return stack.enter_context(serving(type("Provider", (GraphqlProvider,), facts)))

        yield start


def interaction(query: str, expected: Any = None, *, rules: Any = None, **more: Any) -> dict[str, Any]:
    """A V4 interaction that sends this operation. Without ``expected`` nothing is expected of the body."""
    response: dict[str, Any] = {"status": more.get("status", 200)}
    if expected is not None:
        response["body"] = {"content": expected, "contentType": "application/json", "encoded": False}
        response["matchingRules"] = {"body": rules or {}}
    content = {"query": query, "variables": more.get("variables", {})}
    if "operation_name" in more:
        content["operationName"] = more["operation_name"]
    return {
        "type": "Synchronous/HTTP",
        "description": more.get("description", "asks"),
        "pending": more.get("pending", False),
        "request": {
            "method": "POST",
            "path": "/graphql",
            "body": {"content": content, "contentType": "application/json", "encoded": False},
        },
        "response": response,
    } | ({"providerStates": [{"name": more["state"]}]} if "state" in more else {})


@pytest.fixture
def target(tmp_path: Any) -> Callable[..., Target]:
    """What the suite is told of a provider at this address, and of one pact with these interactions."""

    def make(url: str, *interactions: Any, **facts: Any) -> Target:
        file = tmp_path / "web.json"
        file.write_text(json.dumps(pact(*interactions)), encoding="utf-8")
        return Target(provider="orders", base_url=url, pacts=(str(file),) if interactions else (), **facts)

    return make
