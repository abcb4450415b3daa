"""The shop that the verifiers of others visit: a provider of orders that really answers, and pacts with it on a hub."""

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlencode

from tests.conftest import LiveHub


@dataclass
class Provider:
    """Answers ``/orders/N`` with an order; ``broken`` orders have no status."""

    url: str
    broken: set[str] = field(default_factory=set)


def serve_orders() -> Iterator[Provider]:
    broken: set[str] = set()

    class Orders(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = self.path.rpartition("/")[2]
            order = {"id": number} if number in broken else {"id": number, "status": "open"}
            body = json.dumps(order).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Orders)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Provider(f"http://127.0.0.1:{server.server_address[1]}", broken)
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def pact(consumer: str, provider: str, *orders: str) -> dict[str, Any]:
    def interaction(number: str) -> dict[str, Any]:
        return {
            "description": f"get order {number}",
            "request": {"method": "GET", "path": f"/orders/{number}"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"id": number, "status": "open"},
            },
        }

    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [interaction(number) for number in orders],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


class Shop:
    """A hub, a provider, and what is published of the one to the other."""

    def __init__(self, hub: LiveHub, provider: Provider, name: str = "orders") -> None:
        self.hub, self.provider, self.name = hub, provider, name

    def publish(
        self, consumer: str, version: str, *orders: str, branch: str = "main", tags: tuple[str, ...] = ()
    ) -> None:
        content = json.dumps(pact(consumer, self.name, *orders)).encode()
        self.publish_content(consumer, version, content, branch=branch, tags=tags)

    def publish_content(
        self, consumer: str, version: str, content: bytes, *, branch: str = "main", tags: tuple[str, ...] = ()
    ) -> None:
        """Publish a pact file as somebody wrote it."""
        contract = {"consumerName": consumer, "providerName": self.name, "specification": "pact"}
        body = {
            "pacticipantName": consumer,
            "pacticipantVersionNumber": version,
            "branch": branch,
            "tags": list(tags),
            "contracts": [contract | {"content": b64encode(content).decode(), "contentType": "application/json"}],
        }
        answer = self.hub.post("/contracts/publish", body)
        assert answer.status_code == 200, answer.text

    def deploy(self, pacticipant: str, version: str, environment: str) -> None:
        environments = self.hub.get("/environments").json()["_embedded"]["environments"]
        (uuid,) = [each["uuid"] for each in environments if each["name"] == environment]
        where = f"/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}"
        assert self.hub.post(where, {}).status_code == 201

    def deployable(self, consumer: str, version: str, provider_version: str) -> bool | None:
        """What the gate says to the two versions together."""
        query = [
            ("q[][pacticipant]", consumer),
            ("q[][version]", version),
            ("q[][pacticipant]", self.name),
            ("q[][version]", provider_version),
            ("latestby", "cvpv"),
        ]
        answer = self.hub.get(f"/matrix?{urlencode(query)}")
        assert answer.status_code == 200, answer.text
        said: bool | None = answer.json()["summary"]["deployable"]
        return said

    def result(self, consumer: str, version: str) -> dict[str, Any]:
        names = [quote(name, safe="") for name in (self.name, consumer, version)]
        where = "/pacts/provider/{}/consumer/{}/version/{}".format(*names)
        answer = self.hub.get(f"{where}/verification-results/latest")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found
