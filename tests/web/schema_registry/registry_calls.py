"""A registry as a test talks to it, and what no answer of it may break."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from httpx2 import Response
from starlette.testclient import TestClient

TYPE = "application/vnd.schemaregistry.v1+json"


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry below a path of a hub."""

    api: TestClient
    base: str = "/schema-registry"
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Response:
        """One request; a refusal is of the registry's shape, in its media type."""
        sent = {"Content-Type": TYPE} if body is not None else {}
        sent |= self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        answer: Response = self.api.request(method, self.base + path, content=content, headers=sent)
        if answer.status_code >= 400:
            told = answer.json()
            assert set(told) == {"error_code", "message"}, told
            assert type(told["error_code"]) is int, told
            assert isinstance(told["message"], str), told
            status, code = answer.status_code, told["error_code"]
            assert status in {code, code // 100} or (status, code) == (503, 50003), told
        return answer

    def get(self, path: str, **headers: str) -> Any:
        """What is read."""
        return good(self.call("GET", path, **headers))

    def put(self, path: str, body: object) -> Any:
        return good(self.call("PUT", path, body))

    def delete(self, path: str) -> Any:
        return good(self.call("DELETE", path))

    def register(self, subject: str, schema: object, query: str = "", **more: object) -> Any:
        """Register a schema: what the registry answers."""
        path = f"/subjects/{quote(subject, safe='')}/versions{query}"
        return good(self.call("POST", path, schema_body(schema, **more)))

    def refused(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, int, str]:
        """Status, number and message of a refusal."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code >= 400, answer.text
        told = answer.json()
        return answer.status_code, told["error_code"], told["message"]


def good(answer: Response) -> Any:
    """The body of an answer that is none of a refusal."""
    assert answer.status_code in {200, 204}, answer.text
    return answer.json() if answer.content else None


def schema_body(schema: object, **more: object) -> dict[str, object]:
    """A request about a schema; what is no text is written as JSON."""
    return {"schema": schema if isinstance(schema, str) else json.dumps(schema), **more}
