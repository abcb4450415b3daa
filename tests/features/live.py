"""Live contracts for tests: small documents of each kind, and histories of them over the hub's API."""

import json
from typing import Any
from urllib.parse import quote

from tests.features.given import Given


def conversation(provider: str, content: int = 1, *, name: str = "live stream", **more: Any) -> str:
    """A conversation; another ``content`` is another contract."""
    steps = [{"receive": {"json": {"kind": str(content)}}}]
    head = {"contracthub": "conversation/1", "name": name, "provider": provider}
    return json.dumps({**head, "connect": {"path": "/ws"}, "steps": steps, **more}, indent=1)


def slo(provider: str, content: int = 1, *, name: str = "fast", **more: Any) -> str:
    """A promise; without a consumer it is the provider's own."""
    operations = [{"operation": f"GET /things/{content}", "p95": "500ms"}]
    return json.dumps({"contracthub": "slo/1", "name": name, "provider": provider, "operations": operations, **more})


def journey(*providers: str, content: int = 1, name: str = "buying", **more: Any) -> str:
    """A journey with a step at each of the providers."""
    steps = [
        {
            "name": f"at {provider}",
            "provider": provider,
            "request": {"method": "GET", "path": f"/{content}"},
            "response": {"status": 200},
        }
        for provider in providers
    ]
    head = {"contracthub": "journey/1", "name": name, "provider": providers[0]}
    return json.dumps({**head, "steps": steps, **more})


class Live:
    """The hub, with live contracts. Every call asserts what the hub answers."""

    def __init__(self, given: Given) -> None:
        self.given = given

    def published(
        self, consumer: str, number: str, *contents: str, status: tuple[int, ...] = (200, 201), **more: Any
    ) -> Any:
        body = {"consumer": consumer, "version": number, "contracts": [{"content": each} for each in contents], **more}
        return self.given.call("POST", "/api/v1/live-contracts", body, status=status)

    def place(self, consumer: str, number: str, kind: str, provider: str, name: str) -> str:
        owner, version, *rest = (quote(each, safe="") for each in (consumer, number, kind, provider, name))
        return f"/api/v1/pacticipants/{owner}/versions/{version}/live-contracts/{'/'.join(rest)}"

    def verified(
        self, place: tuple[str, str, str, str, str], provider_number: str, *, success: bool = True, **more: Any
    ) -> Any:
        body = {"success": success, "providerApplicationVersion": provider_number, **more}
        return self.given.call("POST", f"{self.place(*place)}/verification-results", body, status=(201,))

    def to_verify(self, provider: str, **question: Any) -> list[dict[str, Any]]:
        url = f"/api/v1/providers/{quote(provider, safe='')}/live-contracts/for-verification"
        found: list[dict[str, Any]] = self.given.call("POST", url, question, status=(200,))["contracts"]
        return found
