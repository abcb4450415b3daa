"""Pacts and OpenAPI documents that fit or do not, published over the hub's API."""

import base64
import json
from typing import Any

from tests.features.given import Given


def openapi(*things: int, size: str = "integer", **more: Any) -> dict[str, Any]:
    """A document with an operation for each of those things; each answers with a size of that type."""
    schema = {"type": "object", "properties": {"size": {"type": size}}, "required": ["size"]}
    answer = {"description": "It is there", "content": {"application/json": {"schema": schema}}}
    paths = {f"/things/{each}": {"get": {"responses": {"200": answer}}} for each in things}
    return {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths, **more}


def offered(given: Given, provider: str, number: str, document: object, **more: Any) -> Any:
    """Publish a document for a provider version; the answer."""
    said = more.pop("said", None)
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    contract: dict[str, Any] = {"files": [{"path": more.pop("path", "openapi.json"), "content": _base64(body)}]}
    contract |= {name: more.pop(name) for name in ("name", "topic") if name in more}
    if said is not None:
        contract["selfVerification"] = said
    body_of = {"provider": provider, "version": number, "contract": contract, **more}
    return given.call("POST", "/api/v1/provider-contracts", body_of)


def _base64(body: bytes) -> str:
    return base64.b64encode(body).decode()
