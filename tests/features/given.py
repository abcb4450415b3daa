"""Makes histories over the hub's API, so that a test reads like the story it tells."""

import base64
import json
from typing import Any
from urllib.parse import quote

from starlette.testclient import TestClient


def pact(consumer: str, provider: str, content: int = 1, example: int | None = None) -> dict[str, Any]:
    """A small pact; another ``content`` is another contract. No verification can see the ``example``."""
    response: dict[str, Any] = {"status": 200}
    if example is not None:
        rules = {"body": {"$.size": {"matchers": [{"match": "integer"}]}}}
        response |= {"headers": {"Content-Type": "application/json"}, "body": {"size": example}, "matchingRules": rules}
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {
                "description": f"request {content}",
                "providerStates": [{"name": "a thing exists"}],
                "request": {"method": "GET", "path": f"/things/{content}"},
                "response": response,
            }
        ],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


class Given:
    """The hub, with a history that grows by calls. Every call asserts that the hub accepted it."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def call(self, method: str, path: str, body: object = None, status: tuple[int, ...] = (200, 201)) -> Any:
        answer = self._client.request(
            method, path, content=json.dumps(body or {}).encode(), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in status, (method, path, answer.status_code, answer.text[:2000])
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self._client.request("GET", path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])
        return answer.json()

    def patch(self, path: str, body: object) -> None:
        headers = {"Content-Type": "application/merge-patch+json"}
        answer = self._client.request("PATCH", path, content=json.dumps(body).encode(), headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:2000])

    def version(self, name: str, number: str, branch: str | None = None) -> None:
        base = f"/pacticipants/{quote(name, safe='')}"
        if branch is None:
            self.call("PUT", f"{base}/versions/{quote(number, safe='')}")
        else:
            self.call("PUT", f"{base}/branches/{quote(branch, safe='')}/versions/{quote(number, safe='')}")

    def tag(self, name: str, number: str, tag: str) -> None:
        self.call("PUT", f"/pacticipants/{name}/versions/{number}/tags/{tag}")

    def published(
        self,
        consumer: str,
        number: str,
        providers: dict[str, int],
        branch: str | None = None,
        tags: tuple[str, ...] = (),
        example: int | None = None,
    ) -> None:
        contracts = [
            {
                "consumerName": consumer,
                "providerName": provider,
                "specification": "pact",
                "contentType": "application/json",
                "content": base64.b64encode(json.dumps(pact(consumer, provider, content, example)).encode()).decode(),
            }
            for provider, content in providers.items()
        ]
        body: dict[str, object] = {
            "pacticipantName": consumer,
            "pacticipantVersionNumber": number,
            "tags": list(tags),
            "contracts": contracts,
        }
        if branch is not None:
            body["branch"] = branch
        self.call("POST", "/contracts/publish", body)

    def verified(
        self, consumer: str, number: str, provider: str, provider_number: str, *, success: bool = True, **more: object
    ) -> None:
        names = (quote(each, safe="") for each in (provider, consumer, number))
        document = self.get("/pacts/provider/{}/consumer/{}/version/{}".format(*names))
        href = document["_links"]["pb:publish-verification-results"]["href"]
        body = {"success": success, "providerApplicationVersion": provider_number, **more}
        self.call("POST", href.removeprefix("http://hub.test"), body)

    def environment(self, name: str, *, production: bool = False) -> str:
        uuid: str = self.call("POST", "/environments", {"name": name, "production": production})["uuid"]
        return uuid

    def environment_uuid(self, name: str) -> str:
        (found,) = [each for each in self.get("/environments")["_embedded"]["environments"] if each["name"] == name]
        uuid: str = found["uuid"]
        return uuid

    def deployed(self, name: str, number: str, environment_uuid: str, instance: str | None = None) -> str:
        base = f"/pacticipants/{quote(name, safe='')}/versions/{quote(number, safe='')}"
        body = {"applicationInstance": instance} if instance else {}
        uuid: str = self.call("POST", f"{base}/deployed-versions/environment/{environment_uuid}", body)["uuid"]
        return uuid

    def released(self, name: str, number: str, environment_uuid: str) -> None:
        base = f"/pacticipants/{quote(name, safe='')}/versions/{quote(number, safe='')}"
        self.call("POST", f"{base}/released-versions/environment/{environment_uuid}")

    def can_i_deploy(self, name: str, number: str, environment: str) -> Any:
        query = f"q[][pacticipant]={quote(name)}&q[][version]={quote(number)}&latestby=cvpv"
        return self.get(f"/matrix?{query}&environment={quote(environment)}")
