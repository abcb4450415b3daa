"""A small history with all that pages show: met and broken pacts, branches, deployments, evidence in detail."""

import base64
import json
from typing import Any

from tests.features.given import Given

PACT: dict[str, Any] = {
    "consumer": {"name": "web"},
    "provider": {"name": "orders"},
    "metadata": {"pactSpecification": {"version": "4.0"}},
    "interactions": [
        {
            "type": "Synchronous/HTTP",
            "description": "a request for an order",
            "providerStates": [{"name": "an order exists", "params": {"id": 7}}],
            "request": {"method": "GET", "path": "/orders/7", "headers": {"Accept": ["application/json"]}},
            "response": {
                "status": 200,
                "headers": {"Content-Type": ["application/json"]},
                "body": {"contentType": "application/json", "encoded": False, "content": {"id": 7, "total": 12.5}},
                "matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}},
            },
        },
        {
            "type": "Synchronous/HTTP",
            "description": "a request to cancel an order",
            "request": {"method": "DELETE", "path": "/orders/7"},
            "response": {"status": 204},
        },
    ],
}
MISSING_TOTAL = {
    "attribute": "body",
    "identifier": "$.total",
    "description": "Expected 12.5 but got nothing\n  - 12.5",
}


def tell(given: Given) -> None:
    """``orders`` 1.0 meets the pact of ``web`` 1, lives in production; 2.0 does not meet it."""
    publish(given, "web", "1", {"orders": PACT}, branch="main")
    given.version("orders", "1.0", "main")
    given.verified("web", "1", "orders", "1.0", testResults=results_of(given), buildUrl="https://ci.example/41")
    given.deployed("orders", "1.0", given.environment_uuid("production"))
    given.deployed("web", "1", given.environment_uuid("production"))
    given.version("orders", "2.0", "feat/drop total".replace(" ", "-"))
    given.verified(
        "web", "1", "orders", "2.0", success=False, testResults=results_of(given, broken="a request for an order")
    )


def results_of(given: Given, broken: str | None = None) -> list[dict[str, Any]]:
    """What a verifier tells of each interaction of the newest pact of ``web``."""
    document = given.get("/pacts/provider/orders/consumer/web/latest")
    return [
        {
            "interactionId": each["_id"],
            "interactionDescription": each["description"],
            "success": each["description"] != broken,
            "mismatches": [MISSING_TOTAL] if each["description"] == broken else [],
        }
        for each in document["interactions"]
    ]


def publish(
    given: Given, consumer: str, number: str, documents: dict[str, dict[str, Any]], branch: str | None = None
) -> None:
    """Publish whole documents, by name of the provider."""
    contracts = [
        {
            "consumerName": consumer,
            "providerName": provider,
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(
                json.dumps({**document, "consumer": {"name": consumer}, "provider": {"name": provider}}).encode()
            ).decode(),
        }
        for provider, document in documents.items()
    ]
    body: dict[str, object] = {"pacticipantName": consumer, "pacticipantVersionNumber": number, "contracts": contracts}
    given.call("POST", "/contracts/publish", body | ({"branch": branch} if branch else {}))


def evidence_path(given: Given, consumer: str = "web", provider: str = "orders", *, success: bool) -> str:
    """Where the newest result with that outcome is."""
    rows = given.get(f"/matrix/provider/{provider}/consumer/{consumer}")["matrix"]
    (row, *_) = [
        each for each in rows if each["verificationResult"] and each["verificationResult"]["success"] is success
    ]
    href: str = row["verificationResult"]["_links"]["self"]["href"]
    return "/" + href.split("/", 3)[3]


PAGES = (
    "/",
    "/?q=web",
    "/pacticipants/orders",
    "/matrix",
    "/matrix?q[][pacticipant]=orders&q[][version]=2.0",
    "/matrix/provider/orders/consumer/web",
    "/pacts/provider/orders/consumer/web/latest",
    "/pacts/provider/orders/consumer/web/version/1",
    "/can-i-deploy",
    "/api/v1/waivers",
    "/api/v1/waivers?state=valid",
    "/can-i-deploy?pacticipant=web&version=1&environment=production",
    "/can-i-deploy?pacticipant=orders&version=2.0&environment=production",
)


def every_page(given: Given) -> list[str]:
    """The address of each page over this story."""
    evidence = [evidence_path(given, success=success) for success in (True, False)]
    return [*PAGES, *evidence, evidence[0].rsplit("/verification-results", 1)[0]]
