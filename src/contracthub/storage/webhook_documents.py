"""How a webhook's request is kept in a column of JSON: headers keep their order, a body stays as it was written."""

import json
from collections.abc import Mapping
from typing import Any

from contracthub.domain.webhook_request import WebhookRequest


def request_document(request: WebhookRequest) -> dict[str, Any]:
    """The request as JSON. The body is text in it: PostgreSQL would sort its members, and refuses some characters."""
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(header) for header in request.headers],
        "body_json": json.dumps(request.body),
        "username": request.username,
        "password": request.password,
    }


def request_in(stored: Mapping[str, Any]) -> WebhookRequest:
    """The request in a column."""
    headers = stored.get("headers") or []
    pairs = headers.items() if isinstance(headers, dict) else headers
    body = json.loads(stored["body_json"]) if "body_json" in stored else stored.get("body")
    return WebhookRequest(
        stored.get("method", ""),
        stored.get("url", ""),
        tuple((str(name), str(value)) for name, value in pairs),
        body,
        stored.get("username"),
        stored.get("password"),
    )
