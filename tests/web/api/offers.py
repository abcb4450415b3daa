"""Documents of providers for tests, and the requests that publish them."""

import base64
from typing import Any

OPENAPI = b"""openapi: 3.1.0
info: {title: Mercatrix, version: 1.0.0}
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: An order}}
"""
# The same to every consumer, in other words.
REWORDED = OPENAPI.replace(b"title: Mercatrix,", b"title:   Mercatrix,")
CHANGED = OPENAPI.replace(b"getOrder", b"readOrder").replace(b"'200'", b"'201'")
SDL = b"type Query { orders(first: Int): [Order!]! }\ntype Order { id: ID! }\n"
AVRO = b'{"type": "record", "name": "OrderPlaced", "namespace": "shop", "fields": [{"name": "id", "type": "string"}]}'
BUNDLE = {
    "api/openapi.yaml": b"""openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      responses:
        '200':
          description: Orders
          content: {application/json: {schema: {$ref: 'schemas/order.yaml#/Order'}}}
""",
    "api/schemas/order.yaml": b"Order: {type: object}\n",
}


def file(path: str, body: bytes, content_type: str | None = None) -> dict[str, str]:
    told = {"path": path, "content": base64.b64encode(body).decode()}
    return told | ({"contentType": content_type} if content_type else {})


def request(*files: dict[str, str], provider: str = "mercatrix", version: str = "1", **more: Any) -> dict[str, Any]:
    """A good body of ``POST /api/v1/provider-contracts``; what is ``of_contract`` goes inside."""
    inside = more.pop("of_contract", {})
    given = list(files) or [file("openapi.yaml", OPENAPI)]
    return {"provider": provider, "version": version, "contract": {"files": given, **inside}, **more}
